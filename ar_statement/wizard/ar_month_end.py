from odoo import models

from odoo.addons.ar_base.rules.month_end import Step


class ArMonthEnd(models.TransientModel):
    _inherit = 'ar.month.end'

    def _steps(self):
        return [*super()._steps(), self._step_statements()]

    def _statement_run(self):
        """Return the run of the month's last day that is furthest."""
        runs = self.env['ar.statement.run'].search(
            [
                ('company_id', 'in', self.env.companies.ids),
                ('as_of', '=', self.date),
                ('state', '!=', 'cancelled'),
            ]
        )
        order = ('done', 'sending', 'prepared', 'draft')
        return runs.sorted(lambda run: (order.index(run.state), -run.id))[:1]

    def _step_statements(self):
        name, run = self.env._("Send the statements"), self._statement_run()
        if not run:
            text = self.env._("No statements of %s yet.", self._day())
            return Step(80, 'statements', name, 'todo', text, self.env._("Prepare"))
        text = self.env._(
            "%(run)s: %(sent)s sent, %(waiting)s waiting, %(failed)s failed.",
            run=run.name,
            sent=run.sent_count,
            waiting=run.waiting_count,
            failed=run.failed_count,
        )
        done = run.state == 'done' and not run.failed_count
        state = 'done' if done else 'waiting' if run.state == 'sending' else 'todo'
        return Step(80, 'statements', name, state, text, self.env._("Open"))

    def _do_statements(self):
        run = self._statement_run()
        if not run:
            run = self.env['ar.statement.run'].create({'company_id': self.company_id.id, 'as_of': self.date})
            run.action_prepare()
        return self._open_record(run)
