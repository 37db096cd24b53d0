from odoo import api, fields, models

from ..rules.score import FLOWS


class ArScoreCorrection(models.Model):
    """What changed in a frozen month, in the card of the next open month: which figure, by how much."""

    _name = 'ar.score.correction'
    _description = "Correction of a Score Card"
    _inherit = ['ar.fact.mixin']
    _order = 'card_id desc, month, id'
    _rec_name = 'corrects_id'
    _only_recorded = True

    card_id = fields.Many2one('ar.score.card', required=True, readonly=True, index=True, ondelete='restrict')
    corrects_id = fields.Many2one(
        'ar.score.card', required=True, readonly=True, index=True, ondelete='restrict'
    )
    month = fields.Date("Frozen Month", required=True, readonly=True)
    currency_id = fields.Many2one(related='card_id.currency_id')
    figure = fields.Selection(
        lambda self: [
            (name, self.env['ar.score.card']._fields[name]._description_string(self.env)) for name in FLOWS
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True)

    @api.model
    def _reported(self, frozen, month):
        """Return {(frozen card, flow): amount} of the corrections of these cards in other months."""
        rows = self.sudo()._read_group(
            [('corrects_id', 'in', frozen.ids), ('card_id.month', '!=', month)],
            ['corrects_id', 'figure'],
            ['amount:sum'],
        )
        return {(card, figure): amount for card, figure, amount in rows}

    @api.model
    def _record(self, changed, cards):
        """Write the corrections to the open cards of the month.

        :param changed: {(frozen card, flow): amount}. :param cards: {subject: open card}; what is of no card
            among them is reported by the month after.
        """
        self.sudo()._create_with_facts(
            [
                {
                    'card_id': cards[card._subject()].id,
                    'corrects_id': card.id,
                    'month': card.month,
                    'figure': flow,
                    'amount': amount,
                }
                for (card, flow), amount in changed.items()
                if card._subject() in cards
            ]
        )
