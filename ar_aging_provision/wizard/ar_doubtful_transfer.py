from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import movements


class ArDoubtfulTransfer(models.TransientModel):
    """Moves open items to the account of doubtful receivables, gross, each with its own dates."""

    _name = 'ar.doubtful.transfer'
    _description = "Transfer to Doubtful Receivables"
    _inherit = ['ar.plausible.mixin']

    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        required=True,
        domain=['|', ('is_company', '=', True), ('parent_id', '=', False)],
    )
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    date = fields.Date(required=True, default=fields.Date.context_today)
    account_id = fields.Many2one(
        'account.account', "Doubtful Receivables", compute='_compute_account_id', readonly=False, store=True
    )
    move_line_ids = fields.Many2many(
        'account.move.line', string="Open Items", compute='_compute_move_line_ids', readonly=False, store=True
    )

    @api.depends('company_id', 'date')
    def _compute_account_id(self):
        for wizard in self:
            wizard.account_id = (
                self.env['ar.provision.policy']._for_date(wizard.company_id, wizard.date).doubtful_account_id
            )

    @api.depends('partner_id', 'date', 'account_id')
    def _compute_move_line_ids(self):
        for wizard in self:
            items = self.env['ar.open.item'].sudo().with_context(as_of=wizard.date)
            if wizard.partner_id:
                items = items.search(
                    [
                        ('commercial_partner_id', '=', wizard.partner_id.id),
                        ('company_id', '=', wizard.company_id.id),
                        ('residual', '>', 0),
                        ('account_id', '!=', wizard.account_id.id),
                    ]
                )
            wizard.move_line_ids = items.move_line_id

    def action_apply(self):
        """Book one entry per document, so that each keeps the date from which it ages."""
        self.ensure_one()
        if not self.account_id or not self.account_id.reconcile:
            raise UserError(
                self.env._("Choose an account for doubtful receivables that allows reconciliation.")
            )
        self._check_movable()
        moves = self.env['account.move']
        policy = self.env['ar.provision.policy']._for_date(self.company_id, self.date)
        self._check_date(policy)
        self.company_id._lock_allowance()
        for document, lines in self.move_line_ids.grouped('move_id').items():
            move = moves.with_company(self.company_id).create(
                {
                    'move_type': 'entry',
                    'date': self.date,
                    'invoice_date': document.invoice_date or document.date,
                    **({'journal_id': policy.journal_id.id} if policy.journal_id else {}),
                    'company_id': self.company_id.id,
                    'ref': self.env._("%s to doubtful receivables", document.name),
                    'line_ids': [
                        fields.Command.create(values) for line in lines for values in self._line_values(line)
                    ],
                }
            )
            move._post(soft=False)
            for line, ours in zip(
                lines, move.line_ids.filtered(lambda item: item.balance < 0).sorted('id'), strict=True
            ):
                (line | ours).reconcile()
            self._move_allowance(lines, move)
            moves |= move
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'view_mode': 'list,form',
            'domain': [('id', 'in', moves.ids)],
            'name': self.env._("Entries"),
        }

    def _check_movable(self):
        """Refuse what would leave the customer's receivables or make VAT payable."""
        if not self.account_id.ar_is_receivable:
            raise UserError(
                self.env._(
                    "%s does not count as a receivable: what is moved there would be missing in exposure and "
                    "statement. Ask an Accounting Administrator to mark the account as Doubtful receivables.",
                    self.account_id.display_name,
                )
            )
        if caught := self.move_line_ids.move_id.filtered(lambda move: move._collect_tax_cash_basis_values()):
            raise UserError(
                self.env._(
                    "The VAT of %s is due when it is paid: moving the invoice would make it payable. Leave "
                    "it on its account.",
                    ', '.join(caught.mapped('name')),
                )
            )

    def _check_date(self, policy):
        """Refuse a date before a posted run, and a locked one: Odoo would book in another period."""
        self.company_id._check_allowance_date(self.date, self.env._("The transfer"))
        locks = self.company_id._get_violated_lock_dates(self.date, False, policy.journal_id)
        if locks:
            raise UserError(
                self.env._(
                    "%(date)s is locked in %(company)s. %(locks)s",
                    date=format_date(self.env, self.date),
                    company=self.company_id.name,
                    locks=self.company_id._format_lock_dates(locks),
                )
            )

    def _move_allowance(self, lines, move):
        """Let the items on the doubtful account bear the allowance of those whose place they take."""
        new = move.line_ids.filtered(lambda item: item.balance > 0).sorted('id')
        Movement = self.env['ar.allowance.movement'].sudo()
        Movement._add(movements.move_items(list(zip(lines.ids, new.ids, strict=True)), self.date, move.id))

    def _line_values(self, line):
        common = {
            'name': line.move_id.name,
            'partner_id': line.partner_id.id,
            'currency_id': line.currency_id.id,
            'date_maturity': line.date_maturity,
        }
        return [
            {
                **common,
                'account_id': self.account_id.id,
                'balance': line.amount_residual,
                'amount_currency': line.amount_residual_currency,
            },
            {
                **common,
                'account_id': line.account_id.id,
                'balance': -line.amount_residual,
                'amount_currency': -line.amount_residual_currency,
            },
        ]
