from odoo import api, models
from odoo.exceptions import UserError


class ArCommitmentPartMixin(models.AbstractModel):
    """A row of a promise or an agreement. Once the commitment is given or offered, its rows stay as they were."""

    _name = 'ar.commitment.part.mixin'
    _description = "Part of an Arrangement"

    # What was arranged: nothing of it changes once the commitment is locked. Receipts and the like still do.
    _arranged = ()

    def _commitment(self):
        """Return the promise or the agreement that the rows belong to."""
        raise NotImplementedError

    def _kept_text(self, commitment):
        """Return why a row of it cannot change, and the cure."""
        return self.env._(
            "%s is arranged and kept as it was. Cancel it with the reason and arrange anew.", commitment.name
        )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_unlocked()
        return parts

    def write(self, vals):
        if set(self._arranged) & set(vals):
            self._check_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unlocked(self):
        self._check_unlocked()

    def _check_unlocked(self):
        for part in self:
            commitment = part._commitment()
            if commitment._is_locked():
                raise UserError(self._kept_text(commitment))
