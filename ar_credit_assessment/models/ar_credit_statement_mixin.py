from odoo import api, fields, models

from ..rules import scoring

# The figures of each part of the statements, by the field that says that the part is known.
PARTS = {
    'has_current': ('current_assets', 'current_liabilities'),
    'has_equity': ('book_equity',),
    'has_totals': ('total_assets', 'total_liabilities', 'retained_earnings', 'ebit'),
}
STATEMENT_FIELDS = [name for known, names in PARTS.items() for name in (known, *names)]


class ArCreditStatementMixin(models.AbstractModel):
    """A customer's financial statements, in company currency, and what follows from them.

    A part is known or not as a whole: 0 is a figure, and what is not known is None in ``_statement_figures``.
    """

    _name = 'ar.credit.statement.mixin'
    _description = "Customer's Financial Statements"

    currency_id = fields.Many2one('res.currency')
    fiscal_year = fields.Char(help="The year of the statements, and who audited them.")
    has_current = fields.Boolean("Working capital is known")
    current_assets = fields.Monetary()
    current_liabilities = fields.Monetary()
    working_capital = fields.Monetary(compute='_compute_ratios', store=True)
    has_equity = fields.Boolean("Net worth is known")
    book_equity = fields.Monetary("Net Worth (Equity)")
    has_totals = fields.Boolean("Totals and profit are known")
    total_assets = fields.Monetary()
    total_liabilities = fields.Monetary()
    retained_earnings = fields.Monetary()
    ebit = fields.Monetary("EBIT")
    z_score = fields.Float("Altman Z''", digits=(16, 3), compute='_compute_ratios', store=True)
    z_zone = fields.Selection(
        [('safe', "Safe"), ('grey', "Grey zone"), ('distress', "Distress")],
        "Zone",
        compute='_compute_ratios',
        store=True,
    )

    @api.depends(*STATEMENT_FIELDS)
    def _compute_ratios(self):
        for record in self:
            figures = record._statement_figures()
            z = scoring.altman_z2(**figures)
            record.z_score = float(z.z or 0)
            record.z_zone = z.zone
            record.working_capital = float(
                scoring.difference(figures['current_assets'], figures['current_liabilities']) or 0
            )

    @api.onchange(*(name for names in PARTS.values() for name in names))
    def _onchange_statements(self):
        for known, names in PARTS.items():
            if any(self[name] for name in names):
                self[known] = True

    def _statement_figures(self):
        """Return the figures of the statements; those of a part that is not known are None."""
        return {name: self[name] if self[known] else None for known, names in PARTS.items() for name in names}

    def _statement_values(self):
        """Return the ratios that a score card asks for, unrounded; None = unknown."""
        figures = self._statement_figures()
        return {
            'current_ratio': scoring.ratio(figures['current_assets'], figures['current_liabilities']),
            'z2': scoring.altman_z2(**figures).exact_z,
            'equity_ratio_pct': scoring.ratio(figures['book_equity'], figures['total_assets'], 100),
        }
