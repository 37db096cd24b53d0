from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.parts import PARTS
from ..models.ar_aging_options import CONTEXT_KEYS
from ..rules.aging_table import Figure, columns, sections
from . import ar_open_item_page as page
from . import ar_open_item_xlsx


class ReportAging(models.AbstractModel):
    """The aging as of a date, to print or to save: one table of figures for both."""

    _name = 'report.ar_base.ar_open_item_report'
    _description = "Aging Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        return {'table': self._aging_table(data or {}), 'company': self.env.company, 'len': len}

    @api.model
    def _aging_table(self, options):
        """Return what is printed, names and all, for ``options`` as ``ar.open.item.ar_print`` makes them.

        :raise AccessError: the user may not print the aging of every customer.
        """
        items = self._items(options)
        items._check_may_print()
        domain = Domain(options.get('domain') or []) & Domain('company_id', 'in', items.env.companies.ids)
        figures = self._figures(items, domain)
        params = items._aging_parameters()
        buckets = items._aging_scheme().sudo().bucket_ids.sorted(lambda b: (b.sequence, b.id))
        shown = columns(figures, tuple(buckets))
        return {
            'parameters': self._parameters(items, params, options.get('filters')),
            'columns': [bucket.name if bucket else self.env._("Unallocated") for bucket in shown],
            'parts': self._part_names(figures),
            'sections': [
                self._described(items, section)
                for section in sections(
                    figures,
                    tuple(buckets),
                    lambda partner: (not partner, (partner.name or "").lower(), partner.id),
                )
            ],
            'tie_out': self._tie_out(items),
            'shown_differs': self._shown_differs(items, params, figures),
        }

    @api.model
    def _xlsx(self, options):
        """Return (bytes, file name) of the spreadsheet."""
        _, table = self.env._, self._aging_table(options)
        labels = {
            'title': _("Aging"),
            'customer': _("Customer"),
            'total': _("Total"),
            'currency': _("Document Currency"),
            'in_currency': _("In Document Currency"),
            'tie_out': _("Tie-out to the ledger"),
            'account': _("Account"),
            'company': _("Company"),
            'ledger': _("Ledger"),
            'aging': _("Aging"),
            'difference': _("Difference"),
        }
        return ar_open_item_xlsx.workbook(
            table, labels
        ), f"{labels['title']} {self._items(options)._as_of()}.xlsx"

    def _items(self, options):
        """Return the open items in the context of the options; only companies that the user may work in."""
        allowed = (
            self.env.user.company_ids
            & self.env['res.company'].sudo().browse(options.get('companies') or []).exists()
        )
        context = {key: options[key] for key in CONTEXT_KEYS if options.get(key)}
        return (
            self.env['ar.open.item']
            .with_context(
                **dict.fromkeys(CONTEXT_KEYS),
                allowed_company_ids=(allowed or self.env.companies).ids,
            )
            .with_context(**context)
        )

    def _figures(self, items, domain):
        groups = items._read_group(
            domain,
            ['company_id', 'commercial_partner_id', 'bucket_id', 'currency_id'],
            ['residual:sum', 'residual_currency:sum', *(f'{part}:sum' for part in PARTS)],
        )
        return [
            Figure(
                company.sudo(),
                partner.sudo(),
                bucket.sudo() if bucket else None,
                currency,
                amount,
                amount_currency,
                tuple(parts),
            )
            for company, partner, bucket, currency, amount, amount_currency, *parts in groups
        ]

    def _part_names(self, figures):
        """Return (position, label) of the parts of which there is any."""
        labels = self.env['ar.open.item'].fields_get(PARTS, ['string'])
        return [
            (i, labels[part]['string']) for i, part in enumerate(PARTS) if any(f.parts[i] for f in figures)
        ]

    def _described(self, items, section):
        currency = self._currency(items, section.company)
        return {
            'company': section.company.name,
            'currency': currency,
            'rows': [(row.key.name or self.env._("No customer"), row) for row in section.rows],
            'currencies': [(row.key, row) for row in section.currencies],
            'total': section.total,
        }

    def _currency(self, items, company):
        return (
            items._presentation_currency()
            if items.env.context.get('aging_currency_id')
            else company.currency_id
        )

    def _parameters(self, items, params, filters):
        _, Scheme, context = self.env._, self.env['ar.aging.scheme'], items.env.context
        labels = {
            name: dict(Scheme._fields[name]._description_selection(self.env)) for name in ('basis', 'credits')
        }
        Snapshot = self.env['ar.aging.snapshot']
        valuations = dict(Snapshot._fields['valuation']._description_selection(self.env))
        rows = [
            (_("As of"), format_date(self.env, params.as_of)),
            (_("Companies"), ", ".join(items.env.companies.sudo().mapped('name'))),
            (_("Scheme"), items._aging_scheme().sudo().name),
            (_("Age from"), labels['basis'][params.basis]),
            (_("Credits"), labels['credits'][params.credits]),
            (_("Valuation"), valuations['closing' if params.rates else 'booked']),
        ]
        if context.get('aging_currency_id'):
            rows.append((_("Translated into"), items._presentation_currency().name))
        if filters:
            rows.append((_("Filter"), filters))
        rows.append(
            (
                _("Printed"),
                _(
                    "%(date)s by %(user)s",
                    user=self.env.user.name,
                    date=format_date(self.env, fields.Date.context_today(self)),
                ),
            )
        )
        return rows

    def _tie_out(self, items):
        """Return ledger, aging and difference by account, in the company's currency."""
        Currency = self.env['res.currency'].sudo()
        return [{**row, 'currency': Currency.browse(row['currency_id'])} for row in page.tie_out(items)]

    def _shown_differs(self, items, params, figures):
        """Say why the table's total is not the ledger's, where it is not; False where it is."""
        _, reasons = self.env._, []
        if params.rates:
            reasons.append(_("amounts in other currencies are valued at the closing rate"))
        if params.presentation:
            reasons.append(_("amounts are translated"))
        if not reasons and not self._shows_everything(items, figures):
            reasons.append(_("the filter leaves items out"))
        return ", ".join(reasons) and _(
            "The total of the table may differ from the ledger: %s.", ", ".join(reasons)
        )

    def _shows_everything(self, items, figures):
        shown = {company.id: 0 for company in items.env.companies}
        for figure in figures:
            shown[figure.company.id] += figure.amount
        for row in items.ar_tie_out():
            shown[row['company_id']] -= row['aging']
        return all(
            self.env['res.company'].sudo().browse(company).currency_id.is_zero(rest)
            for company, rest in shown.items()
        )
