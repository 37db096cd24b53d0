from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.ar_base.engine import open_items

LARGE = 50_000  # open items from which on a computation is left to the job: about half a minute of waiting

WAITING = [('job_state', 'in', ('queued', 'rating'))]


class ArProvisionRun(models.Model):
    """Long computations in the background: frozen at once, rated in batches, each committed with the progress.

    Killed between two batches, the job goes on with the next one; killed while it freezes, nothing was frozen. Two jobs
    never work on one run: each batch locks it first and looks again whether it is still wanted.
    """

    _inherit = 'ar.provision.run'

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

    # === From the form ===

    def _is_large(self):
        """Tell whether the run has more open items than a person should wait for."""
        self._check_policy()
        self.env.flush_all()
        [[count]] = self.env.execute_query(
            SQL(
                'SELECT COUNT(*) FROM (SELECT 1 FROM (%s) i WHERE i.company_id IN %s LIMIT %s) found',
                open_items.aged(self._aging_parameters()),
                tuple(self._companies().ids),
                LARGE,
            )
        )
        return count >= LARGE

    def _queue(self):
        """Leave the computation to the job; it begins within seconds."""
        self.ensure_one()
        self._check_policy()
        self._clear()
        self.sudo().write({'state': 'draft', 'job_state': 'queued', 'computed_by_id': self.env.uid})
        self.env.ref('ar_aging_provision.ir_cron_provision_run').sudo()._trigger()

    def _refuse_while_working(self):
        for run in self.filtered('job_state'):
            raise UserError(
                self.env._(
                    "%(run)s is being computed in the background: %(done)s of %(all)s open items. Wait, or stop it first.",
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
            run.sudo().job_state = False
            run._clear()
        return True

    # === The job ===

    @api.model
    def _cron_compute(self):
        """Compute the runs that wait, the oldest first, until the time is over."""
        runs = self.search(WAITING, order='id')
        self.env['ir.cron']._commit_progress(remaining=sum(run._items_left() for run in runs))
        for run in runs:
            if not run._work():
                break

    def _items_left(self):
        return max(self.item_count - self.rated_count, 1)

    def _claim(self):
        """Return the run locked, if it still waits; whoever stopped or deleted it has the last word."""
        return self.try_lock_for_update().filtered_domain(WAITING)

    def _work(self):
        """Freeze, rate and finish, committing each batch; return False when the time is over."""
        terms = None
        while run := self._claim():
            try:
                with self.env.cr.savepoint():
                    terms, done = run._work_once(terms)
            except UserError as error:
                run._give_up(error)
                done = 1
            if not self.env['ir.cron']._commit_progress(
                done, remaining=run._items_left() if run.job_state else 0
            ):
                return False
        return True

    def _work_once(self, terms):
        """Do one step in this transaction; return (the terms, how many items it did)."""
        if self.job_state == 'queued':
            self._freeze()
            self.job_state = 'rating'
            return None, 0
        terms = terms or self._terms(self.parameters)
        done = self._rate_next(terms)
        if not done:
            self._finish()
            self._tell_done()
        return terms, done

    def _give_up(self, error):
        """Take the run off the job's list and say why, where the accountant looks."""
        asked_by = self.computed_by_id
        self.write({'job_state': False})
        self._clear()
        self.message_post(body=str(error), partner_ids=asked_by.partner_id.ids)

    def _tell_done(self):
        run = self.with_context(lang=self.computed_by_id.lang)
        run.message_post(
            body=run.env._(
                "Computed: %(count)s open items require %(amount)s.",
                count=run.item_count,
                amount=run.currency_id.format(run.required),
            ),
            partner_ids=self.computed_by_id.partner_id.ids,
        )
