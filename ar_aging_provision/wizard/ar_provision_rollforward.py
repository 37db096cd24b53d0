from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import movements
from ..report import ar_provision_rollforward_xlsx
from ..rules import rollforward
from odoo.addons.ar_base.report.download import download
from odoo.addons.ar_base.rules.money import exact


class ArProvisionRollforward(models.TransientModel):
    """The roll-forward of the allowance between two dates, by class, tied to the ledger at both ends."""

    _name = 'ar.provision.rollforward'
    _description = "Allowance Roll-Forward"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self).replace(month=1, day=1)
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    table_html = fields.Html(compute='_compute_table_html', sanitize=False)

    @api.depends('date_from', 'date_to')
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Roll-Forward of the Allowance")

    @api.depends('company_id', 'date_from', 'date_to')
    @api.depends_context('lang')
    def _compute_table_html(self):
        for wizard in self:
            ready = wizard.company_id and wizard.date_from and wizard.date_to
            wizard.table_html = (
                self.env['ir.qweb']._render('ar_aging_provision.rollforward_table', wizard._values())
                if ready
                else False
            )

    # === Figures ===

    def _movements(self):
        """Return (date, kind, class, segment, amount with credit positive) up to the last date, summed."""
        companies = self.company_id._ar_tree()
        self.env['ar.allowance.movement'].sudo()._take_up(companies)
        return self.env.execute_query(movements.rollforward(companies.ids, self.date_from, self.date_to))

    def _rows(self):
        """Return [(label, row of ``rules.rollforward``)] per class and segment, and the total last."""
        return [row[:2] for row in self._keyed_rows()]

    def _keyed_rows(self):
        """Return the same with what identifies each row to ``action_open_figure``."""
        movements = [
            (day, kind, (category, segment), exact(amount))
            for day, kind, category, segment, amount in self._movements()
        ]
        period = self.date_from, self.date_to
        labels = dict(self.env['ar.allowance.movement']._fields['category']._description_selection(self.env))
        Segment = self.env['ar.provision.segment'].sudo()
        rows = []
        for key in sorted({m[2] for m in movements}, key=lambda key: (key[0] != 'individual', key[1] or 0)):
            name = ' / '.join(filter(None, [labels[key[0]], Segment.browse(key[1]).name if key[1] else '']))
            own = rollforward.rollforward(period, [(d, k, a) for d, k, c, a in movements if c == key])
            rows.append((name, own, f'{key[0]}|{key[1] or ""}'))
        total = rollforward.rollforward(period, [(d, k, a) for d, k, _c, a in movements])
        return [*rows, (self.env._("Total"), total, '|')]

    def _ledger(self, date):
        """Return the balance of the allowance accounts on the date, from the ledger, credit positive."""
        rows = self.env.execute_query(movements.tie_out(self.company_id._ar_tree().ids, date))
        return float(sum(ledger for _company, _account, ledger, _moved in rows))

    def _columns(self):
        labels = (
            self.env._("Opening"),
            self.env._("Charge"),
            self.env._("Release"),
            self.env._("Write-off"),
            self.env._("Recovery"),
            self.env._("Exchange"),
            self.env._("Other"),
            self.env._("Closing"),
        )
        return list(zip(('opening', *rollforward.COLUMNS, 'closing'), labels, strict=True))

    def _values(self):
        keyed = self._keyed_rows()
        rows, total = [row[:2] for row in keyed], keyed[-1][1]
        ends = self._ledger(fields.Date.subtract(self.date_from, days=1)), self._ledger(self.date_to)
        return {
            'wizard': self,
            'rows': rows,
            'keys': [row[2] for row in keyed],
            'columns': self._columns(),
            'ledger': ends,
            'ties': not any(
                self.currency_id.compare_amounts(*pair)
                for pair in zip(ends, (float(total['opening']), float(total['closing'])), strict=True)
            ),
            'money': lambda amount: self.currency_id.format(float(amount)),
            'signs': {**dict.fromkeys(('opening', 'closing'), 1), **rollforward.COLUMNS},
        }

    def action_open_figure(self, key):
        """Open the movements behind a figure of the table.

        :param key: class, segment and column, with ``|`` between.
        """
        self.ensure_one()
        category, segment, column = (*key.split('|'), '', '', '')[:3]
        domain = Domain('company_id', 'in', self.company_id._ar_tree().ids)
        if category:
            domain &= Domain('category', 'in', ['pool', False] if category == 'pool' else ['individual'])
            domain &= Domain('segment_id', '=', int(segment) if segment.isdigit() else False)
        if column == 'opening':
            domain &= Domain('date', '<', self.date_from)
        else:
            domain &= Domain('date', '<=', self.date_to)
            if column != 'closing':
                domain &= Domain('date', '>=', self.date_from)
        if column == 'other':
            domain &= Domain('kind', 'not in', [kind for kind in rollforward.COLUMNS if kind != 'other'])
        elif column in rollforward.COLUMNS:
            domain &= Domain('kind', '=', column)
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_aging_provision.ar_allowance_movement_action'
        )
        return {**action, 'domain': list(domain), 'context': {}}

    def action_open_movements(self):
        """Open the movements of the period by class and kind: what each figure is made of."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_aging_provision.ar_allowance_movement_action'
        )
        domain = [
            ('company_id', 'in', self.company_id._ar_tree().ids),
            ('date', '>=', self.date_from),
            ('date', '<=', self.date_to),
        ]
        return {**action, 'domain': domain, 'context': {'group_by': ['category', 'kind']}}

    # === Paper ===

    def action_print(self):
        return self.env.ref('ar_aging_provision.rollforward_report').report_action(self)

    def action_export(self):
        """Return the table as a spreadsheet whose totals are formulas."""
        self.ensure_one()
        name = self.env._("Roll-forward %(first)s %(last)s", first=self.date_from, last=self.date_to)
        return download(self.env, f'{name}.xlsx', ar_provision_rollforward_xlsx.rollforward(self))
