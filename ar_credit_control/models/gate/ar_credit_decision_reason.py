from datetime import timedelta

from odoo import api, fields, models

INVOICES_NAMED = 5


class ArCreditDecisionReason(models.Model):
    """One failed rule of a held order: the figures are stored, the sentence is made for whoever reads it.

    Amounts appear only for people who may see receivables; the others read the reason and the cure in words.
    """

    _name = 'ar.credit.decision.reason'
    _description = "Reason of a Credit Hold"
    _order = 'sequence, id'

    decision_id = fields.Many2one('ar.credit.decision', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer()
    code = fields.Selection(
        lambda self: self.env['ar.credit.rule']._fields['code']._description_selection(self.env),
        required=True,
    )
    outcome = fields.Selection([('warn', "Warning"), ('hold', "Hold")], required=True)
    data = fields.Json(help="The figures of the sentence.")
    sentence = fields.Char(compute='_compute_sentence')
    remedy = fields.Char("What Frees It", compute='_compute_sentence')

    @api.depends('code')
    @api.depends_context('lang')
    def _compute_display_name(self):
        names = dict(self._fields['code']._description_selection(self.env))
        for reason in self:
            reason.display_name = names.get(reason.code, reason.code)

    @api.depends('code', 'data')
    @api.depends_context('lang', 'uid')
    def _compute_sentence(self):
        sees_amounts = self._sees_amounts()
        for reason in self:
            reason.sentence = reason._sentence(sees_amounts)
            reason.remedy = reason._remedy(sees_amounts)

    def _sees_amounts(self):
        user = self.env.user
        return user.has_group('ar_base.group_viewer') or user.has_group('account.group_account_invoice')

    # === Facts ===

    @api.model
    def _prepare_values(self, failure, account, rules, known, document, verdict, order_facts):
        """Return the values of one reason; the data hold what sentence and cure need."""
        rule = rules.filtered(lambda r: r.code == failure.code)
        sequence = rule.sequence
        invoices = account._credit_oldest_invoices(known.check_date, INVOICES_NAMED)
        total = known.net_exposure + document
        data = {
            'currency_id': account.currency_id.id,
            'customer': account.partner_id.display_name,
            'exposure': known.net_exposure,
            'document': document,
            'limit': known.limit,
            'total': total,
            'over_by': verdict.over_by,
            'fits': max((verdict.available or 0.0), 0.0),
            'group': self._group_data(account, known, rules) if failure.code == 'credit_limit' else False,
            'order_value': order_facts['order_value'],
            'max_amount': rule.max_amount,
            'credit_days': order_facts['credit_days'],
            'allowed_days': known.allowed_days,
            'discount': order_facts['discount'],
            'allowed_discount': known.allowed_discount,
            'payment_days': known.days_since_payment,
            'index': known.payment_index,
            'min_index': rule.min_index,
            'level': known.dunning_level,
            'max_level': rule.max_level,
            'valid_until': fields.Date.to_string(known.limit_valid_until)
            if failure.code == 'limit_expired'
            else fields.Date.to_string(known.file_valid_until)
            if known.file_valid_until
            else False,
            'days': known.oldest_overdue_days,
            'max_days': rule.max_days,
            'max_pct': rule.max_pct,
            'share': 100
            * (
                total / known.limit
                if failure.code == 'limit_share' and known.limit
                else known.overdue_beyond / known.balance
                if known.balance
                else 0.0
            ),
            'due_before': fields.Date.to_string(known.check_date - timedelta(days=rule.max_days)),
            'overdue': known.overdue_beyond,
            'balance': known.balance,
            'holds': [[hold.reason, hold.placed_by.name] for hold in account.hold_ids.filtered('active')],
            'invoices': [
                [
                    line.move_id.id,
                    line.move_id.name,
                    line.amount_residual,
                    fields.Date.to_string(line.date_maturity or line.date),
                ]
                for line in invoices
            ],
        }
        return {'sequence': sequence, 'code': failure.code, 'outcome': failure.outcome, 'data': data}

    @api.model
    def _group_data(self, account, known, rules):
        """Return the figures of the credit group where it has less room than the customer itself, else False."""
        if known.group_limit is None:
            return False
        own = None if known.limit is None else known.limit - known.net_exposure
        if own is not None and own <= known.group_limit - known.group_exposure:
            return False
        return {'name': account.group_id.name, 'limit': known.group_limit, 'exposure': known.group_exposure}

    # === Words ===

    def _money(self, amount):
        return self.env['res.currency'].browse(self.data['currency_id']).format(amount or 0.0)

    def _date(self, value):
        return self.env['ir.qweb.field.date'].value_to_html(fields.Date.to_date(value), {}) if value else ''

    def _sentence(self, sees_amounts):
        """Return what is wrong, in one sentence."""
        _, data = self.env._, self.data or {}
        match self.code:
            case 'on_hold':
                return _("The customer is on hold: %s.", '; '.join(reason for reason, _user in data['holds']))
            case 'limit_expired':
                return _("The credit limit expired on %s.", self._date(data['valid_until']))
            case 'file_expired':
                return _("The credit file was due for review on %s.", self._date(data['valid_until']))
            case 'no_file':
                return _("The customer is new: nobody has decided its credit yet.")
            case 'credit_limit' if sees_amounts and data.get('group'):
                return _(
                    "The order of %(document)s on top of %(exposure)s that the credit group %(group)s owes already passes "
                    "the group's limit of %(limit)s by %(over)s.",
                    group=data['group']['name'],
                    document=self._money(data['document']),
                    exposure=self._money(data['group']['exposure']),
                    limit=self._money(data['group']['limit']),
                    over=self._money(data['over_by']),
                )
            case 'credit_limit' if sees_amounts:
                return _(
                    "The order of %(document)s on top of %(exposure)s already open passes the credit limit of %(limit)s "
                    "by %(over)s.",
                    document=self._money(data['document']),
                    exposure=self._money(data['exposure']),
                    limit=self._money(data['limit']),
                    over=self._money(data['over_by']),
                )
            case 'credit_limit':
                return _("With this order the customer passes its credit limit.")
            case 'limit_share':
                return _(
                    "With this order %(share).0f %% of the credit limit is used; %(max).0f %% is where we look twice.",
                    share=data['share'],
                    max=data['max_pct'],
                )
            case 'order_value' if sees_amounts:
                return _(
                    "The order's total of %(total)s is above the %(max)s allowed for a single order.",
                    total=self._money(data['order_value']),
                    max=self._money(data['max_amount']),
                )
            case 'order_value':
                return _("The order is too large for a single order.")
            case 'last_payment':
                return _(
                    "The last payment came %(days)s days ago; %(max)s days are allowed.",
                    days=data['payment_days'],
                    max=data['max_days'],
                )
            case 'terms' if data['allowed_days'] <= 0:
                return _(
                    "The customer buys against prepayment only; the order asks for %s days of credit.",
                    data['credit_days'],
                )
            case 'terms':
                return _(
                    "The order asks for %(days)s days of credit; the customer may have %(max)s.",
                    days=data['credit_days'],
                    max=data['allowed_days'],
                )
            case 'discount':
                return _(
                    "A discount of %(discount).4g %% is above the %(max).4g %% that the customer's grade allows.",
                    discount=data['discount'],
                    max=data['allowed_discount'],
                )
            case 'oldest_open_item':
                return _(
                    "The oldest open item is %(days)s days overdue; %(max)s days are allowed.",
                    days=data['days'],
                    max=data['max_days'],
                )
            case 'overdue_ratio':
                return _(
                    "%(share).0f %% of the balance is more than %(days)s days overdue; %(max).0f %% is allowed.",
                    share=data['share'],
                    days=data['max_days'],
                    max=data['max_pct'],
                )
            case 'dunning_level':
                return _(
                    "The customer's dunning level is %(level)s; %(max)s is allowed.",
                    level=data['level'],
                    max=data['max_level'],
                )
            case 'payment_index':
                return _(
                    "The customer's payment index is %(index).1f; %(min).1f is needed for an order on credit.",
                    index=data['index'],
                    min=data['min_index'],
                )
        return self.display_name

    def _remedy(self, sees_amounts):
        """Return the cheapest ways to free the order."""
        _, data = self.env._, self.data or {}
        ask = self._ask()
        match self.code:
            case 'on_hold':
                return _(
                    "The hold is lifted by %s, once its reason is settled.",
                    ', '.join(sorted({user for _reason, user in data['holds']})) or ask,
                )
            case 'limit_expired' | 'file_expired':
                return _("%s renews it in the customer's credit file.", ask)
            case 'credit_limit' | 'limit_share' if sees_amounts and data.get('over_by'):
                return _(
                    "The customer pays %(over)s%(invoices)s, or prepays %(over)s of this order, or the order is reduced "
                    "to %(fits)s. Or ask %(people)s.",
                    over=self._money(data['over_by']),
                    fits=self._money(data['fits']),
                    invoices=self._invoices(sees_amounts, data['over_by']),
                    people=ask,
                )
            case 'credit_limit':
                return _(
                    "The customer pays open invoices or prepays a part of this order, or the order is reduced. Or ask %s.",
                    ask,
                )
            case 'limit_share':
                return False
            case 'no_file':
                return _("%s assesses the customer and grants a limit.", ask)
            case 'order_value':
                return _("The order is split or reduced. Or ask %s.", ask)
            case 'terms':
                return _("Shorter payment terms, or prepayment. Or ask %s.", ask)
            case 'discount':
                return _("A smaller discount. Or ask %s.", ask)
            case 'last_payment':
                return _(
                    "The customer pays something%(invoices)s. Or ask %(people)s.",
                    invoices=self._invoices(sees_amounts),
                    people=ask,
                )
            case 'oldest_open_item' | 'overdue_ratio':
                return _(
                    "The customer pays what is overdue longest%(invoices)s. Or ask %(people)s.",
                    invoices=self._invoices(sees_amounts, due_before=data.get('due_before')),
                    people=ask,
                )
        return _("Ask %s.", ask)

    def _invoices(self, sees_amounts, up_to=None, due_before=None):
        """Return the invoices to pay, oldest first, as a bracket; empty where there is none.

        :param up_to: name only as many as are needed for this amount.
        :param due_before: name only those that fell due before this date (ISO).
        """
        shown, total = [], 0.0
        for _id, name, residual, due in (self.data or {}).get('invoices', []):
            if (up_to is not None and total >= up_to) or (due_before and due >= due_before):
                break
            total += residual
            shown.append(f'{name} {self._money(residual)}' if sees_amounts else name)
        return f" ({', '.join(shown)})" if shown else ''

    def _ask(self):
        """Return who can let the order pass: whom the approval matrix names, else the credit responsible."""
        decision = self.decision_id.sudo()
        company = decision.order_id.company_id or decision.company_id
        people = decision._approval_people() or company._ar_credit_responsible()
        return ', '.join(people.mapped('name')) or self.env._("a credit controller")
