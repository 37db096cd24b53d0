from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.differences import SIDES, TYPES

# What people write; all else comes from the search for differences.
WRITABLE = frozenset(['owner_id', 'owner_side', 'deadline', 'explanation'])


class ArSalesDifference(models.Model):
    """Something that is wrong between an order, its delivery, its invoice and its receipt.

    One record per fact: the search finds it again under the same key, updates its amount, and resolves it once it is gone.
    """

    _name = 'ar.sales.difference'
    _description = "Sales Difference"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'state, deadline, id desc'
    _rec_name = 'code'
    _mail_post_access = 'read'
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    code = fields.Selection(
        [(kind.code, kind.name) for kind in TYPES], "Difference", required=True, readonly=True, index=True
    )
    source_key = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [('open', "Open"), ('accepted', "Accepted"), ('resolved', "Resolved")],
        default='open',
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True, index='btree_not_null')
    salesperson_id = fields.Many2one('res.users', readonly=True, index='btree_not_null')
    team_id = fields.Many2one('crm.team', "Sales Team", readonly=True)
    order_id = fields.Many2one('sale.order', readonly=True, index='btree_not_null', ondelete='cascade')
    order_line_id = fields.Many2one(
        'sale.order.line', readonly=True, index='btree_not_null', ondelete='cascade'
    )
    move_id = fields.Many2one(
        'account.move', "Document", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    move_line_id = fields.Many2one(
        'account.move.line', "Journal Item", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    date = fields.Date("Since", readonly=True, help="The day of the document from which the difference ages.")
    age = fields.Integer(compute='_compute_age', search='_search_age', help="In days.")
    amount = fields.Monetary(
        readonly=True,
        help="In company currency, tax included; the commission base is without tax. "
        "Positive: invoiced, received or delivered more than its counterpart.",
    )
    remedy = fields.Text("Suggested Cure", compute='_compute_remedy')
    owner_side = fields.Selection(SIDES, "Side", required=True, tracking=True, help="Who has to clear it.")
    owner_id = fields.Many2one(
        'res.users', tracking=True, domain=[('share', '=', False)], index='btree_not_null'
    )
    deadline = fields.Date(tracking=True)
    explanation = fields.Text(tracking=True)
    accepted_by_id = fields.Many2one('res.users', readonly=True)
    resolved_on = fields.Date(readonly=True)

    _source_key_unique = models.UniqueIndex('(company_id, source_key)', "This difference is known already.")

    @api.depends('code', 'order_id', 'move_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        names = dict(self._fields['code']._description_selection(self.env))
        for difference in self.sudo():
            document = difference.order_id.name or difference.move_id.name or ''
            difference.display_name = f"{names.get(difference.code, '')} {document}".strip()

    @api.depends('date', 'state', 'resolved_on')
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for difference in self:
            until = difference.resolved_on or today
            difference.age = (until - difference.date).days if difference.date else 0

    @api.model
    def _search_age(self, operator, value):
        if operator not in ('>', '>=', '<', '<='):
            return NotImplemented
        day = fields.Date.subtract(fields.Date.context_today(self), days=value)
        flipped = {'>': '<', '>=': '<=', '<': '>', '<=': '>='}[operator]
        return [('date', flipped, day)]

    # === Guards ===

    def write(self, vals):
        if not self.env.su and set(vals) - WRITABLE - set(self._mail_fields()):
            raise UserError(
                self.env._(
                    "What a difference says comes from the documents. Correct them, and search for differences again."
                )
            )
        if (
            not self.env.su
            and 'owner_side' in vals
            and not self.env.user.has_group('ar_base.group_accountant')
        ):
            raise AccessError(
                self.env._("Accountants decide which side clears a difference. Ask one of them.")
            )
        return super().write(vals)

    @api.model
    def _mail_fields(self):
        return [name for name in self._fields if name.startswith(('message_', 'activity_'))]

    # === Actions ===

    def action_accept(self):
        """Leave the differences as they are, with a reason: they stay out of the work list until their amount changes.

        :raise AccessError: the user is no accountant. :raise UserError: a difference without explanation.
        """
        self._check_may_accept()
        for difference in self.filtered(lambda difference: difference.state == 'open'):
            if not difference.explanation:
                raise UserError(
                    self.env._(
                        "Explain first why %(difference)s of %(amount)s may stay as it is.",
                        difference=difference.display_name,
                        amount=difference.currency_id.format(difference.amount),
                    )
                )
            difference.sudo().write({'state': 'accepted', 'accepted_by_id': self.env.uid})
        return True

    def action_reopen(self):
        self._check_may_accept()
        self.filtered(lambda difference: difference.state == 'accepted').sudo().write(
            {'state': 'open', 'accepted_by_id': False}
        )
        return True

    def _check_may_accept(self):
        self.check_access('write')
        if not self.env.user.has_group('ar_base.group_accountant'):
            raise AccessError(
                self.env._(
                    "Differences are accepted by accountants. Write an explanation and ask one of them."
                )
            )
