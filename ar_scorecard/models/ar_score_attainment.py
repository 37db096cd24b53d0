from odoo import api, fields, models

from ..rules.score import FIGURES, attained


class ArScoreAttainment(models.Model):
    """A figure of a score card next to its target; frozen with the card."""

    _name = 'ar.score.attainment'
    _description = "Attainment of a Target"
    _inherit = ['ar.fact.mixin']
    _order = 'card_id desc, id'
    _rec_name = 'figure'
    _only_recorded = True

    card_id = fields.Many2one('ar.score.card', required=True, readonly=True, index=True, ondelete='restrict')
    figure = fields.Selection(
        [(figure.name, figure.label) for figure in FIGURES], required=True, readonly=True
    )
    target = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    actual = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    attainment = fields.Float(
        "Attained (%)",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Of what should be high: figure / target; of what should be low: target / figure.",
    )

    @api.model
    def _record(self, cards):
        """Set the open cards of a company and month against their targets."""
        cards.attainment_ids._delete_recorded()
        targets = self.env['ar.score.target']._in_force(cards.company_id, cards[:1].month) if cards else {}
        self.sudo()._create_with_facts(
            [
                {
                    'card_id': card.id,
                    'figure': figure,
                    'target': target.value,
                    'actual': card[figure],
                    'attainment': float(attained(figure, card[figure], target.value) or 0),
                }
                for card in cards
                for figure, target in {
                    **targets.get((card.kind, False, False), {}),
                    **targets.get((card.kind, card.user_id.id, card.team_id.id), {}),
                }.items()
            ]
        )
