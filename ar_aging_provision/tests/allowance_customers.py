from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command

from .allowance_events import START
from .allowance_late import LateEvents
from .allowance_oracle import Item, cents


class CustomerEvents(LateEvents):
    """What is decided about customers, their notes that nobody matches, and two that become one."""

    def _event_note(self):
        partner, amount = self.random.choice(self.partners), Decimal(self.random.randint(1000, 90000)) / 100
        due = self.day + timedelta(days=self.random.choice([0, 20, 90]))
        line = self._note_line(partner, amount, due)
        self.world.notes.append(Item(line, partner, self.company, self.day, due, amount))
        self.world.items.append(self.world.notes[-1])

    def _event_note_paid(self):
        self.world.settle_notes(self.day)
        found = [note for note in self.world.notes if note.open(self.day) > 0]
        if found:
            note = self.random.choice(found)
            amount = cents(note.open(self.day) * self.random.choice([Decimal(1), Decimal('0.6')]))
            self._note_line(note.partner, -amount, self.day)
            self.world.note_credits.append((note.partner, self.company, self.day, amount))

    def _note_line(self, partner, amount, due):
        move = self.env['account.move'].create(
            {
                'date': self.day,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': self.note_account.id,
                            'partner_id': partner.id,
                            'balance': float(amount),
                            'date_maturity': due,
                        }
                    ),
                    Command.create(
                        {
                            'account_id': self.company_data['default_account_assets'].id,
                            'balance': -float(amount),
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(lambda one: one.account_id == self.note_account)

    def _event_merge(self):
        source, target = self.random.sample(list(self.partners), 2)
        if len(self.partners) < 3 or {source, target} <= self.world.assessed.keys():
            return
        self.env['base.partner.merge.automatic.wizard'].create({})._merge([source.id, target.id], target)
        self.env.invalidate_all()
        self.partners -= source
        self.world.merge(source, target)
        self._read_loose()

    def _event_assess(self):
        partner = self.random.choice(self.partners)
        if partner in self.world.assessed:
            return
        amount = Decimal(self.random.randint(100, 90000)) / 100
        self._decide(partner, 'amount', amount)
        self.world.assessed[partner] = amount

    def _event_secure(self):
        partner = self.random.choice(self.partners)
        if partner in self.world.secured:
            return
        amount = Decimal(self.random.randint(100, 90000)) / 100
        self._decide(partner, 'secured', amount)
        self.world.secured[partner] = amount

    def _decide(self, partner, kind, amount):
        self.env['ar.provision.assessment'].create(
            {
                'partner_id': partner.id,
                'kind': kind,
                'amount': float(amount),
                'reason': "Generated",
                'date_from': START,
                'company_id': self.company.id,
            }
        )

    def _event_grade(self):
        partner = self.random.choice(self.partners)
        self.env['ar.credit.account'].sudo()._for_partner(partner, self.company).grade_id = self.grade
        self.world.grade[partner] = Decimal('1.6')

    def _event_override(self):
        run = self._compute()
        lines = run.line_ids.filtered(lambda line: line.base > 0)
        if not lines:
            return
        line = self.random.choice(lines)
        rate = Decimal(self.random.randint(0, 100)) / 100
        self.env['ar.provision.override'].create(
            {'line_ids': line.ids, 'how': 'rate', 'rate': float(rate), 'reason': "Generated"}
        ).action_apply()
        item = next(item for item in self.world.items if item.line == line.move_line_id)
        self.world.overrides[item] = rate
        self._finish(run)
