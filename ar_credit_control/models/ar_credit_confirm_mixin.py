from itertools import count
from typing import NamedTuple

from odoo import models

from ..afterwards import after_rollback
from ..exceptions import CreditHold
from ..rules.hold import Check
from .ar_credit_weight_mixin import Position

# In the context by ``action_confirm_with_credit`` only: a client sends plain data, never a ``Judged``.
JUDGED = 'ar_credit_judged'
_LAST = 'ar_credit_last_lock'
_numbers = count(1)


def note_lock(env):
    """Note that customers were locked: what was judged before may not be so any more.

    Each lock has a number that no other has. Where anything is undone, the cursor forgets it.
    """
    env.cr.cache[_LAST] = next(_numbers)


class Judged(NamedTuple):
    """A quotation that passes, judged as if it were confirmed, in this transaction and under its lock.

    ``number``: of its lock. ``check`` is None for one that is paid.
    """

    order_id: int
    position: Position
    number: int
    check: Check | None


class ArCreditConfirmMixin(models.AbstractModel):
    """How people confirm an order: what is held is recorded, and who decides on it is notified.

    For ``sale.order``.
    """

    _name = 'ar.credit.confirm.mixin'
    _description = "Confirming an Order under Credit Control"

    def action_confirm_with_credit(self):
        """Confirm the orders; those that credit control stops are put on hold with a record of the reasons.

        Never raises for a hold. Each order stands for itself: one that is held keeps no other from being
        confirmed.

        :return: True where all were confirmed, else an action that tells which were not.
        """
        held = self.browse()
        for order in self:
            judged, refusal = order._credit_judge_first()
            if not refusal:
                refusal = order._credit_attempt(order.with_context(**{JUDGED: judged}).action_confirm)
            if refusal:
                order._credit_record_hold('seller', refusal)
                held |= order
        return held._credit_held_notification() if held else True

    # === Judged once ===

    def _credit_judge_first(self):
        """Judge a quotation before it is confirmed: what is held need not be confirmed and undone.

        :return: (``Judged``, ``CreditHold``), one of them None; both None where Odoo would not confirm.
        """
        self.ensure_one()
        self.check_access('write')
        order = self.sudo()
        if not order.partner_invoice_id or order._confirmation_error_message():
            return None, None
        [(_order, check, passes)] = order._credit_checks()
        if not passes:
            return None, order._credit_hold([check])
        return Judged(order.id, order._credit_position(), self.env.cr.cache[_LAST], check), None

    def _credit_judged(self):
        """Return what ``_credit_checks`` returned before this confirmation, if it still says what is so.

        It does while nothing of the order has changed and no customer was locked since: whatever raises what
        customers owe locks them.
        """
        judged = self.env.context.get(JUDGED)
        if (
            isinstance(judged, Judged)
            and self.ids == [judged.order_id]
            and self.env.cr.cache.get(_LAST) == judged.number
            and self._credit_position() == judged.position
        ):
            return [(self, judged.check, True)]
        return None

    # === Attempts and their record ===

    def _credit_attempt(self, confirm):
        """Call ``confirm``; if the check refuses, undo all it did and return the ``CreditHold``."""
        try:
            with self.env.cr.savepoint():
                confirm()
        except CreditHold as refusal:
            return refusal
        return None

    def _credit_record_hold(self, origin, refusal=None):
        """Record that the order waits for credit, as it was judged, and notify the credit team.

        :param origin: where it was stopped: ``seller``, ``portal`` or ``payment``.
        :param refusal: the ``CreditHold`` that stopped it; without one the order is judged now.
        """
        self.ensure_one()
        order = self.company_id._with_internal_lang(self.sudo())
        checks = {check.order_id: check for check in refusal.checks} if refusal else {}
        check = checks.get(order.id) or order._credit_check_alone()
        return order.env['ar.credit.decision']._record(order, origin, check)

    def _credit_record_growth(self, order_ids, refusal):
        """Put what these confirmed orders asked for in the queue, once their change is undone."""
        if order_ids:
            after_rollback(
                self.env,
                lambda env: [
                    order._credit_record_hold('seller', refusal)
                    for order in env['sale.order'].browse(order_ids).exists()
                ],
            )
