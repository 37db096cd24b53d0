from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCreditReason(models.Model):
    """A reason code: why an order is released or rejected, so that decisions can be counted by it."""

    _name = 'ar.credit.reason'
    _description = "Reason Code"
    _order = 'use, sequence, id'

    name = fields.Char(required=True, translate=True)
    use = fields.Selection(
        [('hold', "Hold"), ('release', "Release"), ('reject', "Rejection")], "For", required=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for model in ('ar.credit.decision', 'ar.hold'):
            records = self.env[model].sudo().with_context(active_test=False)
            if found := records.search([('reason_id', 'in', self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "The reason code \"%s\" stands in decisions or holds: archive it instead.",
                        found.reason_id.name,
                    )
                )
