import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every

from ..engine import allowance, lines
from ..rules import rating
from odoo.addons.ar_base.engine import open_items
from odoo.addons.ar_base.rules.money import exact

BATCH = 5000  # lines rated at a time: what memory holds of a run, but for a customer with more
PAGE = 1000  # rows per statement
LARGE = 50_000  # open items from which on a computation is left to the job: about half a minute of waiting
WAITING = [('job_state', 'in', ('queued', 'rating'))]


class ArProvisionRun(models.Model):
    """The computation: the open items are frozen by one statement, then rated customer by customer.

    Whatever the ledger, the credit files or the assessments do while a long run is rated, all of its lines
    are of the one moment in which they were frozen, and so are the terms: rating reads nothing but the run
    itself. What is rated in the transaction that froze it is inserted when it is rated, once.

    Long computations run in the background: frozen at once, rated in batches, each committed with the
    progress. Killed between two batches, the job goes on with the next one; killed while it freezes, nothing
    was frozen. Two jobs never work on one run: each batch locks it first and looks again whether it is still
    wanted.
    """

    _inherit = 'ar.provision.run'
    _facts = frozenset(['job_state', 'item_count', 'rated_count', 'rated_upto', 'frozen_upto'])

    job_state = fields.Selection(
        [('queued', "Waiting"), ('rating', "Computing")], "Background Computation", readonly=True, copy=False
    )
    item_count = fields.Integer("Open Items", readonly=True, copy=False)
    rated_count = fields.Integer("Open Items Rated", readonly=True, copy=False)
    rated_upto = fields.Integer("Last Line Rated", readonly=True, copy=False)
    frozen_upto = fields.Integer("Last Line Frozen", readonly=True, copy=False)
    progress = fields.Float(compute='_compute_progress')

    _waiting_idx = models.Index('(id) WHERE job_state IS NOT NULL')

    @api.depends('item_count', 'rated_count')
    def _compute_progress(self):
        for run in self:
            run.progress = 100.0 * run.rated_count / run.item_count if run.item_count else 0.0

    def action_compute(self):
        """Freeze the open items of the date with their allowance; what was computed before is replaced.

        A run of many items is left to the job, which shows its progress and goes on where it was stopped.
        """
        self._require('draft', 'computed')
        for run in self:
            run._refuse_while_working()
            run._check_policy()
            run._check_order()
            run._check_lock_dates(run.company_id._ar_tree())
            if run._is_large():
                run._queue()
            else:
                run._compute_run()
        return True

    def _compute_run(self):
        """Bring lines and totals to what the ledger says now, all in this transaction.

        Where no item and no term has changed since the lines were rated, they stay as they are.
        """
        self.ensure_one()
        items, parameters = self._items_and_terms()
        self.env.cr.execute(lines.stage(items))
        if self._is_unchanged(parameters):
            self.env.cr.execute(lines.as_computed(self.id))
            self.sudo()._record_facts({'computed_by_id': self.env.uid})
        else:
            self._clear()
            self._begin(parameters, self.env.user, lines.STAGE)
            terms = self._terms(self.parameters)
            while self._rate_next(terms, lines.STAGE):
                pass
        self.env.cr.execute(lines.unstage())
        self._finish()

    def _is_unchanged(self, parameters):
        """Tell whether the lines are rated, by these parameters, of the very items that are staged."""
        if self.state != 'computed' or not self.item_count or self.rated_count != self.item_count:
            return False
        if self.parameters != json.loads(json.dumps(parameters)):
            return False
        [[differ]] = self.env.execute_query(lines.differ(self.id))
        return not differ

    def _check_policy(self):
        policy = self.policy_id
        if not policy:
            raise UserError(
                self.env._(
                    "No provision policy of %(company)s is in force on %(date)s. Put one in force first.",
                    company=self.company_id.name,
                    date=format_date(self.env, self.as_of),
                )
            )
        problems = policy.sudo()._problems()
        if policy.state != 'confirmed':
            problems.append(self.env._("The policy %s is a draft: put it in force first.", policy.name))
        if problems:
            raise UserError('\n'.join(problems))

    # === Freezing ===

    def _clear(self):
        """Delete what was computed."""
        self.env.cr.execute(lines.delete(self.id))
        self.env.cr.execute(allowance.delete_adjustments(self.id))
        for model in ('ar.provision.line', 'ar.provision.adjustment'):
            self.env[model].invalidate_model(flush=False)
        amounts = dict.fromkeys(('required', 'booked', 'adjustment', 'gross', 'item_count', 'rated_count'), 0)
        self.sudo()._record_facts({**amounts, 'parameters': False, 'computed_by_id': False})
        self.invalidate_recordset(['line_ids', 'adjustment_ids', 'line_count'])

    def _freeze(self):
        """Replace the lines by the open items of the date, and the parameters by the terms of this moment."""
        self.ensure_one()
        asked_by = self.computed_by_id if self.job_state else self.env.user
        items, parameters = self._items_and_terms()
        self._clear()
        self.env.cr.execute(lines.freeze(items))
        self._begin(parameters, asked_by)

    def _items_and_terms(self):
        """Return the query of the open items of the date, and the parameters that rate them."""
        self._check_policy()
        params = self._aging_parameters()
        self.env.flush_all()
        items = lines.items(
            self.id,
            open_items.aged(params),
            self.company_id.id,
            self.company_id._ar_tree().ids,
            self.env['ar.credit.account'].sudo()._grades_at(self.company_id, self.as_of).items(),
            self.env['ar.provision.segment.change']._segments_at(self.company_id, self.as_of).items(),
        )
        return items, self._frozen_parameters(params)

    def _begin(self, parameters, asked_by, table=lines.KEPT):
        """Note what is to be rated, and by whom it was asked.

        :param table: where the items wait until they are rated.
        """
        self.env['ar.provision.line'].invalidate_model(flush=False)
        [[first, last, count]] = self.env.execute_query(lines.extent(self.id, table))
        self.sudo()._record_facts(
            {
                'computed_by_id': asked_by.id,
                'parameters': parameters,
                'item_count': count,
                'rated_count': 0,
                'rated_upto': first - 1,
                'frozen_upto': last,
            }
        )

    def _aging_parameters(self):
        policy = self.policy_id.sudo()
        scheme = policy.aging_scheme_id
        items = self.env['ar.open.item'].sudo()
        return open_items.Parameters(
            as_of=self.as_of,
            basis=scheme.basis,
            unit=scheme.unit,
            credits=scheme.credits,
            buckets=tuple(scheme._effective_buckets()),
            account_ids=tuple(policy._receivable_accounts().ids),
            rates=items._closing_rates(self.as_of) if policy.valuation == 'closing' else (),
        )

    def _frozen_parameters(self, params):
        """Return what the lines are rated by and what an auditor needs to recompute them."""
        policy = self.policy_id.sudo()
        names = {bucket.id: bucket.name for bucket in policy.aging_scheme_id.bucket_ids}
        rates, forward, grades = policy._rate_table()
        assessments = self.env['ar.provision.assessment']._in_force(self.company_id.sudo(), self.as_of)
        Segment = self.env['ar.provision.segment'].sudo().with_context(active_test=False)
        return {
            'scheme': policy.aging_scheme_id.name,
            'basis': params.basis,
            'unit': params.unit,
            'credits': params.credits,
            'buckets': [[b.key, names[b.key], b.lower, b.upper] for b in params.buckets],
            'accounts': list(params.account_ids),
            'valuation': policy.valuation,
            'currency_rates': {
                str(currency): rate
                for company, currency, rate, _rounding in params.rates
                if company == self.company_id.id
            },
            'rates': [[*key, str(rate)] for key, rate in rates.items()],
            'forward': str(forward),
            'forward_reason': policy._outlook_in_words(),
            'grades': {str(key): str(value) for key, value in grades.items()},
            'base': policy.base,
            'default_vat_rate': policy.default_vat_rate,
            'assessments': [
                [partner, move, found.kind, str(found.value), found.key]
                for partner, rows in assessments.items()
                for move, found in rows
            ],
            'secured': self._deductible_security(),
            'excluded': Segment.search([('excluded', '=', True)]).ids,
        }

    def _deductible_security(self):
        """Return {customer id: secured amount} as text, of what other addons know."""
        if not self.policy_id.sudo().deduct_secured:
            return {}
        amounts = self.env['ar.credit.account'].sudo()._secured_by_customer(self.company_id, self.as_of)
        return {str(partner): str(exact(amount)) for partner, amount in amounts.items() if amount > 0}

    # === Rating ===

    def _terms(self, parameters):
        return rating.terms(parameters, self.company_id.sudo().currency_id.rounding)

    def _rate_next(self, terms, table=lines.KEPT):
        """Rate the next customers; return how many lines that were, 0 when all are rated."""
        rows, upto = self._next_rows(self.rated_upto, table)
        if not rows:
            return 0
        rated = (found for party in rating.parties(rows) for found in rating.rate(party, terms))
        for page in split_every(PAGE, rated):
            self.env.cr.execute(lines.update(page) if table is lines.KEPT else lines.insert(page))
        self.env['ar.provision.line'].invalidate_model(flush=False)
        self.sudo()._record_facts({'rated_upto': upto, 'rated_count': self.rated_count + len(rows)})
        return len(rows)

    def _next_rows(self, after, table=lines.KEPT):
        """Return (rows, id of the last) of the next ``BATCH`` lines, up to the end of their last customer."""
        rows = []
        while not rows and after < self.frozen_upto:
            rows = self._read_rows(after, after + BATCH, table=table)
            after += BATCH
        if rows and rows[-1].partner_id:
            rows += self._read_rows(after, self.frozen_upto, rows[-1].partner_id, table)
        return rows, max(after, rows[-1].id) if rows else after

    def _read_rows(self, after, upto, customer=None, table=lines.KEPT):
        found = self.env.execute_query(lines.rows(self.id, after, upto, customer, table))
        return [rating.Row._make(row) for row in found]

    def _frozen_parties(self):
        """Yield the frozen lines of each customer; the whole run is never held in memory."""
        [[first, *_rest]] = self.env.execute_query(lines.extent(self.id))
        after = first - 1
        while True:
            rows, after = self._next_rows(after)
            if not rows:
                return
            yield from rating.parties(rows)

    def _finish(self):
        """Close the computation: the lines are rated, what they sum to is compared with the ledger."""
        self.sudo()._record_facts(
            {'state': 'computed', 'job_state': False, 'computed_on': fields.Datetime.now()}
        )
        self.env['ar.allowance.override']._apply(self)
        self._refresh_totals()

    # === In the background ===

    def _is_large(self):
        """Tell whether the run has more open items than a person should wait for."""
        self._check_policy()
        self.env.flush_all()
        aged = open_items.aged(self._aging_parameters())
        [[count]] = self.env.execute_query(lines.count(aged, self.company_id._ar_tree().ids, LARGE))
        return count >= LARGE

    def _queue(self):
        """Leave the computation to the job; it begins within seconds."""
        self.ensure_one()
        self._check_policy()
        self._clear()
        self.sudo()._record_facts({'state': 'draft', 'job_state': 'queued', 'computed_by_id': self.env.uid})
        self.env.ref('ar_aging_provision.ir_cron_provision_run').sudo()._trigger()

    def _refuse_while_working(self):
        for run in self.filtered('job_state'):
            raise UserError(
                self.env._(
                    "%(run)s is being computed in the background: %(done)s of %(all)s open items. "
                    "Wait, or stop it first.",
                    run=run.name,
                    done=run.rated_count,
                    all=run.item_count,
                )
            )

    def action_refresh(self):
        """Show how far the job is."""
        return True

    def action_stop(self):
        """Stop the job and forget what it computed."""
        self.check_access('write')
        for run in self.filtered('job_state'):
            run.sudo()._record_facts({'job_state': False})
            run._clear()
        return True

    @api.model
    def _cron_compute(self):
        """Compute the runs that wait, the oldest first, until the time is over."""
        terms = {}
        self._work(WAITING, lambda run: run._work_once(terms), repeat=True)

    def _work_once(self, terms):
        """Freeze, rate the next customers, or finish.

        :param terms: {run id: its terms}, kept between the steps of a job.
        """
        if self.job_state == 'queued':
            self._freeze()
            self.sudo()._record_facts({'job_state': 'rating'})
            terms.pop(self.id, None)
            return
        if self.id not in terms:
            terms[self.id] = self._terms(self.parameters)
        if not self._rate_next(terms[self.id]):
            self._finish()
            self._announce()

    @api.model
    def _job_failed(self, record, error):
        """Take the run off the job's list and say why, where the accountant looks."""
        asked_by = record.computed_by_id
        record.sudo()._record_facts({'job_state': False})
        record._clear()
        record.message_post(body=str(error), partner_ids=asked_by.partner_id.ids)
        return None if isinstance(error, UserError) else super()._job_failed(record, error)

    def _announce(self):
        run = self.with_context(lang=self.computed_by_id.lang)
        run.message_post(
            body=run.env._(
                "Computed: %(count)s open items require %(amount)s.",
                count=run.item_count,
                amount=run.currency_id.format(run.required),
            ),
            partner_ids=self.computed_by_id.partner_id.ids,
        )
