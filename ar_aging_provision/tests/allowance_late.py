from datetime import timedelta

from odoo.fields import Command

from .allowance_events import START, AllowanceEvents
from .allowance_oracle import cents


class LateEvents(AllowanceEvents):
    """Events that are entered late, dated before what is there already, and entries by hand on any day."""

    def _earlier(self, first=START):
        """Return a day from ``first`` on, not before the last posted run, up to today."""
        run = self.env['ar.provision.run'].search(
            [('company_id', '=', self.company.id), ('state', '=', 'posted')], order='as_of desc', limit=1
        )
        first = max(first, run.as_of or START)
        return first + timedelta(days=self.random.randint(0, (self.day - first).days))

    def _event_late_pay(self):
        self._event_pay(day=self._earlier())

    def _event_late_write_off(self):
        self._event_write_off(self._earlier())

    def _event_late_run(self):
        # Overrides count from the day of their run; what is reversed was open in between.
        if not self.world.overrides:
            day = self._earlier(self.settled)
            self._finish(self._compute(day), day)

    def _event_entry(self, day=None):
        day = day or self.day
        policy = self.env['ar.provision.policy']._for_date(self.company, day)
        partner = self.random.choice([*self.partners, self.env['res.partner']])
        amount = self.random.randint(-2000, 5000) / 100
        move = self.env['account.move'].create(
            {
                'date': day,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': policy.allowance_account_id.id,
                            'balance': -amount,
                            'partner_id': partner.id,
                        }
                    ),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'balance': amount}
                    ),
                ],
            }
        )
        move.action_post()
        if self.random.random() < 0.4:
            move.button_draft()
            self._assert_is_the_ledger()
            if self.random.random() < 0.5:
                move.action_post()
        if move.state == 'posted':
            self.world.by_hand[move.id] = (day, cents(amount))
        self._read_loose()

    def _event_late_entry(self):
        self._event_entry(START + timedelta(days=self.random.randint(0, (self.day - START).days)))
