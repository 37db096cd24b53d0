from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.score import FIGURES


class ArScoreTarget(models.Model):
    """What a figure of the score card should be in the months of a period, for one or for all of a kind."""

    _name = 'ar.score.target'
    _description = "Target"
    _inherit = ['ar.journal.mixin']
    _journal_edits = frozenset({'kind', 'user_id', 'team_id', 'figure', 'value', 'date_from', 'date_to'})
    _order = 'date_from desc, kind, id'
    _rec_name = 'figure'

    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        lambda self: self.env['ar.score.card']._fields['kind']._description_selection(self.env),
        "Of",
        required=True,
        default='salesperson',
    )
    user_id = fields.Many2one(
        'res.users',
        "Person",
        domain=[('share', '=', False)],
        index='btree_not_null',
        help="Empty: everybody without a target of their own.",
    )
    team_id = fields.Many2one(
        'crm.team',
        "Sales Team",
        index='btree_not_null',
        help="Empty: every team without a target of its own.",
    )
    figure = fields.Selection([(figure.name, figure.label) for figure in FIGURES], required=True)
    value = fields.Float("Target", required=True, digits=(16, 2))
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("Until", required=True)

    @api.constrains('kind', 'user_id', 'team_id', 'date_from', 'date_to')
    def _check_scope(self):
        for target in self:
            if target.date_to < target.date_from:
                raise ValidationError(self.env._("The target ends before it starts."))
            if (target.user_id and target.kind not in ('salesperson', 'collector')) or (
                target.team_id and target.kind != 'team'
            ):
                raise ValidationError(self.env._("A target is for a person, a team or the company."))

    @api.model
    def _in_force(self, company, month):
        """Return {(kind, user id or False, team id or False): {figure: target}} of a month; the latest."""
        found = {}
        for target in self.sudo().search(
            [('company_id', '=', company.id), ('date_from', '<=', month), ('date_to', '>=', month)]
        ):
            key = target.kind, target.user_id.id, target.team_id.id
            found.setdefault(key, {}).setdefault(target.figure, target)
        return found
