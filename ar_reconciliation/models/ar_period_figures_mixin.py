from odoo import fields, models

from ..rules.period import TABLE


class ArPeriodFiguresMixin(models.AbstractModel):
    """The frozen figures of a period, of all or of one customer: the columns of ``rules.period.TABLE``."""

    _name = 'ar.period.figures.mixin'
    _description = "Figures of a Period"

    currency_id = fields.Many2one('res.currency')
    gap = fields.Monetary(
        "Unexplained",
        readonly=True,
        copy=False,
        help="Closing less what the columns before it give. Not zero is an error.",
    )

    vars().update(
        {
            column.name: fields.Monetary(column.label, readonly=True, copy=False, help=column.help)
            for column in TABLE
        }
    )
