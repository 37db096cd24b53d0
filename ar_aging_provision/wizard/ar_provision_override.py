from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.ar_base.rules.money import ZERO, exact, shares


class ArProvisionOverride(models.TransientModel):
    """Replaces the computed allowance of lines, with a reason that stays with them."""

    _name = 'ar.provision.override'
    _description = "Override the Allowance"
    _inherit = ['ar.plausible.mixin']

    line_ids = fields.Many2many('ar.provision.line', string="Lines", required=True, readonly=True)
    how = fields.Selection(
        [('rate', "At a rate"), ('amount', "At an amount"), ('reset', "As computed")],
        required=True,
        default='rate',
    )
    rate = fields.Float("Loss Rate", digits=(12, 8))
    company_currency_id = fields.Many2one('res.currency', compute='_compute_currency')
    amount = fields.Monetary(
        currency_field='company_currency_id',
        help="For all lines together, allocated in proportion to their base.",
    )
    reason = fields.Char()

    def _compute_currency(self):
        for wizard in self:
            wizard.company_currency_id = wizard.line_ids.company_id[:1].currency_id

    def action_apply(self):
        """Write the allowance on the lines and the new totals on the run."""
        self.ensure_one()
        lines, runs = self.line_ids, self.line_ids.run_id
        runs.check_access('write')
        runs._require('computed')
        if self.how != 'reset' and not (self.reason or '').strip():
            raise UserError(self.env._("Give the reason: it is kept with the lines."))
        before = {line: line.allowance for line in lines}
        decided = self._decisions(lines)
        reset = lines if self.how == 'reset' else lines.browse()
        for line in reset:
            line.sudo()._record_facts(
                {
                    'allowance': line.computed,
                    'is_overridden': False,
                    'override_reason': False,
                    'override_user_id': False,
                    'override_from': False,
                }
            )
        for run in runs:
            own = {line: value for line, value in decided.items() if line.run_id == run}
            Override = self.env['ar.allowance.override']
            Override._decide(run, own, self.how != 'reset' and self.how, self.reason)
            Override._apply(run)
            # A person who changes figures counts as having computed them: somebody else approves.
            run.sudo()._record_facts({'computed_by_id': self.env.uid})
            run._refresh_totals()
            run.message_post(body=self._said([(line, before[line]) for line in own]))
        return {'type': 'ir.actions.act_window_close'}

    def _said(self, changes):
        """Return what is said of the changes on the run: the first ones by name."""
        shown = [
            self.env._(
                "%(customer)s, %(document)s: %(before)s → %(after)s",
                customer=line.partner_id.name or '',
                document=line.document,
                before=line.company_currency_id.format(before),
                after=line.company_currency_id.format(line.allowance),
            )
            for line, before in changes[:20]
        ]
        count = self.env._(
            "Lines overridden: %(count)s. %(reason)s", count=len(changes), reason=self.reason or ''
        )
        return Markup('<br/>').join([count, *shown])

    def _decisions(self, lines):
        """Return {line: its rate or its amount}; a line that is reset has none."""
        exposures = [max(exact(line.base) - exact(line.secured), ZERO) for line in lines]
        currency = lines[:1].company_currency_id
        if self.how == 'reset':
            return dict.fromkeys(lines)
        if self.how == 'rate':
            if not 0 <= self.rate <= 1:
                raise UserError(self.env._("The loss rate must be between 0 and 100 %."))
            return dict.fromkeys(lines, self.rate)
        if exact(self.amount) > sum(exposures) or self.amount < 0:
            raise UserError(
                self.env._(
                    "The allowance of these lines must be between 0 and the exposed amount: %s.",
                    currency.format(float(sum(exposures))),
                )
            )
        return dict(zip(lines, shares(exact(self.amount), exposures, exact(currency.rounding)), strict=True))
