from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.pdf import merge_pdf

from odoo.addons.ar_base.models.ar_customer_statement import KINDS
from odoo.addons.ar_base.report.download import download

BATCH = 200


class ArStatementRun(models.Model):
    """Statements of one day to one or many customers.

    What each customer owes is frozen when the run is prepared, and the PDF that was sent is kept: neither
    changes with the books. Sending is done by a job that can stop anywhere and goes on where it stopped; no
    statement is sent twice.
    """

    _name = 'ar.statement.run'
    _description = "Statement Run"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.fact.mixin', 'ar.waits.mixin']
    _order = 'as_of desc, id desc'
    _check_company_auto = True
    _facts = frozenset(['name', 'state', 'schedule_id', 'line_ids'])
    _fixed_after = frozenset(['prepared', 'sending', 'done', 'cancelled'])
    _free_fields = frozenset(['template_id', 'user_id'])
    _parts = ('line_ids',)

    name = fields.Char("Number", readonly=True, copy=False, default=lambda self: self.env._("New"))
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(KINDS, required=True, default='open_items')
    as_of = fields.Date(required=True, default=fields.Date.context_today)
    date_from = fields.Date("From", compute='_compute_date_from', store=True, readonly=False, precompute=True)
    scope = fields.Selection(
        [
            ('all', "All with something open"),
            ('overdue', "All with something overdue"),
            ('chosen', "Chosen customers"),
            ('tag', "Customers with a tag"),
        ],
        "Customers",
        required=True,
        default='all',
    )
    partner_ids = fields.Many2many(
        'res.partner', string="Chosen Customers", domain="[('parent_id', '=', False)]"
    )
    category_ids = fields.Many2many('res.partner.category', string="Tags")
    channel = fields.Selection([('mail', "E-mail"), ('print', "Print")], required=True, default='mail')
    template_id = fields.Many2one(
        'mail.template',
        "E-mail Template",
        domain="[('model', '=', 'ar.statement.line')]",
        default=lambda self: self.env.ref('ar_statement.mail_template_statement', raise_if_not_found=False),
    )
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('prepared', "Prepared"),
            ('sending', "Sending"),
            ('done', "Done"),
            ('cancelled', "Cancelled"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one('res.users', "Responsible", default=lambda self: self.env.user, tracking=True)
    schedule_id = fields.Many2one(
        'ar.statement.schedule', readonly=True, copy=False, index='btree_not_null', ondelete='set null'
    )
    line_ids = fields.One2many('ar.statement.line', 'run_id', "Statements", readonly=True)
    line_count = fields.Integer(compute='_compute_counts')
    sent_count = fields.Integer("Sent", compute='_compute_counts')
    failed_count = fields.Integer("Failed", compute='_compute_counts')
    skipped_count = fields.Integer("Skipped", compute='_compute_counts')
    waiting_count = fields.Integer("Waiting", compute='_compute_counts')
    progress = fields.Float(compute='_compute_counts')
    closing = fields.Monetary("Closing Total", compute='_compute_counts')

    _schedule_once = models.UniqueIndex(
        "(schedule_id, as_of) WHERE schedule_id IS NOT NULL AND state <> 'cancelled'",
        "This schedule already has a run of that day.",
    )

    def _waits(self):
        return self.env['ar.delivery']._waits_of(self.line_ids) if self.state == 'sending' else []

    @api.depends('as_of')
    def _compute_date_from(self):
        for run in self:
            run.date_from = run.as_of and run.as_of + relativedelta(day=1)

    @api.depends('line_ids.state', 'line_ids.closing')
    def _compute_counts(self):
        counts = {run: {} for run in self}
        totals = dict.fromkeys(self, 0)
        for run, state, count, closing in self.env['ar.statement.line']._read_group(
            [('run_id', 'in', self.ids)], ['run_id', 'state'], ['__count', 'closing:sum']
        ):
            counts[run][state] = count
            totals[run] += closing
        for run, by_state in counts.items():
            total, waiting = (
                sum(by_state.values()),
                sum(by_state.get(state, 0) for state in ('ready', 'queued')),
            )
            run.line_count, run.waiting_count, run.closing = total, waiting, totals.get(run, 0)
            run.sent_count, run.failed_count = by_state.get('sent', 0), by_state.get('failed', 0)
            run.skipped_count = by_state.get('skipped', 0)
            run.progress = 100 * (total - waiting) / total if total else 0

    @api.model_create_multi
    def create(self, vals_list):
        runs = super().create(vals_list)
        for run in runs:
            sequence = self.env['ir.sequence'].sudo().with_company(run.company_id)
            run._record_facts({'name': sequence.next_by_code('ar.statement.run') or run.name})
        return runs

    def _is_kept(self):
        return 'sent' in self.line_ids.mapped('state') or bool(self.line_ids._under_way())

    def _refusal_to_delete(self):
        return self.env._(
            "%(run)s has sent statements and cannot be deleted: it is proof of what customers received.",
            run=self.name,
        )

    # === Prepare ===

    def action_prepare(self):
        """Freeze the figures of every customer; what cannot be sent is skipped, with the reason."""
        for run in self:
            if run.state not in ('draft', 'prepared'):
                raise UserError(self.env._("%s has been sent. Start a new run for other figures.", run.name))
            if run.kind == 'activity' and run.date_from > run.as_of:
                raise UserError(
                    self.env._(
                        "The activity of %(run)s begins on %(first)s, after its end on %(last)s: "
                        "choose an earlier first day.",
                        run=run.name,
                        first=format_date(self.env, run.date_from),
                        last=format_date(self.env, run.as_of),
                    )
                )
            run.line_ids.sudo()._delete_recorded()
            run._freeze(run._customers())
            if not run.line_ids:
                raise UserError(
                    self.env._(
                        "No customer of %(company)s has anything to show on a statement as of %(day)s. "
                        "Choose other customers or another day.",
                        company=run.company_id.name,
                        day=format_date(self.env, run.as_of),
                    )
                )
            run._record_facts({'state': 'prepared'})
        return True

    def _customers(self):
        """Return the customers of the run, by one query over what is open on its day."""
        items = (
            self.env['ar.open.item']
            .sudo()
            .with_company(self.company_id)
            .with_context(as_of=fields.Date.to_string(self.as_of))
        )
        domain = [('company_id', 'child_of', self.company_id.ids), ('commercial_partner_id', '!=', False)]
        if self.scope == 'chosen':
            return self.partner_ids.commercial_partner_id
        if self.scope == 'tag':
            domain.append(('commercial_partner_id.category_id', 'in', self.category_ids.ids))
        if self.scope == 'overdue':
            domain += [('days_overdue', '>', 0), ('residual', '>', 0)]
        groups = items._read_group(domain, ['commercial_partner_id'])
        return self.env['res.partner'].union(*(partner for (partner,) in groups)).with_env(self.env)

    def _freeze(self, partners):
        accounts = self.env['ar.credit.account'].sudo()._for_partners(partners, self.company_id)
        for start in range(0, len(accounts), BATCH):
            batch = accounts[start : start + BATCH]
            data, recipients = (
                batch._statement_data(self.as_of, self.kind, self.date_from),
                batch._statement_recipients(),
            )
            self.env['ar.statement.line'].sudo()._create_with_facts(
                [self._prepare_line(account, recipients[account], data[account.id]) for account in batch]
            )

    def _prepare_line(self, account, recipient, data):
        reason = self._reason_to_skip(account, recipient, data)
        return {
            'run_id': self.id,
            'credit_account_id': account.id,
            'partner_id': account.partner_id.id,
            'recipient_id': recipient.id,
            'email': recipient.email,
            'data': data,
            'closing': data['closing'],
            'state': 'skipped' if reason else 'ready',
            'error': reason,
        }

    def _reason_to_skip(self, account, recipient, data):
        if account.statement_excluded and self.scope != 'chosen':
            return self.env._("The credit file says that this customer gets no statements.")
        if self.channel == 'mail' and not recipient.email_normalized:
            return self.env._(
                "%s has no valid e-mail address: enter one and retry, or print the statement.",
                recipient.display_name,
            )
        return False

    # === Send ===

    def action_send(self):
        """Queue the prepared statements; a job sends them."""
        for run in self:
            if run.state != 'prepared':
                raise UserError(self.env._("Prepare %s first: only frozen figures are sent.", run.name))
            run.line_ids.filtered(lambda line: line.state == 'ready')._queue()
            run._record_facts({'state': 'sending'})
        self.filtered(lambda run: run.line_ids)._finish()
        return True

    def action_retry(self):
        """Queue again what failed or was skipped for want of an address."""
        self.line_ids.filtered(lambda line: line.state in ('failed', 'skipped')).action_retry()
        return True

    def action_cancel(self):
        """Stop the run; what was sent stays sent."""
        for run in self:
            run.line_ids.filtered(lambda line: line.state in ('ready', 'queued')).sudo()._record_facts(
                {'state': 'skipped', 'error': self.env._("The run was cancelled.")}
            )
            run._record_facts({'state': 'cancelled'})
        return True

    def _finish(self):
        """Close the runs of which nothing waits."""
        for run in self.filtered(lambda r: r.state == 'sending'):
            run.invalidate_recordset()
            if run.waiting_count:
                continue
            run._record_facts({'state': 'done'})
            run.message_post(
                body=self.env._(
                    "Finished: %(sent)s sent, %(failed)s failed, %(skipped)s skipped.",
                    sent=run.sent_count,
                    failed=run.failed_count,
                    skipped=run.skipped_count,
                )
            )
            if run.failed_count and run.user_id:
                run.activity_schedule(
                    'mail.mail_activity_data_todo',
                    user_id=run.user_id.id,
                    summary=self.env._("%s statements failed: see why and retry", run.failed_count),
                )

    # === Look ===

    def action_open_lines(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_statement.ar_statement_line_action'),
            'domain': [('run_id', '=', self.id)],
            'context': {'default_run_id': self.id},
            'display_name': self.name,
        }

    def action_print(self):
        """Download every statement of the run in one PDF, as it was or will be sent."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.data)
        content = merge_pdf([line._pdf() for line in lines])
        return download(self.env, f"{self.name}.pdf", content, self)

    @api.model
    def _start_scheduled(self, values):
        """Make, prepare and send a run from a schedule; one without customers is not kept."""
        run = self._create_with_facts(
            [{**values, 'category_ids': [Command.set(values.get('category_ids', []))]}]
        )
        if not run._customers():
            run.unlink()
            return self.browse()
        run.action_prepare()
        run.action_send()
        return run
