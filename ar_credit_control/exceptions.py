from odoo.exceptions import UserError


class CreditHold(UserError):
    """Confirmation (or an increase) refused by credit control.

    Raised so that nothing half-confirmed survives. It carries what each refused order was judged by: an entry
    point that catches it inside a savepoint records the hold from that, without judging again.

    :param checks: ``rules.hold.Check`` of each refused order.
    :param say: function that returns the text. It is called when somebody reads it, maybe after the
        transaction, and therefore reads no database.
    """

    def __init__(self, checks, say):
        super().__init__('')
        self.checks = tuple(checks)
        self._say = say

    @property
    def order_ids(self):
        return tuple(check.order_id for check in self.checks)

    @property
    def args(self):
        # What clients are sent.
        return (str(self),)

    def __str__(self):
        return self._say()
