from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import float_round

from ...engine import overdue
from ...rules import dunning
from ...rules.dunning import Item, Letter

LINE_COLUMNS = (
    'notice_id',
    'company_id',
    'move_line_id',
    'kind',
    'currency_id',
    'date',
    'date_maturity',
    'amount',
    'disputed_amount',
    'days_in_arrears',
    'old_level',
    'level',
    'repetition',
    'last_notice',
    'escalated',
    'included',
    'why',
    'why_until',
    'claimed',
)

# Where nothing is overdue and nothing is kept back there is nothing to tell.
SILENT = 'nothing_overdue'


class Draft(NamedTuple):
    """A letter before it is a record: its key (account, company, currency), plan, outcome, and what each item was judged by."""

    credit_account_id: int
    company_id: int
    currency_id: int
    partner_id: int
    dunning_plan_id: int
    letter: Letter
    rows: tuple
    facts: dict
    until: str | None = None


class ArDunningRun(models.Model):
    """From open items to letters. The same judgement makes the proposal and looks again before a letter is sent."""

    _inherit = 'ar.dunning.run'

    # === Hooks of the other rooms ===

    @api.model
    def _covered_items(self, line_ids, on_date):
        """Return {item id: (why, until)} of the items that other addons exclude from dunning on the date."""
        return self.env['ar.open.item'].sudo()._dunning_exclusions(line_ids, on_date)

    @api.model
    def _escalated_items(self, line_ids, on_date):
        """Return the ids of the items whose promise or plan was broken and that were not dunned since."""
        broken = self.env['ar.open.item'].sudo()._broken_commitments(line_ids, on_date)
        dunned = overdue.dunned(self.sudo().env, list(broken))
        return {
            line_id for line_id, day in broken.items() if line_id not in dunned or dunned[line_id].on < day
        }

    @api.model
    def _stopped_accounts(self, account_ids, on_date):
        """Hook: return {account id: (reason, until)} of customers that get no letter at all on the date."""
        accounts, _items = overdue.blocks(self.sudo().env, on_date, account_ids)
        return {
            credit_account_id: ('account_blocked', until) for credit_account_id, until in accounts.items()
        }

    @api.model
    def _dunned_counts(self, line_ids):
        """Return {(item id, level): how many times the item was told, or is being told, at that level}."""
        return {
            (line.id, level): count
            for line, level, count in self.env['ar.dunning.notice.line']
            .sudo()
            ._read_group(
                [('move_line_id', 'in', line_ids), ('claimed', '=', True)],
                ['move_line_id', 'level'],
                ['__count'],
            )
        }

    # === Judging ===

    def _drafts(self, partner_ids, ignore=()):
        """Return the Draft of each letter that the customers may get, in a fixed number of queries.

        :param ignore: keys (account, company, currency) whose letter under way is looked at again.
        """
        env = self._flushed()
        found = overdue.rows(env, self._company_ids(), self.run_date, partner_ids)
        accounts = self._accounts_of(partner_ids)
        roots = {
            company.id: company.root_id.id
            for company in env['res.company'].browse({row.company_id for row in found})
        }
        by_customer = {
            (row.partner_id, row.company_id): accounts[row.partner_id, roots[row.company_id]].id
            for row in found
        }
        account_ids, line_ids = list(set(by_customer.values())), [row.line_id for row in found]
        facts = {
            'dunned': overdue.dunned(env, line_ids),
            'disputed': overdue.disputed(env, self.run_date, partner_ids),
            'blocked': overdue.blocks(env, self.run_date, account_ids)[1],
            'covered': self._covered_items(line_ids, self.run_date),
            'escalated': self._escalated_items(line_ids, self.run_date),
            'stopped': self._stopped_accounts(account_ids, self.run_date),
        }
        last, under_way = overdue.letters(env, account_ids)
        plans = self._plan_by_account(env['ar.credit.account'].browse(account_ids))
        drafts = []
        for key, rows in overdue.by_letter(found, by_customer).items():
            if key not in under_way or key in ignore:
                drafts.append(
                    self._draft(key, rows, plans[key[0]], facts, None if key in ignore else last.get(key))
                )
        return drafts

    def _accounts_of(self, partner_ids):
        """Return {(customer id, root company id): account}, created where absent in one statement."""
        Account = self.env['ar.credit.account'].sudo()
        Account._ensure_for(partner_ids, self.company_id)
        accounts = Account.with_context(active_test=False).search(
            [('partner_id', 'in', list(partner_ids)), ('company_id', '=', self.company_id.id)]
        )
        return {(account.partner_id.id, account.company_id.id): account for account in accounts}

    def _plan_by_account(self, accounts):
        plans = self.env['ar.dunning.plan']._plans_of(self.company_id)
        return {
            account.id: account.dunning_plan_id or plans._first_for(account.partner_id, account.grade_id)
            for account in accounts
        }

    def _draft(self, key, rows, plan, facts, last_dunned):
        credit_account_id, company_id, currency_id = key
        currency = self.env['res.currency'].browse(currency_id)
        until, letter = None, None
        if not plan or (self.plan_ids and plan not in self.plan_ids):
            letter = Letter(False, 'no_plan' if not plan else SILENT, ())
        elif credit_account_id in facts['stopped']:
            reason, until = facts['stopped'][credit_account_id]
            letter = self._judge(plan, rows, facts, currency, company_id, last_dunned, blocked=True)._replace(
                reason=reason
            )
        else:
            letter = self._judge(plan, rows, facts, currency, company_id, last_dunned)
            if letter.selected and plan.withhold_unmatched and any(row.is_receipt for row in rows):
                letter = letter._replace(selected=False, reason='unmatched_receipt')
        return Draft(
            credit_account_id,
            company_id,
            currency_id,
            rows[0].partner_id,
            plan.id,
            letter,
            tuple(rows),
            facts,
            until,
        )

    def _judge(self, plan, rows, facts, currency, company_id, last_dunned, blocked=False):
        company = self.env['res.company'].browse(company_id)
        return dunning.propose(
            plan._policy(currency, company, self.run_date),
            [self._item(row, facts, currency, plan) for row in rows],
            self.run_date,
            blocked=blocked,
            last_dunned=last_dunned,
            documents_until=self.documents_until or None,
        )

    @api.model
    def _item(self, row, facts, currency, plan):
        told = facts['dunned'].get(row.line_id, overdue.Dunned())
        disputed = self._disputed_in_currency(row, facts['disputed'], currency)
        undisputed = currency.round(row.amount - disputed)
        covered = facts['covered'].get(row.line_id)
        return Item(
            row.line_id,
            row.date,
            row.due_date,
            undisputed or row.amount,
            told.level,
            told.on,
            blocked=(row.no_followup and row.amount > 0) or row.line_id in facts['blocked'],
            disputed=bool(disputed) and not undisputed,
            promise_date=covered[1] if covered else None,
            escalate=plan.escalate_broken and row.line_id in facts['escalated'],
        )

    @api.model
    def _disputed_in_currency(self, row, disputed, currency):
        """Return what is disputed of the item in its own currency, which ``disputed`` holds in the company's."""
        amount = disputed.get(row.line_id)
        return (
            float_round(row.amount * amount / row.residual, precision_rounding=currency.rounding)
            if amount
            else 0.0
        )

    # === Storing ===

    def _propose_for(self, partner_ids):
        """Store a notice for each letter, and one that says why for each customer with something overdue and no letter."""
        drafts = [
            draft
            for draft in self._drafts(partner_ids)
            if draft.letter.reason != SILENT or self._keeps_back(draft)
        ]
        self._supersede(partner_ids)
        notices = (
            self.env['ar.dunning.notice']
            .sudo()
            .with_context(tracking_disable=True)
            .create([self._prepare_notice_values(draft) for draft in drafts])
        )
        lines = [
            tuple(values[name] for name in LINE_COLUMNS)
            for notice, draft in zip(notices, drafts)
            for values in self._prepare_line_values(notice, draft)
        ]
        if lines:
            self.env.cr.execute_values(
                f"INSERT INTO ar_dunning_notice_line ({', '.join(LINE_COLUMNS)}) VALUES %s", lines
            )
            self.env['ar.dunning.notice.line'].invalidate_model(flush=False)
            notices.invalidate_recordset(['line_ids'], flush=False)
        return notices

    @api.model
    def _keeps_back(self, draft):
        return any(
            result.why in ('blocked', 'disputed', 'promise') and result.days_in_arrears > 0
            for result in draft.letter.items
        )

    def _supersede(self, partner_ids):
        """What earlier runs proposed for these customers and nobody decided is replaced; what only explained is removed."""
        old = (
            self.env['ar.dunning.notice']
            .sudo()
            .search(
                [
                    ('partner_id', 'in', list(partner_ids)),
                    ('company_id', 'child_of', self.company_id.id),
                    ('run_id', '!=', self.id),
                    ('state', 'in', ('withheld', 'proposed')),
                ]
            )
        )
        old.filtered(lambda notice: notice.state == 'withheld').unlink()
        old.exists().write({'state': 'superseded'})

    def _prepare_notice_values(self, draft):
        plan = self.env['ar.dunning.plan'].browse(draft.dunning_plan_id)
        letter = draft.letter
        included = {result.key for result in letter.items if result.included}
        account = self.env['ar.credit.account'].sudo().browse(draft.credit_account_id)
        return {
            'collector_id': account.collector_id.id,
            'run_id': self.id,
            'credit_account_id': draft.credit_account_id,
            'partner_id': draft.partner_id,
            'company_id': draft.company_id,
            'currency_id': draft.currency_id,
            'dunning_plan_id': plan.id,
            'level': letter.letter_level,
            'stage_id': plan.stage_ids.filtered(lambda stage: stage.level == letter.letter_level).id,
            'state': 'proposed' if letter.selected else 'withheld',
            'reason': letter.reason,
            'reason_until': draft.until,
            'claim': letter.overdue_total - letter.credit_total if letter.selected else 0.0,
            'credit': letter.credit_total,
            'total': letter.overdue_total,
            'fee': letter.fee,
            'days_in_arrears': max(
                (r.days_in_arrears for r in letter.items if r.key in included or not included), default=0
            ),
            'item_count': len(included),
        }

    def _prepare_line_values(self, notice, draft):
        """Return the values of every item of the letter: claimed, left out and why, and credits that are netted."""
        results = {result.key: result for result in draft.letter.items}
        currency = notice.currency_id
        for row in draft.rows:
            result, told = results.get(row.line_id), draft.facts['dunned'].get(row.line_id, overdue.Dunned())
            if not result and (row.amount > 0 or not draft.letter.credit_total):
                continue
            disputed = self._disputed_in_currency(row, draft.facts['disputed'], currency)
            covered = draft.facts['covered'].get(row.line_id)
            why = result and result.why
            yield {
                'notice_id': notice.id,
                'company_id': row.company_id,
                'move_line_id': row.line_id,
                'kind': 'debit' if row.amount > 0 else 'credit',
                'currency_id': row.currency_id,
                'date': row.date,
                'date_maturity': row.due_date,
                'amount': currency.round(row.amount - disputed),
                'disputed_amount': disputed,
                'days_in_arrears': result.days_in_arrears if result else 0,
                'old_level': told.level,
                'level': result.new_level if result else 0,
                'last_notice': told.on,
                'claimed': False,
                'repetition': told.times if result and result.new_level == told.level else 0,
                'escalated': bool(
                    result
                    and result.included
                    and notice.dunning_plan_id.escalate_broken
                    and result.key in draft.facts['escalated']
                ),
                'included': bool(result and result.included),
                'why': covered[0] if why == 'promise' and covered else why,
                'why_until': fields.Date.to_string(covered[1]) if why == 'promise' and covered else None,
            }
