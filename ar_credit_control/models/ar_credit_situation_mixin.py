from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# Of no use to group by.
INTERNAL = {'limit_applies', 'reasons', 'recheck'}


class ArCreditSituationMixin(models.AbstractModel):
    """What a controller reads next to the frozen figures: how things stand now, and who decides.

    For ``ar.credit.decision``.
    """

    _name = 'ar.credit.situation.mixin'
    _description = "How the Customer of a Held Order Stands"

    currency_id = fields.Many2one('res.currency')
    credit_account_id = fields.Many2one('ar.credit.account')
    exposure_now = fields.Monetary(
        "Exposure Now", related='credit_account_id.exposure', related_sudo=True, groups='ar_base.group_viewer'
    )
    available_now = fields.Monetary(
        "Available Now",
        related='credit_account_id.available_credit',
        related_sudo=True,
        groups='ar_base.group_viewer',
    )
    limit_now = fields.Monetary(
        "Limit Now",
        related='credit_account_id.effective_limit',
        related_sudo=True,
        groups='ar_base.group_viewer',
    )
    has_limit_now = fields.Boolean(
        "Has a Limit Now", related='credit_account_id.has_limit', related_sudo=True
    )
    used_pct = fields.Float(
        "Limit Used %",
        related='credit_account_id.limit_used_pct',
        related_sudo=True,
        groups='ar_base.group_viewer',
        aggregator=None,
    )
    overdue = fields.Monetary(
        related='credit_account_id.overdue', related_sudo=True, groups='ar_base.group_viewer', aggregator=None
    )
    overdue_days = fields.Integer(
        related='credit_account_id.overdue_days', related_sudo=True, aggregator=None
    )
    last_payment_on = fields.Date(related='credit_account_id.last_payment_on', related_sudo=True)
    average_days_late = fields.Float(
        related='credit_account_id.average_days_late', related_sudo=True, aggregator=None
    )
    has_paid = fields.Boolean(related='credit_account_id.has_paid', related_sudo=True)
    held_before = fields.Integer(
        "Orders Held in a Year", compute='_compute_held_before', compute_sudo=True, aggregator=None
    )
    deciders = fields.Char(
        "Who Decides",
        compute='_compute_deciders',
        compute_sudo=True,
        help="Named by the approval matrix, with who stands in today. Empty: any credit controller.",
    )

    @api.depends('approver_ids')
    def _compute_deciders(self):
        for decision in self:
            people = decision._approval_people() if decision.state == 'hold' else False
            decision.deciders = ', '.join(people.mapped('name')) if people else False

    @api.depends('credit_account_id')
    def _compute_held_before(self):
        since = fields.Datetime.now() - relativedelta(years=1)
        counts = dict(
            self.env['ar.credit.decision']._read_group(
                [('credit_account_id', 'in', self.credit_account_id.ids), ('held_on', '>=', since)],
                ['credit_account_id'],
                ['__count'],
            )
        )
        for decision in self:
            decision.held_before = max(counts.get(decision.credit_account_id, 0) - 1, 0)

    def action_open_items(self):
        """Open what the customer owes today."""
        return self.credit_account_id.action_open_items()

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        # EXTENDS 'base'
        found = super().fields_get(allfields, attributes)
        for name in INTERNAL & found.keys():
            if 'groupable' in found[name]:
                found[name]['groupable'] = False
        return found
