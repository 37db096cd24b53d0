"""Which documents an exposure is made of."""

from typing import NamedTuple

from odoo.tools import SQL

NOTHING = SQL('0')


class Scope(NamedTuple):
    """Which documents are asked for.

    Attributes:
        partner_ids: ids of commercial partners; None = of all customers.
        company_ids: ids of root companies.
        check_date: of the horizon.
        without: ids of orders that do not count.
        at_bank: ids of root companies where a payment counts from the bank statement on.
        elsewhere: SQL of what other documents than invoices bill of an order line.
    """

    partner_ids: tuple | None
    company_ids: tuple
    check_date: object
    without: tuple = ()
    at_bank: tuple = ()
    elsewhere: SQL = NOTHING

    def is_contact(self, partner) -> SQL:
        """Return the condition that ``partner`` (SQL) is a contact of the customers."""
        if self.partner_ids is None:
            return SQL('TRUE')
        return SQL(
            '%s = ANY(ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id IN %s))',
            partner,
            self.partner_ids,
        )

    def is_customer(self, partner) -> SQL:
        """Return the condition that ``partner`` (SQL), a commercial partner, is one of the customers."""
        return SQL('TRUE') if self.partner_ids is None else SQL('%s IN %s', partner, self.partner_ids)
