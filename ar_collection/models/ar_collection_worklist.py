from odoo import api, fields, models
from odoo.fields import Domain

from ..demo import ar_collection_demo
from ..engine import worklist

KINDS = [
    ('none', "Nothing planned"),
    ('failed', "Letter failed"),
    ('call', "Call now"),
    ('approve', "Letter to approve"),
    ('letter', "Letter on its way"),
    ('activity', "Activity"),
    ('promise', "Promise"),
    ('plan', "Payment plan"),
    ('waiting', "Next letter by plan"),
    ('block', "Blocked"),
    ('credits', "Credits to match"),
    ('case', "Case"),
]


class ArCollectionWorklist(models.Model):
    """Whom to contact first: one row per customer and main company with something overdue today.

    A row follows from open items and from what was done; nothing is stored. See ``engine.worklist`` for what
    is next for a customer and ``rules.priority`` for the order.
    """

    _name = 'ar.collection.worklist'
    _inherit = ['ar.derived.mixin']
    _description = "Collection Worklist"
    _auto = False
    _order = 'priority desc, id'
    _rec_name = 'partner_id'
    _depends = {
        'ar.dunning.notice': [
            'credit_account_id',
            'is_imported',
            'dunning_plan_id',
            'reason',
            'run_id',
            'sent_on',
            'state',
        ],
        'ar.dunning.notice.line': ['level', 'move_line_id', 'notice_id', 'dunned_on'],
        'ar.dunning.delivery': ['channel', 'notice_id', 'state'],
        'ar.dunning.run': ['run_date'],
        'ar.dunning.plan': ['interval_days'],
        'ar.dunning.stage': ['level', 'dunning_plan_id'],
        'ar.dunning.block': ['credit_account_id', 'active', 'move_line_id', 'until'],
        'ar.contact.log': ['credit_account_id', 'date'],
        'ar.promise': ['credit_account_id', 'next_date', 'state'],
        'ar.payment.plan': ['credit_account_id', 'next_date', 'state'],
        'ar.collection.case': ['credit_account_id', 'next_date', 'state'],
        'ar.dispute': ['credit_account_id', 'amount_company', 'state'],
        'ar.credit.account': ['collector_id', 'company_id', 'grade_id', 'partner_id', 'promises_broken'],
        'ar.credit.grade': ['dunning_profile'],
        'mail.activity': ['active', 'date_deadline', 'res_id', 'res_model'],
        'res.company': [
            'ar_worklist_collector_id',
            'ar_worklist_high_value',
            'ar_worklist_risk_weight',
            'ar_worklist_stale_days',
            'ar_worklist_stale_weight',
            'currency_id',
        ],
    }

    credit_account_id = fields.Many2one('ar.credit.account', "Credit File", readonly=True)
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    collector_id = fields.Many2one('res.users', readonly=True)
    grade_id = fields.Many2one('ar.credit.grade', readonly=True)
    overdue = fields.Monetary(readonly=True)
    credit = fields.Monetary("Credits", readonly=True, help="Receipts and credit notes that are not matched.")
    receivable = fields.Monetary("Total Open", readonly=True)
    disputed = fields.Monetary(readonly=True)
    oldest_days = fields.Integer("Oldest (Days)", readonly=True, aggregator='max')
    item_count = fields.Integer("Items", readonly=True)
    level = fields.Integer(
        readonly=True, aggregator='max', help="The highest dunning level of an item that is still open."
    )
    last_letter = fields.Date(readonly=True)
    last_contact = fields.Datetime(readonly=True)
    promises_broken = fields.Integer("Broken Promises", readonly=True)
    phone = fields.Char(related='partner_id.phone')
    is_high = fields.Boolean("High Value", readonly=True)
    priority = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Overdue amount, raised by risk and by the days since the last contact.",
    )
    next_date = fields.Date("On", readonly=True)
    next_kind = fields.Selection(KINDS, "Next", readonly=True)

    @property
    def _table_query(self):
        params = self.env['ar.open.item']._aging_parameters()
        today = fields.Date.context_today(self)
        return worklist.worklist(
            params._replace(as_of=today, credits='own_bucket', rates=(), presentation=()), today
        )

    @api.model
    def _search(self, *args, **kwargs):
        for model, names in self.env['ar.open.item']._depends.items():
            self.env[model].flush_model(names)
        return super()._search(*args, **kwargs)

    def _account(self):
        self.ensure_one()
        return self.env['ar.credit.account'].browse(
            self.credit_account_id.id
            or self.env['ar.credit.account'].sudo()._for_partner(self.partner_id, self.company_id).id
        )

    def action_open_customer(self):
        """Open the customer's page and remember its place in the worklist: a call changes the order."""
        here = self.env.context
        seen = here.get('worklist_seen', [])
        left = self.search_count(self._worklist_domain() & self._unseen(seen) & Domain('id', '!=', self.id))
        place = {
            'worklist_at': [self.priority, self.id],
            'worklist_place': [len(seen) + 1, len(seen) + 1 + left],
        }
        return self._account().with_context(**place).action_open_worklist()

    # === Next customer ===

    @api.model
    def _worklist_domain(self):
        """Return the domain of the rows that the user works through: what the list was filtered by."""
        context, today = self.env.context, fields.Date.context_today(self)
        domain = Domain.TRUE
        if context.get('worklist_mine'):
            domain &= Domain('collector_id', 'in', [self.env.uid, False])
        if context.get('worklist_due'):
            to_do = Domain('next_kind', 'in', ('none', 'credits'))
            domain &= to_do | Domain('next_date', '<=', today)
        if context.get('worklist_forgotten'):
            domain &= Domain('next_kind', '=', 'none')
        if context.get('worklist_high'):
            domain &= Domain('is_high', '=', True)
        return domain

    @api.model
    def _unseen(self, seen):
        return Domain('credit_account_id', 'not in', list(seen)) | Domain('credit_account_id', '=', False)

    @api.model
    def _next_after(self, account):
        """Return the row after the customer's place, else the first that was not seen yet; none at the end.

        The place is where the customer stood when its page was opened: what was done there moves it.
        """
        seen = [*self.env.context.get('worklist_seen', []), account.id]
        domain = self._worklist_domain() & self._unseen(seen)
        place = self.env.context.get('worklist_at')
        if not place:
            here = self.search([('credit_account_id', '=', account.id)], limit=1)
            place = here and [here.priority, here.id]
        if place:
            after = Domain('priority', '<', place[0]) | (
                Domain('priority', '=', place[0]) & Domain('id', '>', place[1])
            )
            if found := self.search(domain & after, limit=1):
                return found
        return self.search(domain, limit=1)

    # === Nothing is forgotten ===

    @api.model
    def _cron_remind(self):
        """Give each overdue customer that nothing is planned for to its collector, as an activity of today.

        It commits its progress: where it was killed, the next run goes on.
        """
        domain = [('next_kind', '=', 'none')]
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        while rows := self.search(domain, limit=100):
            done = sum(row._remind() for row in rows)
            if not done or not self.env['ir.cron']._commit_progress(done):
                return

    def _remind(self):
        """Give the customer to its collector; False where the company has no user who could take it."""
        account = self._account().sudo()
        user = account._responsible_collector()
        if not user:
            return False
        account.with_context(lang=user.lang)._schedule_follow_up(
            fields.Date.context_today(self),
            self.env._("Nothing planned: decide the next step"),
            user,
            self.env._(
                "%(amount)s overdue, the oldest item by %(days)s days.",
                amount=self.currency_id.format(self.overdue),
                days=self.oldest_days,
            ),
        )
        return True

    @api.model
    def _load_demo(self):
        """Load the demo data, see ``demo``; called by the demo file."""
        ar_collection_demo.load(self.env)
