from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Command

INVOICES_NAMED = 5


class ArCreditDecisionReason(models.Model):
    """One failed rule of a held order: the figures are stored, the sentence is made for its reader.

    Amounts appear only for people who may see receivables; the others read the reason and the remedy in
    words. The words themselves are in ``words``, one entry for each rule.
    """

    _name = 'ar.credit.decision.reason'
    _description = "Reason of a Credit Hold"
    _inherit = ['ar.fact.mixin']
    _order = 'sequence, id'
    _facts = frozenset({'decision_id', 'sequence', 'code', 'outcome', 'data'})
    _recorded_by = frozenset({'ar.credit.decision'})

    decision_id = fields.Many2one('ar.credit.decision', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer()
    code = fields.Selection(lambda self: self.env['ar.credit.rule']._selection_code(), required=True)
    outcome = fields.Selection([('warn', "Warning"), ('hold', "Hold")], required=True)
    data = fields.Json(help="The figures of the sentence.")
    sentence = fields.Char(compute='_compute_sentence')
    remedy = fields.Char(compute='_compute_sentence')

    @api.depends('code')
    @api.depends_context('lang')
    def _compute_display_name(self):
        names = dict(self.env['ar.credit.rule']._selection_code())
        for reason in self:
            reason.display_name = names.get(reason.code, reason.code)

    @api.depends('code', 'data')
    @api.depends_context('lang', 'uid')
    def _compute_sentence(self):
        rules = self.env['ar.credit.rule']._hold_rules_by_code()
        for reason in self:
            words = reason.code in rules and rules[reason.code].words
            reason.sentence = words.sentence(reason) if words else reason.display_name
            reason.remedy = words.remedy(reason) if words else False

    # === Facts ===

    @api.model
    def _prepare_commands(self, account, check, documents):
        """Return commands that make the reasons those of the check.

        :param documents: what ``ar.credit.account._credit_documents`` returned.
        """
        figures, verdict = check.figures, check.verdict
        facts = {
            **{
                name: value for name, value in figures._asdict().items() if name not in ('components', 'more')
            },
            **figures.more,
            'over_by': verdict.over_by,
            'available': verdict.available,
            'currency_id': account.currency_id.id,
            'group': account.group_id.name,
            'holds': [[hold.reason, hold.placed_by.name] for hold in account.hold_ids.filtered('active')],
            'invoices': [
                [line.id, line.move_name, float(document.balance), document.due.isoformat()]
                for document, line in self._oldest_items(documents, figures.check_date)
            ],
        }
        return [
            Command.clear(),
            *(
                Command.create(
                    {
                        'sequence': rule.kind.sequence,
                        'code': rule.code,
                        'outcome': rule.outcome,
                        'data': {
                            name: self._plain(value) for name, value in (facts | rule.thresholds).items()
                        },
                    }
                )
                for rule in verdict.failures
            ),
        ]

    @api.model
    def _oldest_items(self, documents, check_date):
        """Return the open items that fell due first."""
        found = [d for d in documents if d.component == 'open_items' and d.due <= check_date]
        return [(document, document.record) for document in found[:INVOICES_NAMED]]

    @api.model
    def _plain(self, value):
        """Return a figure as JSON has it."""
        if isinstance(value, Decimal):
            return float(value)
        return value.isoformat() if isinstance(value, date) else value

    # === For ``words`` ===

    def _sees_amounts(self):
        user = self.env.user
        return user.has_group('ar_base.group_viewer') or user.has_group('account.group_account_invoice')

    def _format_money(self, amount):
        return self.env['res.currency'].browse(self.data['currency_id']).format(amount or 0.0)

    def _format_date(self, value):
        return self.env['ir.qweb.field.date'].value_to_html(fields.Date.to_date(value), {}) if value else ''

    def _name_invoices(self, up_to=None, due_before=None):
        """Return the invoices to pay, oldest first, as a bracket; empty where there is none.

        :param up_to: name only as many as are needed for this amount.
        :param due_before: name only those that fell due before this date (ISO).
        """
        sees_amounts, shown, total = self._sees_amounts(), [], 0.0
        for _id, name, residual, due in self.data['invoices']:
            if (up_to is not None and total >= up_to) or (due_before and due >= due_before):
                break
            total += residual
            shown.append(f'{name} {self._format_money(residual)}' if sees_amounts else name)
        return f" ({', '.join(shown)})" if shown else ''

    def _deciders(self):
        """Return who can let the order pass: whom the approval matrix names, else the credit responsible."""
        decision = self.decision_id.sudo()
        company = decision.order_id.company_id or decision.company_id
        people = decision._approval_people() or company._ar_credit_responsible()
        return ', '.join(people.mapped('name')) or self.env._("a credit controller")
