from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import score
from ..rules.score import COUNTS, FLOWS, PERSONAL, SUMS, Reading, corrections, ratios, summed
from odoo.addons.ar_reconciliation.rules.period import COLUMNS, gap

FREEZES = 'ar_base.group_accountant'
CORRECTED = 12  # months back in which a frozen card is still compared with the ledger


class ArScoreCard(models.Model):
    """How a salesperson, sales team, collector or branch did in a month, from the ledger.

    The flows and balances are those of the period that sales and finance sign, the ratios those of the key
    figures. A card is read again until it is frozen: by an accountant, or with the signed period. A frozen
    card never changes; what has changed in its month since is a correction of the next open month.
    """

    _name = 'ar.score.card'
    _description = "Score Card"
    _inherit = ['ar.period.figures.mixin', 'ar.fact.mixin', 'ar.job.mixin']
    _order = 'month desc, kind, id'
    _only_recorded = True
    _journaled = frozenset({'frozen'})
    _journal_fields = frozenset({'month', 'kind', 'user_id', 'team_id', *COUNTS})
    _journal_parts = {'correction_ids': ('month', 'figure', 'amount')}
    _parts = ('correction_ids', 'attainment_ids')

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    month = fields.Date(required=True, readonly=True, index=True, help="The last day of the month.")
    kind = fields.Selection(
        [
            ('salesperson', "Salesperson"),
            ('team', "Sales team"),
            ('collector', "Collector"),
            ('company', "Company or branch"),
        ],
        "Of",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one('res.users', "Person", readonly=True, index='btree_not_null')
    team_id = fields.Many2one('crm.team', "Sales Team", readonly=True, index='btree_not_null')
    state = fields.Selection(
        [('draft', "Open"), ('frozen', "Frozen")], default='draft', required=True, readonly=True
    )
    computed_on = fields.Datetime(readonly=True)
    frozen_by = fields.Many2one('res.users', readonly=True)
    frozen_on = fields.Datetime(readonly=True)
    reconciliation_id = fields.Many2one(
        'ar.sales.reconciliation', "Signed Period", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    overdue = fields.Monetary(
        readonly=True,
        help="Open items that fell due before the end of the month, or before today while it runs.",
    )
    disputes = fields.Integer(
        "Disputes Caused", readonly=True, help="Raised in the month about its invoices."
    )
    differences = fields.Integer(
        "Differences Open", readonly=True, help="Between sales and finance, at the end of the month."
    )
    calls = fields.Integer(readonly=True, help="Calls to customers in the month.")
    promises = fields.Integer("Promises Due", readonly=True, help="Whose last day was in the month.")
    promises_kept = fields.Integer(readonly=True)
    paid = fields.Monetary("Matched Receipts", readonly=True)
    paid_days = fields.Monetary("Matched Receipts × Days", readonly=True)
    collection_rate = fields.Float(
        "Collection Rate (%)",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Collected / (opening + invoiced − credit notes).",
    )
    overdue_ratio = fields.Float(
        "Overdue (%)", readonly=True, digits=(16, 2), aggregator=None, help="Overdue / closing balance."
    )
    dso = fields.Float(
        "DSO",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Closing balance / (invoiced − credit notes) × days of the month.",
    )
    days_late = fields.Float(
        "Average Days Late",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Days from the due date to the receipt, of what was matched in the month, weighted by amount.",
    )
    promise_rate = fields.Float(
        "Promises Kept (%)", readonly=True, digits=(16, 2), aggregator=None, help="Kept / due."
    )
    correction_ids = fields.One2many('ar.score.correction', 'card_id', "Corrections", readonly=True)
    attainment_ids = fields.One2many('ar.score.attainment', 'card_id', "Targets", readonly=True)

    _subject_unique = models.UniqueIndex(
        '(company_id, month, kind, COALESCE(user_id, 0), COALESCE(team_id, 0))'
    )

    @api.depends('month', 'kind', 'user_id', 'team_id')
    def _compute_display_name(self):
        for card in self:
            month = card.month and card.month.strftime('%Y-%m')
            card.display_name = f"{month or ''} {card._subject_name()}"

    def _subject_name(self):
        match self.kind:
            case 'company':
                return self.company_id.name
            case 'team':
                return self.sudo().team_id.name or self.env._("No team")
        return self.user_id.name or self.env._("No salesperson")

    # === Reading ===

    @api.model
    def _cron_update(self):
        """Read the open cards of the month that runs and of the one before, company by company."""
        self._work_on(self.env['res.company'].search([]), self._update_recent)

    @api.model
    def _update_recent(self, company):
        today = fields.Date.context_today(self)
        for day in (today - relativedelta(months=1), today):
            self._update(company, fields.Date.end_of(day, 'month'))

    @api.model
    def _update(self, company, month):
        """Read the open cards of a company and month again; frozen ones are left as they are."""
        cards = self.sudo().search([('company_id', '=', company.id), ('month', '=', month)])
        known = {card._subject(): card for card in cards}
        sums, changed = self._sums(company, month), self._corrections(company, month)
        days = self._as_of(month).day
        values = {
            subject: self._values(sums.get(subject) or dict.fromkeys(SUMS, 0), days, company)
            for subject in {*sums, *(card._subject() for card, _flow in changed), *known}
            if not (subject in known and known[subject].state == 'frozen')
        }
        new = [subject for subject in values if subject not in known]
        head = {'company_id': company.id, 'month': month}
        created = self.sudo()._create_with_facts(
            [
                {**head, 'kind': kind, f'{part}_id': id_} if part else {**head, 'kind': kind}
                for kind, part, id_ in new
            ]
        )
        known.update(zip(new, created, strict=True))
        for subject, row in values.items():
            known[subject]._record_facts(row)
        drafts = self.sudo().union(*(known[subject] for subject in values))
        drafts.correction_ids._delete_recorded()
        self.env['ar.score.correction']._record(changed, {subject: known[subject] for subject in values})
        self.env['ar.score.attainment']._record(drafts)
        return drafts

    @api.model
    def _as_of(self, month):
        """Return the day at which the month is looked at: its last, or today while it runs."""
        return min(month, fields.Date.context_today(self))

    def _subject(self):
        """Return (kind, ``user``, ``team`` or None, its id or False): what the card is about."""
        part = {'company': None, 'team': 'team'}.get(self.kind, 'user')
        return self.kind, part, bool(part) and self[f'{part}_id'].id

    @api.model
    def _values(self, sums, days, company):
        found = {name: float(value or 0) for name, value in {**sums, **ratios(sums, days)}.items()}
        lacks = gap({name: found[name] for name in COLUMNS}, company.currency_id.decimal_places)
        return {**found, 'gap': float(lacks), 'computed_on': fields.Datetime.now()}

    @api.model
    def _sums(self, company, month):
        """Return {subject: {figure: sum}} of everybody, each figure by one query."""
        readings = self._readings(company, month)
        return self._by_subject(readings, self._collectors(company))

    @api.model
    def _by_subject(self, readings, collectors=None):
        """Return the sums of the readings by each kind of subject."""
        found = {
            **summed(readings, lambda row: ('salesperson', 'user', row.salesperson_id or False)),
            **summed(readings, _team),
            **summed(readings, lambda row: ('company', None, False)),
        }
        if collectors is not None:
            found.update(summed(readings, lambda row: _collector(row, collectors)))
        return found

    @api.model
    def _collectors(self, company):
        """Return {customer id: collector's id}, and for None the collector of those without."""
        rows = self.env.execute_query(score.collectors(company.root_id.id))
        return {None: company.root_id.sudo().ar_worklist_collector_id.id, **dict(rows)}

    @api.model
    def _readings(self, company, month):
        """Return the ``Reading`` of all that counts, of a company and month."""
        for model, names in score.FLUSHED.items():
            self.env[model].flush_model(names)
        start, as_of = month.replace(day=1), self._as_of(month)
        readings = [Reading(*row) for row in self._period(company, month)]
        for query, names in (
            (score.overdue(company.id, as_of), ('overdue',)),
            (score.lateness(company.id, start, month), ('paid', 'paid_days')),
            (score.disputes(company.id, start, month), ('disputes',)),
            (score.differences(company.id, month), ('differences',)),
            (score.calls(company.id, start, month), ('calls',)),
            (score.promises(company.id, start, month), ('promises', 'promises_kept')),
        ):
            readings += [
                Reading(*owner, dict(zip(names, amounts, strict=True)))
                for *owner, amounts in ((*row[:3], row[3:]) for row in self.env.execute_query(query))
            ]
        return readings

    @api.model
    def _period(self, company, month):
        return self.env['ar.sales.reconciliation'].sudo()._read_period(company, month.replace(day=1), month)

    # === Frozen months ===

    @api.model
    def _corrections(self, company, month):
        """Return {(frozen card, flow): amount} of what has changed and no card of another month reports."""
        since = month - relativedelta(months=CORRECTED)
        domain = [('company_id', '=', company.id), ('month', '>=', since), ('month', '<', month)]
        # Those of collectors follow today's files, not the documents of the month.
        frozen = self.sudo().search([*domain, ('state', '=', 'frozen'), ('kind', '!=', 'collector')])
        known = {card: {flow: card[flow] for flow in FLOWS} for card in frozen}
        now = {}
        for frozen_month, cards in frozen.grouped('month').items():
            sums = self._by_subject([Reading(*row) for row in self._period(company, frozen_month)])
            now.update({card: sums.get(card._subject(), {}) for card in cards})
        reported = self.env['ar.score.correction']._reported(frozen, month)
        return {
            key: float(amount)
            for key, amount in corrections(known, reported, now).items()
            if not company.currency_id.is_zero(float(amount))
        }

    def action_refresh(self):
        """Read the open cards of these months again."""
        self.check_access('read')
        self._check_accountant()
        for (company, month), _cards in self.grouped(lambda card: (card.company_id, card.month)).items():
            self._update(company, month)
        return True

    def action_freeze(self):
        """Freeze the cards as the ledger has them now; they never change again.

        :raise AccessError: the user is no accountant. :raise UserError: the month has not ended.
        """
        self.check_access('read')
        self._check_accountant()
        for (company, month), cards in self.grouped(lambda card: (card.company_id, card.month)).items():
            if month >= fields.Date.context_today(self):
                raise UserError(self.env._("%s has not ended yet.", month.strftime('%Y-%m')))
            self._update(company, month)
            cards._freeze()
        return True

    def _check_accountant(self):
        if not self.env.user.has_group(FREEZES):
            raise AccessError(self.env._("Accountants read and freeze the score cards."))

    def _freeze(self, reconciliation=None):
        """Freeze what is open of the cards.

        :param reconciliation: the signed period of each of them.
        """
        self.sudo().filtered(lambda card: card.state == 'draft')._record_facts(
            {
                'state': 'frozen',
                'frozen_by': self.env.uid,
                'frozen_on': fields.Datetime.now(),
                'reconciliation_id': reconciliation and reconciliation.id,
            }
        )


def _team(row):
    """Calls and promises are of people: no team has them."""
    return ('team', 'team', row.team_id or False) if not set(PERSONAL) & row.amounts.keys() else None


def _collector(row, collectors):
    user = row.salesperson_id if 'calls' in row.amounts else collectors.get(row.partner_id, collectors[None])
    return ('collector', 'user', user) if user else None
