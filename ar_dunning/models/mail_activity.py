from odoo import models


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    def _action_done(self, feedback=False, attachment_ids=None):
        """A completed call counts as the dunning notice."""
        deliveries = (
            self.env['ar.dunning.delivery']
            .sudo()
            .search([('activity_id', 'in', self.ids), ('state', '=', 'waiting')])
        )
        for delivery in deliveries:
            delivery._record_facts({'activity_id': False})
            delivery.with_user(self.env.user).sudo()._mark_notified(feedback)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def unlink(self):
        """A cancelled call does not count as a notice: the next channel is tried."""
        deliveries = (
            self.env['ar.dunning.delivery']
            .sudo()
            .search([('activity_id', 'in', self.ids), ('state', '=', 'waiting')])
        )
        result = super().unlink()
        deliveries._not_delivered(self.env._("The call was cancelled by %s", self.env.user.name))
        return result
