from odoo import api, models


class ArCommitmentPartMixin(models.AbstractModel):
    """A part of a promise or a payment plan: a row of amount and date, or a covered item.

    Once the commitment is given or offered, its parts stay as they were.
    """

    _name = 'ar.commitment.part.mixin'
    _description = "Part of a Commitment"
    _inherit = ['ar.fact.mixin']

    # Fields that do not change once the commitment is locked. Receipts and the like still do.
    _agreed = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_unlocked()
        return parts

    def write(self, vals):
        if self._agreed & set(vals):
            self._check_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unlocked(self):
        self._check_unlocked()

    def _check_unlocked(self):
        for part in self:
            part._commitment()._check_unlocked()

    def _commitment(self):
        """Hook: return the promise or the payment plan that the part belongs to."""
        raise NotImplementedError
