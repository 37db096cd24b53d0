from odoo import fields, models
from odoo.exceptions import UserError

from ..rules import matrix
from odoo.addons.ar_base.rules.money import ZERO, exact, rounded, shares


class ArProvisionOverride(models.TransientModel):
    """Replaces the computed allowance of lines, with a reason that stays with them."""

    _name = 'ar.provision.override'
    _description = "Override the Allowance"

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
        for line, allowance in zip(lines, self._allowances(lines), strict=True):
            reset = self.how == 'reset'
            line.sudo().write(
                {
                    'allowance': float(allowance),
                    'is_overridden': not reset,
                    'override_reason': not reset and self.reason,
                    'override_user_id': not reset and self.env.uid,
                }
            )
        for run in runs:
            # A person who changes figures counts as having computed them: somebody else approves.
            run.sudo()._record_facts({'computed_by_id': self.env.uid})
            run._refresh_totals()
            if self.how != 'reset':
                count = len(lines.filtered(lambda line, run=run: line.run_id == run))
                run.message_post(
                    body=self.env._(
                        "Lines overridden: %(count)s. %(reason)s", count=count, reason=self.reason
                    )
                )
        return {'type': 'ir.actions.act_window_close'}

    def _allowances(self, lines):
        exposures = [max(exact(line.base) - exact(line.secured), ZERO) for line in lines]
        rounding = exact(lines[:1].company_currency_id.rounding)
        if self.how == 'reset':
            return [exact(line.computed) for line in lines]
        if self.how == 'rate':
            return [
                rounded(exposure * min(max(exact(self.rate), ZERO), matrix.ONE), rounding)
                for exposure in exposures
            ]
        if exact(self.amount) > sum(exposures) or self.amount < 0:
            raise UserError(
                self.env._(
                    "The allowance of these lines must be between 0 and the exposed amount: %s.",
                    lines[:1].company_currency_id.format(float(sum(exposures))),
                )
            )
        return shares(exact(self.amount), exposures, rounding)
