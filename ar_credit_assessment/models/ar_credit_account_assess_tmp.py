from odoo import fields, models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    assessment_ids = fields.One2many('ar.credit.assessment', 'credit_account_id', "Assessments")
    assessment_count = fields.Integer(compute='_compute_assessment_count')

    def _compute_assessment_count(self):
        counts = dict(
            self.env['ar.credit.assessment']._read_group(
                [('credit_account_id', 'in', self.ids)], ['credit_account_id'], ['__count']
            )
        )
        for account in self:
            account.assessment_count = counts.get(account, 0)

    def action_assess(self):
        """Open the customer's draft assessment with today's books, or a new one."""
        self.ensure_one()
        Assessment = self.env['ar.credit.assessment']
        draft = Assessment.search([('credit_account_id', '=', self.id), ('state', '=', 'draft')], limit=1)
        if draft:
            draft.action_read_books()
        else:
            draft = Assessment.create(
                {'credit_account_id': self.id, 'scorecard_id': self.company_id._ar_scorecard().id}
            )
        return draft._action_open()

    def action_open_assessments(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_credit_control.ar_credit_assessment_action'
        )
        action['domain'] = [('credit_account_id', '=', self.id)]
        action['context'] = {'default_credit_account_id': self.id}
        return action
