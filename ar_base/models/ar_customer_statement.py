from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..engine import statement as engine
from ..report.ar_customer_statement_report import Figures
from ..rules import statement as rules

KINDS = [('open_items', "Open items"), ('activity', "Activity")]


class ArCustomerStatement(models.AbstractModel):
    """The statements of customers: figures, as plain data that can be frozen, PDF and spreadsheet.

    The closing of a statement is the customer's total in the aging of the same day, per currency of the
    documents and in the company's currency. Contacts share the statement of their commercial entity;
    branches that of their root.
    """

    _name = 'ar.customer.statement'
    _description = "Customer Statement"

    # === Figures ===

    @api.model
    def _data(self, accounts, as_of=None, kind='open_items', date_from=None):
        """Return {account id: statement} as JSON-safe data in the customers' languages.

        The number of queries does not depend on the number of customers.

        :param accounts: credit accounts; the caller decides who may see their statements.
        :param as_of: the last day; default today.
        :param kind: ``open_items`` or ``activity``.
        :param date_from: first day of the activity; default the first of the month of ``as_of``.
        """
        as_of = as_of or fields.Date.context_today(self)
        date_from = (date_from or as_of + relativedelta(day=1)) if kind == 'activity' else None
        result = {}
        for company, own in accounts.sudo().grouped('company_id').items():
            for lang, group in own.grouped(lambda a: a.partner_id.lang or a.env.lang or 'en_US').items():
                model = self.sudo().with_context(lang=lang).with_company(company)
                result.update(model._group(group.with_env(model.env), as_of, kind, date_from))
        return result

    def _group(self, accounts, as_of, kind, date_from):
        """Return the statements of accounts of one company, in one language."""
        company = accounts.company_id
        family = self.env['ar.open.item']._family(accounts.partner_id)
        items = self._items(accounts, family, as_of)
        openings, moved = {}, {}
        if kind == 'activity':
            openings = self._openings(accounts, family, date_from - timedelta(days=1))
            moved = self._movements(accounts, family, date_from, as_of)
        buckets = self._buckets(company, items)
        head = {
            'kind': kind,
            'as_of': fields.Date.to_string(as_of),
            'date_from': date_from and fields.Date.to_string(date_from),
            'company_id': company.id,
            'lang': self.env.lang,
        }
        return {
            account.id: {
                **head,
                'credit_account_id': account.id,
                'partner_id': account.partner_id.id,
                'closing': company.currency_id.round(
                    sum(i['residual'] for i in items.get(account.partner_id.id, ()))
                ),
                'sections': [
                    self._section(section, buckets)
                    for section in self._sections(
                        kind,
                        items.get(account.partner_id.id, []),
                        openings.get(account.partner_id.id, {}),
                        moved.get(account.partner_id.id, []),
                        buckets,
                    )
                ],
            }
            for account in accounts
        }

    def _sections(self, kind, items, openings, movements, buckets):
        Currency = self.env['res.currency']

        def rounded(currency_id, amount):
            return Currency.browse(currency_id).round(amount)

        if kind == 'activity':
            return rules.activity(items, openings, movements, tuple(buckets), rounded)
        return rules.open_items(items, tuple(buckets), rounded)

    def _section(self, section, buckets):
        return {
            **section._asdict(),
            'lines': list(section.lines),
            'aging': [[buckets[bucket], amount] for bucket, amount in section.aging],
        }

    def _open(self, accounts, family, as_of):
        """Return (open items in the context of a statement, the domain of those of the accounts)."""
        company = accounts.company_id
        scheme = company._ar_scheme()
        items = self.env['ar.open.item'].with_context(
            as_of=fields.Date.to_string(as_of),
            aging_partner_ids=family.ids,
            aging_scheme_id=scheme.id,
            aging_credits=scheme._statement_credits(),
            aging_currency_id=None,
            aging_valuation=None,
        )
        return items, [
            ('company_id', 'child_of', company.ids),
            ('commercial_partner_id', 'in', accounts.partner_id.ids),
        ]

    def _items(self, accounts, family, as_of):
        """Return {customer id: items as dicts}, the oldest due first."""
        items, domain = self._open(accounts, family, as_of)
        names = [
            'move_id',
            'move_line_id',
            'commercial_partner_id',
            'currency_id',
            'date',
            'invoice_date',
            'date_maturity',
            'days_overdue',
            'bucket_id',
            'residual',
            'residual_currency',
            'disputed',
            'company_currency_id',
        ]
        found = items.search_fetch(domain, names)
        found.move_id.fetch(['name', 'ref', 'move_type', 'origin_payment_id'])
        found.move_line_id.fetch(['amount_currency'])
        result = {}
        for item in found:
            result.setdefault(item.commercial_partner_id.id, []).append(self._item(item))
        return result

    def _item(self, item):
        move, share = item.move_id, item.disputed / item.residual if item.residual else 0
        return {
            **self._document(move),
            'move_line_id': item.move_line_id.id,
            'currency': item.currency_id.id,
            'date': fields.Date.to_string(item.invoice_date or item.date),
            'due': fields.Date.to_string(item.date_maturity or item.invoice_date or item.date),
            'days': item.days_overdue,
            'bucket': item.bucket_id.id or None,
            'original': item.move_line_id.amount_currency,
            'open': item.residual_currency,
            'residual': item.residual,
            'disputed': item.currency_id.round(item.residual_currency * share),
        }

    def _document(self, move):
        return {
            'move_id': move.id,
            'document': move.name,
            'type': self._document_type(move),
            'reference': move.ref or '',
        }

    def _document_type(self, move):
        match move.move_type:
            case 'out_invoice' | 'out_receipt':
                return self.env._("Invoice")
            case 'out_refund':
                return self.env._("Credit note")
            case _other if move.origin_payment_id or move.statement_line_id:
                return self.env._("Payment")
        return self.env._("Entry")

    def _openings(self, accounts, family, day):
        """Return {customer id: {currency id: open at the end of the day}}."""
        items, domain = self._open(accounts, family, day)
        result = {}
        for partner, currency, amount in items._read_group(
            domain, ['commercial_partner_id', 'currency_id'], ['residual_currency:sum']
        ):
            result.setdefault(partner.id, {})[currency.id] = amount
        return result

    def _movements(self, accounts, family, date_from, date_to):
        """Return {customer id: movements as dicts}, the oldest first."""
        items, _domain = self._open(accounts, family, date_to)
        companies = accounts.company_id._ar_tree()
        rows = items._execute_flushed(engine.movements(items._aging_parameters(), date_from, companies.ids))
        moves = self.env['account.move'].browse({row[3] for row in rows})
        moves.fetch(
            ['name', 'ref', 'move_type', 'origin_payment_id', 'statement_line_id', 'invoice_date_due']
        )
        result = {}
        for partner_id, currency_id, date, move_id, matched, amount in rows:
            move = self.env['account.move'].browse(move_id)
            document = self._document(move)
            if matched:
                document['type'] = self.env._("Settled with another currency or customer")
            result.setdefault(partner_id, []).append(
                {
                    **document,
                    'currency': currency_id,
                    'date': fields.Date.to_string(date),
                    'amount': amount,
                    'due': fields.Date.to_string(move.invoice_date_due) or ''
                    if not matched and move.move_type == 'out_invoice'
                    else '',
                }
            )
        return result

    def _buckets(self, company, items):
        """Return {bucket id: name} in order; None last where a credit has no bucket."""
        scheme = company._ar_scheme()
        buckets = {
            bucket.id: bucket.name
            for bucket in scheme.with_context(lang=self.env.lang).bucket_ids.sorted(
                lambda b: (b.sequence, b.id)
            )
        }
        if any(item['bucket'] is None for own in items.values() for item in own):
            buckets[None] = self.env._("Unallocated")
        return buckets

    # === Documents ===

    @api.model
    def _render_pdf(self, data):
        """Return (file name, bytes) of the statement whose frozen figures are ``data``."""
        Report = (
            self.env['ir.actions.report'].sudo().with_context(lang=data['lang'], ar_page_without_scripts=True)
        )
        content, _kind = Report._render_qweb_pdf(
            'ar_base.ar_statement_report', [data['credit_account_id']], data={'statement': Figures(data)}
        )
        return self._file_name(data, 'pdf'), content

    @api.model
    def _render_xlsx(self, data):
        """Return (file name, bytes) of the spreadsheet of the statement whose frozen figures are ``data``."""
        Report = (
            self.env['report.ar_base.ar_customer_statement_report'].sudo().with_context(lang=data['lang'])
        )
        return self._file_name(data, 'xlsx'), Report._xlsx(data)

    def _file_name(self, data, extension):
        partner = self.env['res.partner'].sudo().browse(data['partner_id'])
        title = self.with_context(lang=data['lang']).env._("Statement")
        name = f"{title} {partner.name or ''} {data['as_of']}".replace('/', '-')
        return f"{name}.{extension}"
