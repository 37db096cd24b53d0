from odoo import models


class ArPortalLinkMixin(models.AbstractModel):
    """A document that its customer opens by a link, without logging in. It has a ``company_id``.

    A model that inherits it names the purposes of its links and the page of each: what is not named gets no
    link. The page's controller asks ``ReceivablesPortal._receivables_document`` whether the visitor may be
    there.
    """

    _name = 'ar.portal.link.mixin'
    _description = "Document with Customer Links"

    #: {purpose: path of the page, with ``%s`` for the id of the document}
    _link_paths = {}
    #: purposes whose holder only looks, and answers nothing
    _link_looks = frozenset()

    def _issue_link(self, purpose, partner, days=None):
        """Return the address of a new link for ``partner``; it is not kept and cannot be read again.

        :param days: how long it is good; default: what the company says.
        """
        days = days or self.company_id.ar_link_days
        token = self.env['ar.portal.link']._issue(self, purpose, partner, days)
        return f'{self.get_base_url()}{self._link_paths[purpose] % self.id}?access_token={token}'

    def _link_items(self):
        """Hook: return the receivable items that the holder of a link may pay, dispute or promise to pay."""
        return self.env['account.move.line']

    def _links(self):
        """Return all links to these documents (as superuser), whatever their state."""
        return self.env['ar.portal.link']._of(self)

    def action_revoke_links(self):
        """Revoke every link to these documents; a customer who logs in can still open them."""
        self.check_access('write')
        return self._links().action_revoke()

    def action_open_links(self):
        """Open the links to this document: to whom, until when, and whether they were used."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.portal.link',
            'view_mode': 'list',
            'name': self.env._("Links"),
            'domain': [('res_model', '=', self._name), ('res_id', '=', self.id)],
        }
