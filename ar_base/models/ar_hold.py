from odoo import api, fields, models


class ArHold(models.Model):
    """A stop on a customer's credit. Any addon may place one; credit control honours every active one.

    A hold is lifted, never deleted, so that the file shows who stopped whom, when and why.
    """

    _name = 'ar.hold'
    _description = "Credit Hold"
    _journal_fields = frozenset(['reason', 'source', 'lift_reason'])
    _inherit = ['ar.fact.mixin']
    _order = 'active desc, id desc'
    _rec_name = 'reason'
    _facts = frozenset(['placed_by', 'placed_on', 'lifted_by', 'lifted_on'])

    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(related='credit_account_id.partner_id', string="Customer")
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    reason = fields.Char(required=True)
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
        result = super().write(vals)
        if 'active' in vals:
            self._record_who_and_when(vals['active'])
        if not self._facts.issuperset(vals):
            self._on_change()
        return result

    def _record_who_and_when(self, active):
        user, now = self.env.uid, fields.Datetime.now()
        if active:
            facts = {'placed_by': user, 'placed_on': now, 'lifted_by': False, 'lifted_on': False}
        else:
            facts = {'lifted_by': user, 'lifted_on': now}
        self._record_facts(facts)
        self._journal('placed' if active else 'lifted')

    def _is_kept(self):
        return True

    def _refusal_to_delete(self):
        return self.env._("A hold is part of the credit file and cannot be deleted. Lift it instead.")

    def action_lift(self):
        """Lift the hold; the reason is kept."""
        for hold in self.filtered('active'):
            hold.active = False
            hold.credit_account_id.message_post(
                body=self.env._(
                    "Hold lifted: %(hold)s. %(reason)s", hold=hold.reason, reason=hold.lift_reason or ""
                )
            )
        return True

    def _on_change(self):
        """Hook: the customer's holds changed."""
