from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import cash, score
from ..report import ar_commission_xlsx
from ..rules import commission
from ..rules.commission import Found
from odoo.addons.ar_base.report.download import download
from odoo.addons.ar_base.rules.money import exact

COMPUTES = 'ar_base.group_accountant'
SEALED = ('partial_key', 'kind', 'cash', 'base', 'rate', 'share', 'commission', 'corrects_id')


class ArCommissionStatement(models.Model):
    """What a salesperson earned in a month on the cash that came in, and what is taken back.

    Guarantees: the lines of all months sum, for each match of cash with an invoice, to that cash. An approved
    month never changes; what has changed since appears in the next open month, as lines that name what they
    take back. Months are computed in their order, as often as one likes until they are approved, by somebody
    who is neither the salesperson nor the one who computed them.
    """

    _name = 'ar.commission.statement'
    _description = "Commission Statement"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _order = 'month desc, salesperson_id, id'
    _only_recorded = True
    _journaled = frozenset({'approved'})
    _journal_fields = frozenset({'month', 'salesperson_id'})
    _journal_parts = {'line_ids': SEALED}
    _parts = ('line_ids',)

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    month = fields.Date(required=True, readonly=True, index=True, help="The last day of the month.")
    salesperson_id = fields.Many2one('res.users', required=True, readonly=True, index=True)
    plan_id = fields.Many2one(
        'ar.commission.plan', readonly=True, ondelete='restrict', help="In force at the end of the month."
    )
    state = fields.Selection(
        [('draft', "Draft"), ('approved', "Approved")], default='draft', required=True, readonly=True
    )
    computed_on = fields.Datetime(readonly=True)
    approved_by = fields.Many2one('res.users', readonly=True)
    approved_on = fields.Datetime(readonly=True)
    line_ids = fields.One2many('ar.commission.line', 'statement_id', "Lines", readonly=True)
    cash = fields.Monetary(readonly=True, help="What the lines sum to.")
    earned = fields.Monetary(readonly=True, help="On the cash of the month.")
    corrections = fields.Monetary(
        readonly=True, help="For months that were approved before: entered late, refunded, taken back."
    )
    overdue = fields.Monetary(readonly=True, help="At the end of the month, as the plan counts it.")
    deduction = fields.Monetary("Deduction for Overdue", readonly=True)
    carried_in = fields.Monetary("Carried from Before", readonly=True)
    payable = fields.Monetary(readonly=True, help="Within the minimum and the maximum of the plan.")
    carried_out = fields.Monetary("Carried to the Next Month", readonly=True)

    _month_unique = models.UniqueIndex('(company_id, month, salesperson_id)')

    @api.depends('month', 'salesperson_id')
    def _compute_display_name(self):
        for statement in self:
            month = statement.month and statement.month.strftime('%Y-%m')
            statement.display_name = f"{month or ''} {statement.salesperson_id.name or ''}"

    # === Computing ===

    @api.model
    def _compute_month(self, company, month):
        """Compute the drafts of a month again, of all salespersons, from the ledger; return the month's.

        :param month: its last day.
        :raise AccessError: the user is no accountant. :raise UserError: the month is not the next open one.
        """
        if not self.env.user.has_group(COMPUTES) or company not in self.env.companies:
            raise AccessError(self.env._("Accountants of %s compute its commission.", company.name))
        self._check_open(company, month)
        statements = self.sudo().search([('company_id', '=', company.id), ('month', '=', month)])
        drafts = statements.filtered(lambda one: one.state == 'draft')
        drafts.line_ids._delete_recorded()
        settled = set((statements - drafts).salesperson_id.ids)
        found = [row for row in self._unrecorded(company, month) if row.salesperson_id not in settled]
        in_force = self._in_force(company, month)
        people = {row.salesperson_id for row in found} | in_force.keys() - settled
        drafts |= self._missing(company, month, people - set(drafts.salesperson_id.ids))
        drafts._record_lines(found)
        drafts._settle(in_force)
        drafts.with_env(self.env)._approval_note_asker()
        return (statements | drafts).with_env(self.env)

    @api.model
    def _check_open(self, company, month):
        """:raise UserError: the month has not ended, or is not the next one that is open."""
        if month >= fields.Date.context_today(self):
            raise UserError(self.env._("%s has not ended yet.", month.strftime('%Y-%m')))
        domain = [('company_id', '=', company.id)]
        before = self.sudo().search(
            [*domain, ('month', '<', month), ('state', '=', 'draft')], limit=1, order='month'
        )
        if before:
            raise UserError(
                self.env._(
                    "Approve %s first: what changes afterwards is corrected in the month that follows.",
                    before.display_name,
                )
            )
        if self.sudo().search_count([*domain, ('month', '>', month)], limit=1):
            raise UserError(
                self.env._(
                    "%s is settled, for a later month was computed. Corrections appear in the open month.",
                    month.strftime('%Y-%m'),
                )
            )

    @api.model
    def _unrecorded(self, company, month):
        """Return the ``Found`` of a company up to the day: where lines do not say what the ledger says."""
        for model, names in cash.FLUSHED.items():
            self.env[model].flush_model(names)
        is_loss = self.env['account.move']._ar_loss_condition
        return [
            Found(partial, user, move, name, untaxed, total, *rest)
            for partial, user, move, name, untaxed, total, *rest in self.env.execute_query(
                cash.unrecorded(company.id, month, is_loss)
            )
        ]

    @api.model
    def _in_force(self, company, day):
        """Return {salesperson id: plan} on the day."""
        assignments = (
            self.env['ar.commission.assignment']
            .sudo()
            .search(
                [
                    ('company_id', '=', company.id),
                    ('date_from', '<=', day),
                    '|',
                    ('date_to', '=', False),
                    ('date_to', '>=', day),
                ]
            )
        )
        return {one.user_id.id: one.plan_id for one in assignments}

    @api.model
    def _missing(self, company, month, people):
        """Return new drafts of the month for these users."""
        return (
            self.sudo()
            .with_context(tracking_disable=True)
            ._create_with_facts(
                [
                    {'company_id': company.id, 'month': month, 'salesperson_id': user}
                    for user in sorted(people)
                ]
            )
            .with_env(self.sudo().env)
        )

    def _record_lines(self, found):
        """Write the lines of the drafts of one month; those that name a line of the same month come last."""
        if not found:
            return
        Lines = self.env['ar.commission.line']
        plans = {
            plan.id: plan._terms()
            for plan in self.env['ar.commission.plan'].browse({row.plan_id for row in found if row.plan_id})
        }
        recorded = Lines._said({row.partial_key for row in found} | {row.takes_back for row in found})
        company, statements = self.company_id, {one.salesperson_id.id: one.id for one in self}
        unit = company.currency_id.rounding
        made = commission.lines(found, recorded, plans, self[0].month.replace(day=1), unit)
        ids = {}
        for last in (False, True):
            batch = [line for line in made if bool(line.corrects and not line.corrects.id) is last]
            values = [Lines._values_of(line, statements[line.salesperson_id], company, ids) for line in batch]
            for line, record in zip(batch, Lines._create_with_facts(values), strict=True):
                ids[line] = record.id

    def _settle(self, in_force):
        """Sum up the drafts of a month, and find what they pay."""
        overdue = self._overdue(set(in_force.values()))
        before = self._carried()
        for statement in self:
            person, lines = statement.salesperson_id.id, statement.line_ids
            plan = in_force.get(person) or self.env['ar.commission.plan']
            late = overdue.get((plan, person), 0)
            found = commission.settle(
                sum((exact(line.commission) for line in lines), exact(0)),
                late,
                plan.overdue_rate,
                before.get(person, 0),
                plan.minimum,
                plan.maximum if plan.has_maximum else None,
                statement.currency_id.rounding,
            )
            own = lines.filtered(lambda line: line.kind == 'cash')
            statement._record_facts(
                {
                    'plan_id': plan.id,
                    'computed_on': fields.Datetime.now(),
                    'cash': sum(lines.mapped('cash')),
                    'earned': sum(own.mapped('commission')),
                    'corrections': sum((lines - own).mapped('commission')),
                    'overdue': late,
                    'deduction': float(found.deduction),
                    'carried_in': before.get(person, 0),
                    'payable': float(found.payable),
                    'carried_out': float(found.carried),
                }
            )

    def _overdue(self, plans):
        """Return {(plan, salesperson id): amount overdue at the end of the month, as the plan counts it}."""
        for model, names in score.FLUSHED.items():
            self.env[model].flush_model(names)
        found = {}
        for plan in plans:
            if not plan.overdue_rate:
                continue
            query = score.overdue(self.company_id.id, self[:1].month, plan.overdue_days)
            for _partner, user, _team, amount in self.env.execute_query(query):
                found[plan, user] = found.get((plan, user), 0) + amount
        return found

    def _carried(self):
        """Return {salesperson id: what the month before left negative}."""
        rows = self.sudo()._read_group(
            [
                ('company_id', '=', self.company_id.id),
                ('month', '<', self[:1].month),
                ('salesperson_id', 'in', self.salesperson_id.ids),
            ],
            ['salesperson_id', 'month:day'],
            ['carried_out:sum'],
            order='month:day',
        )
        return {user.id: amount for user, _month, amount in rows}

    # === Approving ===

    def action_approve(self):
        """Approve the statements: from now on they never change.

        :raise AccessError: somebody else has to, as the approval matrix says; the salesperson and the one
            who computed it do not.
        """
        if any(statement.state != 'draft' for statement in self):
            raise UserError(self.env._("%s: already approved.", ', '.join(self.mapped('display_name'))))
        self._approval_route(notify=False)
        self._approval_check()
        self.sudo()._record_facts(
            {'state': 'approved', 'approved_by': self.env.uid, 'approved_on': fields.Datetime.now()}
        )
        return True

    def _approval_kind(self):
        return 'commission'

    def _approval_amount(self):
        return self.payable

    def _approval_requesters(self):
        return self.salesperson_id

    # === For payroll ===

    def action_export(self):
        """Return the approved statements as a spreadsheet, one row for each salesperson and month.

        :raise UserError: one is not approved.
        """
        self.check_access('read')
        if not self.env.user.has_group(COMPUTES):
            raise AccessError(self.env._("Accountants export commission for payroll."))
        if not self or any(statement.state != 'approved' for statement in self):
            raise UserError(self.env._("Payroll gets approved statements only: approve them first."))
        columns = ('month', 'salesperson_id', 'cash', 'earned', 'corrections', 'deduction', 'carried_in')
        columns += ('payable', 'currency_id', 'approved_by')
        labels = [self._fields[name]._description_string(self.env) for name in columns]
        content = ar_commission_xlsx.workbook(self.env._("Commission"), labels, self.sorted('id'))
        return download(self.env, f"{self.env._('Commission')}.xlsx", content)
