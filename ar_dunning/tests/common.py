from odoo.fields import Command, Date

from odoo.addons.ar_base.tests.common import AgingCommon


class DunningCommon(AgingCommon):
    """Overdue invoices through Odoo's own flows, a plan of three stages, and the people who collect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user('collector')
        cls.controller = cls._user('controller')
        cls.customer.email = 'hua@example.com'
        cls.env['ar.dunning.plan'].search([]).active = False
        cls.plan = cls._plan("Test")
        cls.account = cls.env['ar.credit.account']._for_partner(cls.customer, cls.env.company)

    @classmethod
    def _plan(cls, name, stages=((1, 2), (2, 16), (3, 30)), **values):
        """Return a plan of stages (level, days in arrears); the last one is a controller's."""
        return cls.env['ar.dunning.plan'].create(
            {
                'name': name,
                'interval_days': 7,
                'withhold_unmatched': False,
                **values,
                'stage_ids': [
                    Command.create(
                        {
                            'name': f'{name} {level}',
                            'level': level,
                            'min_days': days,
                            'min_interval': 7,
                            'approval': 'controller' if level == len(stages) else 'collector',
                            'template_id': cls.env.ref('ar_dunning.template_reminder').id,
                            'channel_ids': [Command.create({'channel': 'email'})],
                        }
                    )
                    for level, days in stages
                ],
            }
        )

    def _run(self, day, user=None, **values):
        """Return the proposal of the day, made by a collector."""
        run = self.env['ar.dunning.run'].with_user(user or self.collector).create({'run_date': day, **values})
        run.action_propose()
        return run

    def _tell(self, day):
        """Propose, approve and send what the day asks for, and return the letters."""
        letters = self._run(day, self.controller).notice_ids.filtered(
            lambda notice: notice.state == 'proposed'
        )
        letters.action_approve()
        letters._recheck()
        for letter in letters.filtered(lambda notice: notice.state == 'approved'):
            letter._queue()
        queued = letters.filtered(lambda notice: notice.state == 'queued')
        queued._mark_sent(Date.to_date(day))
        return queued

    @staticmethod
    def _twin(letter):
        """Return another proposal of the letter, of no run."""
        names = ('credit_account_id', 'partner_id', 'company_id', 'currency_id', 'dunning_plan_id')
        names += ('stage_id', 'level', 'claim', 'total')
        twin = {name: letter[name] for name in names}
        return letter.sudo()._create_with_facts([letter._convert_to_write(twin)])

    @staticmethod
    def _receivable(move):
        return move.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    def assertLetter(self, notice, **expected):
        self.assertEqual({name: notice[name] for name in expected}, expected)
