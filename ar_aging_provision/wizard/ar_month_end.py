from odoo import models
from odoo.exceptions import UserError

from ..rules.profiles import PROFILES
from odoo.addons.ar_base.rules.month_end import Step


class ArMonthEnd(models.TransientModel):
    """The allowance: compute, approve, post, roll forward."""

    _inherit = 'ar.month.end'

    def _steps(self):
        policy = self.env['ar.provision.policy']._for_date(self.company_id, self.date)
        if policy and not PROFILES[policy.profile].allowance:
            text = self.env._("%s keeps no allowance: losses are booked when they are incurred.", policy.name)
            name = self.env._("Compute the allowance")
            return [*super()._steps(), Step(30, 'provision_run', name, 'none', text)]
        run = self._provision_run()
        return [
            *super()._steps(),
            self._step_provision_run(run, policy),
            self._step_provision_approve(run),
            self._step_provision_post(run),
            self._step_rollforward(run),
        ]

    def _provision_run(self):
        """Return the open run of the date, else the last posted one."""
        runs = self.env['ar.provision.run'].search(
            [('company_id', '=', self.company_id.id), ('as_of', '=', self.date), ('state', '!=', 'reversed')],
            order='id desc',
        )
        return runs.filtered(lambda run: run.state != 'posted')[:1] or runs[:1]

    def _step_provision_run(self, run, policy):
        name, code = self.env._("Compute the allowance"), 'provision_run'
        if not policy:
            return Step(
                30, code, name, 'todo', self.env._("No provision policy is in force on %s.", self._day())
            )
        if not run or (run.state == 'draft' and not run.job_state):
            text = self.env._("No run as of %s yet.", self._day())
            return Step(30, code, name, 'todo', text, self.env._("Compute"))
        if run.job_state:
            text = self.env._(
                "Computed in the background: %(done)s of %(all)s.", done=run.rated_count, all=run.item_count
            )
            return Step(30, code, name, 'waiting', text, self.env._("Open"))
        text = self.env._(
            "%(required)s required for %(gross)s open, %(adjustment)s to book.",
            required=self._money(run.required),
            gross=self._money(run.gross),
            adjustment=self._money(run.adjustment),
        )
        if run.state == 'posted' and run.moved_since:
            return Step(30, code, name, 'todo', run.moved_since, self.env._("Compute Again"))
        return Step(30, code, name, 'done', text, self.env._("Open"))

    def _do_provision_run(self):
        run = self._provision_run()
        if not run or run.state == 'draft' or (run.state == 'posted' and run.moved_since):
            run = self.env['ar.provision.run']._start(self.company_id, self.date)
            if not run.job_state:
                run.action_compute()
        return self._open_record(run)

    def _step_provision_approve(self, run):
        name, code = self.env._("Approve the run"), 'provision_approve'
        if run.state in ('approved', 'posted'):
            text = self.env._("Approved by %s.", run.approved_by_id.name)
            return Step(40, code, name, 'done', text, self.env._("Open"))
        if run.state != 'computed':
            return Step(40, code, name, 'waiting', self.env._("There is nothing to approve yet."))
        try:
            run._check_second_person()
        except UserError as refusal:
            return Step(40, code, name, 'waiting', str(refusal), self.env._("Ask for Approval"))
        text = self.env._("Computed by %s.", run.computed_by_id.name)
        return Step(40, code, name, 'todo', text, self.env._("Review"))

    def _do_provision_approve(self):
        run = self._provision_run()
        if self._step_provision_approve(run).state == 'waiting':
            return run.action_ask_approval()
        return self._open_record(run)

    def _step_provision_post(self, run):
        name, code = self.env._("Post the entry"), 'provision_post'
        if run.state == 'posted':
            text = self.env._("%s booked.", self._money(run.adjustment))
            return Step(50, code, name, 'done', text, self.env._("Open"))
        if run.state != 'approved':
            return Step(50, code, name, 'waiting', self.env._("The run must be approved first."))
        text = self.env._("%s to book.", self._money(run.adjustment))
        return Step(50, code, name, 'todo', text, self.env._("Post"))

    def _do_provision_post(self):
        run = self._provision_run()
        if run.state == 'posted':
            return self._open_record(run)
        run.action_post()
        return None

    def _rollforward(self):
        """Return the values of the roll-forward of the month."""
        start, end = self._month()
        return {'company_id': self.company_id.id, 'date_from': start, 'date_to': end}

    def _step_rollforward(self, run):
        name, code, button = self.env._("Check the roll-forward"), 'rollforward', self.env._("Open")
        values = self.env['ar.provision.rollforward'].new(self._rollforward())._values()
        if not values['ties']:
            text = self.env._("The roll-forward differs from the ledger.")
            return Step(60, code, name, 'todo', text, button)
        if run.state != 'posted':
            return Step(60, code, name, 'waiting', self.env._("The entry must be posted first."), button)
        row = values['rows'][-1][1]
        text = self.env._(
            "From %(opening)s to %(closing)s, tied to the ledger at both ends.",
            opening=self._money(float(row['opening'])),
            closing=self._money(float(row['closing'])),
        )
        return Step(60, code, name, 'done', text, button)

    def _do_rollforward(self):
        return self._open_record(self.env['ar.provision.rollforward'].create(self._rollforward()))
