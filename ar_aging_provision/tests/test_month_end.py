from odoo.tests import tagged

from .common import SubledgerCommon


@tagged('post_install', '-at_install')
class TestMonthEnd(SubledgerCommon):
    """The month end of two people, from the one page."""

    def _page(self, user):
        return self.env['ar.month.end'].with_user(user).create({'date': '2024-06-30'})

    def _states(self, page):
        self.env.invalidate_all()
        return {step.code: step.state for step in page._ordered_steps()}

    def test_computed_by_one_booked_by_another(self):
        self._invoice(1000, due='2024-01-15')
        mine, theirs = self._page(self.accountant), self._page(self.approver)
        self.assertEqual(
            self._states(mine) | dict.fromkeys(('snapshot', 'tie_out', 'periods', 'statements'), None),
            {
                'snapshot': None,
                'tie_out': None,
                'periods': None,
                'statements': None,
                'provision_run': 'todo',
                'provision_approve': 'waiting',
                'provision_post': 'waiting',
                'rollforward': 'waiting',
            },
        )
        run = self.env['ar.provision.run'].browse(mine.action_open_figure('provision_run')['res_id'])
        self.assertEqual((run.state, run.required, run.computed_by_id), ('computed', 500, self.accountant))
        self.assertEqual(self._states(mine)['provision_approve'], 'waiting')
        mine.action_open_figure('provision_approve')
        self.assertIn(self.approver, run.activity_ids.user_id)
        self.assertEqual(self._states(theirs)['provision_approve'], 'todo')
        self.assertEqual(theirs.action_open_figure('provision_approve')['res_id'], run.id)
        self.assertEqual(run.state, 'computed', "the button opens it, a person approves")
        run.with_user(self.approver).action_approve()
        self.assertEqual(self._states(theirs)['provision_post'], 'todo')
        theirs.action_open_figure('provision_post')
        self.assertEqual((run.state, self._allowance()), ('posted', 500))
        states = self._states(theirs)
        for code in ('provision_run', 'provision_approve', 'provision_post', 'rollforward'):
            self.assertEqual(states[code], 'done', code)
        self._invoice(500, due='2024-01-15', day='2024-06-01')
        self.assertEqual(self._states(theirs)['provision_run'], 'todo', "the ledger has moved")
        again = self.env['ar.provision.run'].browse(theirs.action_open_figure('provision_run')['res_id'])
        self.assertEqual((again.adjustment, self._states(theirs)['provision_run']), (250, 'done'))

    def test_without_an_allowance_there_is_nothing_to_do(self):
        self.policy._record_facts({'state': 'draft'})
        policy = self._policy([0.1, 0.1, 0.1], profile='direct')
        states = self._states(self._page(self.accountant))
        self.assertEqual(policy.state, 'confirmed')
        self.assertEqual(states['provision_run'], 'none')
        self.assertNotIn('provision_post', states)
