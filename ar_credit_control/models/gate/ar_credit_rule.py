from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules import checks

# What a company starts with. A customer without a limit is a matter of the settings, not of these rules.
DEFAULTS = {
    'on_hold': {'outcome': 'hold'},
    'limit_expired': {'outcome': 'hold'},
    'file_expired': {'outcome': 'warn'},
    'credit_limit': {'outcome': 'hold'},
    'limit_share': {'outcome': 'warn', 'max_pct': 80},
    'oldest_open_item': {'outcome': 'hold', 'max_days': 30},
    'overdue_ratio': {'outcome': 'none', 'max_days': 30, 'max_pct': 40},
    'dunning_level': {'outcome': 'none', 'max_level': 2},
    'payment_index': {'outcome': 'none', 'min_index': 50},
    'no_file': {'outcome': 'none'},
    'order_value': {'outcome': 'none', 'max_amount': 100000},
    'last_payment': {'outcome': 'none', 'max_days': 90},
    'terms': {'outcome': 'warn'},
    'discount': {'outcome': 'none'},
}


class ArCreditRule(models.Model):
    """A hold rule of a company, or its exception for a grade or a customer. The most specific one counts."""

    _name = 'ar.credit.rule'
    _description = "Credit Rule"
    _order = 'company_id, sequence, grade_id, credit_account_id, id'
    _check_company_auto = True

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company.root_id, index=True
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    code = fields.Selection(
        [
            ('on_hold', "Customer is on hold"),
            ('limit_expired', "Credit limit has expired"),
            ('file_expired', "Credit file has expired"),
            ('no_file', "New customer without credit file"),
            ('credit_limit', "Credit limit exceeded"),
            ('limit_share', "Share of the limit used"),
            ('order_value', "Value of a single order"),
            ('oldest_open_item', "Oldest overdue item"),
            ('overdue_ratio', "Share of the balance overdue"),
            ('last_payment', "Days since the last payment"),
            ('dunning_level', "Dunning level"),
            ('payment_index', "Payment index"),
            ('terms', "Payment terms longer than allowed"),
            ('discount', "Discount above the grade's"),
        ],
        "Rule",
        required=True,
    )
    sequence = fields.Integer(compute='_compute_sequence', store=True)
    outcome = fields.Selection(
        [('none', "Off"), ('warn', "Warn"), ('hold', "Hold")], required=True, default='hold'
    )
    grade_id = fields.Many2one('ar.credit.grade', "Only for Grade", ondelete='cascade')
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Only for Customer", ondelete='cascade', check_company=True
    )
    tolerance_pct = fields.Float("Tolerance %")
    max_days = fields.Integer("Days", help="That still pass.")
    max_amount = fields.Monetary("Maximum Amount", help="Order total in company currency that still passes.")
    min_amount = fields.Monetary(
        "Minimum Amount",
        help="Overdue items count only if together they reach this amount, in company currency.",
    )
    max_pct = fields.Float("Maximum %")
    max_level = fields.Integer("Maximum Level")
    min_index = fields.Float("Minimum Index")

    _scope_unique = models.UniqueIndex(
        '(company_id, code, COALESCE(grade_id, 0), COALESCE(credit_account_id, 0))',
        "There is already such a rule for this company, grade and customer.",
    )

    @api.depends('code')
    def _compute_sequence(self):
        for rule in self:
            rule.sequence = checks.CODES.index(rule.code) if rule.code else 0

    @api.depends('code')
    def _compute_display_name(self):
        names = dict(self._fields['code']._description_selection(self.env))
        for rule in self:
            rule.display_name = names.get(rule.code, '')

    @api.constrains(
        'tolerance_pct', 'max_days', 'min_amount', 'max_amount', 'max_pct', 'max_level', 'min_index'
    )
    def _check_thresholds(self):
        for rule in self:
            if (
                min(
                    rule.tolerance_pct,
                    rule.max_days,
                    rule.min_amount,
                    rule.max_amount,
                    rule.max_pct,
                    rule.max_level,
                    rule.min_index,
                )
                < 0
            ):
                raise ValidationError(
                    self.env._("The thresholds of the rule \"%s\" cannot be negative.", rule.display_name)
                )

    @api.constrains('grade_id', 'credit_account_id')
    def _check_scope(self):
        if any(rule.grade_id and rule.credit_account_id for rule in self):
            raise ValidationError(self.env._("An exception is for a grade or for a customer, not for both."))

    @api.model
    def _create_defaults(self, company):
        """Give ``company`` the rules it lacks."""
        present = set(
            self.search(
                [('company_id', '=', company.id), ('grade_id', '=', False), ('credit_account_id', '=', False)]
            ).mapped('code')
        )
        return self.create(
            [
                {'company_id': company.id, 'code': code, **values}
                for code, values in DEFAULTS.items()
                if code not in present
            ]
        )

    @api.model
    def _create_defaults_everywhere(self):
        for company in self.env['res.company'].search([('parent_id', '=', False)]):
            self._create_defaults(company)

    @api.model
    def _for_account(self, account):
        """Return the rules that count for the account: customer before grade before company, one per code."""
        rules = self.search_fetch(
            [
                ('company_id', '=', account.company_id.id),
                ('grade_id', 'in', (False, account.grade_id.id)),
                ('credit_account_id', 'in', (False, account.id)),
            ],
            [name for name, field in self._fields.items() if field.store and field.prefetch],
        )
        chosen = {}
        for rule in rules.sorted(lambda r: (bool(r.credit_account_id), bool(r.grade_id))):
            chosen[rule.code] = rule
        return self.union(*chosen.values())

    def _as_rules(self):
        """Return the rules as ``rules.checks.Rule``."""
        return [checks.Rule(**{name: rule[name] for name in checks.Rule._fields}) for rule in self]

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._queue_recheck()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self._queue_recheck()
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self.env['ar.credit.decision']._queue_recheck([('company_id', 'in', companies.ids)])
        return result

    def _queue_recheck(self):
        self.env['ar.credit.decision']._queue_recheck([('company_id', 'in', self.company_id.ids)])
