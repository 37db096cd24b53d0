from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..rules.matrix import Assessment
from odoo.addons.ar_base.rules.money import exact


class ArProvisionAssessment(models.Model):
    """A decision about the loss on a customer or an invoice, with its reason and end date.

    An assessed item leaves the pool with its whole balance; an assessed customer with all its items.
    """

    _name = 'ar.provision.assessment'
    _description = "Specific Assessment"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.journal.mixin']
    _journal_edits = frozenset(
        ['partner_id', 'move_id', 'kind', 'rate', 'amount', 'reason', 'date_from', 'valid_until', 'active']
    )
    _order = 'date_from desc, id desc'
    _rec_name = 'partner_id'
    _check_company_auto = True

    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        required=True,
        index=True,
        ondelete='restrict',
        tracking=True,
        domain=['|', ('is_company', '=', True), ('parent_id', '=', False)],
    )
    move_id = fields.Many2one(
        'account.move',
        "Document",
        index='btree_not_null',
        ondelete='restrict',
        tracking=True,
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted')]",
        help="Empty: everything the customer owes.",
    )
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(
        [('rate', "Loss rate"), ('amount', "Loss amount"), ('secured', "Secured amount, stays in the pool")],
        "Measured By",
        required=True,
        default='rate',
        tracking=True,
    )
    rate = fields.Float("Loss Rate", digits=(12, 8), tracking=True)
    amount = fields.Monetary(tracking=True)
    reason = fields.Text(required=True)
    date_from = fields.Date("Valid From", required=True, default=fields.Date.context_today)
    valid_until = fields.Date(tracking=True, help="The last day on which it counts; empty = no end date.")
    active = fields.Boolean(default=True)

    _rate_range = models.Constraint(
        'CHECK (rate >= 0 AND rate <= 1)', "The loss rate must be between 0 and 100 %."
    )
    _amount_positive = models.Constraint(
        'CHECK (amount >= 0)', "The amount of an assessment cannot be negative."
    )

    @api.constrains('partner_id', 'move_id', 'company_id', 'kind', 'date_from', 'valid_until', 'active')
    def _check_single(self):
        for assessment in self.filtered('active'):
            if assessment.partner_id.commercial_partner_id != assessment.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact: assess %(customer)s.",
                        contact=assessment.partner_id.name,
                        customer=assessment.partner_id.commercial_partner_id.name,
                    )
                )
            if assessment.valid_until and assessment.valid_until < assessment.date_from:
                raise ValidationError(
                    self.env._("The assessment of %s ends before it begins.", assessment.partner_id.name)
                )
            if assessment.kind != 'secured' and assessment._overlapping():
                raise ValidationError(
                    self.env._(
                        "%s is already assessed individually for that period: end that assessment first.",
                        assessment.move_id.name or assessment.partner_id.name,
                    )
                )

    def _overlapping(self):
        domain = Domain(
            [
                ('id', '!=', self.id),
                ('partner_id', '=', self.partner_id.id),
                ('move_id', '=', self.move_id.id),
                ('company_id', '=', self.company_id.id),
                ('kind', '!=', 'secured'),
            ]
        )
        domain &= Domain('valid_until', '=', False) | Domain('valid_until', '>=', self.date_from)
        if self.valid_until:
            domain &= Domain('date_from', '<=', self.valid_until)
        return self.search_count(domain, limit=1)

    @api.onchange('move_id')
    def _onchange_move_id(self):
        if self.move_id:
            self.partner_id = self.move_id.commercial_partner_id

    @api.model
    def _in_force(self, company, date):
        """Return {customer id: [(document id or False, rules.matrix.Assessment)]} at the date."""
        found = self.sudo().search(
            Domain([('company_id', '=', company.root_id.id), ('date_from', '<=', date)])
            & (Domain('valid_until', '=', False) | Domain('valid_until', '>=', date))
        )
        result = {}
        for row in found:
            value = exact(row.rate if row.kind == 'rate' else row.amount)
            result.setdefault(row.partner_id.id, []).append(
                (row.move_id.id, Assessment(row.kind, value, None, row.id))
            )
        return result
