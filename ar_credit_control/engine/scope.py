"""Which documents an exposure is made of."""

from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.ar_base.engine import companies

NOTHING = SQL('0')


class Tree(NamedTuple):
    """A main company, and what it decided about the exposure of its customers.

    Attributes:
        company_ids: its own id and those of its branches.
        deducts: unallocated credits lower the exposure.
        at_bank: a payment counts from the bank statement on.
        last_day: the last day of the horizon; None = there is none.
    """

    root_id: int
    company_ids: tuple
    deducts: bool = True
    at_bank: bool = False
    last_day: object = None


class Scope(NamedTuple):
    """Which documents are asked for. What is the same for all is written into the SQL: no table is joined.

    Attributes:
        partner_ids: ids of commercial partners; None = of all customers.
        trees: ``Tree`` of each main company.
        without: ids of orders that do not count.
        elsewhere: SQL of what other documents than invoices bill of an order line.
        company_ids: ids of the main companies.
        drafts_matched: some line is matched with a draft entry: what it took is given back.
    """

    partner_ids: tuple | None
    trees: tuple
    without: tuple = ()
    elsewhere: SQL = NOTHING
    company_ids: tuple = ()
    drafts_matched: bool = False

    def customer(self, contact) -> SQL:
        """Return the JOIN of ``p``, whose ``commercial_partner_id`` is the customer of ``contact`` (SQL)."""
        if self.partner_ids and len(self.partner_ids) == 1:
            return SQL('CROSS JOIN (SELECT %s AS commercial_partner_id) p', self.partner_ids[0])
        return SQL('JOIN res_partner p ON p.id = %s', contact)

    def contacts(self) -> SQL:
        """Return the WITH that a query begins with: the customers' contacts, looked up once."""
        if self.partner_ids is None:
            return SQL()
        return SQL(
            'WITH contacts AS MATERIALIZED (SELECT id FROM res_partner WHERE commercial_partner_id IN %s)',
            self.partner_ids,
        )

    def is_contact(self, partner) -> SQL:
        """Return the condition that ``partner`` (SQL) is a contact of the customers; see ``contacts``."""
        if self.partner_ids is None:
            return SQL('TRUE')
        return SQL('%s = ANY(ARRAY(SELECT id FROM contacts))', partner)

    def contacts_of(self, customer) -> SQL:
        """Return the SELECT of the ids of the contacts of one ``customer`` (SQL)."""
        if self.partner_ids and len(self.partner_ids) == 1:
            return SQL('SELECT id FROM contacts')
        return SQL('SELECT id FROM res_partner WHERE commercial_partner_id = %s', customer)

    def is_of(self, company, main) -> SQL:
        """Return the condition that ``company`` (SQL) is the main company ``main`` (SQL) or its branch."""
        if len(self.trees) == 1:
            return self.is_company(company)
        return SQL('%s = %s', self.root(company), main)

    def is_customer(self, partner) -> SQL:
        """Return the condition that ``partner`` (SQL), a commercial partner, is one of the customers."""
        return SQL('TRUE') if self.partner_ids is None else SQL('%s IN %s', partner, self.partner_ids)

    def is_company(self, company) -> SQL:
        """Return the condition that ``company`` (SQL) is one of the companies."""
        return SQL('%s IN %s', company, self._ids(lambda tree: True))

    def root(self, company) -> SQL:
        """Return SQL of the main company of ``company`` (SQL)."""
        branches = [
            (id_, tree.root_id) for tree in self.trees for id_ in tree.company_ids if id_ != tree.root_id
        ]
        return companies.root_among(company, branches)

    def where(self, company, decided) -> SQL:
        """Return the condition that the root of ``company`` (SQL) ``decided`` so: a field of ``Tree``."""
        answers = {getattr(tree, decided) for tree in self.trees}
        if len(answers) == 1:
            return SQL('TRUE') if answers.pop() else SQL('FALSE')
        return SQL('%s IN %s', company, self._ids(lambda tree: getattr(tree, decided)))

    def last_day(self, company) -> SQL:
        """Return SQL of the last day of the horizon of ``company`` (SQL); NULL = no horizon."""
        days = {tree.last_day for tree in self.trees}
        if len(days) == 1:
            return SQL('%s::date', days.pop())
        cases = [
            SQL('WHEN %s IN %s THEN %s::date', company, tree.company_ids, tree.last_day)
            for tree in self.trees
        ]
        return SQL('CASE %s END', SQL(' ').join(cases))

    def _ids(self, chosen) -> SQL:
        return SQL('%s', tuple(id_ for tree in self.trees if chosen(tree) for id_ in tree.company_ids))
