import email
import email.policy
import re

from odoo import fields
from odoo.fields import Command

from odoo.addons.ar_base.tests.common import AgingCommon
from odoo.addons.ar_base.tests.common_smtp import FakeSmtp, SmtpCommon


class PromiseCommon(SmtpCommon, AgingCommon):
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

    def _mails(self):
        """Send what waits for the worker, and return the words of all mails so far, the newest last."""
        smtp = FakeSmtp()
        self._work(smtp)
        self.mailed = [
            *getattr(self, 'mailed', ()),
            *(email.message_from_bytes(data, policy=email.policy.default) for data in smtp.mails),
        ]
        return [mail.get_body(('html',)).get_content() for mail in self.mailed]

    def _mailed_link(self, plan):
        """Return the link that is in the newest mail that offers the plan."""
        found = [
            re.findall(rf'/my/payment-plans/{plan.id}\?access_token=[\w-]+', text) for text in self._mails()
        ]
        [link] = set([links for links in found if links][-1])
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
