from odoo import models

from odoo.addons.ar_base.rules.month_end import Step


class ArMonthEnd(models.TransientModel):
    _inherit = 'ar.month.end'

    def _steps(self):
        return [*super()._steps(), self._step_periods()]

    def _periods(self):
        start, end = self._month()
        return self.env['ar.sales.reconciliation'].search(
            [('company_id', 'in', self.env.companies.ids), ('date_from', '=', start), ('date_to', '=', end)]
        )

    def _step_periods(self):
        name, periods = self.env._("Sign the periods with sales"), self._periods()
        if not periods:
            text = self.env._("No period of this month yet.")
            return Step(70, 'periods', name, 'todo', text, self.env._("Create Periods"))
        signed = len(periods.filtered(lambda period: period.state == 'signed'))
        text = self.env._("%(signed)s of %(all)s signed by both sides.", signed=signed, all=len(periods))
        state = 'done' if signed == len(periods) else 'todo'
        return Step(70, 'periods', name, state, text, self.env._("Open Periods"))

    def _do_periods(self):
        periods = self._periods()
        if not periods:
            action = self.env['ir.actions.act_window']._for_xml_id(
                'ar_reconciliation.ar_sales_reconciliation_generate_action'
            )
            return {
                **action,
                'context': {'default_company_id': self.company_id.id, 'default_month': str(self._month()[0])},
            }
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_reconciliation.ar_sales_reconciliation_action'
        )
        return {**action, 'domain': [('id', 'in', periods.ids)], 'context': {}}
