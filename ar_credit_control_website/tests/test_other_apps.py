from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestOtherApps(CreditCommon):
    """What other apps do when an order is confirmed, they do when credit control lets it pass, and once."""

    def test_gift_card_is_spent_when_the_order_passes(self):
        program = self.env['loyalty.program'].create(
            {
                'name': "Gift Cards",
                'program_type': 'gift_card',
                'applies_on': 'future',
                'trigger': 'auto',
                'rule_ids': [Command.create({'reward_point_amount': 1, 'reward_point_mode': 'money'})],
                'reward_ids': [
                    Command.create(
                        {
                            'reward_type': 'discount',
                            'discount_mode': 'per_point',
                            'discount': 1,
                            'discount_applicability': 'order',
                            'required_points': 1,
                        }
                    )
                ],
            }
        )
        card = self.env['loyalty.card'].create({'program_id': program.id, 'points': 30})
        order = self._order(100)
        # As the seller enters it: a reward without its code is taken off again when the order is confirmed.
        rewards = order._try_apply_code(card.code)
        self.assertEqual(rewards, {card: program.reward_ids})
        order._apply_program_reward(program.reward_ids, card)
        self.assertEqual(order.amount_total, 70)
        self.account.credit_limit = 69
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual((order.credit_state, card.points), ('hold', 30))
        result = order.credit_decision_ids.with_user(self.controller).action_release("Good")
        self.assertIs(result, True)
        self.assertEqual((order.state, card.points), ('sale', 0))

    def test_tasks_are_made_when_the_order_passes(self):
        project = self.env['project.project'].sudo().create({'name': "Installations"})
        self.product.write({'service_tracking': 'task_global_project', 'project_id': project.id})
        self.account.credit_limit = 99
        order = self._order(100)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual((order.credit_state, project.task_ids), ('hold', self.env['project.task']))
        order.credit_decision_ids.with_user(self.controller).action_release("Good")
        self.assertEqual((order.state, len(project.task_ids)), ('sale', 1))
