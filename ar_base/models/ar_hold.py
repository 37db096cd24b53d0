from odoo import api, fields, models
from odoo.exceptions import UserError


class ArHold(models.Model):
    """A stop on a customer's credit. Any addon may place one; credit control honours every active one.

    A hold is lifted with a reason, never edited or deleted, so that the file shows who stopped whom, when and
    why.
    """

    _name = 'ar.hold'
    _description = "Credit Hold"
    _journal_fields = frozenset(['reason', 'source', 'lift_reason'])
    _inherit = ['ar.fact.mixin']
    _order = 'active desc, id desc'
    _rec_name = 'reason'
    _facts = frozenset(['active', 'source', 'placed_by', 'placed_on', 'lifted_by', 'lifted_on'])
    _free_fields = frozenset(['lift_reason'])

    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(related='credit_account_id.partner_id', string="Customer")
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    reason = fields.Char(required=True, help="Kept as it was entered.")
    source = fields.Selection(
        [('manual', "By hand"), ('automatic', "Automatic")],
        default='manual',
        required=True,
        readonly=True,
        help="A hold placed by hand stays until a person lifts it.",
    )
    active = fields.Boolean(default=True, readonly=True)
    placed_by = fields.Many2one('res.users', default=lambda self: self.env.user, readonly=True, required=True)
    placed_on = fields.Datetime(default=fields.Datetime.now, readonly=True, required=True)
    lifted_by = fields.Many2one('res.users', readonly=True)
    lifted_on = fields.Datetime(readonly=True)
    lift_reason = fields.Char()

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._journal('placed')
        for hold in holds:
            hold.credit_account_id.message_post(body=self.env._("Placed on hold: %s", hold.reason))
        holds._on_change()
        return holds

    def write(self, vals):
        if 'lift_reason' in vals and not self._records_facts_now() and any(not hold.active for hold in self):
            self._refuse_edit({'lift_reason'})
        return super().write(vals)

    def _is_fixed(self):
        return True

    @api.model
    def _refusal_to_edit(self, names):
        return self.env._(
            "%s A hold stays as it was placed: lift it with a reason, and place another one.",
            super()._refusal_to_edit(names),
        )

    def _refusal_to_delete(self):
        return self.env._("A hold is part of the credit file and cannot be deleted. Lift it instead.")

    def action_ask_lift(self):
        """Ask why these holds are lifted."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.hold.lift',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Lift the Hold"),
            'context': {'default_hold_ids': self.ids},
        }

    def action_lift(self, reason=None):
        """Lift the holds; who, when and why are kept.

        :param reason: why; may stand in ``lift_reason`` already.
        :raise UserError: no reason is given.
        """
        self.check_access('write')
        for hold in self.filtered('active'):
            why = (reason or hold.lift_reason or '').strip()
            if not why:
                raise UserError(
                    self.env._(
                        "Enter why the hold on %(customer)s is lifted: %(hold)s",
                        customer=hold.partner_id.display_name,
                        hold=hold.reason,
                    )
                )
            hold._record_facts(
                {
                    'active': False,
                    'lifted_by': self.env.uid,
                    'lifted_on': fields.Datetime.now(),
                    'lift_reason': why,
                }
            )
            hold._journal('lifted')
            hold.credit_account_id.message_post(
                body=self.env._("Hold lifted: %(hold)s. %(reason)s", hold=hold.reason, reason=why)
            )
            hold._on_change()
        return True

    def _on_change(self):
        """Hook: the customer's holds changed."""
