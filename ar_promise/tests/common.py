import re

from odoo import fields
from odoo.fields import Command

from odoo.addons.ar_base.tests.common import AgingCommon


class PromiseCommon(AgingCommon):
    """A customer with overdue invoices of January, and its collector; promises are given on 1 March 2024."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user('collector')
        cls.account = cls._account()
        cls.account.collector_id = cls.collector
        cls.contact.email = 'li@example.com'

    def _lines(self, moves):
        return moves._ar_instalments()

    def _promise(self, moves, *rows, made_on='2024-03-01', **values):
        return (
            self.env['ar.promise']
            .with_user(self.collector)
            ._note(
                self.account.with_user(self.collector),
                self._lines(moves),
                [(fields.Date.to_date(date), amount) for date, amount in rows],
                made_on=made_on,
                **values,
            )
        )

    def _mailed_link(self, plan):
        """Return the link that is in the newest mail about the plan."""
        mails = self.env['mail.mail'].sudo().search([('body_html', 'like', f'/my/payment-plans/{plan.id}?')])
        [link] = set(re.findall(rf'/my/payment-plans/{plan.id}\?access_token=[\w-]+', mails[0].body_html))
        return link

    def _follow(self, day):
        self.account._follow_commitments(fields.Date.to_date(day))

    def _covered(self, moves, day):
        found = self.env['ar.open.item']._dunning_exclusions(self._lines(moves).ids, fields.Date.to_date(day))
        return {line.move_id: found[line.id] for line in self._lines(moves) if line.id in found}

    def _broken(self, moves, day):
        found = self.env['ar.open.item']._broken_commitments(self._lines(moves).ids, fields.Date.to_date(day))
        return {self.env['account.move.line'].browse(line).move_id: date for line, date in found.items()}

    def _plan(self, moves, *rows, **values):
        """Return a drafted plan of the collector."""
        return (
            self.env['ar.payment.plan']
            .with_user(self.collector)
            .with_context(mail_notify_force_send=False)  # what is sent at once is deleted at once
            .create(
                {
                    'credit_account_id': self.account.id,
                    'contact_id': self.contact.id,
                    'item_ids': [Command.create({'move_line_id': line.id}) for line in self._lines(moves)],
                    'line_ids': [Command.create({'date': date, 'amount': amount}) for date, amount in rows],
                    **values,
                }
            )
        )
