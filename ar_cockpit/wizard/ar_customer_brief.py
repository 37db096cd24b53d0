from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..engine import brief as engine
from ..rules import brief


class ArCustomerBrief(models.TransientModel):
    """A customer in one page: facts in sentences, made by rules, each opening the records that it counts.

    Everything but the payment habits of the customer is read as the user who asks: what the user may not read
    is not in it. Amounts are in the currency of the customer's company.
    """

    _name = 'ar.customer.brief'
    _description = "Customer in One Page"
    _inherit = ['ar.plausible.mixin']
    _rec_name = 'partner_id'

    credit_account_id = fields.Many2one('ar.credit.account', required=True, readonly=True, ondelete='cascade')
    partner_id = fields.Many2one(related='credit_account_id.partner_id')
    as_of = fields.Date("As of", required=True, readonly=True)
    line_ids = fields.One2many('ar.customer.brief.line', 'brief_id', readonly=True)

    @api.model
    def _of(self, account):
        """Return the brief of a credit account.

        :raise AccessError: the user may not read it.
        """
        account.ensure_one().check_access('read')
        values = {'credit_account_id': account.id, 'as_of': fields.Date.context_today(self)}
        page = self.sudo().create([values]).with_env(self.env)  # no role writes one; only its reader reads it
        page.sudo().line_ids = [
            (0, 0, {'section': section, 'text': text, 'action': action})
            for section, text, action in page._sentences(page._figures())
        ]
        return page

    def action_print(self):
        """Print the page."""
        return self.env.ref('ar_cockpit.ar_customer_brief_report').report_action(self)

    # === Figures ===

    def _items(self, as_of):
        """Return the open items of the day as the user may see them, and the domain that finds them."""
        account = self.credit_account_id
        Item = self.env['ar.open.item'].with_context(
            as_of=fields.Date.to_string(as_of), aging_credits='own_bucket'
        )
        return Item, [
            ('commercial_partner_id', '=', self.partner_id.id),
            ('company_id', 'in', (account.company_id._ar_tree() & self.env.companies).ids),
        ]

    def _standing(self, as_of):
        """Return (open, overdue, days of the oldest) of the day."""
        Item, domain = self._items(as_of)
        [[total]] = Item._read_group(domain, [], ['residual:sum'])
        late = [*domain, ('residual', '>', 0), ('days_overdue', '>', 0)]
        [[overdue, oldest]] = Item._read_group(late, [], ['residual:sum', 'days_overdue:max'])
        return total or 0.0, overdue or 0.0, oldest or 0

    def _figures(self):
        total, overdue, oldest = self._standing(self.as_of)
        before, overdue_before, _oldest = self._standing(self.as_of.replace(day=1) - timedelta(days=1))
        Item, domain = self._items(self.as_of)
        items = Item.search_fetch([*domain, ('residual', '>', 0)], ['residual', 'days_overdue'])
        covered = Item.sudo()._dunning_exclusions(items.ids, self.as_of)
        limit = self.credit_account_id._portal_available_credit() or {}
        past = self._past
        return brief.Figures(
            open=total,
            overdue=overdue,
            oldest=oldest,
            open_before=before,
            overdue_before=overdue_before,
            promised=sum(
                item.residual
                for item in items
                if item.days_overdue > 0 and covered.get(item.id, ('',))[0] == 'promise'
            ),
            broken=len(Item.sudo()._broken_commitments(items.ids, self.as_of)),
            disputes=self._count('ar.dispute', self._of_disputes()),
            late_disputes=self._count('ar.dispute', self._of_disputes(late=True)),
            holds=self._count('ar.hold', self._of_file()),
            warnings=self._count('ar.warning', [*self._of_file(), ('state', '=', 'open')]),
            limit=limit.get('limit'),
            available=limit.get('available'),
            paid=past['paid'],
            late=past['late'],
            usual=past['usual'] or 0,
        )

    @property
    def _past(self):
        for model, names in engine.FLUSHED.items():
            self.env[model].flush_model(names)
        tree = self.credit_account_id.company_id._ar_tree().ids
        [row] = self.env.execute_query_dict(engine.past(tree, self.partner_id.id, self.as_of))
        return row

    def _of_file(self):
        return [('credit_account_id', '=', self.credit_account_id.id)]

    def _of_disputes(self, late=False):
        domain = [*self._of_file(), ('state', '=', 'open')]
        return [*domain, ('deadline', '<', self.as_of)] if late else domain

    def _count(self, model, domain):
        Model = self.env[model]
        return Model.search_count(domain) if Model.has_access('read') else 0

    # === Sentences ===

    def _sentences(self, figures):
        """Return (section, sentence, action that opens what it counts) of all that is worth saying."""
        past = self._past
        return [
            *self._who(past),
            *self._pays(figures, past),
            *self._owes(figures),
            *self._stands(figures),
            self._next(figures),
        ]

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.credit_account_id.company_id.currency_id)

    def _opens(self, model, name, domain, context=None):
        return self.env['ar.overview']._opens(model, name, domain, context)

    def _opens_items(self, name, *conditions):
        Item, domain = self._items(self.as_of)
        context = {key: Item.env.context[key] for key in ('as_of', 'aging_credits')}
        return self._opens('ar.open.item', name, [*domain, *conditions], context)

    def _opens_invoices(self):
        return self._opens(
            'account.move',
            self.env._("Invoices"),
            [
                ('commercial_partner_id', '=', self.partner_id.id),
                ('move_type', 'in', ['out_invoice', 'out_refund', 'out_receipt']),
                ('state', '=', 'posted'),
                ('date', '>', fields.Date.to_string(self.as_of - timedelta(days=engine.YEAR))),
            ],
        )

    def _who(self, past):
        _, account = self.env._, self.credit_account_id
        if account.grade_id:
            yield 'who', _("Credit grade %s.", account.grade_id.display_name), None
        if past['invoiced'] or past['invoiced_before']:
            yield (
                'who',
                _(
                    "Bought for %(amount)s in the last twelve months; %(before)s in the twelve before.",
                    amount=self._money(past['invoiced']),
                    before=self._money(past['invoiced_before']),
                ),
                self._opens_invoices(),
            )
        else:
            yield 'who', _("Bought nothing in the last two years."), None

    def _pays(self, figures, past):
        _ = self.env._
        habit = brief.habit(figures)
        sentences = {
            'unknown': lambda: _("Too few payments in the last twelve months to say how it pays."),
            'early': lambda: _("Usually pays %s days before the due date.", -figures.usual),
            'on_time': lambda: _("Usually pays on the due date."),
            'late': lambda: _("Usually pays %s days late.", figures.usual),
        }
        yield 'pays', sentences[habit](), None
        if figures.paid:
            yield (
                'pays',
                _(
                    "Of %(paid)s items paid in the last twelve months, %(late)s were late.",
                    paid=figures.paid,
                    late=figures.late,
                ),
                None,
            )
        if past['last_receipt']:
            yield 'pays', _("Last receipt on %s.", format_date(self.env, past['last_receipt'])), None

    def _owes(self, figures):
        _ = self.env._
        if not figures.open and not figures.overdue:
            yield 'open', _("Owes nothing."), None
            return
        change = figures.open - figures.open_before
        text = _("Owes %s, as at the end of last month.", self._money(figures.open))
        if abs(change) >= 0.01:
            more = _("Owes %(amount)s, %(change)s more than at the end of last month.")
            less = _("Owes %(amount)s, %(change)s less than at the end of last month.")
            values = {'amount': self._money(figures.open), 'change': self._money(abs(change))}
            text = (more if change > 0 else less) % values
        yield 'open', text, self._opens_items(_("Open Items"))
        if figures.overdue:
            yield (
                'open',
                _(
                    "%(amount)s is overdue, the oldest for %(days)s days; "
                    "at the end of last month %(before)s.",
                    amount=self._money(figures.overdue),
                    days=figures.oldest,
                    before=self._money(figures.overdue_before),
                ),
                self._opens_items(_("Overdue Items"), ('residual', '>', 0), ('days_overdue', '>', 0)),
            )
        if figures.promised:
            yield 'open', _("%s of it is promised or in a payment plan.", self._money(figures.promised)), None

    def _stands(self, figures):
        _ = self.env._
        if figures.limit is not None:
            yield (
                'stands',
                _(
                    "Credit limit %(limit)s, of which %(available)s is available.",
                    limit=self._money(figures.limit),
                    available=self._money(figures.available),
                ),
                None,
            )
        counts = (
            (figures.disputes, _("Open disputes: %s."), 'ar.dispute', self._of_disputes()),
            (figures.holds, _("Holds: %s."), 'ar.hold', self._of_file()),
            (
                figures.warnings,
                _("Early warnings: %s."),
                'ar.warning',
                [*self._of_file(), ('state', '=', 'open')],
            ),
        )
        for number, text, model, domain in counts:
            if number:
                yield 'stands', text % number, self._opens(model, self.partner_id.display_name, domain)
        if figures.broken:
            yield 'stands', _("Items of which a promise was broken: %s.", figures.broken), None

    def _next(self, figures):
        _ = self.env._
        steps = {
            'broken': _("Ask why the promise was broken, and agree on a new day or place a hold."),
            'dispute': _("Answer the dispute: its deadline has passed."),
            'collect': _(
                "Ask when %s comes: it is overdue and not promised.",
                self._money(figures.overdue - figures.promised),
            ),
            'wait': _("Wait for the promise: all that is overdue is covered."),
            'limit': _("The exposure is over the limit: collect, or decide on the limit."),
            'warning': _("Look into the early warning, and close it with an outcome."),
            'none': _("Nothing to do."),
        }
        return 'next', steps[brief.next_step(figures)], None
