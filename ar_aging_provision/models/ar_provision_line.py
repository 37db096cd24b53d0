from odoo import api, fields, models
from odoo.tools import format_date

from .account_move_line import CATEGORIES


class ArProvisionLine(models.Model):
    """One open item of a run, frozen: what was open, in which bucket, at which rate, and the allowance on it.

    Written by the run alone, in bulk. What changes in the ledger later does not reach it.
    """

    _name = 'ar.provision.line'
    _description = "Provision Line"
    _inherit = ['ar.fact.mixin']
    _only_recorded = True
    _order = 'run_id, is_overridden desc, partner_id, base_date, id'
    _rec_name = 'document'
    _log_access = False

    run_id = fields.Many2one('ar.provision.run', required=True, index=True, ondelete='cascade', readonly=True)
    as_of = fields.Date(related='run_id.as_of')
    state = fields.Selection(related='run_id.state')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one('res.partner', "Customer", index='btree_not_null', readonly=True)
    document = fields.Char(readonly=True)
    move_line_id = fields.Many2one(
        'account.move.line', "Journal Item", index='btree_not_null', ondelete='set null', readonly=True
    )
    account_id = fields.Many2one('account.account', readonly=True)
    currency_id = fields.Many2one('res.currency', "Document Currency", readonly=True)
    grade_id = fields.Many2one('ar.credit.grade', "Credit Grade", readonly=True)
    segment_id = fields.Many2one('ar.provision.segment', readonly=True)
    bucket_id = fields.Many2one('ar.aging.bucket', readonly=True, ondelete='restrict')
    category = fields.Selection(CATEGORIES, "Class", readonly=True)
    assessment_id = fields.Many2one(
        'ar.provision.assessment', readonly=True, ondelete='restrict', index='btree_not_null'
    )
    date = fields.Date("Posting Date", readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date("Due Date", readonly=True)
    base_date = fields.Date("Ages From", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator='max')
    residual = fields.Monetary("Open Amount", currency_field='company_currency_id', readonly=True)
    residual_currency = fields.Monetary(
        "Open in Document Currency", currency_field='currency_id', readonly=True
    )
    carried = fields.Monetary(
        "Booked Amount",
        currency_field='company_currency_id',
        readonly=True,
        help="What the ledger carries for the item: its allowance is never more.",
    )
    untaxed = fields.Monetary(
        "Document, Untaxed",
        currency_field='currency_id',
        aggregator=None,
        readonly=True,
        help="With the total, gives the proportion used for a base net of VAT.",
    )
    total = fields.Monetary("Document, Total", currency_field='currency_id', aggregator=None, readonly=True)
    offset = fields.Monetary("Set Off by Credits", currency_field='company_currency_id', readonly=True)
    base = fields.Monetary(
        currency_field='company_currency_id',
        readonly=True,
        help="After credits, and net of VAT where the policy says so.",
    )
    secured = fields.Monetary(currency_field='company_currency_id', readonly=True)
    rate = fields.Float(
        "Rate Applied",
        digits=(12, 8),
        aggregator=None,
        readonly=True,
        help="Rate of the matrix x forward factor x grade multiplier, at most 100 %.",
    )
    matrix_rate = fields.Float(digits=(12, 8), aggregator=None, readonly=True)
    multiplier = fields.Float("Multipliers", digits=(12, 6), aggregator=None, readonly=True)
    computed = fields.Monetary("Allowance Computed", currency_field='company_currency_id', readonly=True)
    allowance = fields.Monetary(currency_field='company_currency_id', readonly=True)
    effective_rate = fields.Float("Rate", compute='_compute_effective_rate', digits=(12, 8), aggregator=None)
    is_overridden = fields.Boolean("Overridden", readonly=True)
    override_reason = fields.Char(readonly=True)
    override_user_id = fields.Many2one('res.users', "Overridden by", readonly=True)
    override_from = fields.Date("Overridden since", readonly=True)
    sentence = fields.Char("How It Is Computed", compute='_compute_sentence')

    _move_line_unique = models.UniqueIndex(
        '(run_id, move_line_id) WHERE move_line_id IS NOT NULL', "An open item can appear only once in a run."
    )

    @api.depends('base', 'secured', 'allowance')
    def _compute_effective_rate(self):
        for line in self:
            exposure = line.base - line.secured
            line.effective_rate = line.allowance / exposure if exposure > 0 else 0.0

    @api.depends('base', 'secured', 'matrix_rate', 'multiplier', 'allowance', 'is_overridden')
    @api.depends_context('lang')
    def _compute_sentence(self):
        for line in self:
            line.sentence = line._sentence()

    def _sentence(self):
        """Return how the allowance comes about: rates, factors, base, security."""
        money, exposure = self.company_currency_id, max(self.base - self.secured, 0)
        secured = (
            self.env._(" (%s secured)", money.format(self.secured)) if not money.is_zero(self.secured) else ''
        )
        if self.is_overridden:
            return self.env._(
                "Set to %(amount)s by %(user)s since %(date)s instead of %(computed)s: %(reason)s",
                amount=money.format(self.allowance),
                user=self.override_user_id.name,
                date=format_date(self.env, self.override_from),
                computed=money.format(self.computed),
                reason=self.override_reason,
            )
        if self.category == 'excluded' or exposure <= 0:
            return self.env._(
                "No allowance: %(exposure)s exposed%(secured)s",
                exposure=money.format(exposure),
                secured=secured,
            )
        if self.category == 'individual':
            rate = _percent(self.rate)
        else:
            grades = (self.run_id.parameters or {}).get('grades', {})
            forward = float((self.run_id.parameters or {}).get('forward') or 1)
            factors = [_percent(self.matrix_rate)]
            if forward != 1:
                factors.append(f'{forward:g}')
            if self.grade_id and str(self.grade_id.id) in grades and forward:
                by_grade = self.multiplier / forward
                factors.append(f'{self.grade_id.code or self.grade_id.name} {round(by_grade, 6):g}')
            rate = ' × '.join(factors)
        return self.env._(
            "%(rate)s on %(exposure)s%(secured)s = %(amount)s",
            rate=rate,
            exposure=money.format(exposure),
            secured=secured,
            amount=money.format(self.allowance),
        )

    def action_override(self):
        """Ask for another allowance on these lines, and the reason."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.provision.override',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Override"),
            'context': {'default_line_ids': [fields.Command.set(self.ids)]},
        }

    def action_open_document(self):
        """Open the entry behind the line."""
        self.ensure_one()
        return (
            {
                'type': 'ir.actions.act_window',
                'res_model': 'account.move',
                'res_id': self.move_line_id.move_id.id,
                'view_mode': 'form',
            }
            if self.move_line_id
            else False
        )


def _percent(rate):
    return f'{round(rate * 100, 6):g} %'
