from dateutil.relativedelta import relativedelta
from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import content_disposition, request

from ..models.ar_customer_statement import KINDS
from ..rules import own_items, plausible
from odoo.addons.portal.controllers.portal import CustomerPortal

TYPES = {
    'pdf': 'application/pdf',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
NOTICE = 'ar_portal_notice'
SHOWN_DAYS = 90  # how long the customer sees what was decided
BAR = ('#2e9e6b', '#e9b949', '#e8833a', '#d64545', '#9b2c2c')


class ReceivablesPortal(CustomerPortal):
    """My receivables: what the logged-in user's commercial entity owes, and nothing of anyone else.

    Everything is read and done by superuser on what is found with the commercial entity of the logged-in
    user in the domain. An id that the browser sends only chooses among that; any other is answered as one
    that does not exist. Upper addons extend ``_prepare_receivables_values`` and the template. Odoo makes one
    class of every addon's extension of the page: helpers have names that no other addon uses.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'receivable_count' in counters:
            own = self._receivables_partner() if request.env.user.share else None
            values['receivable_count'] = len(request.env['ar.open.item']._of_customer(own)) if own else 0
        return values

    @http.route(['/my/receivables'], type='http', auth='user', website=True, sitemap=False)
    def portal_my_receivables(self, company=None, **kwargs):
        """Show the open items in one of the companies that the customer deals with."""
        partner = self._receivables_partner()
        chosen, companies = self._receivables_company(partner, company)
        values = {
            **self._prepare_portal_layout_values(),
            **self._prepare_receivables_values(chosen, partner),
            'companies': companies,
            'page_name': 'receivables',
            'message': kwargs.get('message'),
        }
        return request.render('ar_base.portal_my_receivables', values)

    @http.route(
        ['/my/receivables/statement'], type='http', auth='user', website=True, sitemap=False, methods=['GET']
    )
    def portal_my_statement(
        self, company=None, kind='open_items', date_from=None, as_of=None, file_type='pdf', **kwargs
    ):
        """Send the customer's own statement as of a date, as PDF or spreadsheet."""
        partner = self._receivables_partner()
        chosen, _companies = self._receivables_company(partner, company)
        today = fields.Date.context_today(chosen)
        as_of = min(self._as_date(as_of) or today, today)
        date_from = min(self._as_date(date_from) or as_of - relativedelta(months=3, day=1), as_of)
        kind = kind if kind in dict(KINDS) else 'open_items'
        account = request.env['ar.credit.account'].sudo()._for_partner(partner, chosen)
        render = account._statement_xlsx if file_type == 'xlsx' else account._statement_pdf
        name, content = render(as_of, kind, date_from)
        return request.make_response(
            content,
            headers=[
                ('Content-Type', TYPES['xlsx' if file_type == 'xlsx' else 'pdf']),
                ('Content-Disposition', content_disposition(name)),
            ],
        )

    def _as_date(self, text):
        """Return the date that the browser sends; None where it is none, or of another century."""
        try:
            day = fields.Date.to_date(text)
        except (ValueError, TypeError):
            return None
        return day if plausible.is_day(day) else None

    def _receivables_partner(self):
        """Return the commercial entity of the visitor, as superuser: whose figures may be shown.

        The visitor is logged in, or holds the link of a document (``_receivables_link``).

        :raise NotFound: a colleague, who is no customer whatever the contacts say.
        """
        if not request.env.user.share:
            raise NotFound
        return self._portal_contact().commercial_partner_id

    def _receivables_link(self):
        """Return the link by which a visitor without a login answers the items of its document, or none."""
        if not request.env.user._is_public():
            return request.env['ar.portal.link']
        return request.env['ar.portal.link']._answering(request.params.get('access_token'))

    def _receivables_login(self):
        """Return where a visitor without a login and without a good link is sent; else None."""
        if request.env.user._is_public() and not self._receivables_link():
            return request.redirect_query('/web/login', {'redirect': request.httprequest.path})
        return None

    def _receivables_home(self, company):
        """Return the address the visitor came from: the document of the link, or the page of all items."""
        if link := self._receivables_link():
            path = link._document()._link_paths[link.purpose] % link.res_id
            return f'{path}?access_token={request.params["access_token"]}'
        return f'/my/receivables?company={company.id}'

    def _receivables_items(self, partner, company=None):
        """Return the customer's open items that the visitor may see and answer."""
        items = request.env['ar.open.item']._of_customer(partner, company)
        if link := self._receivables_link():
            mine = link._document()._link_items()
            items = items.filtered(lambda item: item.move_line_id in mine)
        return items

    def _receivables_company(self, partner, company):
        """Return (the main company asked for, or the first; all that the customer deals with)."""
        companies = self._receivables_companies(partner)
        return companies.filtered(lambda c: str(c.id) == str(company)) or companies[:1], companies

    def _receivables_companies(self, partner):
        """Return the main companies in which the customer has an open item or a credit file; never none."""
        accounts = request.env['ar.credit.account'].sudo().search([('partner_id', '=', partner.id)])
        companies = request.env['ar.open.item']._of_customer(partner).company_id.root_id | accounts.company_id
        return companies.sorted('sequence') or request.env.company.sudo().root_id

    def _prepare_receivables_values(self, company, partner):
        """Return the values of the page. Extend it for the sections of upper addons.

        :param company: the main company whose receivables are shown (superuser).
        :param partner: the commercial entity (superuser); every search must carry it in its domain.
        """
        items = self._receivables_items(partner, company)
        account = (
            request.env['ar.credit.account']
            .sudo()
            .search([('partner_id', '=', partner.id), ('company_id', '=', company.id)])
        )
        today = fields.Date.context_today(items)
        since = fields.Date.subtract(today, days=SHOWN_DAYS)
        disputes = partner.env['ar.dispute'].search(
            [
                ('customer_id', '=', partner.id),
                ('company_id', 'child_of', company.id),
                '|',
                ('state', '=', 'open'),
                ('closed_on', '>=', since),
            ]
        )
        return {
            'company': company,
            'partner': partner,
            'home': self._receivables_home(company),
            'planned': self._receivables_planned(items),
            'account': account,
            'items': items,
            'today': today,
            'undisputed': {line.id: amount for line, amount in items._undisputed().items()},
            'disputes': disputes,
            'disputed': set(disputes.filtered(lambda dispute: dispute.state == 'open').move_id.ids),
            'notice': request.session.pop(NOTICE, None),
            'groups': self._receivables_groups(company, items),
            'available_credit': company.ar_portal_available_credit and account._portal_available_credit()
            if account
            else None,
            'kinds': request.env['ar.statement.print']._fields['kind']._description_selection(request.env),
            'statement_from': today - relativedelta(months=3, day=1),
        }

    def _receivables_planned(self, items):
        """Return {journal item id: last day of its plan} of what a running plan covers: it is not overdue."""
        today = fields.Date.context_today(items)
        covered = items._dunning_exclusions(items.move_line_id.ids, today)
        return {line: until for line, (why, until) in covered.items() if why == 'payment_plan'}

    def _payment_choices(self, company, partner, items):
        """Hook: return what can be paid online of ``items`` at once, by company, currency and account.

        Each is a dictionary: ``currency``, ``choices`` [(code, label, address, amount)], the ``form`` that
        posts chosen items {name: value} with its ``action``, and the items ``payable`` by it. The server
        decides the amounts again when the payment begins.
        """
        return []

    # === What the customer does ===

    def _own_open_items(self, partner, ids):
        """Return the customer's open items (superuser).

        :raise NotFound: one of the ids is not an open debit of the customer.
        """
        try:
            ids = {int(item) for item in ids}
        except ValueError as error:
            raise NotFound from error
        items = self._receivables_items(partner).filtered(
            lambda item: item.move_line_id.id in ids and item.residual_currency > 0
        )
        if len(items) != len(ids):
            raise NotFound
        return items

    def _portal_contact(self):
        """Return the contact of the logged-in user, or the one to whom the link was sent, as superuser."""
        return (self._receivables_link().partner_id or request.env.user.partner_id).sudo()

    def _back_to_receivables(self, company, notice):
        """Go back to the page, which shows the notice once."""
        request.session[NOTICE] = notice
        return request.redirect(self._receivables_home(company))

    # === Figures of the page ===

    def _receivables_groups(self, company, items):
        """Return the items by what one payment can settle, with totals and the aging bar."""
        buckets = company._ar_scheme().bucket_ids.sorted(lambda b: (b.sequence, b.id))
        planned = self._receivables_planned(items)
        rows = [
            (
                item,
                (item.company_id, item.currency_id, item.account_id),
                item.bucket_id,
                item.residual_currency,
                0 if item.id in planned else item.days_overdue,
            )
            for item in items
        ]
        return [
            {
                **group._asdict(),
                'slug': '-'.join(str(record.id) for record in group.key),
                'company': group.key[0],
                'currency': group.key[1],
                'aging': [
                    {
                        'name': bucket.name,
                        'amount': amount,
                        'share': share,
                        'color': self._bar_color(buckets, bucket),
                    }
                    for bucket, amount, share in group.aging
                ],
            }
            for group in own_items.groups(rows, buckets, lambda key, amount: key[1].round(amount))
        ]

    def _bar_color(self, buckets, bucket):
        place = buckets.ids.index(bucket.id) if bucket in buckets else 0
        return BAR[min(place, len(BAR) - 1)]

    def _receivables_document(self, model, document_id, purpose, access_token):
        """Return (the document as superuser, the link used); both empty where it is not the visitor's.

        It is the visitor's if the logged-in portal user belongs to the same commercial entity
        (``partner_id``), or a valid link leads to it for ``purpose``. What does not exist and what belongs to
        another customer look the same. A colleague may look by a link, and answers nothing
        (``_reply_facts``).
        """
        record = request.env[model].sudo().browse(document_id).exists()
        link, user = request.env['ar.portal.link'], request.env.user
        if not record:
            return record, link
        if (
            user.share
            and not user._is_public()
            and user.partner_id.commercial_partner_id == record.partner_id.commercial_partner_id
        ):
            return record, link
        if access_token:
            link = link._resolve(record, purpose, access_token)
        return record if link else record.browse(), link
