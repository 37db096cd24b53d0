from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..hold_rules import RULES


class ArCreditRule(models.Model):
    """A hold rule of a company, or its exception for a grade or a customer. The most specific one counts.

    Which rules there are and everything about them stands in the table ``hold_rules.RULES``; here is only
    what a company sets.
    """

    _name = 'ar.credit.rule'
    _description = "Credit Rule"
    _inherit = ['ar.journal.mixin']
    _journal_fields = frozenset(['code'])
    _journal_edits = frozenset(
        ['outcome', 'grade_id', 'credit_account_id', 'tolerance_pct', 'max_days', 'max_amount', 'min_amount']
        + ['max_pct', 'max_level']
    )
    _order = 'company_id, sequence, grade_id, credit_account_id, id'
    _check_company_auto = True

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company.root_id, index=True
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    code = fields.Selection(lambda self: self._selection_code(), "Rule", required=True)
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
    max_count = fields.Integer("Maximum Number")
    meaning = fields.Char(compute='_compute_meaning', help="What still passes.")

    _scope_unique = models.UniqueIndex(
        '(company_id, code, COALESCE(grade_id, 0), COALESCE(credit_account_id, 0))',
        "This rule already exists for this company, grade and customer.",
    )

    # === The rules that there are ===

    @api.model
    def _hold_rules(self):
        """Hook: return the rules that there are, as ``rules.hold.HoldRule``, in any order.

        Another addon appends its own, adds thresholds of its own as fields of this model, and returns its
        facts in ``ar.credit.account._credit_more_facts`` or ``_credit_order_facts``. Nothing else is needed:
        settings, panel, queue and back-test read this table.
        """
        return list(RULES)

    @api.model
    def _hold_rules_by_code(self):
        return {rule.code: rule for rule in sorted(self._hold_rules(), key=lambda rule: rule.sequence)}

    @api.model
    def _selection_code(self):
        return [(code, self._label(rule.label)) for code, rule in self._hold_rules_by_code().items()]

    @api.model
    def _label(self, text):
        """Return a lazy text of the table in the reader's language."""
        return text._translate(self.env.lang or 'en_US')

    @api.model
    def _threshold_names(self):
        """Return {threshold field: codes of the rules that use it}."""
        users = {}
        for code, rule in self._hold_rules_by_code().items():
            for name in rule.thresholds:
                users.setdefault(name, []).append(code)
        return users

    @api.model
    def _show_own_thresholds(self, arch):
        """Hide in a list of rules the thresholds that a row's rule does not look at; add missing columns."""
        for name, codes in self._threshold_names().items():
            nodes = list(arch.iterfind(f".//field[@name='{name}']"))
            if not nodes and arch.tag == 'list':
                nodes = [etree.Element('field', name=name, optional='show', width='85px')]
                arch.find("field[@name='outcome']").addnext(nodes[0])
            for node in nodes:
                node.set('invisible', f'code not in {codes!r}')

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        self._show_own_thresholds(arch)
        return arch, view

    @api.depends('code')
    def _compute_sequence(self):
        rules = self._hold_rules_by_code()
        for rule in self:
            rule.sequence = rules[rule.code].sequence if rule.code in rules else 0

    @api.depends('code')
    @api.depends_context('lang')
    def _compute_display_name(self):
        names = dict(self._selection_code())
        for rule in self:
            rule.display_name = names.get(rule.code, '')

    @api.depends(lambda self: ['code', 'currency_id', *self._threshold_names()])
    @api.depends_context('lang')
    def _compute_meaning(self):
        rules = self._hold_rules_by_code()
        for rule in self:
            thresholds = rules[rule.code].thresholds if rule.code in rules else {}
            rule.meaning = ', '.join(
                f'{self._label(threshold.label)}: {rule._threshold_text(name)}'
                for name, threshold in thresholds.items()
            )

    def _threshold_text(self, name):
        value = self[name]
        if self._fields[name].type == 'monetary':
            return self.currency_id.format(value) if self.currency_id else f'{value:g}'
        return f'{value:g} %' if name.endswith('_pct') else f'{value:g}'

    @api.constrains(lambda self: list(self._threshold_names()))
    def _check_thresholds(self):
        for rule in self:
            if any(rule[name] < 0 for name in self._threshold_names()):
                raise ValidationError(
                    self.env._("The thresholds of the rule \"%s\" cannot be negative.", rule.display_name)
                )

    @api.constrains('grade_id', 'credit_account_id')
    def _check_scope(self):
        if any(rule.grade_id and rule.credit_account_id for rule in self):
            raise ValidationError(self.env._("An exception is for a grade or for a customer, not for both."))

    # === A company's rules ===

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
                {
                    'company_id': company.id,
                    'code': code,
                    'outcome': rule.outcome,
                    **{name: threshold.default for name, threshold in rule.thresholds.items()},
                }
                for code, rule in self._hold_rules_by_code().items()
                if code not in present
            ]
        )

    @api.model
    def _create_defaults_everywhere(self):
        for company in self.env['res.company'].search([('parent_id', '=', False)]):
            self._create_defaults(company)

    @api.model
    def _for_accounts(self, accounts):
        """Return {account: rules that count for it}: customer before grade before company, one per code.

        One query, each time: what a process remembers may be a rule that was never committed.
        """
        rules = self.search_fetch(
            [
                ('company_id', 'in', accounts.company_id.ids),
                ('grade_id', 'in', [False, *accounts.grade_id.ids]),
                ('credit_account_id', 'in', [False, *accounts.ids]),
            ],
            [name for name, field in self._fields.items() if field.store and field.prefetch],
        )
        found = {}
        for rule in rules.sorted(lambda r: (bool(r.credit_account_id), bool(r.grade_id))):
            scope = rule.company_id, rule.grade_id.id, rule.credit_account_id.id
            found.setdefault(scope, {})[rule.code] = rule
        return {
            account: self.union(
                *{
                    code: rule
                    for grade_id, account_id in dict.fromkeys(
                        [(False, False), (account.grade_id.id, False), (False, account.id)]
                    )
                    for code, rule in found.get((account.company_id, grade_id, account_id), {}).items()
                }.values()
            )
            for account in accounts
        }

    @api.model
    def _in_force(self, account):
        """Return the ``rules.hold.Rule`` by which the account's orders are held now, one per code."""
        return self._in_force_of_many(account)[account]

    @api.model
    def _in_force_of_many(self, accounts):
        """Return {account: the ``rules.hold.Rule`` by which its orders are held now, one per code}.

        Those for the customer count before those for its grade, and these before those of the company. While
        that only observes, none of them holds.
        """
        return {
            account: [
                rule._replace(outcome='observe') if observes and rule.outcome == 'hold' else rule
                for rule in rules._as_rules()
            ]
            for account, rules in self._for_accounts(accounts).items()
            for observes in [account.company_id._ar_observes()]
        }

    def _as_rules(self):
        """Return the rules as ``rules.hold.Rule``."""
        known = self._hold_rules_by_code()
        return [
            known[rule.code].in_force(
                rule.outcome, **{name: rule[name] for name in known[rule.code].thresholds}
            )
            for rule in self
            if rule.code in known
        ]

    # === Held orders ===

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
