from odoo import api, fields, models
from odoo.exceptions import UserError


class ArDelivery(models.Model):
    """The queue of what goes to customers besides dunning letters: statements, balance confirmations.

    One row per document and purpose that is sent. By ``mail`` it goes out once; a ``file`` is only made and
    kept, for people to print. What becomes of it is said to the document (``_delivery_outcome``).
    """

    _name = 'ar.delivery'
    _description = "Delivery of a Document"
    _inherit = ['ar.delivery.mixin']
    _order = 'id desc'
    _rec_name = 'purpose'
    _worker = 'ar_base.ir_cron_deliver'

    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field='res_model', required=True, readonly=True)
    purpose = fields.Char(required=True, readonly=True)
    channel = fields.Selection([('mail', "E-mail"), ('file', "File")], required=True, readonly=True)

    _due_idx = models.Index("(next_try, id) WHERE state = 'queued'")
    _one_under_way = models.UniqueIndex(
        "(res_model, res_id) WHERE state IN ('queued', 'sending', 'unknown')",
        "This document is already on its way.",
    )

    # === The worker ===

    def _document(self):
        # As the worker, which is a superuser, in the language of the company's people.
        return self.env[self.res_model].sudo().browse(self.res_id)

    def _send(self, pool):
        document = self._document()
        if not document.exists():
            self._cancel(self.env._("The document is gone."))
        elif text := document._delivery_obstacle(self):
            self._cancel(text)
        elif self.channel == 'file':
            document._delivery_documents(self)
            self._delivered()
        elif text := self._obstacle_email():
            self._not_delivered(text)
        else:
            self._mail(pool)

    def _prepare_mail(self):
        return self._document()._delivery_mail(self)

    def _delivered(self, moment=None):  # pylint: disable=missing-return
        super()._delivered(moment)
        self._document()._delivery_outcome(self)

    def _not_delivered(self, text, state='failed'):  # pylint: disable=missing-return
        for delivery in self:
            super(ArDelivery, delivery)._not_delivered(text, state)
            delivery._document()._delivery_outcome(delivery)

    def _lost(self, text=''):  # pylint: disable=missing-return
        super()._lost(text)
        self._document()._delivery_outcome(self)

    def _keep_documents(self, documents):
        """The files are kept by the document itself: they are the same with every attempt."""
        self._record_facts({'attachment_ids': [fields.Command.set(documents.ids)]})

    def _cancel(self, text):
        """Withdraw what is not under way yet."""
        waiting = self.filtered(lambda delivery: delivery.state == 'queued')
        waiting._record_facts({'state': 'cancelled', 'error': text, 'next_try': False})

    # === Decided by a person ===

    def _check_unknown(self):
        """:raise UserError: one of them is not unknown. :raise AccessError: the user may not send it."""
        for delivery in self:
            delivery.env[delivery.res_model].browse(delivery.res_id)._delivery_check_access()
            if delivery.state != 'unknown':
                raise UserError(
                    self.env._("What became of the mail to %s is known.", delivery.contact_id.display_name)
                )

    def action_arrived(self):
        """Of an unknown mail: a person found out that it arrived."""
        self._check_unknown()
        for delivery in self.sudo():
            delivery._record_facts({'error': self.env._("%s: it arrived", self.env.user.name)})
            delivery._delivered(delivery.sent_on)
        return True

    def action_send_again(self):
        """Of an unknown mail: a person found out that it did not arrive, or prefers two to none."""
        self._check_unknown()
        for delivery in self.sudo():
            delivery._document()._deliver(delivery.purpose, delivery.contact_id, delivery.channel)
        return True

    def action_open_document(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
        }

    @api.model
    def _of(self, documents):
        """Return the deliveries of the documents (superuser), the latest first."""
        return self.sudo().search([('res_model', '=', documents._name), ('res_id', 'in', documents.ids)])

    @api.model
    def _waits_of(self, documents):
        """Return a ``Wait`` for each reason for which deliveries of the documents have not gone out."""
        domain = [('res_model', '=', documents._name), ('res_id', 'in', documents.ids)]
        return self.sudo()._waits(domain) if documents else []
