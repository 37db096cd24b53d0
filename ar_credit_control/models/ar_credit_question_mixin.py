from odoo import fields, models
from odoo.exceptions import UserError

HELD_ORDER = 'ar_credit_control.mail_activity_type_held_order'
QUESTION = 'ar_credit_control.mail_activity_type_question'


class ArCreditQuestionMixin(models.AbstractModel):
    """A question of the credit team to the salesperson about a held order, and the answer.

    For ``ar.credit.decision``.
    """

    _name = 'ar.credit.question.mixin'
    _description = "Question about a Held Order"
    _inherit = ['ar.fact.mixin']
    _facts = frozenset(['question', 'question_by', 'answer', 'answered_by', 'dialogue'])

    question = fields.Text("Question to the Salesperson", readonly=True)
    question_by = fields.Many2one('res.users', readonly=True)
    answer = fields.Text("Answer of the Salesperson", readonly=True)
    answered_by = fields.Many2one('res.users', readonly=True)
    dialogue = fields.Selection(
        [('asked', "Asked"), ('answered', "Answered")],
        "Question",
        readonly=True,
        index='btree_not_null',
        help="The credit team asked the salesperson and waits, or has the answer.",
    )

    def action_ask(self, note=None):
        """Ask the salesperson; the orders stay on hold. The answer comes back to who asked."""
        self._check_may_decide()
        self._check_note(note, self.env._("Enter what you want to know."))
        for decision in self.sudo():
            decision._notify_seller(
                self.env._("Question of %(user)s about credit: %(note)s", user=self.env.user.name, note=note)
            )
            decision._record_facts(
                {
                    'question': note,
                    'question_by': self.env.uid,
                    'answer': False,
                    'answered_by': False,
                    'dialogue': 'asked',
                }
            )
            if seller := decision.order_id.user_id:
                decision.order_id.activity_schedule(QUESTION, user_id=seller.id, summary=note)
        return True

    def action_answer(self, note=None):
        """Answer the question of the credit team. People who may edit the order can, without any other role.

        Marking the activity of the question as done, with a feedback, does the same.
        """
        self._check_note(note, self.env._("Enter your answer."))
        for decision in self.sudo():
            decision.order_id.sudo(False).check_access('write')
            if decision.state != 'hold' or decision.dialogue != 'asked':
                raise UserError(self.env._("No question about %s is open.", decision.order_name))
            decision._record_answer(note)
            decision.order_id.activity_ids.filtered(
                lambda activity: activity.activity_type_id == self.env.ref(QUESTION)
            ).unlink()
        return True

    def _record_answer(self, note):
        self._record_facts({'answer': note, 'answered_by': self.env.uid, 'dialogue': 'answered'})
        self.message_post(
            body=self.env._("Answer of %(user)s: %(note)s", user=self.env.user.name, note=note),
            partner_ids=self.question_by.partner_id.ids,
        )
        self.activity_schedule(
            HELD_ORDER,
            user_id=self.question_by.id,
            summary=self.env._("Answer about order %s", self.order_name),
        )
