from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils, format_date

from ..rules import month_end
from ..rules.month_end import Step

LABELS = {
    'done': 'text-bg-success',
    'todo': 'text-bg-warning',
    'waiting': 'text-bg-info',
    'none': 'text-bg-light',
}


class ArMonthEnd(models.TransientModel):
    """The month end on one page: every step with its state and one button.

    Nothing is kept here: each state is read from the documents whenever the page is shown, with the rights of
    the person who looks.
    """

    _name = 'ar.month.end'
    _description = "Month End"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one(
        'res.company',
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    date = fields.Date("Last Day", required=True, default=lambda self: self._default_date())
    steps_html = fields.Html(compute='_compute_steps_html', sanitize=False)

    @api.model
    def _default_date(self):
        return date_utils.subtract(date_utils.start_of(fields.Date.context_today(self), 'month'), days=1)

    @api.depends('date')
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("Month End")

    @api.depends('company_id', 'date')
    def _compute_steps_html(self):
        for page in self:
            if not page.company_id or not page.date:
                page.steps_html = False
                continue
            steps = page._ordered_steps()
            done, count = month_end.progress(steps)
            page.steps_html = self.env['ir.qweb']._render(
                'ar_base.month_end_steps',
                {
                    'steps': steps,
                    'next': month_end.is_next(steps),
                    'progress': self.env._("%(done)s of %(all)s steps done", done=done, all=count),
                    'classes': LABELS,
                    'labels': {
                        'done': self.env._("Done"),
                        'todo': self.env._("To do"),
                        'waiting': self.env._("Waiting"),
                        'none': self.env._("Nothing to do"),
                    },
                },
            )

    def _ordered_steps(self):
        page = self._here()
        return month_end.ordered(page._steps())

    def _here(self):
        """Return the page in the company that it is about, with all its branches that the user may see."""
        company = self.company_id.root_id
        branches = company._ar_tree().sudo(False) & self.env.user.company_ids - company
        return self.with_context(allowed_company_ids=[company.id, *branches.ids])

    def _steps(self):
        """Hook: return the steps (``rules.month_end.Step``). An addon adds its own, and ``_do_<code>``."""
        self.ensure_one()
        return [self._step_snapshot(), self._step_tie_out()]

    def action_open_figure(self, key):
        """Do what the button of the step does."""
        self.ensure_one()
        page = self._here()
        for step in page._steps():
            if step.code == key and step.button:
                return getattr(page, f'_do_{step.code}')()
        raise UserError(self.env._("There is nothing to do for this step any more. Open the page again."))

    # === For the steps ===

    def _money(self, amount):
        return self.company_id.currency_id.format(amount)

    def _day(self):
        return format_date(self.env, self.date)

    def _month(self):
        """Return (first day, last day)."""
        return date_utils.start_of(self.date, 'month'), self.date

    @api.model
    def _open_record(self, record):
        return {
            'type': 'ir.actions.act_window',
            'res_model': record._name,
            'res_id': record.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    # === The aging ===

    def _snapshot(self):
        return self.env['ar.aging.snapshot'].search(
            [('company_id', '=', self.company_id.id), ('as_of', '=', self.date)],
            order='month_end desc, id',
            limit=1,
        )

    def _step_snapshot(self):
        name, snapshot = self.env._("Freeze the aging"), self._snapshot()
        if snapshot:
            text = self.env._("Frozen: %s open.", self._money(snapshot.total))
            if snapshot.moved_since:
                text = f'{text} {snapshot.moved_since}'
            return Step(10, 'snapshot', name, 'done', text, self.env._("Open"))
        if self.date > fields.Date.context_today(self):
            return Step(10, 'snapshot', name, 'waiting', self.env._("%s has not come yet.", self._day()))
        text = self.env._("No snapshot of %s yet.", self._day())
        return Step(10, 'snapshot', name, 'todo', text, self.env._("Freeze"))

    def _do_snapshot(self):
        snapshot = self._snapshot()
        if snapshot:
            return self._open_record(snapshot)
        self.env['ar.aging.snapshot']._take(self.company_id, self.date)
        return None

    def _step_tie_out(self):
        rows = self.env['ar.open.item'].with_context(as_of=fields.Date.to_string(self.date)).ar_tie_out()
        name, button = self.env._("Tie the aging to the ledger"), self.env._("Open Aging")
        gap = sum(abs(row['difference']) for row in rows)
        if self.company_id.currency_id.is_zero(gap):
            total = sum(row['ledger'] for row in rows)
            text = self.env._("Open items equal the ledger: %s.", self._money(total))
            return Step(20, 'tie_out', name, 'done', text, button)
        text = self.env._("Open items and ledger differ by %s.", self._money(gap))
        return Step(20, 'tie_out', name, 'todo', text, button)

    def _do_tie_out(self):
        action = self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_open_item_action')
        return {**action, 'context': {'as_of': fields.Date.to_string(self.date)}}
