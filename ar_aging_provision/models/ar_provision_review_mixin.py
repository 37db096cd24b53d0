from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import analysis
from ..report import ar_provision_run_report
from ..rules import sensitivity
from ..rules.profiles import PROFILES
from odoo.addons.ar_base.rules.money import exact

APPROVE = 'ar_aging_provision.activity_approve'
CHANGES = 100  # rows listed of what changed since
HALF = 0.5  # a fall of the allowance by more is said before anybody approves it


class ArProvisionReviewMixin(models.AbstractModel):
    """What the approver of a run looks at: what is unusual, what a person decided, and what if.

    Figures come from the frozen lines; *since then* compares them with the ledger of today.
    """

    _name = 'ar.provision.review.mixin'
    _description = "Review of a Provision Run"

    warnings = fields.Text(compute='_compute_warnings')
    overrides_html = fields.Html("Overrides", compute='_compute_shares_html', sanitize=False)
    shares_html = fields.Html("Classes and Debtors", compute='_compute_shares_html', sanitize=False)
    sensitivity_html = fields.Html("Sensitivity", compute='_compute_sensitivity_html', sanitize=False)
    receipts_html = fields.Html("Receipts since Then", compute='_compute_receipts_html', sanitize=False)
    changes_html = fields.Html("Changes since Then", compute='_compute_changes_html', sanitize=False)

    # === What is unusual ===

    @api.depends('state', 'required', 'booked', 'as_of', 'policy_id')
    @api.depends_context('lang')
    def _compute_warnings(self):
        for run in self:
            said = []
            if run.as_of and run.as_of > fields.Date.context_today(self):
                said.append(
                    self.env._(
                        "%s has not come yet: what is open then is not known.",
                        format_date(self.env, run.as_of),
                    )
                )
            if run.state in ('computed', 'approved'):
                said += run._warnings_of_rates() + run._warnings_of_amount()
            run.warnings = '\n'.join(said) or False

    def _warnings_of_rates(self):
        doubts = self.policy_id.sudo().rate_doubts
        return doubts.split('\n') if doubts else []

    def _warnings_of_amount(self):
        """Say that the allowance falls by more than half, and that the policy is another one than before."""
        previous, said = self.previous_id, []
        if previous.policy_id and previous.policy_id != self.policy_id:
            said.append(
                self.env._(
                    "The policy changed from %(old)s to %(new)s.",
                    old=previous.policy_id.display_name,
                    new=self.policy_id.display_name,
                )
            )
        keeps = PROFILES[self.policy_id.sudo().profile or 'us'].allowance
        if keeps and self.booked > 0 and self.required < self.booked * HALF:
            said.append(
                self.env._(
                    "The allowance falls by %(share)s %%: from %(booked)s to %(required)s.",
                    share=round(100 * (1 - self.required / self.booked)),
                    booked=self.currency_id.format(self.booked),
                    required=self.currency_id.format(self.required),
                )
            )
        return said

    # === What a person decided; who owes most ===

    @api.depends('required', 'line_ids.allowance')
    @api.depends_context('lang')
    def _compute_shares_html(self):
        for run in self:
            run.overrides_html = run.shares_html = False
            if run.line_count:
                values, render = ar_provision_run_report.reviewed(run), self.env['ir.qweb']._render
                run.shares_html = render('ar_aging_provision.run_shares', values)
                run.overrides_html = render('ar_aging_provision.run_overrides', values)

    # === What if ===

    @api.depends('required')
    @api.depends_context('lang')
    def _compute_sensitivity_html(self):
        for run in self:
            run.sensitivity_html = (
                self.env['ir.qweb']._render(
                    'ar_aging_provision.run_sensitivity',
                    {'rows': run._sensitivity(), 'run': run, 'money': run.currency_id.format},
                )
                if run.line_count and run.parameters
                else False
            )

    def _sensitivity(self):
        """Return [(label, allowance, difference)] under other rates of the pool."""
        terms, labels = (
            self._terms(self.parameters),
            {
                'more': self.env._("All loss rates 10 % higher"),
                'less': self.env._("All loss rates 10 % lower"),
                'point': self.env._("All loss rates 1 percentage point higher"),
                'older': self.env._("Every item one bucket older"),
            },
        )
        self.env['ar.provision.line'].flush_model()
        found = [tuple(row) for row in self.env.execute_query(analysis.cells(self.id))]
        buckets = [bucket for bucket, *_rest in self.parameters['buckets']]
        rows = []
        for code, rates in sensitivity.cases(found, buckets, terms):
            query = analysis.sensitivity(self.id, rates, self.currency_id.rounding)
            [[amount]] = self.env.execute_query(query)
            rows.append((labels[code], float(amount), float(exact(amount) - exact(self.required))))
        return rows

    # === Since then ===

    @api.depends('as_of', 'state')
    @api.depends_context('lang')
    def _compute_receipts_html(self):
        for run in self:
            run.receipts_html = (
                self.env['ir.qweb']._render(
                    'ar_aging_provision.run_receipts',
                    {'rows': run._receipts(), 'run': run, 'money': run.currency_id.format},
                )
                if run.line_count
                else False
            )

    def _receipts(self):
        """Return dicts per bucket, the total last: what was open, and what closed it since."""
        self._flush_review()
        query = analysis.receipts(
            self.id, fields.Date.context_today(self), self.env['account.move']._ar_loss_condition
        )
        names = ('items', 'residual', 'collected', 'credited', 'lost')
        Bucket, rows = self.env['ar.aging.bucket'].sudo(), []
        found = sorted(
            self.env.execute_query(query), key=lambda row: (Bucket.browse(row[0] or ()).sequence, row[0] or 0)
        )
        for key, *figures in found:
            row = dict(zip(names, map(float, figures), strict=True))
            rows.append({'name': Bucket.browse(key).name if key else '', **row})
        total = {name: sum(row[name] for row in rows) for name in names}
        rows.append({'name': self.env._("Total"), **total})
        for row in rows:
            row['open'] = row['residual'] - row['collected'] - row['credited'] - row['lost']
        return rows

    @api.depends('state')
    @api.depends_context('lang')
    def _compute_changes_html(self):
        for run in self:
            run.changes_html = (
                self.env['ir.qweb']._render(
                    'ar_aging_provision.run_changes', {**run._changes(), 'money': run.currency_id.format}
                )
                if run.line_count
                else False
            )

    def _changes(self):
        """Return where the ledger differs from the frozen lines: documents, and moves of the allowance."""
        self._flush_review()
        self.env['ar.allowance.movement'].sudo()._flush_ledger()
        tree = self.company_id._ar_tree().ids
        Partner, Move = self.env['res.partner'].sudo(), self.env['account.move'].sudo()
        found = self.env.execute_query(analysis.changed(self.id, self._aging_parameters(), tree, CHANGES + 1))
        kinds = dict(self.env['ar.allowance.movement']._fields['kind']._description_selection(self.env))
        moves = (
            self.env.execute_query(analysis.moved(self.id, tree, self.as_of))
            if self.state == 'posted'
            else []
        )
        return {
            'documents': [
                (document, Partner.browse(partner).display_name if partner else '', float(then), float(now))
                for document, partner, then, now in found[:CHANGES]
            ],
            'more': len(found) > CHANGES,
            'moves': [
                (kinds[kind], Move.browse(move).name if move else '', float(amount))
                for kind, move, amount in moves
            ],
        }

    def _flush_review(self):
        for model, names in analysis.FLUSHED.items():
            self.env[model].flush_model(names)
        for model in ('ar.provision.line', 'ar.provision.run'):
            self.env[model].flush_model()

    def action_open_analysis(self):
        """Open what a reviewer asks of the run, on one page."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'views': [(self.env.ref('ar_aging_provision.ar_provision_run_view_analysis').id, 'form')],
            'name': self.env._("Analysis"),
        }

    # === Approval ===

    def action_ask_approval(self):
        """Ask those who may approve the run; the overrides are listed in what they get.

        :raise UserError: nobody else may approve it.
        """
        self._require('computed')
        for run in self:
            people = run._approvers()
            if not people:
                raise UserError(
                    self.env._(
                        "Nobody but who computed or changed %s may approve it. Give somebody else the role "
                        "Provision accountant.",
                        run.name,
                    )
                )
            waiting = run.sudo().activity_ids.filtered(
                lambda activity: activity.activity_type_id == self.env.ref(APPROVE)
            )
            note = self.env['ir.qweb']._render(
                'ar_aging_provision.run_request',
                {
                    **ar_provision_run_report.reviewed(run),
                    'summary': self.env._(
                        "%(required)s required for %(gross)s open, %(adjustment)s to book.",
                        required=run.currency_id.format(run.required),
                        gross=run.currency_id.format(run.gross),
                        adjustment=run.currency_id.format(run.adjustment),
                    ),
                },
            )
            for user in people - waiting.user_id:
                run.sudo().activity_schedule(
                    APPROVE, user_id=user.id, summary=self.env._("Approve: %s", run.name), note=note
                )
        return True

    def _approvers(self):
        """Return the users who may approve the run."""
        overridden, named = self._overrides_to_approve()
        people = named or self.company_id._ar_people('ar_base.group_accountant')
        wanted = self.policy_id.sudo().second_person or overridden
        return people - (self.computed_by_id | overridden) if wanted else people
