"""From the credit file and the figures to the verdict on an order."""

from odoo import api, fields, models
from odoo.tools import split_every

from ..rules import hold, limits
from .ar_credit_confirm_mixin import note_lock
from odoo.addons.ar_base.rules.money import ZERO, exact

TOGETHER = 100  # accounts whose facts are looked up by one query
# Facts that ``_credit_order_facts`` makes something of; an invoice is not judged by them.
OF_ORDERS = {'category_amounts', 'unpaid_orders'}


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    has_temp_limit = fields.Boolean("Temporary Limit Counts Today", compute='_compute_has_temp_limit')
    allowed_terms = fields.Char("Longest Terms", compute='_compute_allowed_terms')

    @api.depends('temp_limit', 'temp_from', 'temp_until')
    def _compute_has_temp_limit(self):
        today = fields.Date.context_today(self)
        for account in self:
            account.has_temp_limit = (
                bool(account.temp_until) and (account.temp_from or today) <= today <= account.temp_until
            )

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

    @api.model
    def _lock_many(self, customers, company):
        # EXTENDS 'ar_base'
        note_lock(self.env)
        return super()._lock_many(customers, company)

    # === What the file allows ===

    def _credit_effective_limit(self, day=None):
        """Return the limit that counts on the day, in company currency; None = no limit is checked."""
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

    def _credit_allowed_days(self):
        """Return the longest terms the customer may have: its own, else its grade's; None = any."""
        if self.terms_decided:
            return self.terms_days
        return self.grade_id.max_terms_days if self.grade_id else None

    def _credit_members(self):
        """Return the accounts that share this one's limit, itself included."""
        if not self.group_id:
            return self
        return self | self.sudo().with_context(active_test=False).search_fetch(
            [('group_id', '=', self.group_id.id)], ['partner_id', 'company_id', 'group_id', 'active']
        )

    # === Facts and verdict ===

    def _credit_file_facts(self, grade, asked, factor=1.0, levels=None):
        """Return what the file says today, as fields of ``rules.hold.Figures``.

        A back-test takes it for every day.

        :param grade: the grade whose terms apply.
        :param asked: names of further facts that a rule in force asks for; no other is looked up.
        :param factor: of the group's limit.
        :param levels: ``_dunning_levels`` of many accounts, where they are asked about one after the other.
        """
        self.ensure_one()
        if levels is None:
            levels = self._dunning_levels() if 'dunning_level' in asked else {}
        return {
            'limit_valid_until': self.limit_valid_until or None,
            'file_valid_until': self.file_valid_until or None,
            'has_file': bool(self.limit_decided or self.group_id or self.grade_id or self.terms_decided)
            or self.company_id.ar_default_limit_policy == 'amount',
            'grade_gives_credit': not grade or grade.limit_factor > 0,
            'group_limit': self.group_id.credit_limit * factor
            if self.group_id and not self.is_unlimited
            else None,
            'dunning_level': levels.get(self.id, 0) if 'dunning_level' in asked else 0,
            'allowed_days': self.terms_days
            if self.terms_decided
            else grade.max_terms_days
            if grade
            else None,
            'allowed_discount': grade.max_discount if grade else None,
            'more': self._credit_more_facts(asked),
        }

    def _credit_more_facts(self, asked):
        """Hook: return {name: value} of the facts ``asked`` for by other addons' rules; None = unknown."""
        self.ensure_one()
        return {}

    def _credit_order_facts(self, order, asked, known):
        """Hook: return {name: value} of the facts ``asked`` for that differ from order to order.

        :param known: {name: value} of the customer.
        """
        found = {}
        if 'category_amounts' in asked:
            found['category_amounts'] = order.order_line._credit_category_amounts()
        if 'unpaid_orders' in asked:
            # The order itself is no earlier one.
            found['unpaid_orders'] = [
                unpaid for id_, unpaid in known['unpaid_by_order'].items() if id_ != order._origin.id
            ]
        return found

    def _credit_known_of_many(self):
        """Return {account: (the rules in force, what ``_credit_known`` returns by them)}, read together.

        Without what only orders are judged by.
        """
        asked = {}
        for account, rules in self.env['ar.credit.rule'].sudo()._in_force_of_many(self).items():
            needs = hold.Needs.of(rules)
            needs = needs._replace(facts=needs.facts - OF_ORDERS)
            asked.setdefault(needs, []).append((account, rules, account._credit_members()))
        known = {}
        for needs, questions in asked.items():
            for some in split_every(TOGETHER, questions):
                members = self.union(*(members for _account, _rules, members in some))
                exposures = members._credit_exposures(needs=needs)
                for account, rules, of_group in some:
                    known[account] = (
                        rules,
                        account._credit_known(rules, members=of_group, exposures=exposures),
                    )
        return known

    def _credit_known(self, rules, check_date=None, members=None, without=(), exposures=None):
        """Return what the rules look at in the customer, before any order: ``rules.hold.Figures``.

        :param rules: the ``rules.hold.Rule`` in force; they say what is looked up.
        :param members: what ``_credit_members`` returned, where the caller has it already.
        :param without: ids of orders that do not count.
        :param exposures: of the members by what the rules need, where the caller has them already.
        """
        self.ensure_one()
        check_date = check_date or fields.Date.context_today(self)
        needs = hold.Needs.of(rules)
        members = members or self._credit_members()
        exposures = exposures or members._credit_exposures(check_date, needs, without)
        found = exposures[self.id]
        # The dunning level and the unpaid orders come with the exposure: a query less for each.
        facts = self._credit_file_facts(self.grade_id, needs.facts - {'dunning_level'})
        if 'unpaid_orders' in needs.facts:
            unpaid = {id_: [name, days] for id_, name, days in found.facts.get('unpaid_orders') or ()}
            facts['more'] = {**facts['more'], 'unpaid_by_order': unpaid}
        last_payment = found.facts.get('last_payment')
        return hold.Figures(
            **{
                **facts,
                'check_date': check_date,
                'unit': exact(self.currency_id.rounding),
                'net_exposure': found.net,
                'components': found.components,
                'secured': found.secured,
                'limit': self._credit_effective_limit(check_date),
                'group_exposure': sum((exposures[member.id].net for member in members), ZERO),
                'holds': self.hold_count,
                'oldest_overdue_days': found.oldest_overdue_days,
                'balance': found.balance,
                'overdue_beyond': found.overdue_beyond,
                'days_since_payment': (check_date - last_payment).days if last_payment else None,
                'dunning_level': found.facts.get('dunning_level') or 0,
            }
        )

    def _credit_judge(self, known, rules, added, taken=ZERO, **order_facts):
        """Return (``rules.hold.Figures``, ``rules.hold.Verdict``) on an order that adds this amount.

        :param known: what ``_credit_known`` returned.
        :param added: in company currency.
        :param taken: what other orders of the same call have used already.
        :param order_facts: further fields of ``rules.hold.Figures``, of the order.
        """
        figures = known._replace(
            net_exposure=exact(known.net_exposure) + exact(taken),
            group_exposure=exact(known.group_exposure) + exact(taken),
            added=exact(added),
            **order_facts,
        ).exact()
        return figures, hold.evaluate(figures, rules)

    def _credit_snapshot(self, figures, documents, limit):
        """Return the exposure of a check as plain data: components with documents, what is secured, the net.

        :param limit: how many documents of each component are named; the figure itself is always whole.
        """
        names = {}
        for document in documents:
            names.setdefault(document.component, []).append(document.record)
        return {
            'components': [
                {
                    'code': component.code,
                    'amount': float(amount),
                    'model': component.model,
                    'documents': [
                        [record.id, record.display_name] for record in names.get(component.code, ())[:limit]
                    ],
                }
                for component in self._credit_components()
                if (amount := figures.components.get(component.code))
            ],
            'secured': float(figures.secured),
            'net': float(figures.net_exposure),
        }
