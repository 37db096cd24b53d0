from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context


class ArContactLog(models.Model):
    """A contact with a customer: who spoke to whom, the outcome, and the next step. It is kept.

    The next action is an activity of the credit file; a later contact settles it. So the last contact always
    says what is next.
    """

    _name = 'ar.contact.log'
    _description = "Contact with a Customer"
    _inherit = ['ar.fact.mixin']
    _order = 'date desc, id desc'
    _rec_name = 'date'
    _facts = frozenset(['user_id'])
    _set_once = frozenset(['credit_account_id', 'date', 'kind', 'direction', 'outcome', 'contact_id'])

    credit_account_id = fields.Many2one(
        'ar.credit.account', "Customer", required=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Customer Company", store=True, index=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    contact_id = fields.Many2one(
        'res.partner', "Person", domain="[('commercial_partner_id', '=', partner_id)]", index='btree_not_null'
    )
    contact_phone = fields.Char(related='contact_id.phone')
    user_id = fields.Many2one(
        'res.users', "By", required=True, default=lambda self: self.env.user, readonly=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ('call', "Call"),
            ('mail', "E-mail or letter"),
            ('visit', "Visit"),
            ('message', "Message"),
            ('other', "Other"),
        ],
        required=True,
        default='call',
    )
    direction = fields.Selection([('out', "We to them"), ('in', "They to us")], required=True, default='out')
    outcome = fields.Selection(
        [
            ('not_reached', "Not reached"),
            ('reached', "Reached"),
            ('promised', "Promises to pay"),
            ('disputes', "Disputes"),
            ('will_check', "Will check"),
            ('refuses', "Refuses"),
        ],
        required=True,
        default='reached',
    )
    text = fields.Text("What Was Said")
    next_action = fields.Char(help="What to do next, in a few words.")
    next_date = fields.Date("On")
    notice_id = fields.Many2one(
        'ar.dunning.notice',
        "About Letter",
        index='btree_not_null',
        ondelete='set null',
        domain="[('credit_account_id', '=', credit_account_id)]",
    )
    case_id = fields.Many2one(
        'ar.collection.case',
        "About Case",
        index='btree_not_null',
        ondelete='set null',
        domain="[('credit_account_id', '=', credit_account_id)]",
    )

    # The last contact of each customer, read for the whole worklist.
    _last_idx = models.Index('(credit_account_id, date DESC)')

    @api.constrains('next_action', 'next_date')
    def _check_next(self):
        for log in self:
            if log.next_action and not log.next_date:
                raise UserError(self.env._("Enter the day of the next action “%s”.", log.next_action))

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        for log in logs:
            log.credit_account_id._settle_follow_up(log._feedback())
            log._answer_call()
            if log.next_date:
                log.credit_account_id._schedule_follow_up(
                    log.next_date, log.next_action or self.env._("Follow up"), self.env.user
                )
        return logs

    def _answer_call(self):
        """A call that reached the customer is the call that a dunning stage waits for."""
        if self.kind == 'call' and self.outcome != 'not_reached':
            self.env['ar.dunning.delivery'].sudo().search(
                [
                    ('notice_id.credit_account_id', '=', self.credit_account_id.id),
                    ('channel', '=', 'phone'),
                    ('state', '=', 'waiting'),
                ]
            ).activity_id.action_feedback(feedback=self._feedback())

    def _feedback(self):
        return self.env._(
            "%(kind)s: %(outcome)s",
            kind=dict(self._fields['kind']._description_selection(self.env))[self.kind],
            outcome=dict(self._fields['outcome']._description_selection(self.env))[self.outcome],
        )

    def _is_kept(self):
        return True

    def _refusal_to_delete(self):
        return self.env._("A contact is kept as history. Log another one that corrects it.")

    # === Buttons of the quick form ===

    def action_done(self):
        return {'type': 'ir.actions.act_window_close'}

    def action_next_customer(self):
        self.ensure_one()
        return self.credit_account_id.action_worklist_next()

    def action_then_promise(self):
        self.ensure_one()
        return self.credit_account_id.with_env(
            self.env(context=clean_context(self.env.context))
        ).action_promise()
