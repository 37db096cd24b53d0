from datetime import date
from decimal import Decimal

from odoo import api, fields, models

from ..rules import hold, remedy

INVOICES_KEPT, INVOICES_NAMED = 50, 5


class ArCreditDecisionReason(models.Model):
    """One failed rule of a held order: the figures are stored, the sentence is made for its reader.

    Amounts appear only for people who may see receivables; the others read the reason and the remedy in
    words. The words of each rule are in its row of the table ``hold_rules``.
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
            rule = rules.get(reason.code)
            reason.sentence = rule.sentence(reason) if rule else reason.display_name
            parts = [rule.remedy(reason), reason._ask()] if rule else []
            reason.remedy = ' '.join(dict.fromkeys(filter(None, parts)))

    # === Facts ===

    @api.model
    def _prepare_values(self, account, check, documents):
        """Return the values of the reasons of a check.

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
            {
                'sequence': rule.kind.sequence,
                'code': rule.code,
                'outcome': rule.outcome,
                'data': {name: self._plain(value) for name, value in (facts | rule.thresholds).items()},
            }
            for rule in verdict.failures
        ]

    @api.model
    def _oldest_items(self, documents, check_date):
        """Return the open items, what fell due first before the rest."""
        found = [d for d in documents if d.component == 'open_items']
        return [(document, document.record) for document in found[:INVOICES_KEPT]]

    @api.model
    def _plain(self, value):
        """Return a figure as JSON has it."""
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, list | tuple):
            return [self._plain(part) for part in value]
        return value.isoformat() if isinstance(value, date) else value

    # === What would release the order as a whole ===

    def _remedies(self):
        """Return sentences: the cheapest thing that releases the order as a whole, then the alternatives.

        ``self`` are all the reasons that stop one order. Where nothing that the customer or the seller can do
        releases it, they say what each rule needs.
        """
        if not self:
            return []
        first = self[0]
        actions = remedy.actions(
            hold.Figures.of(first.data),
            [rule for reason in self for rule in reason._rule()],
            [(amount, date.fromisoformat(due)) for _id, _name, amount, due in first.data['invoices']],
        )
        texts = [first._action_text(action) for action in actions]
        if not texts:
            rules = first.env['ar.credit.rule']._hold_rules_by_code()
            texts = [text for r in self if r.code in rules and (text := rules[r.code].remedy(r))]
        if first.data.get('added'):
            texts.append(first.env._("The customer prepays the order in full."))
        texts.append(first._ask())
        return list(dict.fromkeys(texts))

    def _rule(self):
        """Return the reason's rule in force as it was, in a list; empty where the rule is gone."""
        kind = self.env['ar.credit.rule']._hold_rules_by_code().get(self.code)
        return [kind.in_force(self.outcome, **self.data)] if kind else []

    def _action_text(self, action):
        _, money, sees_amounts = self.env._, self._format_money, self._sees_amounts()
        match action.kind:
            case 'terms':
                return (
                    _("The payment terms are shortened to %s days.", f'{action.amount:g}')
                    if action.amount > 0
                    else _("The order is paid at once or in advance, not on terms.")
                )
            case 'discount':
                return _("The discount is lowered to %s %%.", f'{action.amount:g}')
            case 'pay' if action.rest:
                invoices = self._name_invoices(action.amount)
                if not sees_amounts:
                    return _("The customer pays open invoices%s and prepays a part of this order.", invoices)
                return _(
                    "The customer pays %(amount)s%(invoices)s and prepays %(rest)s of this order.",
                    amount=money(action.amount),
                    invoices=invoices,
                    rest=money(action.rest),
                )
            case 'pay':
                invoices = self._name_invoices(action.amount)
                if not sees_amounts:
                    return _("The customer pays open invoices%s.", invoices)
                return _(
                    "The customer pays %(amount)s%(invoices)s.",
                    amount=money(action.amount),
                    invoices=invoices,
                )
            case 'prepay':
                if not sees_amounts:
                    return _("The customer prepays a part of this order.")
                return _("The customer prepays %s of this order.", money(action.amount))
            case _:
                if not sees_amounts:
                    return _("The order is reduced.")
                return _("The order is reduced to %s.", money(action.amount))

    # === For ``hold_rules`` ===

    def _sees_amounts(self):
        user = self.env.user
        return user.has_group('ar_base.group_viewer') or user.has_group('account.group_account_invoice')

    def _format_money(self, amount):
        return self.env['res.currency'].browse(self.data['currency_id']).format(float(amount or 0))

    def _format_date(self, value):
        return self.env['ir.qweb.field.date'].value_to_html(fields.Date.to_date(value), {}) if value else ''

    def _name_invoices(self, up_to=None, overdue=None):
        """Return the invoices to pay, oldest first, as a bracket; empty where there is none.

        :param up_to: only as many as are needed for this amount.
        :param overdue: only those that are overdue longer than these days.
        """
        shown, total, today = [], 0.0, date.fromisoformat(self.data['check_date'])
        sees_amounts = self._sees_amounts()
        for _id, name, residual, due in self.data['invoices']:
            late = (today - date.fromisoformat(due)).days
            if (up_to is not None and total >= up_to) or (overdue is not None and late <= overdue):
                break
            total += residual
            shown.append(f'{name} {self._format_money(residual)}' if sees_amounts else name)
        more = len(shown) - INVOICES_NAMED
        if more > 0:
            shown = [*shown[:INVOICES_NAMED], self.env._("and %s more", more)]
        return f" ({', '.join(shown)})" if shown else ''

    def _deciders(self):
        """Return who can let the order pass: whom the approval matrix names, else the credit responsible."""
        decision = self.decision_id.sudo()
        company = decision.order_id.company_id or decision.company_id
        people = decision._approval_people() or company._ar_credit_responsible()
        people -= decision._approval_barred() | self.env.user
        return ', '.join(people.mapped('name')) or self.env._("a credit controller")

    def _ask(self):
        """Return whom to ask; the person who decides is not sent anywhere."""
        if self.decision_id.sudo().can_decide:
            return self.env._("You decide: release or reject it.")
        return self.env._("Ask %s.", self._deciders())
