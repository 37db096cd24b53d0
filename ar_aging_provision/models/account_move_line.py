from odoo import fields, models
from odoo.exceptions import UserError

KINDS = [
    ('charge', "Charge"),
    ('reversal', "Release"),
    ('write_off', "Write-off"),
    ('recovery', "Recovery of write-offs"),
    ('fx', "Exchange difference"),
    ('transfer', "Transfer"),
    ('opening', "Opening balance"),
    ('other', "Other"),
]
CATEGORIES = [('pool', "Pool"), ('individual', "Individual"), ('excluded', "No allowance")]
# What a posted line says; of the entries of runs, write-offs and recoveries it stays as it was posted.
SAID = frozenset(
    [
        'account_id',
        'amount_currency',
        'ar_allowance_category',
        'ar_allowance_item_id',
        'ar_allowance_kind',
        'ar_allowance_segment_id',
        'balance',
        'credit',
        'date',
        'debit',
        'move_id',
        'partner_id',
    ]
)


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    ar_allowance_kind = fields.Selection(
        KINDS,
        "Allowance Movement",
        index='btree_not_null',
        help="Column of the roll-forward in which this posting appears.",
    )
    ar_allowance_category = fields.Selection(CATEGORIES[:2], "Allowance Class")
    ar_allowance_segment_id = fields.Many2one(
        'ar.provision.segment', "Provision Segment", ondelete='restrict'
    )
    ar_allowance_item_id = fields.Many2one(
        'account.move.line',
        "Allowance of",
        readonly=True,
        index='btree_not_null',
        ondelete='restrict',
        help="The open item whose allowance this posting moves.",
    )

    def write(self, vals):
        if SAID.isdisjoint(vals):
            return super().write(vals)
        posted = self.filtered(lambda line: line.parent_state == 'posted')
        if not posted:
            return super().write(vals)
        for line in posted:
            document = line.move_id._ar_provision_document()
            changed = [name for name in SAID.intersection(vals) if line._says_otherwise(name, vals[name])]
            if (
                document
                and changed
                and not (changed == ['partner_id'] and line._stays_with(vals['partner_id']))
            ):
                raise UserError(
                    self.env._(
                        "%(entry)s belongs to %(document)s and stays as it was posted. Reverse that instead.",
                        entry=line.move_id.name,
                        document=document.display_name,
                    )
                )
        moves = posted.move_id._moves_of_allowance()
        result = super().write(vals)
        (moves | posted.move_id._moves_of_allowance())._take_up_allowance()
        return result

    def _stays_with(self, partner_id):
        """Return whether the partner is the same customer: the company it became part of, or left again."""
        partner = self.env['res.partner'].browse(partner_id)
        if partner == self.partner_id.commercial_partner_id:
            return True
        joined = self.env['ar.credit.account'].sudo().with_context(active_test=False)
        return bool(
            joined.search_count(
                [
                    ('partner_id', '=', partner.id),
                    ('merged_into_id.partner_id', '=', self.partner_id.id),
                    ('merged_into_id', '!=', False),
                ],
                limit=1,
            )
        )

    def _says_otherwise(self, name, value):
        field = self._fields[name]
        return field.convert_to_cache(value, self, validate=False) != field.convert_to_cache(
            self[name], self, validate=False
        )
