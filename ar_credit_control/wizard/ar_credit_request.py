from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCreditRequest(models.TransientModel):
    """What a seller says of a held order: why to release it, what the customer objects to, an answer."""

    _name = 'ar.credit.request'
    _description = "Request for Release"

    order_id = fields.Many2one('sale.order', required=True, readonly=True)
    kind = fields.Selection(
        [('release', "Ask for release"), ('objection', "The customer objects"), ('answer', "Answer")],
        required=True,
        readonly=True,
        default='release',
    )
    question = fields.Text(compute='_compute_question')
    note = fields.Text("What to Say", required=True)

    @api.depends('order_id', 'kind')
    def _compute_question(self):
        for request in self:
            decision = request._held()
            request.question = decision.question if request.kind == 'answer' else False

    def _held(self):
        """Return the decision that the order waits for (superuser), of an order that the user may edit."""
        self.order_id.check_access('write')
        return self.order_id.sudo().credit_decision_ids.filtered(lambda d: d.state == 'hold')[:1]

    def action_apply(self):
        """Note it on order and decision, and notify the person whom it concerns.

        :raise UserError: the order does not wait, or nothing was said.
        """
        self.ensure_one()
        decision = self._held()
        if not decision:
            raise UserError(self.env._("%s does not wait for credit.", self.order_id.name))
        if not self.note.strip():
            raise UserError(
                self.env._("Enter why the order should be released.")
                if self.kind == 'release'
                else self.env._("Enter what the credit team should know.")
            )
        if self.kind == 'answer':
            decision.sudo(False).action_answer(self.note)
        elif self.kind == 'objection':
            self._report_objection(decision)
        else:
            self._ask_for_release(decision)
        return {'type': 'ir.actions.act_window_close'}

    def _ask_for_release(self, decision):
        user = self.env.user.name
        text = self.env._("%(user)s asks for a release: %(note)s", user=user, note=self.note)
        self._say(decision, text, decision._approval_people() or decision.company_id._ar_credit_responsible())

    def _report_objection(self, decision):
        """A collector looks into it and opens the dispute.

        The seller does not, who would gain by it: for the credit check a disputed invoice is not overdue.
        """
        account = self.order_id.sudo()._credit_account()
        collector = account._responsible_collector() or decision.company_id._ar_credit_responsible()
        user = self.env.user.name
        words = self.with_context(lang=collector.lang or self.env.lang).env._
        account.activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=collector.id or self.env.uid,
            summary=words("%(user)s: the customer objects. Open a dispute?", user=user),
            note=self.note,
        )
        text = self.env._(
            "%(user)s reports what the customer objects to: %(note)s", user=user, note=self.note
        )
        self._say(decision, text, collector)

    def _say(self, decision, text, people):
        author = self.env.user.partner_id.id
        decision.message_post(body=text, author_id=author, partner_ids=people.partner_id.ids)
        self.order_id.sudo().message_post(body=text, author_id=author)
