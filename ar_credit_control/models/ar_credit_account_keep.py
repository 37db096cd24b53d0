from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..rules import limits
from ..rules.change import KEPT, PARTS, TICKS, YEARS
from ..words import notification
from .ar_credit_change import APPROVED

# These change by an approved document only, also where a limit may be typed into the file.
BY_DOCUMENT = {'limit_decided', 'group_id', 'limit_mandatory'}
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
    """What is decided about a customer: kept with its history, joined with another file, taken over."""

    _inherit = 'ar.credit.account'

    @api.constrains('credit_limit', 'temp_limit', 'limit_valid_until', 'temp_until', 'file_valid_until')
    def _check_credit_limit(self):
        today = fields.Date.context_today(self)
        for account in self:
            account._credit_check_amounts({name: account[name] for name in ('credit_limit', 'temp_limit')})
            for day in (account.limit_valid_until, account.temp_until, account.file_valid_until):
                if day and not limits.is_day(day, today, YEARS):
                    raise ValidationError(
                        self.env._(
                            "%(customer)s: %(day)s cannot be meant. Enter a day within %(years)s years.",
                            customer=account.partner_id.display_name,
                            day=fields.Date.to_string(day),
                            years=YEARS,
                        )
                    )

    def _credit_check_amounts(self, vals):
        for name in ('credit_limit', 'temp_limit'):
            if not limits.is_amount(vals.get(name)):
                raise ValidationError(
                    self.env._(
                        "%(amount)s cannot be the credit limit of %(customer)s: it cannot be negative and "
                        "must be a number. Enter 0 for no credit.",
                        customer=', '.join(self.partner_id.mapped('display_name')),
                        amount=vals[name],
                    )
                )

    # === Keeping ===

    @api.model
    def _with_decision(self, vals):
        if 'credit_limit' in vals or 'is_unlimited' in vals:
            return {'limit_decided': True, **vals}
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        reasons = [vals.get('limit_reason') for vals in vals_list]
        plain = [{name: vals[name] for name in vals if name != 'limit_reason'} for vals in vals_list]
        for vals in plain:
            self._credit_check_amounts(vals)
        accounts = super().create([self._with_decision(vals) for vals in plain])
        # What came with the defaults of a context or a user counts like what was entered.
        new = {**self.browse()._credit_kept(), KEPT['limit_mandatory']: True}
        accounts._credit_entered(dict.fromkeys(accounts, new), dict(zip(accounts, reasons)))
        return accounts

    def write(self, vals):
        reason = vals.get('limit_reason')
        vals = self._with_decision({name: vals[name] for name in vals if name != 'limit_reason'})
        self._credit_check_amounts(vals)
        direct = bool(KEPT.keys() & vals.keys()) and self.env.context.get('credit_change') is not APPROVED
        before = {account: account._credit_kept() for account in self} if direct else {}
        result = super().write(vals)
        self._credit_entered(before, dict.fromkeys(self, reason))
        if RECHECK_FIELDS & vals.keys():
            self._credit_queue_recheck()
        return result

    def _credit_entered(self, before, reasons):
        """Keep what was entered in the files directly, or refuse it: the transaction is undone.

        The superuser is the server's own code: installation, demo data, files that are joined. The changes
        that stay as the history of many files are created together.

        :param before: {account: what ``_credit_kept`` returned before}.
        :param reasons: {account: why, as it was given}.
        """
        facts = []
        for account, kept in before.items():
            after = account._credit_kept()
            changed = {name for name, part in KEPT.items() if after[part] != kept[part]}
            if not changed:
                continue
            if not self.env.su:
                account._credit_check_direct(changed, kept, reasons[account])
            facts.append(account._credit_applied(kept, after, reasons[account]))
        if facts:
            self.env['ar.credit.change'].sudo()._create_with_facts(facts)

    def _credit_check_direct(self, changed, before, reason):
        customer = self.partner_id.display_name
        undecided = {'limit_decided'} if self.limit_decided and not before[KEPT['limit_decided']] else set()
        if self.company_id.sudo().ar_limit_documents or (changed - undecided) & BY_DOCUMENT:
            raise AccessError(
                self.env._(
                    "Limit, grade, terms and group of %s change by an approved document: press \"Change "
                    "Credit\" in the credit file.",
                    customer,
                )
            )
        if not (reason or '').strip():
            raise UserError(self.env._("Enter why the credit of %s changes.", customer))
        amount = 0.0 if not self.is_unlimited else float(limits.HIGHEST)
        amount = max(amount, self.credit_limit, self.temp_limit)
        line = self.env['ar.approval.rule']._find('change', self.company_id, amount, self.grade_id)
        if line:
            raise AccessError(
                self.env._(
                    "%(people)s decides on a credit of %(amount)s for %(customer)s: press \"Change "
                    "Credit\" in the credit file.",
                    people=', '.join(line.user_ids.mapped('name')),
                    amount=self.currency_id.format(amount)
                    if not self.is_unlimited
                    else self.env._("any amount"),
                    customer=customer,
                )
            )

    def _credit_applied(self, before, after, reason):
        """Return the values of the applied change that is left of what somebody entered directly.

        :param before, after: what ``_credit_kept`` returned then and returns now.
        :param reason: why, as it was given.
        """
        changed = {part.tick for part in PARTS if after[part.before] != before[part.before]}
        now = fields.Datetime.now()
        values = {part.after: after[part.before] for part in PARTS if part.after}
        values |= {'new_withdrawn': not after['old_decided'], 'reason': reason}
        values |= {'new_group_limit': self.sudo().group_id.credit_limit, 'new_payment_term_id': False}
        return {
            **before,
            **values,
            **{tick: tick in changed and values.get(tick, True) for tick in TICKS},
            'credit_account_id': self.id,
            'origin': 'direct',
            'state': 'applied',
            'requested_by': self.env.uid,
            'requested_on': now,
            'decided_by': self.env.uid,
            'decided_on': now,
            'applied_on': now,
        }

    def _credit_kept(self):
        """Return what a credit change keeps of the state before it."""
        return {
            kept: self[name].id if self._fields[name].relational else self[name]
            for name, kept in KEPT.items()
        }

    def _credit_queue_recheck(self):
        """Have the customers' held orders looked at again, soon and in the background."""
        if self:
            self.env['ar.credit.decision']._queue_recheck([('credit_account_id', 'in', self.ids)])

    def _is_blank(self):
        said = {name: self.sudo()[name] for name in KEPT if name != 'limit_mandatory'}
        return not any(said.values()) and super()._is_blank()

    def _merge_values(self, other):
        # EXTENDS 'ar_base': the stricter limit of the two, and the shorter terms
        values = self._credit_stricter_limit(other)
        if other.terms_decided:
            days = (account.terms_days for account in (self, other) if account.terms_decided)
            values |= {'terms_decided': True, 'terms_days': min(days)}
        if not self.group_id and other.group_id:
            values['group_id'] = other.group_id.id
        values['limit_mandatory'] = self.limit_mandatory or other.limit_mandatory
        if reviews := [day for day in (self.file_valid_until, other.file_valid_until) if day]:
            values['file_valid_until'] = min(reviews)
        name = other.partner_id.display_name
        self.write({**values, 'limit_reason': self.env._("Joined with the credit file of %s", name)})
        return super()._merge_values(other)

    def _hand_rows(self, target):
        # EXTENDS 'ar_base': of two exceptions to one rule, the one of the file that stays counts
        Rule = self.env['ar.credit.rule'].sudo()
        codes = Rule.search([('credit_account_id', '=', target.id)]).mapped('code')
        Rule.search([('credit_account_id', '=', self.id), ('code', 'in', codes)]).unlink()
        rows = super()._hand_rows(target)
        self._credit_note_joins(rows, 1)
        return rows

    def _fetch_rows(self, moved, target):  # pylint: disable=missing-return
        super()._fetch_rows(moved, target)
        self._credit_note_joins(moved, -1)

    def _credit_note_joins(self, rows, count):
        """Note on the changes that came along that they say nothing of the past of the customer who stays."""
        Change = self.env['ar.credit.change'].sudo()
        for change in Change.browse((rows or {}).get(f'{Change._name}:credit_account_id', ())):
            change._record_facts({'joins': change.joins + count})

    def _credit_stricter_limit(self, other):
        decided = [account for account in (self, other) if account.limit_decided]
        if not decided:
            return {}
        limit = limits.stricter(
            *(
                None if account.is_unlimited or not account.limit_decided else account.credit_limit
                for account in (self, other)
            )
        )
        values = {'credit_limit': limit or 0.0, 'is_unlimited': limit is None}
        if ends := [account.limit_valid_until for account in decided if account.limit_valid_until]:
            values['limit_valid_until'] = min(ends)
        if self.temp_until and limit is not None and self.temp_limit > limit:
            values |= {'temp_limit': 0.0, 'temp_from': False, 'temp_until': False}
        return values

    @api.model
    def _take_over_native_limits(self, company):
        """Copy the limits that Odoo holds for single customers, whatever its setting says; return how many.

        A limit that is decided already stays, and customers that follow Odoo's default for all keep doing so.
        Each file keeps an applied change, as if the limit had been entered; the same once more in every
        chatter would only be slow.
        """
        partners = self._untaken_limits(company)
        files = self.sudo().with_context(tracking_disable=True)._for_partners(partners, company)
        before = {file: file._credit_kept() for file in files}
        file_ids = {file.partner_id: file.id for file in files}
        decided = files.with_context(credit_change=APPROVED)
        for limit, customers in partners.with_company(company).grouped('credit_limit').items():
            decided.browse(file_ids[customer] for customer in customers).write({'credit_limit': limit})
        files._credit_entered(before, dict.fromkeys(files, self.env._("Taken over from the contact")))
        return len(partners)

    @api.model
    def _native_limits(self, company):
        """Return the commercial entities for which Odoo itself holds a limit of their own."""
        commercial = Domain('parent_id', '=', False) | Domain('is_company', '=', True)
        partners = self.env['res.partner'].sudo().with_company(company)
        return partners.search(commercial & Domain('credit_limit', '>', 0)).filtered(
            'use_partner_credit_limit'
        )

    @api.model
    def _untaken_limits(self, company):
        """Return the commercial entities whose limit in Odoo is not in their credit file."""
        files = self.sudo().with_context(active_test=False)
        decided = files.search([('company_id', '=', company.id), ('limit_decided', '=', True)]).partner_id
        return self._native_limits(company) - decided

    @api.model
    def action_take_over_native_limits(self):
        """Take over Odoo's own limits in the current company; a receivables manager does so."""
        if not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(self.env._("Only a receivables manager takes over the limits of contacts."))
        count = self.sudo()._take_over_native_limits(self.env.company.root_id)
        return notification(
            self.env._("Limits of contacts"), self.env._("%s limits were taken over.", count), False
        )
