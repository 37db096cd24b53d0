from odoo import api, fields, models


class ArCreditPolicyApply(models.TransientModel):
    """Asks, with the differences in sight, whether a draft's rules become the live ones."""

    _name = 'ar.credit.policy.apply'
    _description = "Apply a Draft Policy"

    credit_policy_id = fields.Many2one('ar.credit.policy', required=True, readonly=True, ondelete='cascade')
    difference_html = fields.Html(compute='_compute_difference_html', string="What Changes")
    has_difference = fields.Boolean(compute='_compute_difference_html')

    @api.depends('credit_policy_id')
    @api.depends_context('lang')
    def _compute_difference_html(self):
        for wizard in self:
            policy = wizard.credit_policy_id
            rows = policy.browse()._differences(policy, policy.company_id, limits=False)
            wizard.has_difference = bool(rows)
            wizard.difference_html = self.env['ir.qweb']._render(
                'ar_credit_backtest.policy_differences',
                {'rows': rows, 'here': self.env._("Live rules"), 'there': policy.name},
            )

    def action_apply(self):
        """Write the live rules, as the user who asks: only who may edit them can."""
        self.ensure_one()
        self.credit_policy_id._apply()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("The live rules are now those of \"%s\".", self.credit_policy_id.name),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
