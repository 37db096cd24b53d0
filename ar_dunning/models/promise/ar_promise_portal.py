from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class ArPromise(models.Model):
    """What a customer may promise on the portal. Chasing cannot be paused again and again by promising again and again."""

    _inherit = 'ar.promise'

    @api.model
    def _portal_refusal(self, account):
        """Return why the customer cannot promise on the portal now, in words for the customer; False = it may."""
        company, today = account.company_id, fields.Date.context_today(self)
        if not company.ar_promise_portal:
            return self.env._("Please call us to agree on a date.")
        since = fields.Date.subtract(today, years=1)
        broken = self.search_count(
            [('credit_account_id', '=', account.id), ('state', '=', 'broken'), ('closed_on', '>', since)]
        )
        if broken and broken >= company.ar_promise_broken_limit:
            return self.env._("%s earlier promises were not kept. Please call us to agree on a date.", broken)
        if (
            self.search_count([('credit_account_id', '=', account.id), ('state', '=', 'open')])
            >= company.ar_promise_open_limit
        ):
            return self.env._("You have as many open promises as we can take here. Please call us.")
        return False

    @api.model
    def _undisputed(self, items):
        """Return {journal item: open amount that is not disputed, in its currency} of open items; without what is nil."""
        rest = {}
        for item in items.filtered(lambda item: item.residual > 0 and item.residual_currency > 0):
            share = 1 - item.disputed / item.residual
            amount = item.currency_id.round(item.residual_currency * share)
            if item.currency_id.compare_amounts(amount, 0) > 0:
                rest[item.move_line_id] = amount
        return rest

    @api.model
    def _promise_on_portal(self, account, items, date, contact):
        """Note what a customer promises on the portal: what is open and undisputed of the items, by a date that is near enough.

        Runs as superuser; the caller has made sure that the items are the customer's own.

        :raise UserError: in words for the customer.
        """
        self._lock_account(account)
        refusal = self._portal_refusal(account)
        if refusal:
            raise UserError(refusal)
        today = fields.Date.context_today(self)
        furthest = fields.Date.add(today, days=account.company_id.ar_promise_max_days)
        if not date or not today <= date <= furthest:
            raise UserError(self.env._("Choose a date from today to %s.", fields.Date.to_string(furthest)))
        amounts = self._undisputed(items)
        lines = items.move_line_id
        if len(amounts) < len(lines):
            raise UserError(self.env._("One of the invoices is in dispute. Leave it out."))
        if self.env['ar.covered.item'].search_count(
            [('move_line_id', 'in', lines.ids), ('promise_id.state', '=', 'broken')], limit=1
        ):
            raise UserError(
                self.env._(
                    "A promise for this invoice was not kept before. Please call us to agree on a date."
                )
            )
        promises = self.browse()
        for currency in lines.currency_id:
            mine = lines.filtered(lambda line, currency=currency: line.currency_id == currency)
            promises |= self._note(
                account,
                mine,
                [(date, sum(amounts[line] for line in mine))],
                channel='portal',
                contact_id=contact.id,
                noted_by_id=self._responsible_for(account).id or SUPERUSER_ID,
            )
        for promise in account.company_id._with_internal_lang(promises):
            promise.message_post(
                body=promise.env._(
                    "%(contact)s promised on the portal to pay %(amount)s by %(date)s.",
                    contact=contact.name,
                    amount=promise.currency_id.format(promise.amount),
                    date=date,
                ),
                author_id=contact.id,
            )
        return promises

    @api.model
    def _responsible_for(self, account):
        return self.new({'credit_account_id': account.id})._responsible()
