from odoo import fields, models

from ..models.ar_collection_case import OUTCOMES


class ArCollectionCaseClose(models.TransientModel):
    """Asks how a case ended."""

    _name = 'ar.collection.case.close'
    _description = "Close a Case"

    case_id = fields.Many2one('ar.collection.case', required=True, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True)
    note = fields.Char("Remark", required=True)

    def action_apply(self):
        self.ensure_one()
        self.case_id._close(self.outcome, self.note)
        return {'type': 'ir.actions.act_window_close'}
