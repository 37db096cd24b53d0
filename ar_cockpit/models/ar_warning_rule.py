from odoo import api, fields, models

from ..rules import warning


class ArWarningRule(models.Model):
    """A rule that warns of customers who get worse: its threshold, and another one for some grades.

    There is one of each code; what it looks at stands in ``rules.warning``. An archived rule warns of nobody.
    """

    _name = 'ar.warning.rule'
    _description = "Warning Rule"
    _inherit = ['ar.fact.mixin']
    _order = 'sequence, id'
    _set_once = frozenset(['code'])

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        lambda self: [(rule.code, self._names()[rule.code]) for rule in warning.RULES],
        "Looks at",
        required=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    threshold = fields.Float(required=True, digits=(16, 1))
    unit = fields.Selection(
        [('percent', "%"), ('days', "Days"), ('count', "Number")], compute='_compute_unit', string="In"
    )
    below = fields.Boolean("At or Below", compute='_compute_unit', help="Else at or above.")
    places_hold = fields.Boolean(
        "Place on Hold", help="A new warning also places the customer on hold, until a person lifts it."
    )
    check_line_ids = fields.One2many('ar.warning.check.line', 'rule_id', "On the Past", readonly=True)
    threshold_ids = fields.One2many('ar.warning.threshold', 'rule_id', "By Grade")
    warning_count = fields.Integer("Warnings", compute='_compute_warnings')
    right_share = fields.Float(
        "Right (%)",
        compute='_compute_warnings',
        digits=(16, 1),
        help="Of the warnings that people closed with an outcome, those that were right.",
    )

    _code_unique = models.UniqueIndex('(code)', "There is already a rule of this kind.")

    @api.model
    def _names(self):
        _ = self.env._
        return {
            'limit_used': _("Use of the credit limit"),
            'slower': _("Pays later than before"),
            'first_delay': _("First delay of a good payer"),
            'order_spike': _("Buys far more than usual"),
            'fewer_orders': _("Buys far less than usual"),
            'part_payments': _("Pays in parts"),
            'bounced': _("Payment taken back"),
            'grade_fell': _("Grade fell"),
            'ending': _("Limit or security ends"),
            'broken': _("Promise broken"),
            'unreached': _("Nobody can be reached"),
            'old_drafts': _("Old draft invoice"),
            'concentration': _("Large share of all that is open"),
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Create rules; without another threshold with that of ``rules.warning``."""
        for vals in vals_list:
            vals.setdefault('threshold', warning.BY_CODE[vals['code']].threshold)
        return super().create(vals_list)

    @api.depends('code')
    def _compute_unit(self):
        for rule in self:
            known = warning.BY_CODE.get(rule.code)
            rule.unit = known.unit if known else False
            rule.below = bool(known and known.below)

    def _compute_warnings(self):
        Warning_ = self.env['ar.warning']
        counts = dict(Warning_._read_group([('rule_id', 'in', self.ids)], ['rule_id'], ['__count']))
        closed = {
            (rule.id, outcome): count
            for rule, outcome, count in Warning_._read_group(
                [('rule_id', 'in', self.ids), ('outcome', '!=', False)], ['rule_id', 'outcome'], ['__count']
            )
        }
        for rule in self:
            right, wrong = (closed.get((rule.id, outcome), 0) for outcome in ('right', 'false'))
            rule.warning_count = counts.get(rule, 0)
            rule.right_share = 100 * right / (right + wrong) if right + wrong else 0.0

    def _thresholds(self):
        """Return {grade id or None: {code: threshold}}: None is for customers whose grade has no line."""
        usual = {rule.code: rule.threshold for rule in self}
        found = {None: usual}
        for line in self.threshold_ids:
            found.setdefault(line.grade_id.id, dict(usual))[line.rule_id.code] = line.threshold
        return found
