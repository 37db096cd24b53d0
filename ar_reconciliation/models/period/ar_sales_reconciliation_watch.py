from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.period import changes

ACTIVITY = 'ar_reconciliation.mail_activity_type_sign'
SHOWN = 5


class ArSalesReconciliation(models.Model):
    """What happens after a period was frozen: late changes reopen it, and who has not signed is reminded."""

    _inherit = 'ar.sales.reconciliation'

    @api.depends('fingerprint', 'needs_check', 'state')
    def _compute_is_stale(self):
        """Compare with the ledger where one reconciliation is opened; lists show only that a check is due."""
        for reconciliation in self:
            reconciliation.is_stale = reconciliation.needs_check
        if len(self) == 1 and self.id and self.state != 'draft' and not self.needs_check:
            [figures] = self.sudo()._figures().values()
            self.is_stale = self._fingerprint_of(figures.rows) != self.fingerprint

    def action_check(self):
        """Compare the frozen figures with the ledger, and reopen what changed."""
        self.check_access('read')
        reopened = self.sudo()._recheck()
        return self._tell_checked(len(reopened))

    def _tell_checked(self, count):
        message = self.env._("The frozen figures are those of the ledger.")
        if count:
            message = self.env._("%s periods were reopened.", count)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if count else 'success',
                'message': message,
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _recheck(self):
        """Return the reconciliations whose figures changed, frozen anew."""
        frozen = self.filtered(lambda reconciliation: reconciliation.state != 'draft')
        changed = self.browse()
        for reconciliation, figures in frozen._figures().items():
            if reconciliation._reopen_if_changed(figures):
                changed |= reconciliation
        return changed

    def _reopen_if_changed(self, figures=None):
        """Freeze anew where the ledger says something else; signatures become void, and what changed is recorded.

        :return: whether the figures changed.
        """
        self.ensure_one()
        reconciliation = self.sudo()
        if figures is None:
            [figures] = reconciliation._figures().values()
        if reconciliation._fingerprint_of(figures.rows) == reconciliation.fingerprint:
            if reconciliation.needs_check:
                reconciliation.needs_check = False
            return False
        valid = reconciliation.signature_ids.filtered(lambda signature: not signature.revoked_on)
        if valid:
            reconciliation._record_changes(figures.rows)
            valid.revoked_on = fields.Datetime.now()
        reconciliation._freeze(figures)
        if valid:
            reconciliation.write({'state': 'reopened', 'reminded': False})
            reconciliation._tell_reopened(valid)
        return True

    def _record_changes(self, rows):
        """Keep, per customer, what changed and the documents that were touched since the figures were frozen."""
        before, digits = self._frozen(), self._digits()
        changed = changes(before, rows, digits)
        documents = self._documents_since(changed)
        now = fields.Datetime.now()
        self.env['ar.sales.reconciliation.change'].create(
            [
                {
                    'reconciliation_id': self.id,
                    'partner_id': partner_id,
                    'found_on': now,
                    'closing_before': before.get(partner_id, {}).get('closing', 0),
                    'closing_after': rows.get(partner_id, {}).get('closing', 0),
                    'what': self._in_words(what),
                    'move_ids': documents.get(partner_id, []),
                }
                for partner_id, what in changed.items()
            ]
        )

    def _in_words(self, what):
        Line = self.env['ar.sales.reconciliation.line']
        return '\n'.join(
            f"{Line._fields[name]._description_string(self.env)}: "
            f"{self.currency_id.format(float(old))} → {self.currency_id.format(float(new))}"
            for name, (old, new) in what.items()
        )

    def _documents_since(self, partner_ids):
        """Return {customer id: move ids} of entries dated by the end, and matches effective by then, touched since the freeze."""
        if not partner_ids:
            return {}
        self.env['account.move'].flush_model()
        self.env['account.partial.reconcile'].flush_model()
        self.env['account.move.line'].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
            SELECT COALESCE(p.commercial_partner_id, 0), ARRAY_AGG(DISTINCT l.move_id)
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
              JOIN account_move m ON m.id = l.move_id
              LEFT JOIN res_partner p ON p.id = l.partner_id
             WHERE l.company_id = %(company)s AND l.date <= %(end)s AND COALESCE(p.commercial_partner_id, 0) IN %(partners)s
               AND (m.write_date >= %(since)s OR l.write_date >= %(since)s OR EXISTS (
                    SELECT FROM account_partial_reconcile q
                     WHERE l.id IN (q.debit_move_id, q.credit_move_id) AND q.create_date >= %(since)s AND q.max_date <= %(end)s))
             GROUP BY 1
            """,
                company=self.company_id.id,
                end=self.date_to,
                partners=tuple(key or 0 for key in partner_ids),
                since=self.frozen_on,
            )
        )
        return {key or None: move_ids for key, move_ids in rows}

    def _tell_reopened(self, signatures):
        changed = self.change_ids.filtered(
            lambda change: change.found_on == max(self.change_ids.mapped('found_on'))
        )
        names = ', '.join(change.partner_id.name or self.env._("No customer") for change in changed[:SHOWN])
        self.message_post(
            body=self.env._(
                "Reopened: the figures of %(count)s customers changed after the period was signed (%(names)s). Please sign again.",
                count=len(changed),
                names=names,
            )
        )
        for user in signatures.user_id:
            self._remind(
                user,
                self.env._("The period was reopened by a late change: look at what changed and sign again."),
            )

    # === Late documents ===

    @api.model
    def _touch(self, dates_by_company):
        """Mark the frozen periods that documents of these days may change, and wake the check.

        Cheap: one indexed query where nothing was frozen.

        :param dates_by_company: {company: earliest date}.
        """
        domain = fields.Domain.OR(
            [
                fields.Domain('company_id', '=', company.id) & fields.Domain('date_to', '>=', day)
                for company, day in dates_by_company.items()
            ]
        )
        found = self.sudo().search(
            domain & fields.Domain('state', '!=', 'draft') & fields.Domain('needs_check', '=', False)
        )
        if found:
            found.needs_check = True
            self.env.ref('ar_reconciliation.ir_cron_check_periods').sudo()._trigger()

    @api.model
    def _touch_moves(self, moves):
        days = {}
        for move in moves.sudo().filtered('date'):
            days[move.company_id] = min(move.date, days.get(move.company_id, move.date))
        if days:
            self._touch(days)

    @api.model
    def _cron_check(self):
        """Compare every frozen period with the ledger, those first that are known to be touched; one period at a time."""
        domain = [('state', '!=', 'draft')]
        groups = (
            self.sudo().search(domain).grouped(lambda part: (part.company_id, part.date_from, part.date_to))
        )
        ordered = sorted(groups.values(), key=lambda parts: not any(parts.mapped('needs_check')))
        self.env['ir.cron']._commit_progress(remaining=len(ordered))
        for parts in ordered:
            parts._recheck()
            if not self.env['ir.cron']._commit_progress(1):
                break

    # === Reminders ===

    @api.model
    def _cron_remind(self):
        """Remind who has not signed: some days before the deadline, and again once it has passed; each once."""
        today = fields.Date.context_today(self)
        for company in self.env['res.company'].sudo().search([]):
            soon = fields.Date.add(today, days=company.ar_reconciliation_remind)
            parts = self.sudo().search(
                [
                    ('company_id', '=', company.id),
                    ('state', 'in', ('open', 'reopened')),
                    ('deadline', '<=', soon),
                    ('reminded', '!=', 'after'),
                ]
            )
            for part in parts:
                stage = 'after' if part.deadline < today else 'before'
                if part.reminded != stage:
                    part._remind_missing(stage)
                    part.reminded = stage

    def _remind_missing(self, stage):
        text = self.env._("Please sign by the deadline.")
        if stage == 'after':
            text = self.env._("The deadline has passed: please sign.")
        for side in ('sales', 'finance'):
            if not self[f'{side}_signature_id'] and self[f'{side}_owner_id']:
                self._remind(self[f'{side}_owner_id'], text)

    def _remind(self, user, text):
        if user.active and user not in self._reminders().user_id:
            self.activity_schedule(ACTIVITY, date_deadline=self.deadline, user_id=user.id, note=text)

    def _reminders(self):
        return self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY)
        )
