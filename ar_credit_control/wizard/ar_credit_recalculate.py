from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ArCreditRecalculate(models.TransientModel):
    """Proposes new limits for many customers at once. Each becomes a credit change."""

    _name = 'ar.credit.recalculate'
    _description = "Recalculate Limits"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    account_ids = fields.Many2many(
        'ar.credit.account',
        string="Customers",
        required=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self._default_accounts(),
    )
    method = fields.Selection(
        [
            ('percent', "Raise or lower by a percentage"),
            ('amount', "Set to an amount"),
            ('grade', "Multiply by the grade's factor"),
            ('usage', "Today's exposure plus a percentage"),
        ],
        required=True,
        default='percent',
    )
    percent = fields.Float("%", help="-10 lowers by a tenth.")
    amount = fields.Monetary()
    step = fields.Monetary(
        "Round Down to", default=100.0, help="Limits become multiples of this; 0 = not rounded."
    )
    maximum = fields.Monetary(help="No limit becomes higher than this; 0 = no maximum.")
    valid_until = fields.Date()
    reason = fields.Text(required=True)
    line_ids = fields.One2many(
        'ar.credit.recalculate.line',
        'wizard_id',
        "Proposed Limits",
        compute='_compute_line_ids',
        store=True,
        readonly=False,
    )

    @api.model
    def _default_accounts(self):
        if self.env.context.get('active_model') == 'ar.credit.account':
            return self.env['ar.credit.account'].browse(self.env.context.get('active_ids', []))
        return self.env['ar.credit.account']

    @api.depends('account_ids', 'method', 'percent', 'amount', 'step', 'maximum')
    def _compute_line_ids(self):
        for wizard in self:
            # Nothing decided is no limit of 0 that a percentage could raise.
            relative = wizard.method in ('percent', 'grade')
            accounts = wizard.account_ids._origin.filtered(
                lambda a, relative=relative: not a.is_unlimited and (a.limit_decided or not relative)
            )
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            'credit_account_id': account.id,
                            'old_limit': account.credit_limit,
                            'new_limit': wizard._propose(account),
                        }
                    )
                    for account in accounts
                ),
            ]

    def _propose(self, account):
        """Return the new limit of one customer, by the method chosen, bounded and rounded down."""
        limit = self._limit_by_method(account)
        if self.maximum:
            limit = min(limit, self.maximum)
        if self.step:
            limit = round(limit / self.step, 6) // 1 * self.step
        return account.currency_id.round(max(limit, 0.0))

    def _limit_by_method(self, account):
        """Hook: return the limit that the method chosen gives, before bounds and rounding."""
        factor = 1 + self.percent / 100
        match self.method:
            case 'percent':
                return account.credit_limit * factor
            case 'amount':
                return self.amount
            case 'grade':
                return account.credit_limit * (account.grade_id.limit_factor if account.grade_id else 1.0)
        return max(account.exposure, 0.0) * factor

    def action_create(self):
        """Submit a credit change for each customer whose limit differs."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.currency_id.compare_amounts(line.new_limit, line.old_limit)
        )
        if not lines:
            raise UserError(
                self.env._("No limit would change. Choose other customers, or another percentage or amount.")
            )
        changes = self.env['ar.credit.change']._create_with_facts(
            [
                {
                    'credit_account_id': line.credit_account_id.id,
                    'origin': 'mass',
                    'change_limit': True,
                    'new_limit': line.new_limit,
                    'valid_until': self.valid_until or line.credit_account_id.limit_valid_until,
                    'reason': self.reason,
                }
                for line in lines
            ]
        )
        changes.action_submit()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_credit_control.ar_credit_change_action')
        return {**action, 'domain': [('id', 'in', changes.ids)], 'context': {}}
