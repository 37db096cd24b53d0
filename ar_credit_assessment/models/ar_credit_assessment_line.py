from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import float_is_zero

from ..rules import scoring
from .ar_credit_scorecard_factor import FIVE_CS, SOURCES


class ArCreditAssessmentLine(models.Model):
    """One factor of an assessment: the value, its origin and what it earned. Weight and scale are copies."""

    _name = 'ar.credit.assessment.line'
    _description = "Assessed Factor"
    _inherit = ['ar.fact.mixin']
    _order = 'assessment_id, sequence, id'
    # What an assessor types are values and comments; the rest is copied from the score card or computed.
    _facts = frozenset(
        ('assessment_id', 'company_id', 'factor_id', 'sequence', 'code', 'criterion', 'source', 'weight')
        + ('scale', 'points')
    )
    _recorded_by = frozenset({'ar.credit.assessment'})

    assessment_id = fields.Many2one('ar.credit.assessment', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='assessment_id.company_id', store=True)
    factor_id = fields.Many2one(
        'ar.credit.scorecard.factor', required=True, readonly=True, index=True, ondelete='restrict'
    )
    name = fields.Char(related='factor_id.name')
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    criterion = fields.Selection(FIVE_CS, "C", readonly=True)
    source = fields.Selection(SOURCES, readonly=True)
    weight = fields.Float(readonly=True)
    scale = fields.Json("Scale Data", readonly=True)
    value = fields.Float(compute='_compute_value', store=True, readonly=False)
    has_value = fields.Boolean(
        "Known",
        compute='_compute_value',
        store=True,
        readonly=False,
        help="0 is a value; untick what is not known.",
    )
    points = fields.Float(compute='_compute_points', store=True, digits=(4, 1))
    comment = fields.Char()
    origin = fields.Char("Data Source", compute='_compute_origin')
    scale_text = fields.Char("Scale", compute='_compute_scale_text')

    @api.depends(
        lambda self: [
            f'assessment_id.{name}' for name in self.env['ar.credit.assessment']._automatic_fields()
        ]
    )
    def _compute_value(self):
        """Read what the books and the statements say; what is typed stays."""
        for line in self:
            if line.source == 'manual' or not line.source:
                line.value, line.has_value = line.value, line.has_value
            else:
                value = line.assessment_id._automatic_values()[line.source]
                line.value, line.has_value = float(value or 0), value is not None

    @api.depends('value', 'has_value', 'scale')
    def _compute_points(self):
        for line in self:
            points = (
                scoring.factor_points(line._as_rule(), line.value) if line.has_value and line.scale else None
            )
            line.points = float(scoring.half_up(points, 1) or 0)

    @api.depends('source', 'has_value', 'factor_id.hint')
    @api.depends_context('lang')
    def _compute_origin(self):
        for line in self:
            if line.source == 'manual':
                line.origin = line.factor_id.hint
            else:
                line.origin = line.assessment_id._origin_in_words(line.source)

    @api.depends('scale')
    @api.depends_context('lang')
    def _compute_scale_text(self):
        for line in self:
            line.scale_text = line.factor_id._scale_in_words(line.scale)

    @api.onchange('value')
    def _onchange_value(self):
        if not float_is_zero(self.value, precision_digits=6):
            self.has_value = True

    def _as_rule(self):
        return self.factor_id._as_rule(self.code, self.weight, self.scale)

    def _prepare_commands(self, factors):
        """Return commands that make these lines those of the score card; what was typed stays."""
        lines = {line.factor_id: line for line in self}
        return [
            *(Command.delete(line.id) for factor, line in lines.items() if factor not in factors),
            *(
                Command.update(lines[factor].id, values) if factor in lines else Command.create(values)
                for factor in factors
                for values in [self._prepare_values(factor)]
            ),
        ]

    @api.model
    def _prepare_values(self, factor):
        return {
            'factor_id': factor.id,
            'sequence': factor.sequence,
            'code': factor.code,
            'criterion': factor.criterion,
            'source': factor.source,
            'weight': factor.weight,
            'scale': factor._scale(),
        }

    # === Facts ===

    def write(self, vals):
        if not self._records_facts_now():
            # Of the factors that are not typed, the values too are facts.
            typed = {'value', 'has_value'}.intersection(vals)
            if typed and any(line.source != 'manual' for line in self):
                self._refuse_edit(typed)
            if 'value' in vals:
                vals = {'has_value': True, **vals}
        return super().write(vals)

    def _is_fixed(self):
        return self.assessment_id._is_fixed()

    def _is_kept(self):
        return False  # they go with their assessment; no role may delete one

    def _refusal_to_edit(self, names):
        if not self:
            return self.env._("The factors of an assessment are those of its score card.")
        if any(line._is_fixed() for line in self):
            return self.assessment_id._refusal_to_edit(())
        return self.env._(
            "Values from the books and the statements cannot be entered. If you disagree, choose another "
            "grade or limit and give the reason."
        )
