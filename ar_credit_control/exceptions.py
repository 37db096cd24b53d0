from odoo.exceptions import UserError


class CreditHold(UserError):
    """Confirmation (or an increase) refused by credit control.

    Raised so that nothing half-confirmed survives. ``order_ids`` names the refused orders; a door that catches it
    inside a savepoint records the hold.
    """

    def __init__(self, message, order_ids=()):
        super().__init__(message)
        self.order_ids = tuple(order_ids)
