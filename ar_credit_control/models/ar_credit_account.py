from datetime import timedelta

from odoo import api, fields, models

from ..demo.ar_credit_control_demo import load

EXPIRY = 'ar_credit_control.mail_activity_type_expiry'


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    credit_limit = fields.Monetary(tracking=True, help="In company currency, tax included. 0 = no credit.")
    is_unlimited = fields.Boolean(
        "Unlimited", tracking=True, help="No limit is checked; every other rule is."
    )
    limit_decided = fields.Boolean(
        readonly=True,
        copy=False,
        help=(
            "Set once a limit (0 included) or \"unlimited\" is entered. Until then the company's setting "
            "applies."
        ),
    )
    limit_mandatory = fields.Boolean(
        "0 Means No Credit",
        default=True,
        help="Untick it to let the group's limit apply where the customer's own limit is 0.",
    )
    limit_valid_until = fields.Date(tracking=True, help="The last day on which the limit counts.")
    temp_limit = fields.Monetary(
        "Temporary Limit", tracking=True, help="Replaces the limit between its two dates."
    )
    temp_from = fields.Date("Temporary from", tracking=True)
    temp_until = fields.Date(
        "Temporary until", tracking=True, help="From the next day, the normal limit applies again."
    )
    terms_days = fields.Integer(
        "Longest Terms (Days)", tracking=True, help="Orders on longer terms break a rule. 0 = prepayment."
    )
    terms_decided = fields.Boolean(
        "Own Terms", tracking=True, help="Otherwise the grade's longest terms apply."
    )
    file_valid_until = fields.Date(
        "Next Review", tracking=True, help="After this day the credit file must be reviewed."
    )
    group_id = fields.Many2one(
        'ar.credit.group',
        "Credit Group",
        tracking=True,
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
    )
    limit_documents = fields.Boolean(related='company_id.ar_limit_documents')
    limit_reason = fields.Char(
        "Why It Changes", store=False, help="Kept with what is entered in the file directly."
    )
    security_ids = fields.One2many('ar.credit.security', 'credit_account_id', "Securities")
    decision_ids = fields.One2many('ar.credit.decision', 'credit_account_id', "Credit Decisions")
    change_ids = fields.One2many('ar.credit.change', 'credit_account_id', "Credit Changes")
    held_order_count = fields.Integer(compute='_compute_held_order_count')
    credit_summary = fields.Json(
        compute='_compute_credit_summary', help="The figures of the strip at the top of the file."
    )

    _temp_period = models.Constraint(
        'CHECK (temp_from IS NULL OR temp_until IS NULL OR temp_from <= temp_until)',
        "A temporary limit cannot end before it begins.",
    )
    _limit_not_negative = models.Constraint(
        'CHECK (credit_limit >= 0 AND (temp_limit IS NULL OR temp_limit >= 0))',
        "A credit limit cannot be negative. Enter 0 for no credit.",
    )

    def _compute_held_order_count(self):
        counts = dict(
            self.env['ar.credit.decision']._read_group(
                [('credit_account_id', 'in', self.ids), ('state', '=', 'hold')],
                ['credit_account_id'],
                ['__count'],
            )
        )
        for account in self:
            account.held_order_count = counts.get(account, 0)

    @api.depends_context('uid', 'lang')
    @api.depends('exposure')
    def _compute_credit_summary(self):
        names = self._credit_component_names()
        for account in self:
            buckets = account._credit_buckets()
            account.credit_summary = {
                'currency_id': account.currency_id.id,
                'net': account.exposure,
                'gross': account.exposure_gross,
                'secured': account.exposure_secured,
                'has_limit': account.has_limit,
                'unlimited': account.is_unlimited,
                'limit': account.effective_limit,
                'available': account.available_credit,
                'used_pct': account.limit_used_pct,
                'overdue': account.currency_id.round(
                    sum(bucket['amount'] for bucket in buckets if bucket['is_overdue'])
                ),
                'components': [
                    {'code': component.code, 'name': names[component.code], 'amount': account[component.code]}
                    for component in account._credit_components()
                    if component.code in account._fields
                ],
                'buckets': buckets,
            }

    def _credit_buckets(self):
        """Return the open items of today by bucket of the company's scheme, for any user."""
        self.ensure_one()
        if not self.id:
            return []
        scheme = self.company_id._ar_scheme()
        items = self.env['ar.open.item'].sudo()
        items = items.with_context(
            aging_scheme_id=scheme.id,
            aging_partner_ids=items._family(self.partner_id).ids,
            as_of=fields.Date.to_string(fields.Date.context_today(self)),
        )
        amounts = dict(
            items._read_group(
                [
                    ('commercial_partner_id', '=', self.partner_id.id),
                    ('company_id', 'child_of', self.company_id.id),
                ],
                ['bucket_id'],
                ['residual:sum'],
            )
        )
        return [
            {
                'name': bucket.name,
                'amount': self.currency_id.round(amount),
                'is_overdue': scheme.basis == 'due' and bucket != scheme.bucket_ids[:1],
            }
            for bucket in scheme.bucket_ids
            for amount in [amounts.get(bucket, 0.0)]
        ]

    # === Actions ===

    def action_change_credit(self):
        """Open a new credit change of this customer."""
        return self._action_change(change_limit=True)

    def action_withdraw_limit(self):
        """Ask that the customer has no limit of its own: the company's setting applies again."""
        return self._action_change(change_limit=True, new_withdrawn=True)

    def _action_change(self, **values):
        """Open a new credit change of this customer, filled in with ``values``."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.change',
            'view_mode': 'form',
            'name': self.env._("Change Credit"),
            'context': {
                'default_credit_account_id': self.id,
                **{f'default_{name}': value for name, value in values.items()},
            },
        }

    def action_open_held_orders(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_credit_control.ar_credit_decision_action')
        action['domain'] = [('credit_account_id', '=', self.id)]
        action['context'] = {}
        return action

    # === Hooks and jobs ===

    def _portal_available_credit(self):
        # EXTENDS 'ar_base'
        account = self.with_company(self.company_id)
        if not account.has_limit:
            return super()._portal_available_credit()
        return {'limit': account.effective_limit, 'available': max(account.available_credit, 0)}

    @api.model
    def _load_demo_documents(self):
        """Invoices and orders of the demo customers: see ``demo/``."""
        load(self.env)

    @api.model
    def _cron_credit_daily(self):
        """Remind about what comes due, escalate overdue decisions, apply what takes effect today."""
        self.env['ar.credit.change']._cron_changes()
        self.env['ar.credit.decision']._cron_escalate()
        for company in self.env['res.company'].search([('parent_id', '=', False)]):
            self._credit_remind(company)

    @api.model
    def _credit_remind(self, company):
        """Open one activity for each expiry within the company's notice; none where one is open already.

        Hook: other addons remind of what they know to come due.
        """
        until = fields.Date.context_today(self) + timedelta(days=company.ar_notice_days)
        for account in self.search([('company_id', '=', company.id), ('limit_valid_until', '<=', until)]):
            account._credit_remind_once(
                EXPIRY, account.limit_valid_until, self.env._("The credit limit ends")
            )
        for account in self.search([('company_id', '=', company.id), ('temp_until', '<=', until)]).filtered(
            'has_temp_limit'
        ):
            account._credit_remind_once(EXPIRY, account.temp_until, self.env._("The temporary limit ends"))
        for security in self.env['ar.credit.security'].search(
            [
                ('company_id', '=', company.id),
                ('state', '=', 'approved'),
                ('valid_until', '<=', until),
                ('valid_until', '>=', fields.Date.context_today(self)),
            ]
        ):
            security.credit_account_id._credit_remind_once(
                EXPIRY,
                security.valid_until,
                self.env._(
                    "Security %s ends",
                    security.name
                    or dict(security._fields['kind']._description_selection(self.env))[security.kind],
                ),
            )

    def _credit_remind_once(self, xmlid, day, summary):
        """Schedule an activity of this type on the day, unless the same one is open already."""
        activity_type = self.env.ref(xmlid)
        if any(a.activity_type_id == activity_type and a.date_deadline == day for a in self.activity_ids):
            return
        user = self.collector_id or self.company_id._ar_credit_responsible()
        if user:
            self.activity_schedule(xmlid, date_deadline=day, user_id=user.id, summary=summary)

    @api.model
    def _warning_facts(self, company, date):
        # EXTENDS 'ar_base': how much of the limit is used, and when limit or security ends.
        facts = super()._warning_facts(company, date)
        accounts = self.sudo().search([('company_id', '=', company.root_id.id)], order='id')
        exposures = (accounts | accounts.group_id.account_ids)._credit_exposures()
        for account in accounts:
            limit = account._credit_effective_limit()
            if limit:
                used = 100 * float(exposures[account.id].net) / float(limit)
                facts.setdefault(account.partner_id.id, {})['limit_used'] = used
        securities = (
            self.env['ar.credit.security']
            .sudo()
            .search([('credit_account_id', 'in', accounts.ids), ('valid_until', '>=', date)])
        )
        ends = [(row.partner_id.id, row.valid_until) for row in securities]
        ends += [(row.partner_id.id, row.limit_valid_until) for row in accounts if row.limit_valid_until]
        for customer, day in sorted(ends, key=lambda end: end[1], reverse=True):
            if day >= date:
                facts.setdefault(customer, {})['ending'] = (day - date).days
        return facts

    @api.model
    def _grades_at(self, company, date):
        # EXTENDS 'ar_base': by the changes applied since. A first grade counts from the beginning.
        changes = self.env['ar.credit.change'].search(
            [
                ('company_id', '=', company.root_id.id),
                ('change_grade', '=', True),
                ('state', '=', 'applied'),
                ('joins', '=', 0),
                ('applied_on', '>=', fields.Datetime.to_datetime(fields.Date.add(date, days=1))),
            ],
            order='applied_on, id',
        )
        grades = super()._grades_at(company, date)
        for change in changes:
            then = change.old_grade_id or change.new_grade_id
            grades.setdefault(change.partner_id.id, then.id or None)
        return grades
