from odoo import api, fields, models

LOOKED_AT = 100  # letters of a run whose addresses are tried when it is opened


class ArDunningWaitMixin(models.AbstractModel):
    """What a run says of letters that do not arrive: those that wait, those that would reach nobody."""

    _name = 'ar.dunning.wait.mixin'
    _description = "Letters that Wait"
    _inherit = ['ar.waits.mixin']

    unreached_text = fields.Text(
        compute='_compute_unreached', help="Whom the letters would not reach, before they are approved."
    )

    def _waits(self):
        Delivery = self.env['ar.dunning.delivery']
        return Delivery._waits([('notice_id.run_id', 'in', self.ids)]) if self.waiting_count else []

    @api.depends('notice_ids.state')
    @api.depends_context('lang')
    def _compute_unreached(self):
        for run in self:
            open_ones = run.notice_ids.filtered(lambda notice: notice.state in ('proposed', 'approved'))
            looked_at = open_ones[:LOOKED_AT]
            texts = [
                self.env._("%(customer)s: %(why)s", customer=n.partner_id.name, why=n.address_problem)
                for n in looked_at
                if n.address_problem
            ]
            if texts and len(open_ones) > LOOKED_AT:
                texts.append(self.env._("Only the first %s letters were looked at.", LOOKED_AT))
            run.unreached_text = '\n'.join(texts)

    def action_open_waiting(self):
        """Open the deliveries that have not gone out."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_delivery_action')
        domain = [('notice_id.run_id', '=', self.id), ('state', 'in', ('queued', 'waiting', 'sending'))]
        return {**action, 'name': self.env._("Waiting Letters"), 'domain': domain}
