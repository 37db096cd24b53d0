from odoo import api, fields, models
from odoo.fields import Command


class ArCreditAssessmentFlag(models.Model):
    """A knock-out of an assessment: whether it applies, and what it leaves at best."""

    _name = 'ar.credit.assessment.flag'
    _description = "Assessed Knock-out"
    _inherit = ['ar.fact.mixin']
    _order = 'assessment_id, sequence, id'
    _facts = frozenset({'assessment_id', 'company_id', 'knockout_id', 'sequence', 'code', 'grade_id'})
    _recorded_by = frozenset({'ar.credit.assessment'})

    assessment_id = fields.Many2one('ar.credit.assessment', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='assessment_id.company_id', store=True)
    knockout_id = fields.Many2one(
        'ar.credit.scorecard.knockout', required=True, readonly=True, ondelete='restrict'
    )
    name = fields.Char(related='knockout_id.name')
    sequence = fields.Integer(readonly=True)
    code = fields.Char(required=True, readonly=True)
    grade_id = fields.Many2one(
        'ar.credit.grade', "Grade Cap", required=True, readonly=True, ondelete='restrict'
    )
    is_set = fields.Boolean("Applies")
    note = fields.Char()

    def _prepare_commands(self, knockouts, facts):
        """Return commands that make these flags those of the score card, and set what is known to apply.

        :param facts: see ``ar.credit.account._knockout_facts``.
        """
        flags = {flag.knockout_id: flag for flag in self}
        return [
            *(Command.delete(flag.id) for knockout, flag in flags.items() if knockout not in knockouts),
            *(
                Command.create(self._prepare_values(knockout, facts))
                for knockout in knockouts
                if knockout not in flags
            ),
            *(
                Command.update(flag.id, {'is_set': True, 'note': facts[flag.code]})
                for flag in self
                if flag.code in facts
            ),
        ]

    @api.model
    def _prepare_values(self, knockout, facts):
        return {
            'knockout_id': knockout.id,
            'sequence': knockout.sequence,
            'code': knockout.code,
            'grade_id': knockout.grade_id.id,
            'is_set': knockout.code in facts,
            'note': facts.get(knockout.code),
        }

    # === Facts ===

    def _is_fixed(self):
        return self.assessment_id._is_fixed()

    def _is_kept(self):
        return False  # they go with their assessment; no role may delete one

    def _refusal_to_edit(self, names):
        if self._declared('_facts').intersection(names):
            return self.env._("The knock-outs of an assessment are those of its score card.")
        return self.assessment_id._refusal_to_edit(())
