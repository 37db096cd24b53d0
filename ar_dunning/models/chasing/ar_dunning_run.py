from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine import overdue

AT_ONCE = 500  # customers: what a person waits for; more is done by the job, with progress
BATCH = 200  # customers in one transaction of the job


class ArDunningRun(models.Model):
    """A proposal of letters for a company on a day: made, looked at, changed, approved, sent. It is kept.

    A large run is made by a job in batches of customers: killed, it goes on with the next customer. A customer of an
    undecided proposal of an earlier run gets the newer one instead.
    """

    _name = 'ar.dunning.run'
    _description = "Dunning Run"
    _inherit = ['mail.thread']
    _order = 'run_date desc, id desc'
    _check_company_auto = True

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
        "Letters Are Being Queued",
        readonly=True,
        copy=False,
        help="The job queues the approved letters, some at a time.",
    )
    notice_ids = fields.One2many('ar.dunning.notice', 'run_id', "Letters")
    letter_count = fields.Integer(compute='_compute_counts')
    withheld_count = fields.Integer(compute='_compute_counts')
    open_count = fields.Integer("To Approve", compute='_compute_counts')
    approved_count = fields.Integer("To Send", compute='_compute_counts')
    failed_count = fields.Integer("Failed", compute='_compute_counts')
    sent_count = fields.Integer("Sent", compute='_compute_counts')

    _one_automatic = models.UniqueIndex(
        '(company_id, run_date) WHERE is_automatic',
        "The daily job has made today's run of this company already.",
    )

    @api.depends('run_date', 'company_id')
    @api.depends_context('lang', 'allowed_company_ids')
    def _compute_name(self):
        several = len(self.env.companies.root_id) > 1
        for run in self:
            name = self.env._("Dunning of %s", fields.Date.to_string(run.run_date)) if run.run_date else ''
            run.name = f"{name} ({run.company_id.name})" if several else name

    @api.depends('name')
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.name

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
            run.letter_count = of('proposed', 'approved', 'queued', 'failed', 'sent')

    @api.ondelete(at_uninstall=False)
    def _keep_history(self):
        if any(run.state != 'draft' for run in self):
            raise UserError(self.env._("A dunning run is kept as history. Cancel it instead."))

    # === Proposing ===

    def action_propose(self):
        """Make the proposal: at once for a few customers, else by the job, which shows its progress on the run."""
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
            raise UserError(self.env._("%s was made already. Make a new run to propose again.", self.name))
        if not self._plans():
            raise UserError(
                self.env._(
                    "There is no dunning plan with stages for %s. Set one up under Receivables, Configuration, Dunning Plans.",
                    self.company_id.name,
                )
            )
        self.write(
            {
                'state': 'proposing',
                'last_customer': 0,
                'customer_done': 0,
                'customer_total': len(self.partner_ids)
                or overdue.count_customers(
                    self._flushed(), self._company_ids(), self.run_date, self._due_until()
                ),
            }
        )

    def _plans(self):
        return self.plan_ids or self.env['ar.dunning.plan']._plans_of(self.company_id)

    def _company_ids(self):
        return self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)]).ids

    def _due_until(self):
        """Return the last due date that the most patient-less plan can reach: negative grace reminds before the due date."""
        grace = min(self._plans().mapped('grace_days'), default=0)
        return self.run_date - timedelta(days=grace + 1)

    def _flushed(self):
        """Return the environment of the superuser after what the SQL reads is written."""
        for model, names in self.env['ar.open.item']._depends.items():
            self.env[model].flush_model(names)
        for model in ('ar.dunning.notice', 'ar.dunning.notice.line', 'ar.dunning.block', 'res.partner'):
            self.env[model].flush_model()
        return self.sudo().env

    def _propose_some(self, size=BATCH):
        """Propose the letters of the next ``size`` customers; the run is proposed once none is left."""
        self.ensure_one()
        if self.partner_ids:
            ids = sorted(self.partner_ids.commercial_partner_id.ids)
            partner_ids = [partner_id for partner_id in ids if partner_id > self.last_customer][:size]
        else:
            partner_ids = overdue.customers(
                self._flushed(),
                self._company_ids(),
                self.run_date,
                self._due_until(),
                self.last_customer,
                size,
            )
        if partner_ids:
            self._propose_for(partner_ids)
            self.write(
                {'last_customer': partner_ids[-1], 'customer_done': self.customer_done + len(partner_ids)}
            )
        if len(partner_ids) < size:
            self._finish_proposal()

    def _finish_proposal(self):
        self.write({'state': 'proposed'})
        if self.is_automatic:
            self.env['ar.dunning.notice'].search(
                [
                    ('run_id', '=', self.id),
                    ('state', '=', 'proposed'),
                    ('stage_id.approval', '=', 'automatic'),
                ]
            )._approve()
            self.action_send()

    # === Jobs ===

    @api.model
    def _cron_propose(self):
        """Go on with the runs in progress, one batch of customers a transaction."""
        for run in self.search([('state', '=', 'proposing')], order='id'):
            run = run.try_lock_for_update().filtered_domain([('state', '=', 'proposing')])
            while run and run.state == 'proposing':
                run._propose_some()
                if not self.env['ir.cron']._commit_progress(
                    1, remaining=max(run.customer_total - run.customer_done, int(run.state == 'proposing'))
                ):
                    return
                run = run.try_lock_for_update()
        self._cron_queue()

    @api.model
    def _cron_queue(self):
        """Queue the approved letters of large runs, one batch a transaction."""
        for run in self.search([('is_queueing', '=', True)], order='id'):
            run = run.try_lock_for_update().filtered_domain([('is_queueing', '=', True)])
            while run and run.is_queueing:
                run._queue_some(BATCH)
                if not self.env['ir.cron']._commit_progress(1, remaining=int(run.is_queueing)):
                    return
                run = run.try_lock_for_update()

    def _queue_some(self, size):
        """Queue the next approved letters; whatever must not be asked any more leaves the queue by the recheck."""
        self.ensure_one()
        approved = [('run_id', '=', self.id), ('state', '=', 'approved')]
        self.env['ar.dunning.notice'].search(approved, limit=size, order='id').action_send()
        if not self.env['ar.dunning.notice'].search_count(approved, limit=1):
            self.is_queueing = False
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
            run = self.with_company(company).create(
                {'company_id': company.id, 'run_date': today, 'is_automatic': True}
            )
            if run._plans():
                run.action_propose()
            self.env['ir.cron']._commit_progress(1)

    # === Deciding ===

    def action_approve(self):
        """Approve every letter that the user may approve; the others wait for who may."""
        for run in self:
            notices = run.notice_ids.filtered(
                lambda notice: notice.state == 'proposed' and notice._may_approve()
            )
            if not notices:
                raise UserError(
                    self.env._(
                        "No letter of %s waits for your approval. Letters of later stages are approved by a credit controller.",
                        run.name,
                    )
                )
            notices.action_approve()
        return True

    def action_send(self):
        """Queue the approved letters: a few at once, many by the job. Another job sends what is queued."""
        for run in self:
            run.is_queueing = True
            if run.approved_count <= AT_ONCE:
                run._queue_some(AT_ONCE)
            else:
                self.env.ref('ar_dunning.ir_cron_propose')._trigger()
        return True

    def _close_if_done(self):
        for run in self.filtered(lambda run: run.state == 'proposed'):
            run.env.flush_all()
            if (
                not self.env['ar.dunning.notice']
                .sudo()
                .search_count([('run_id', '=', run.id), ('state', 'in', ('proposed', 'approved'))], limit=1)
            ):
                run.sudo().write({'state': 'done'})

    def action_cancel(self):
        """Withdraw what was not sent."""
        for run in self:
            run.notice_ids.filtered(lambda notice: notice.state in ('proposed', 'approved'))._drop(
                self.env._("The run was cancelled")
            )
            run.write({'state': 'cancelled'})
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
