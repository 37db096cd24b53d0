from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ArAgingCompare(models.TransientModel):
    """Ask for the two dates of a comparison; the options are those of the page it was asked from."""

    _name = 'ar.aging.compare'
    _description = "Compare Two Agings"
    _inherit = ['ar.plausible.mixin']

    date_then = fields.Date("Then", required=True, default=lambda self: self.env['ar.aging.change']._then())
    date_now = fields.Date("Now", required=True, default=lambda self: self.env['ar.aging.change']._now())
    aging_scheme_id = fields.Many2one(
        'ar.aging.scheme', required=True, default=lambda self: self.env['ar.open.item']._aging_scheme()
    )
    basis = fields.Selection(
        lambda self: self.env['ar.aging.scheme']._fields['basis']._description_selection(self.env),
        "Age From",
        required=True,
        compute='_compute_from_scheme',
        store=True,
        readonly=False,
        precompute=True,
    )
    credits = fields.Selection(
        lambda self: self.env['ar.aging.scheme']._fields['credits']._description_selection(self.env),
        "Unallocated Credits",
        required=True,
        compute='_compute_from_scheme',
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends('aging_scheme_id')
    def _compute_from_scheme(self):
        # The page's own choice first; another scheme brings its own.
        asked, context = self.env.context.get('aging_scheme_id'), self.env.context
        for wizard in self:
            scheme = wizard.aging_scheme_id
            same = not asked or asked == scheme.id
            wizard.basis = (same and context.get('aging_basis')) or scheme.basis
            wizard.credits = (same and context.get('aging_credits')) or scheme.credits

    def _check_order(self):
        self.ensure_one()
        if self.date_then >= self.date_now:
            raise UserError(
                self.env._(
                    "%(then)s is not before %(now)s: choose an earlier first date.",
                    then=format_date(self.env, self.date_then),
                    now=format_date(self.env, self.date_now),
                )
            )

    def action_bridge(self):
        """Open how the one came from the other: invoiced, collected, credited, written off, aged."""
        self._check_order()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_aging_bridge_action')
        days = {'default_date_then': str(self.date_then), 'default_date_now': str(self.date_now)}
        return {**action, 'context': days}

    def action_compare(self):
        """Open the comparison."""
        self._check_order()
        kept = {
            key: self.env.context[key]
            for key in ('aging_valuation', 'aging_currency_id')
            if self.env.context.get(key)
        }
        title = self.env._("Aging %(then)s → %(now)s", then=self.date_then, now=self.date_now)
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_aging_change_action'),
            'name': title,
            'display_name': title,
            'context': {
                **kept,
                'search_default_trade': 1,
                'as_of': fields.Date.to_string(self.date_now),
                'aging_then': fields.Date.to_string(self.date_then),
                'aging_scheme_id': self.aging_scheme_id.id,
                'aging_basis': self.basis,
                'aging_credits': self.credits,
            },
        }
