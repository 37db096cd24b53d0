from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.http import request


class ArCustomerReplyMixin(models.AbstractModel):
    """What a customer said or signed on the portal: by which login or link, when, and from which address.

    The controller that takes the answer passes ``_reply_facts``; what a colleague records has none of it.
    """

    _name = 'ar.customer.reply.mixin'
    _description = "Answer of a Customer"
    _inherit = ['ar.fact.mixin']
    _facts = frozenset(['replied_on', 'reply_user_id', 'reply_link_id', 'reply_ip'])

    replied_on = fields.Datetime("Answered On", readonly=True, copy=False)
    reply_user_id = fields.Many2one('res.users', "Logged In As", readonly=True, copy=False)
    reply_link_id = fields.Many2one(
        'ar.portal.link', "By Link", readonly=True, copy=False, ondelete='restrict'
    )
    reply_ip = fields.Char("From Address", readonly=True, copy=False)

    def _reply_facts(self, link=None):
        """Return who answers by the present request; nothing outside of one.

        :param link: the customer's link that was used, if there was no login.
        :raise AccessError: a colleague is logged in, who does not answer for the customer.
        """
        if not request:
            return {}
        user = request.env.user
        if not user.share:
            raise AccessError(
                self.env._("You are logged in as %s, who works here: only the customer answers.", user.name)
            )
        return {
            'replied_on': fields.Datetime.now(),
            'reply_user_id': False if user._is_public() else user.id,
            'reply_link_id': link.id if link else False,
            'reply_ip': request.httprequest.remote_addr,
        }
