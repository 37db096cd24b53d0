"""From the figures to the verdict on a document."""

from odoo import fields, models

from ...rules import checks


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def _credit_known(self, rules, order_rows=None, check_date=None, members=None):
        """Return the facts about the customer that the rules look at, before any document: ``rules.checks.Figures``.

        :param rules: the ``ar.credit.rule`` records in force; their thresholds select the overdue items.
        :param order_rows: the orders to count, of all ``members``; default: all that are open.
        :param members: what ``_credit_members`` returned, where the caller has it already.
        """
        self.ensure_one()
        check_date = check_date or fields.Date.context_today(self)
        by_code = {rule.code: rule for rule in rules if rule.outcome != 'none'}
        none = rules.browse()
        oldest, ratio = by_code.get('oldest_open_item', none), by_code.get('overdue_ratio', none)
        members = members or self._credit_members()
        exposures = members._credit_exposures(
            check_date,
            order_rows,
            max_days=oldest.max_days,
            ratio_days=ratio.max_days,
            min_amount=oldest.min_amount,
            last_payment='last_payment' in by_code,
            dunning_level='dunning_level' in by_code,
        )
        found = exposures[self.id]
        return checks.Figures(
            check_date=check_date,
            net_exposure=found.net,
            limit=self._credit_effective_limit(check_date),
            group_limit=self.group_id.credit_limit if self.group_id and not self.is_unlimited else None,
            group_exposure=sum(exposures[member.id].net for member in members),
            limit_valid_until=self.limit_valid_until or None,
            file_valid_until=self.file_valid_until or None,
            has_file=bool(self.limit_decided or self.grade_id or self.terms_decided),
            holds=self.hold_count,
            oldest_overdue_days=found.oldest_overdue_days,
            balance=found.balance,
            overdue_beyond=found.overdue_beyond,
            days_since_payment=(check_date - found.last_payment).days if found.last_payment else None,
            dunning_level=found.dunning_level,
            payment_index=self._payment_indices().get(self.id) if 'payment_index' in by_code else None,
            allowed_days=self._credit_allowed_days(),
            allowed_discount=self.grade_id.max_discount if self.grade_id else None,
        )

    def _credit_members(self):
        """Return the accounts that share this one's limit, itself included."""
        if not self.group_id:
            return self
        return self | self.sudo().with_context(active_test=False).search_fetch(
            [('group_id', '=', self.group_id.id)], ['partner_id', 'company_id', 'group_id', 'active']
        )

    def _credit_allowed_days(self):
        """Return the longest terms the customer may have: its own, else its grade's; None = any."""
        if self.terms_decided:
            return self.terms_days
        return self.grade_id.max_terms_days if self.grade_id else None

    def _credit_dunning_level(self):
        """Return the customer's highest dunning level; 0 = none."""
        return self.sudo()._dunning_levels().get(self.id, 0)

    def _payment_indices(self):
        """Hook: return {account id: payment index of last night, 0 to 100} of the accounts that are rated."""
        return {}

    def _credit_verdict(self, known, rules, document, taken=0.0, **order_facts):
        """Return the verdict (``rules.checks.Verdict``) on a document of this amount in company currency.

        :param known: what ``_credit_known`` returned.
        :param taken: what other documents of the same call have used already.
        :param order_facts: further fields of ``rules.checks.Figures``, of the document.
        """
        figures = known._replace(
            net_exposure=known.net_exposure + taken,
            group_exposure=known.group_exposure + taken,
            document=document,
            **order_facts,
        )
        return checks.evaluate(figures, rules._as_rules(), self.currency_id.rounding)
