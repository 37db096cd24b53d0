from odoo import api, fields, models


class ArDunningNotice(models.Model):
    """Says before anybody approves it that a letter would reach nobody."""

    _inherit = 'ar.dunning.notice'

    address_problem = fields.Char(
        "Wrong Address",
        compute='_compute_address_problem',
        help="Why no channel of the stage reaches the customer.",
    )

    @api.depends('state', 'stage_id')
    def _compute_address_problem(self):
        Delivery = self.env['ar.dunning.delivery'].sudo()
        for notice in self:
            problem = False
            if notice.state in ('proposed', 'approved'):
                spoken = notice.sudo()
                texts = [
                    Delivery.new(
                        {
                            'notice_id': notice.id,
                            'company_id': notice.company_id.id,
                            'channel': channel,
                            'contact_id': spoken._letter_contact().id,
                        }
                    )._obstacle()
                    for channel in spoken._channels()
                ]
                problem = all(texts) and (texts[0] if texts else self.env._("The stage has no channel"))
            notice.address_problem = problem
