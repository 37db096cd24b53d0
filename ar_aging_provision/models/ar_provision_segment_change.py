from odoo import api, fields, models


class ArProvisionSegmentChange(models.Model):
    """The segment that a customer was in until a day: a run of an earlier date takes it from here.

    Written with the credit file, never by hand. A first segment counts from the beginning. What a file brings
    along that is joined to another one says nothing of the customer whose file stays.
    """

    _name = 'ar.provision.segment.change'
    _description = "Change of a Provision Segment"
    _inherit = ['ar.fact.mixin']
    _only_recorded = True
    _order = 'changed_on desc, id desc'
    _rec_name = 'credit_account_id'

    credit_account_id = fields.Many2one(
        'ar.credit.account', required=True, index=True, ondelete='restrict', readonly=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    segment_id = fields.Many2one(
        'ar.provision.segment', "Until Then", required=True, ondelete='restrict', readonly=True
    )
    changed_on = fields.Date(required=True, readonly=True, help="From this day on it is in another segment.")
    joins = fields.Integer(readonly=True, help="How often its file was joined to another since.")

    def _note_join(self, count):
        """Remember that the file was joined to another one (1), or is parted from it (-1)."""
        for change in self:
            change._record_facts({'joins': change.joins + count})

    @api.model
    def _segments_at(self, company, date):
        """Return {customer id: id of the segment on the date} where it is not today's."""
        segments = {}
        for change in self.sudo().search(
            [('company_id', '=', company.root_id.id), ('changed_on', '>', date), ('joins', '=', 0)],
            order='changed_on, id',
        ):
            segments.setdefault(change.credit_account_id.partner_id.id, change.segment_id.id)
        return segments
