from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..rules.backtest import Terms, sales_limit
from odoo.addons.ar_credit_control.rules import hold


class ArCreditPolicy(models.Model):
    """A draft of the credit policy: rules, limits and grades that are tried on the past before they apply.

    The *empty* recordset stands for the policy in force, so that both can be asked the same questions.
    """

    _name = 'ar.credit.policy'
    _description = "Draft Policy"
    _inherit = ['ar.plausible.mixin']
    _order = 'name, id'
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Draft policy"))
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    note = fields.Text("Purpose")
    line_ids = fields.One2many(
        'ar.credit.policy.line',
        'credit_policy_id',
        "Rules",
        copy=True,
        default=lambda self: self._current_rules(),
    )
    limit_mode = fields.Selection(
        [
            ('keep', "As granted today"),
            ('factor', "A share of today's limits"),
            ('grade', "From sales, by credit grade"),
        ],
        "Limits",
        default='keep',
        required=True,
    )
    limit_pct = fields.Float("Share of Today's Limit %", default=100.0)
    cushion_days = fields.Integer(
        "Cushion (Days)", default=15, help="Added to the terms before sales become a limit."
    )
    grade_ids = fields.One2many('ar.credit.policy.grade', 'credit_policy_id', "Grades", copy=True)
    default_limit_policy = fields.Selection(
        [
            ('keep', "As in the company's settings"),
            ('skip', "No limit is checked"),
            ('amount', "This limit applies"),
        ],
        "Customers without a Limit",
        default='keep',
        required=True,
    )
    default_limit = fields.Monetary()

    _numbers_not_negative = models.Constraint(
        'CHECK (limit_pct >= 0 AND cushion_days >= 0 AND default_limit >= 0)',
        "The limits of a policy cannot be negative.",
    )

    @api.constrains('limit_mode', 'grade_ids')
    def _check_grades(self):
        for policy in self.filtered(lambda p: p.limit_mode == 'grade'):
            if not policy.grade_ids:
                raise ValidationError(
                    self.env._(
                        "Limits by credit grade need at least one grade: add what \"%s\" makes of each "
                        "grade.",
                        policy.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        Company = self.env['res.company']
        return super().create(
            [
                vals
                if 'line_ids' in vals or not vals.get('company_id')
                else {**vals, 'line_ids': self._current_rules(Company.browse(vals['company_id']))}
                for vals in vals_list
            ]
        )

    @api.onchange('company_id')
    def _onchange_company_id(self):
        if self.company_id != self.line_ids.company_id and not self._origin:
            self.line_ids = [Command.clear(), *self._current_rules(self.company_id)]

    @api.onchange('limit_mode')
    def _onchange_limit_mode(self):
        if self.limit_mode == 'grade' and not self.grade_ids:
            self.grade_ids = [
                Command.create({'grade_id': grade.id}) for grade in self.env['ar.credit.grade'].search([])
            ]

    # === Copies of the rules in force ===

    @api.model
    def _rule_names(self):
        """Return what makes a rule: its stored fields, whichever addon brought them."""
        return [
            name
            for name, field in self.env['ar.credit.rule']._fields.items()
            if field.store and not field.compute and name not in ('company_id', *models.MAGIC_COLUMNS)
        ]

    @api.model
    def _live_rules(self, company):
        return self.env['ar.credit.rule'].sudo().search([('company_id', '=', company.root_id.id)])

    @api.model
    def _current_rules(self, company=None):
        """Return commands that copy the rules in force."""
        names = self._rule_names()
        return [
            Command.create({name: rule._fields[name].convert_to_write(rule[name], rule) for name in names})
            for rule in self._live_rules(company or self.env.company)
        ]

    # === What the policy says to a customer ===

    def _rules_in_force(self, company):
        return self.sudo().line_ids if self else self._live_rules(company)

    @api.model
    def _choose(self, rules, grade, account):
        """Return the rules that count, one per code: customer before grade before company."""
        chosen = {}
        for rule in rules.sorted(lambda r: (bool(r.credit_account_id), bool(r.grade_id))):
            if rule.grade_id in (grade, rule.grade_id.browse()) and rule.credit_account_id in (
                account,
                rule.credit_account_id.browse(),
            ):
                chosen[rule.code] = rule
        return rules.browse([rule.id for rule in chosen.values()])

    def _terms(self, accounts, sales, company):
        """Return {customer id: ``rules.backtest.Terms``}: the policy's rules and limits for each account.

        :param sales: {customer id: {(year, month): amount}}.
        """
        rules, converted, terms = self._rules_in_force(company), {}, {}
        files = self.env['ar.credit.account'].sudo()
        levels = files.browse([id_ for account in accounts for id_ in account._origin.ids])._dunning_levels()
        for account in accounts:
            step = self.grade_ids.filtered(lambda line, grade=account.grade_id: line.grade_id == grade)
            grade = step.new_grade_id or account.grade_id
            chosen = self._choose(rules, grade, account._origin)
            key = tuple(chosen.ids)
            if key not in converted:
                converted[key] = tuple(chosen._as_rules())
            terms[account.partner_id.id] = Terms(
                converted[key],
                self._limit(account, step, sales.get(account.partner_id.id, {})),
                sum(chosen.filtered(lambda rule: rule.code == 'oldest_open_item').mapped('min_amount')),
                account._credit_file_facts(
                    grade,
                    hold.Needs.of(converted[key]).facts,
                    self.limit_pct / 100 if self.limit_mode == 'factor' else 1.0,
                    levels,
                ),
            )
        return terms

    def _limit(self, account, step, sales):
        """Return the account's limit under this policy as a function of the day; None = none is checked."""
        if account.is_unlimited:
            return None
        if self.limit_mode == 'grade' and step:
            rounding = account.currency_id.rounding
            factor, terms, cushion = step.limit_factor, step.terms_days, self.cushion_days
            return lambda day: sales_limit(sales, day, factor, terms, cushion, rounding)
        if (
            not account.limit_decided
            and not account.group_id
            and self.default_limit_policy in ('skip', 'amount')
        ):
            limit = self.default_limit if self.default_limit_policy == 'amount' else None
            return lambda _day: limit
        share = self.limit_pct / 100 if self.limit_mode == 'factor' else 1.0
        return lambda day: self._share(account, account._credit_effective_limit(day), share)

    @api.model
    def _share(self, account, limit, share):
        return None if limit is None else account.currency_id.round(limit * share)

    # === What differs ===

    def _differences(self, other, company, limits=True):
        """Return (rule or setting, what of it, value here, value in ``other``) as text, in rule order."""
        mine, theirs = (policy._rules_by_scope(company) for policy in (self, other))
        rows = []
        for scope in sorted({*mine, *theirs}, key=lambda key: (mine.get(key) or theirs.get(key)).sequence):
            rows += self._rule_differences(mine.get(scope), theirs.get(scope))
        if limits:
            rows += [
                (self._label('ar.credit.policy', name), '', here, there)
                for name, here, there in zip(
                    ('limit_mode', 'grade_ids', 'default_limit_policy'),
                    self._limit_texts(company),
                    other._limit_texts(company),
                )
                if here != there
            ]
        return rows

    def _rules_by_scope(self, company):
        return {
            (rule.code, rule.grade_id.id, rule.credit_account_id.id): rule
            for rule in self._rules_in_force(company)
        }

    def _rule_differences(self, mine, theirs):
        rule = mine or theirs
        if not (mine and theirs) and rule.outcome == 'none':
            return []  # off or absent is the same
        scope = rule.grade_id.display_name or rule.credit_account_id.display_name
        title = f'{rule.display_name} ({scope})' if scope else rule.display_name
        if mine is None or theirs is None:
            here, there = (
                self._text(side, 'outcome') if side else self.env._("no such rule") for side in (mine, theirs)
            )
            return [(title, self._label('ar.credit.rule', 'outcome'), here, there)]
        return [
            (title, self._label('ar.credit.rule', name), self._text(mine, name), self._text(theirs, name))
            for name in self._rule_names()
            if name not in ('code', 'grade_id', 'credit_account_id')
            and self._text(mine, name) != self._text(theirs, name)
        ]

    @api.model
    def _label(self, model, name):
        return self.env[model].fields_get([name], ['string'])[name]['string']

    @api.model
    def _text(self, record, name):
        """Return a field's value as people read it."""
        field, value = record._fields[name], record[name]
        match field.type:
            case 'selection':
                return dict(field._description_selection(self.env)).get(value, '')
            case 'monetary':
                return record.currency_id.format(value)
            case 'float':
                return f'{value:g}'
        return (
            value.display_name or ''
            if field.relational
            else str(value or (0 if field.type == 'integer' else ''))
        )

    def _limit_texts(self, company):
        """Return (limits, grades, customers without a limit) in words."""
        policy = self or self.new({'company_id': company.id, 'line_ids': []})
        limits = self._text(policy, 'limit_mode')
        if policy.limit_mode == 'factor':
            limits = f'{limits}: {policy.limit_pct:g} %'
        elif policy.limit_mode == 'grade':
            limits = self.env._("%(mode)s, %(days)s days of cushion", mode=limits, days=policy.cushion_days)
        grades = ', '.join(
            f'{line.grade_id.code} → {line.new_grade_id.code}'
            + (f' ({line.limit_factor:g} × {line.terms_days})' if policy.limit_mode == 'grade' else '')
            for line in policy.grade_ids
            if policy.limit_mode == 'grade' or line.new_grade_id != line.grade_id
        )
        default = self._text(policy, 'default_limit_policy')
        if policy.default_limit_policy == 'amount':
            default = f'{default}: {self._text(policy, "default_limit")}'
        return limits, grades, default

    # === To the past and to the live rules ===

    def action_backtest(self):
        """Replay the policy in force and this draft on the orders of the past, and open the comparison."""
        self.ensure_one()
        backtest = self.env['ar.credit.backtest'].create(
            {'company_id': self.company_id.id, 'policy_b_id': self.id}
        )
        backtest.action_run()
        return backtest.get_formview_action()

    def action_open_apply(self):
        """Show what would change in the live rules, and ask."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.policy.apply',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Apply to Live Rules"),
            'context': {'default_credit_policy_id': self.id},
        }

    def _apply(self):
        """Make the live rules say what this policy says; limits and grades of customers stay as they are.

        A company-wide rule that the draft lacks is switched off, an exception that it lacks is deleted.
        """
        self.ensure_one()
        names, company = self._rule_names(), self.company_id
        live = self.browse()._rules_by_scope(company)
        draft = self._rules_by_scope(company)
        Rule = self.env['ar.credit.rule']
        for scope, line in draft.items():
            values = {name: line._fields[name].convert_to_write(line[name], line) for name in names}
            rule = live.get(scope)
            if rule is None:
                Rule.create({**values, 'company_id': company.id})
            elif changed := {name: value for name, value in values.items() if line[name] != rule[name]}:
                Rule.browse(rule.id).write(changed)
        for scope in live.keys() - draft.keys():
            rule = Rule.browse(live[scope].id)
            rule.unlink() if rule.grade_id or rule.credit_account_id else rule.write({'outcome': 'none'})
