from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import overdue
from ..rules import draft as drafting
from odoo.addons.ar_base.engine import open_items, parts

AT_ONCE = 500  # customers: what a person waits for; more is done by the job, with progress
BATCH = 200  # customers in one transaction of the job
AHEAD = 20_000  # customers that one reading of all open items finds


class ArDunningRun(models.Model):
    """A proposal of letters for a company on a day: made, reviewed, changed, approved, sent, and kept.

    A large run is made by a job in batches of customers: when the job is killed, it goes on with the next
    customer. A new proposal replaces the undecided ones of earlier runs for the same customers.
    """

    _name = 'ar.dunning.run'
    _description = "Dunning Run"
    _inherit = ['mail.thread', 'ar.fact.mixin', 'ar.job.mixin', 'ar.dunning.wait.mixin']
    _order = 'run_date desc, id desc'
    _check_company_auto = True
    _facts = frozenset(
        ['state', 'is_automatic', 'customer_total', 'customer_done', 'last_customer', 'is_queueing']
    )
    _fixed_after = frozenset(['proposing', 'proposed', 'done', 'cancelled'])

    name = fields.Char(compute='_compute_name')
    company_id = fields.Many2one(
        'res.company',
        required=True,
        default=lambda self: self.env.company.root_id,
        domain=[('parent_id', '=', False)],
        index=True,
    )
    run_date = fields.Date(required=True, default=fields.Date.context_today)
    documents_until = fields.Date(help="Documents posted later are left out. Empty: all.")
    plan_ids = fields.Many2many(
        'ar.dunning.plan', string="Only Plans", help="Empty: the plan of each customer."
    )
    partner_ids = fields.Many2many(
        'res.partner',
        string="Only Customers",
        domain="[('commercial_partner_id', '=', id)]",
        context={'active_test': False},
    )
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('proposing', "In Progress"),
            ('proposed', "Proposed"),
            ('done', "Done"),
            ('cancelled', "Cancelled"),
        ],
        default='draft',
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    is_automatic = fields.Boolean("Made by the Daily Job", readonly=True, copy=False)
    customer_total = fields.Integer("Customers", readonly=True, copy=False)
    customer_done = fields.Integer("Customers Done", readonly=True, copy=False)
    last_customer = fields.Integer(readonly=True, copy=False, help="Where the job goes on.")
    progress = fields.Float(compute='_compute_progress')
    is_queueing = fields.Boolean(
        "Letters Are Being Queued", readonly=True, copy=False, help="A job queues the approved letters."
    )
    notice_ids = fields.One2many('ar.dunning.notice', 'run_id', "Letters")
    letter_count = fields.Integer(compute='_compute_counts')
    withheld_count = fields.Integer(compute='_compute_counts')
    open_count = fields.Integer("To Approve", compute='_compute_counts')
    approved_count = fields.Integer("To Send", compute='_compute_counts')
    failed_count = fields.Integer("Failed", compute='_compute_counts')
    sent_count = fields.Integer("Sent", compute='_compute_counts')
    waiting_count = fields.Integer("Waiting", compute='_compute_counts')

    _one_automatic = models.UniqueIndex(
        '(company_id, run_date) WHERE is_automatic',
        "The daily job has already made today's run for this company.",
    )

    @api.depends('run_date', 'company_id')
    @api.depends_context('lang', 'allowed_company_ids')
    def _compute_name(self):
        several = len(self.env.companies.root_id) > 1
        for run in self:
            name = self.env._("Dunning of %s", format_date(self.env, run.run_date)) if run.run_date else ''
            run.name = f"{name} ({run.company_id.name})" if several else name

    @api.depends('customer_total', 'customer_done', 'state')
    def _compute_progress(self):
        for run in self:
            done = 100.0 * run.customer_done / run.customer_total if run.customer_total else 0.0
            run.progress = (
                min(done, 100.0) if run.state == 'proposing' else 100.0 if run.state != 'draft' else 0.0
            )

    @api.depends('notice_ids.state')
    def _compute_counts(self):
        counts = {
            (run, state): count
            for run, state, count in self.env['ar.dunning.notice']._read_group(
                [('run_id', 'in', self.ids)], ['run_id', 'state'], ['__count']
            )
        }
        for run in self:

            def of(*states, run=run):
                return sum(counts.get((run, state), 0) for state in states)

            run.withheld_count = of('withheld')
            run.open_count = of('proposed')
            run.approved_count = of('approved')
            run.failed_count = of('failed')
            run.sent_count = of('sent')
            run.waiting_count = of('queued')
            run.letter_count = of('proposed', 'approved', 'queued', 'failed', 'sent')

    def _refusal_to_delete(self):
        return self.env._("A dunning run is kept as history. Cancel it instead.")

    # === Proposing ===

    def action_propose(self):
        """Make the proposal: at once for a few customers, else by the job, which shows its progress."""
        for run in self:
            run._start()
            if run.customer_total <= AT_ONCE:
                while run.state == 'proposing':
                    run._propose_some(AT_ONCE)
            else:
                self.env.ref('ar_dunning.ir_cron_propose')._trigger()
        return True

    def _start(self):
        self.ensure_one()
        if self.state != 'draft':
            raise UserError(
                self.env._("%s has already been proposed. Create a new run to propose again.", self.name)
            )
        if not self._plans():
            raise UserError(
                self.env._(
                    "There is no dunning plan with stages for %s. "
                    "Set one up under Receivables, Configuration, Dunning Plans.",
                    self.company_id.name,
                )
            )
        total = len(self.partner_ids)
        if not total:
            query = overdue.count_customers(*self._due())
            [[total]] = self.env['ar.open.item']._execute_flushed(query)
        self._record_facts(
            {'state': 'proposing', 'last_customer': 0, 'customer_done': 0, 'customer_total': total}
        )

    def _plans(self):
        return self.plan_ids or self.env['ar.dunning.plan']._plans_of(self.company_id)

    def _company_ids(self):
        return self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)]).ids

    def _due(self):
        """Return (companies, day, latest due date any plan may dun: negative grace reminds before it)."""
        grace = min(self._plans().mapped('grace_days'), default=0)
        return self._company_ids(), self.run_date, self.run_date - timedelta(days=grace + 1)

    def _propose_some(self, size=BATCH, ahead=None):
        """Propose the letters of the next ``size`` customers; the run is proposed once none is left."""
        self.ensure_one()
        partner_ids = self._next_customers(size, {} if ahead is None else ahead)
        if partner_ids:
            self._propose_for(partner_ids)
            done = self.customer_done + len(partner_ids)
            self._record_facts({'last_customer': partner_ids[-1], 'customer_done': done})
        if len(partner_ids) < size:
            self._finish_proposal()

    def _next_customers(self, size, ahead):
        """Return the ids of the next ``size`` customers with something due.

        :param ahead: kept by a job from batch to batch: to find them, all open items are read, once for
            ``AHEAD`` customers. What they owe is read with their batch.
        """
        if self.partner_ids:
            ids = sorted(self.partner_ids.commercial_partner_id.ids)
            return [id_ for id_ in ids if id_ > self.last_customer][:size]
        found = [id_ for id_ in ahead.get(self.id, ()) if id_ > self.last_customer]
        if len(found) < size:
            query = overdue.customers(*self._due(), after=self.last_customer, limit=AHEAD)
            found = ahead[self.id] = [row[0] for row in self.env['ar.open.item']._execute_flushed(query)]
        return found[:size]

    def _propose_for(self, partner_ids):
        """Hook: store and return the letters, and notices that say why an overdue customer gets none."""
        drafts = [draft for draft in self._drafts(partner_ids) if not draft.is_silent]
        self.env['ar.dunning.notice'].sudo()._supersede(self, partner_ids)
        notices = self.env['ar.dunning.notice'].sudo().with_context(tracking_disable=True)
        notices = notices._create_with_facts([self._prepare_notice_values(draft) for draft in drafts])
        self.env['ar.dunning.notice.line']._insert(
            (notice.id, *line)
            for notice, draft in zip(notices, drafts)
            for line in draft.lines(notice.currency_id.round)
        )
        return notices

    def _prepare_notice_values(self, draft):
        plan = self.env['ar.dunning.plan'].browse(draft.dunning_plan_id)
        account = self.env['ar.credit.account'].sudo().browse(draft.credit_account_id)
        totals = draft.totals()
        return {
            **totals,
            'run_id': self.id,
            'credit_account_id': account.id,
            'partner_id': draft.partner_id,
            'company_id': draft.company_id,
            'currency_id': draft.currency_id,
            'collector_id': account.collector_id.id,
            'dunning_plan_id': plan.id,
            'stage_id': plan.stage_ids.filtered(lambda stage: stage.level == totals['level']).id,
        }

    def _finish_proposal(self):
        self._record_facts({'state': 'proposed'})
        if self.is_automatic:
            automatic = [('stage_id.approval', '=', 'automatic')]
            mine = [('run_id', '=', self.id), ('state', '=', 'proposed')]
            self.env['ar.dunning.notice'].search(mine + automatic)._approve()
            self.action_send()

    # === Judging ===

    def _drafts(self, partner_ids, ignore=()):
        """Return the Draft of each letter that the customers may get, in a fixed number of queries.

        :param ignore: keys (account, company, currency) whose letter under way is reviewed.
        """
        Item = self.env['ar.open.item'].sudo()
        self.env['account.move.line'].flush_model(['no_followup'])
        contact_ids = tuple(row[0] for row in Item._execute_flushed(overdue.contacts(partner_ids)))
        items = overdue.items(self._company_ids(), self.run_date, contact_ids)
        rows = [drafting.Row(*row) for row in Item._execute_flushed(items)]
        accounts = self._accounts_by_customer(partner_ids, rows)
        account_ids = list(set(accounts.values()))
        facts = self._facts_for(account_ids, [row.line_id for row in rows], contact_ids)
        last, under_way = self.env['ar.dunning.notice']._last_letters(account_ids)
        plans = self.env['ar.dunning.plan']._by_account(account_ids, self.company_id)
        return [
            self._draft(key, group, plans[key[0]], facts, None if key in ignore else last.get(key))
            for key, group in drafting.by_letter(rows, accounts).items()
            if key not in under_way or key in ignore
        ]

    def _accounts_by_customer(self, partner_ids, rows):
        """Return {(customer id, company id): credit account id}, created where absent in one statement."""
        customers = self.env['res.partner'].browse(partner_ids)
        accounts = self.env['ar.credit.account'].sudo()._for_partners(customers, self.company_id)
        found = {account.partner_id.id: account.id for account in accounts}
        return {(row.partner_id, row.company_id): found[row.partner_id] for row in rows}

    def _facts_for(self, account_ids, line_ids, contact_ids):
        day, Item = self.run_date, self.env['ar.open.item'].sudo()
        params = open_items.Parameters(as_of=day, partner_ids=contact_ids)
        disputing = Item._disputing_partners(params)
        disputed = disputing and Item._execute_flushed(parts.disputed(params._replace(partner_ids=disputing)))
        return drafting.Facts(
            dunned=self.env['ar.dunning.notice.line']._dunned_levels(line_ids),
            disputed=dict(disputed),
            blocked=self.env['ar.dunning.block']._in_force(account_ids, day)[1],
            excluded=Item._dunning_exclusions(line_ids, day),
            escalated=self._escalated_items(line_ids, day),
            stopped=self._stopped_accounts(account_ids, day),
        )

    @api.model
    def _escalated_items(self, line_ids, on_date):
        """Return the ids of the items whose commitment was broken and that were not dunned since."""
        broken = self.env['ar.open.item'].sudo()._broken_commitments(line_ids, on_date)
        dunned = self.env['ar.dunning.notice.line']._dunned_levels(list(broken))
        return {id_ for id_, day in broken.items() if id_ not in dunned or dunned[id_].on < day}

    @api.model
    def _stopped_accounts(self, account_ids, on_date):
        """Hook: return {credit account id: (reason, last day or None)} of customers without any letter."""
        accounts, _items = self.env['ar.dunning.block']._in_force(account_ids, on_date)
        return {account_id: ('account_blocked', until) for account_id, until in accounts.items()}

    def _draft(self, key, rows, plan, facts, last_dunned):
        reason, until = facts.stopped.get(key[0], (None, None))
        known = {'last_dunned': last_dunned, 'documents_until': self.documents_until or None}
        if plan and (not self.plan_ids or plan in self.plan_ids):
            letter = plan._judge(key, rows, facts, self.run_date, stopped=reason, **known)
        else:
            letter, until = drafting.Letter(False, drafting.SILENT if plan else 'no_plan', ()), None
        return drafting.Draft(
            *key, rows[0].partner_id, plan.id, letter, tuple(rows), facts, until, plan.escalate_broken
        )

    # === Jobs ===

    @api.model
    def _cron_propose(self):
        """Go on with the runs in progress, then queue the approved letters of large runs, by batches."""
        ahead = {}
        proposing = [('state', '=', 'proposing')]
        if self._work(proposing, lambda run: run._propose_some(ahead=ahead), repeat=True):
            self._work([('is_queueing', '=', True)], lambda run: run._queue_some(BATCH), repeat=True)

    def _queue_some(self, size):
        """Queue the next approved letters; the review withholds those that must not be sent any more."""
        self.ensure_one()
        approved = [('run_id', '=', self.id), ('state', '=', 'approved')]
        self.env['ar.dunning.notice'].search(approved, limit=size, order='id').action_send()
        if not self.env['ar.dunning.notice'].search_count(approved, limit=1):
            self._record_facts({'is_queueing': False})
            self._close_if_done()

    @api.model
    def _cron_daily(self):
        """Make today's run of each company that wants one; a second start on the same day makes none."""
        today = fields.Date.context_today(self)
        for company in self.env['res.company'].search(
            [('parent_id', '=', False), ('ar_dunning_daily', '=', True)]
        ):
            if not company._ar_dunning_open(today) or self.search_count(
                [('company_id', '=', company.id), ('run_date', '=', today), ('is_automatic', '=', True)],
                limit=1,
            ):
                continue
            run = self.with_company(company)._create_with_facts(
                {'company_id': company.id, 'run_date': today, 'is_automatic': True}
            )
            if run._plans():
                run.action_propose()
            self.env['ir.cron']._commit_progress(1)

    # === Deciding ===

    def action_approve(self):
        """Approve every letter that the user may approve; the others wait for a credit controller."""
        for run in self:
            notices = run.notice_ids.filtered(
                lambda notice: notice.state == 'proposed' and notice._may_approve()
            )
            if not notices:
                raise UserError(
                    self.env._(
                        "No letter of %s is waiting for your approval. Letters of later stages are "
                        "approved by a credit controller.",
                        run.name,
                    )
                )
            notices.action_approve()
        return True

    def action_send(self):
        """Queue the approved letters: a few at once, many by the job. Another job sends what is queued."""
        for run in self:
            run._record_facts({'is_queueing': True})
            if run.approved_count <= AT_ONCE:
                run._queue_some(AT_ONCE)
            else:
                self.env.ref('ar_dunning.ir_cron_propose')._trigger()
        return True

    def _close_if_done(self):
        """Close the runs of which every letter has been decided."""
        undecided = [('run_id', 'in', self.ids), ('state', 'in', ('proposed', 'approved'))]
        groups = self.env['ar.dunning.notice'].sudo()._read_group(undecided, ['run_id'])
        open_ids = {run.id for (run,) in groups}
        done = self.sudo().filtered(lambda run: run.state == 'proposed' and run.id not in open_ids)
        done._record_facts({'state': 'done'})

    def action_cancel(self):
        """Withdraw what was not sent."""
        for run in self:
            run.notice_ids.filtered(lambda notice: notice.state in ('proposed', 'approved'))._drop(
                self.env._("The run was cancelled")
            )
            run._record_facts({'state': 'cancelled'})
        return True

    # === Opening ===

    def action_open_letters(self):
        return self._open(self.env._("Letters"), [('state', '!=', 'withheld')])

    def action_open_withheld(self):
        return self._open(self.env._("No Letter"), [('state', '=', 'withheld')])

    def _open(self, name, domain):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_notice_action')
        return {**action, 'name': name, 'domain': [('run_id', '=', self.id), *domain], 'context': {}}
