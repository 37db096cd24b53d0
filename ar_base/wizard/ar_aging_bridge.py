from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..engine import aging_bridge, open_items
from ..report import ar_aging_bridge_xlsx
from ..report.download import download

CUSTOMERS = 50  # customers listed; the others stand in one row


class ArAgingBridge(models.TransientModel):
    """How the receivables came from one date to another: a row per bucket or customer, a column per reason.

    As booked, with the unallocated credits in a row of their own. Every row foots, and the total ties to the
    ledger at both dates.
    """

    _name = 'ar.aging.bridge'
    _description = "Bridge between Two Agings"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date_then = fields.Date("From", required=True, default=lambda self: self.env['ar.aging.change']._then())
    date_now = fields.Date("To", required=True, default=lambda self: self.env['ar.aging.change']._now())
    by = fields.Selection(
        [('bucket', "Bucket"), ('customer', "Customer")], "Rows", required=True, default='bucket'
    )
    table_html = fields.Html(compute='_compute_table_html', sanitize=False)

    @api.depends('date_then', 'date_now')
    def _compute_display_name(self):
        for bridge in self:
            bridge.display_name = self.env._("Bridge between Two Agings")

    @api.depends('company_id', 'date_then', 'date_now', 'by')
    def _compute_table_html(self):
        for bridge in self:
            ready = bridge.company_id and bridge.by and bridge.date_then and bridge.date_now
            bridge.table_html = (
                self.env['ir.qweb']._render('ar_base.aging_bridge_table', bridge._values())
                if ready and bridge.date_then < bridge.date_now
                else False
            )

    def _labels(self):
        return {
            'opening': self.env._("Opening"),
            'invoiced': self.env._("Invoiced"),
            'collected': self.env._("Collected"),
            'credited': self.env._("Credited"),
            'written_off': self.env._("Written Off"),
            'exchange': self.env._("Exchange"),
            'other': self.env._("Other"),
            'aged': self.env._("Aged"),
            'closing': self.env._("Closing"),
        }

    def _parameters(self, day):
        scheme = self.company_id._ar_scheme()
        return open_items.Parameters(
            as_of=day,
            basis=scheme.basis,
            unit=scheme.unit,
            credits='separate',
            buckets=tuple(scheme._effective_buckets()),
        )

    def _companies(self):
        """Return the company and those of its branches that the user may see."""
        return self.company_id._ar_tree() & self.env.user.company_ids.sudo()

    def _values(self):
        """Return what the table shows: columns, rows {kind: amount}, the total last, and whether it ties.

        :raise AccessError: the user does not see every customer.
        """
        items = self.env['ar.open.item']
        items._check_may_print()
        items = items.sudo()
        then, now = self._parameters(self.date_then), self._parameters(self.date_now)
        companies = self._companies()
        for model, names in aging_bridge.FLUSHED.items():
            self.env[model].flush_model(names)
        found = {}
        for key, kind, amount in items._execute_flushed(
            aging_bridge.bridge(
                then, now, companies.ids, self.env['account.move'].sudo()._ar_loss_condition, self.by
            )
        ):
            found.setdefault(key, {})[kind] = float(amount)
        labels = self._labels()
        rows = self._named(found)
        total = {kind: sum(row[1].get(kind, 0.0) for row in rows) for kind in labels}
        ends = [self._ledger(params, companies) for params in (then, now)]
        money = self.currency_id
        return {
            'columns': list(labels.items()),
            'rows': [*rows, (self.env._("Total"), total)],
            'ledger': ends,
            'ties': not any(
                money.compare_amounts(*pair)
                for pair in zip(ends, (total['opening'], total['closing']), strict=True)
            ),
            'money': money.format,
        }

    def _named(self, found):
        """Return [(name, {kind: amount})]: buckets in their order, or the customers that changed most."""
        if self.by == 'bucket':
            Bucket = self.env['ar.aging.bucket'].sudo()
            ordered = sorted(found, key=lambda key: (not key, Bucket.browse(key or ()).sequence, key or 0))
            return [
                (Bucket.browse(key).name if key else self.env._("Unallocated credits"), found[key])
                for key in ordered
            ]
        Partner = self.env['res.partner'].sudo()
        ordered = sorted(
            found, key=lambda key: -abs(found[key].get('closing', 0) - found[key].get('opening', 0))
        )
        rows = [
            (Partner.browse(key).display_name if key else self.env._("No customer"), found[key])
            for key in ordered[:CUSTOMERS]
        ]
        if others := [found[key] for key in ordered[CUSTOMERS:]]:
            summed = {kind: sum(row.get(kind, 0.0) for row in others) for kind in self._labels()}
            rows.append((self.env._("%s other customers", len(others)), summed))
        return rows

    def _ledger(self, params, companies):
        rows = self.env['ar.open.item'].sudo()._execute_flushed(open_items.ledger(params))
        return float(sum(balance for company, _account, balance in rows if company in companies.ids))

    # === Paper, and what is behind ===

    def action_open_figure(self, key):
        """Open the open items of an end of the bridge, or the journal items between.

        :param key: ``opening``, ``closing`` or the name of a column.
        """
        self.ensure_one()
        if key in ('opening', 'closing'):
            day = self.date_then if key == 'opening' else self.date_now
            action = self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_open_item_action')
            return {**action, 'context': {'as_of': fields.Date.to_string(day), 'aging_credits': 'separate'}}
        domain = [
            ('parent_state', '=', 'posted'),
            ('date', '>', self.date_then),
            ('date', '<=', self.date_now),
            ('company_id', 'in', self._companies().ids),
            ('account_id', 'any', self.env['account.account']._ar_receivable_domain()),
        ]
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move.line',
            'name': self.env._("Receivables Posted"),
            'views': [(False, 'list')],
            'domain': domain,
            'context': {'group_by': ['journal_id']},
        }

    def action_export(self):
        """Return the bridge as a spreadsheet whose totals and closings are formulas."""
        self.ensure_one()
        if self.date_then >= self.date_now:
            raise UserError(
                self.env._(
                    "%(then)s is not before %(now)s: choose an earlier first date.",
                    then=format_date(self.env, self.date_then),
                    now=format_date(self.env, self.date_now),
                )
            )
        name = self.env._("Bridge %(then)s %(now)s", then=self.date_then, now=self.date_now)
        return download(self.env, f'{name}.xlsx', ar_aging_bridge_xlsx.bridge(self))
