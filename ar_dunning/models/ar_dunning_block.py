from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import overdue


class ArDunningBlock(models.Model):
    """Suspends dunning for a customer, or one open item, until a date; who set it and why is kept.

    It ends by itself.
    """

    _name = 'ar.dunning.block'
    _description = "Dunning Block"
    _inherit = ['ar.fact.mixin']
    _order = 'active desc, id desc'
    _rec_name = 'reason'
    _facts = frozenset(['active', 'user_id', 'lifted_by'])
    _set_once = frozenset(['credit_account_id', 'move_line_id', 'reason'])
    _journal_fields = frozenset(['credit_account_id', 'until', 'reason'])
    _journal_may_go = True  # with an item that is no more

    credit_account_id = fields.Many2one(
        'ar.credit.account', "Customer", required=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    move_line_id = fields.Many2one(
        'account.move.line',
        "Only Item",
        index='btree_not_null',
        ondelete='cascade',
        domain="[('account_id.ar_is_receivable', '=', True), ('parent_state', '=', 'posted')]",
        help="Empty: everything the customer owes.",
    )
    until = fields.Date(help="The last day of the block. Empty: until it is lifted.")
    reason = fields.Char(required=True)
    active = fields.Boolean(default=True, readonly=True)
    user_id = fields.Many2one('res.users', "Blocked By", default=lambda self: self.env.user, readonly=True)
    lifted_by = fields.Many2one('res.users', readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        blocks = super().create(vals_list)
        blocks._journal('placed')
        return blocks

    def write(self, vals):
        result = super().write(vals)
        if {'until', 'active'} & vals.keys():
            self._journal('changed' if 'until' in vals else 'lifted')
        return result

    @api.constrains('move_line_id', 'credit_account_id')
    def _check_item(self):
        for block in self.filtered('move_line_id'):
            customer = block.move_line_id.partner_id.commercial_partner_id
            if customer != block.credit_account_id.partner_id:
                raise UserError(
                    self.env._(
                        "%(item)s is not an item of %(customer)s: choose one of that customer.",
                        item=block.move_line_id.move_name,
                        customer=block.credit_account_id.partner_id.display_name,
                    )
                )

    def _is_fixed(self):
        return not self.active

    def _is_kept(self):
        return True

    def _refusal_to_delete(self):
        return self.env._("A dunning block is kept as history. Lift it instead.")

    def action_lift(self):
        """End the block now."""
        for block in self.filtered('active'):
            block._record_facts({'active': False, 'lifted_by': self.env.uid})
            block.credit_account_id.message_post(body=self.env._("Dunning block lifted: %s", block.reason))
        return True

    @api.model
    def _in_force(self, account_ids, day):
        """Return the blocks that hold on the day: ({credit account: last day}, {journal item: last day}).

        The last day is text; None where a block has none.
        """
        self.flush_model(['active', 'credit_account_id', 'move_line_id', 'until'])
        accounts, items = {}, {}
        for account_id, line_id, until in self.env.execute_query(overdue.blocks(account_ids, day)):
            blocked, key = (items, line_id) if line_id else (accounts, account_id)
            blocked[key] = None if until == 'infinity' else until
        return accounts, items
