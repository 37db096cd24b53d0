from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...rules import limits
from ..approval.ar_credit_change import APPROVED, KEPT

# A change of these may free a held order.
RECHECK_FIELDS = {
    'credit_limit',
    'is_unlimited',
    'limit_decided',
    'limit_mandatory',
    'limit_valid_until',
    'file_valid_until',
    'grade_id',
    'group_id',
    'temp_limit',
    'temp_from',
    'temp_until',
    'terms_days',
    'terms_decided',
}


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    credit_limit = fields.Monetary(tracking=True, help="In company currency, tax included. 0 = no credit.")
    is_unlimited = fields.Boolean(
        "Unlimited", tracking=True, help="No limit is checked; every other rule is."
    )
    limit_decided = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody entered a limit (0 included) or \"unlimited\". Until then the company's setting applies.",
    )
    limit_mandatory = fields.Boolean(
        "0 Means No Credit",
        default=True,
        help="Untick it to let the group's limit apply where the customer's own limit is 0.",
    )
    limit_valid_until = fields.Date(tracking=True, help="The last day on which the limit counts.")
    temp_limit = fields.Monetary(
        "Temporary Limit", tracking=True, help="Counts instead of the limit between its two days."
    )
    temp_from = fields.Date("Temporary from", tracking=True)
    temp_until = fields.Date(
        "Temporary until", tracking=True, help="The day after, the limit counts again by itself."
    )
    has_temp_limit = fields.Boolean("Temporary Limit Counts Today", compute='_compute_has_temp_limit')
    terms_days = fields.Integer(
        "Longest Terms (Days)", tracking=True, help="Orders on longer terms break a rule. 0 = prepayment."
    )
    terms_decided = fields.Boolean("Own Terms", tracking=True, help="Else the grade's longest terms count.")
    allowed_terms = fields.Char("Longest Terms", compute='_compute_allowed_terms')
    file_valid_until = fields.Date(
        "Next Review", tracking=True, help="After this day the credit file must be reviewed."
    )
    group_id = fields.Many2one(
        'ar.credit.group', "Credit Group", tracking=True, index='btree_not_null', check_company=True
    )
    security_ids = fields.One2many('ar.credit.security', 'credit_account_id', "Securities")
    decision_ids = fields.One2many('ar.credit.decision', 'credit_account_id', "Credit Decisions")
    change_ids = fields.One2many('ar.credit.change', 'credit_account_id', "Credit Changes")
    held_order_count = fields.Integer(compute='_compute_held_order_count')

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

    @api.depends('terms_decided', 'terms_days', 'grade_id')
    @api.depends_context('lang')
    def _compute_allowed_terms(self):
        for account in self:
            days = account._credit_allowed_days()
            account.allowed_terms = (
                self.env._("any")
                if days is None
                else self.env._("%s days", days)
                if days
                else self.env._("prepayment")
            )

    @api.constrains('credit_limit')
    def _check_credit_limit(self):
        for account in self:
            if account.credit_limit < 0:
                raise ValidationError(
                    self.env._(
                        "The credit limit of %(customer)s cannot be negative (%(limit)s). Enter 0 for no credit.",
                        customer=account.partner_id.display_name,
                        limit=account.credit_limit,
                    )
                )

    # === Limit ===

    @api.depends('temp_limit', 'temp_from', 'temp_until')
    def _compute_has_temp_limit(self):
        today = fields.Date.context_today(self)
        for account in self:
            account.has_temp_limit = (
                bool(account.temp_until) and (account.temp_from or today) <= today <= account.temp_until
            )

    def _credit_effective_limit(self, day=None):
        """Return the limit that orders are held against on the day, in company currency; None = no limit to check."""
        self.ensure_one()
        individual = limits.limit_on(
            day or fields.Date.context_today(self),
            self.credit_limit if self.limit_decided else None,
            self.temp_limit if self.temp_until else None,
            self.temp_from,
            self.temp_until,
        )
        if individual is None and not self.is_unlimited and not self.group_id:
            company = self.company_id
            return company.ar_default_limit if company.ar_default_limit_policy == 'amount' else None
        # A limit of 0 without a group has nothing to give way to: it means no credit.
        return limits.effective_limit(
            individual,
            self.group_id.credit_limit if self.group_id else None,
            self.limit_mandatory or not self.group_id,
            self.is_unlimited,
        )

    @api.model
    def _with_decision(self, vals):
        if 'credit_limit' in vals or 'is_unlimited' in vals:
            return {'limit_decided': True, **vals}
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create([self._with_decision(vals) for vals in vals_list])
        for account, vals in zip(accounts, vals_list):
            if KEPT.keys() & vals.keys():
                account._credit_record_change(self._credit_kept())
        return accounts

    def write(self, vals):
        vals = self._with_decision(vals)
        direct = bool(KEPT.keys() & vals.keys()) and self.env.context.get('credit_change') is not APPROVED
        before = {account: account._credit_kept() for account in self} if direct else {}
        if direct:
            self._credit_check_direct()
        result = super().write(vals)
        for account, kept in before.items():
            account._credit_record_change(kept)
        if RECHECK_FIELDS & vals.keys():
            self._credit_queue_recheck()
        return result

    def _credit_check_direct(self):
        if not self.env.su and any(account.company_id.sudo().ar_limit_documents for account in self):
            raise AccessError(
                self.env._(
                    "Limits, grades and terms change by an approved document here: press \"Change Credit\" in the credit file."
                )
            )

    def _credit_kept(self):
        """Return what a credit change keeps of the state before it."""
        return {
            kept: self[name].id if self._fields[name].relational else self[name]
            for name, kept in KEPT.items()
        }

    def _credit_record_change(self, before):
        """Leave an applied credit change for what somebody entered directly."""
        after = self._credit_kept()
        if after == before:
            return
        changed = {name for name in KEPT.values() if after[name] != before[name]}
        now = fields.Datetime.now()
        self.env['ar.credit.change'].sudo().create(
            {
                **before,
                'credit_account_id': self.id,
                'origin': 'direct',
                'state': 'applied',
                'requested_by': self.env.uid,
                'requested_on': now,
                'decided_by': self.env.uid,
                'decided_on': now,
                'applied_on': now,
                'change_limit': bool(
                    changed & {'old_limit', 'old_unlimited', 'old_valid_until', 'old_decided'}
                ),
                'new_limit': self.credit_limit,
                'new_unlimited': self.is_unlimited,
                'valid_until': self.limit_valid_until,
                'change_grade': 'old_grade_id' in changed,
                'new_grade_id': self.grade_id.id,
                'change_terms': bool(changed & {'old_terms_days', 'old_terms_decided'}),
                'new_terms_days': self.terms_days,
                'change_temp': bool(changed & {'old_temp_limit', 'old_temp_from', 'old_temp_until'}),
                'temp_limit': self.temp_limit,
                'temp_from': self.temp_from,
                'temp_until': self.temp_until,
                'review_on': self.file_valid_until if 'old_review_on' in changed else False,
            }
        )

    def action_change_credit(self):
        """Open a new credit change of this customer."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.change',
            'view_mode': 'form',
            'name': self.env._("Change Credit"),
            'context': {'default_credit_account_id': self.id, 'default_change_limit': True},
        }

    def _credit_queue_recheck(self):
        """Have the customers' held orders looked at again, soon and in the background."""
        if self:
            self.env['ar.credit.decision']._queue_recheck([('credit_account_id', 'in', self.ids)])

    def action_withdraw_limit(self):
        """Forget the customer's own limit: the company's setting for customers without a limit applies again."""
        return self.write(
            {'credit_limit': 0, 'is_unlimited': False, 'limit_decided': False, 'limit_valid_until': False}
        )

    @api.model
    def _take_over_native_limits(self, company):
        """Copy the limits that Odoo itself holds for single customers, where that feature is in use."""
        if not company.account_use_credit_limit:
            return
        partners = (
            self.env['res.partner']
            .with_company(company)
            .search([('parent_id', '=', False), ('credit_limit', '>', 0)])
        )
        for partner in partners.filtered('use_partner_credit_limit'):
            self._for_partner(partner, company).credit_limit = partner.credit_limit

    def _merge_values(self, other):
        if not self.limit_decided and other.limit_decided:
            self.write({name: other[name] for name in ('credit_limit', 'is_unlimited', 'limit_valid_until')})
        for name in ('group_id', 'file_valid_until'):
            if not self[name] and other[name]:
                self[name] = other[name]
        return super()._merge_values(other)

    def action_open_held_orders(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_credit_control.ar_credit_decision_action')
        action['domain'] = [('credit_account_id', '=', self.id)]
        action['context'] = {}
        return action
