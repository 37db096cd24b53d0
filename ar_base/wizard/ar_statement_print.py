from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.ar_customer_statement import KINDS
from ..report.download import download


class ArStatementPrint(models.TransientModel):
    """Ask for the day, the kind and the format of one customer's statement."""

    _name = 'ar.statement.print'
    _description = "Print a Customer Statement"
    _inherit = ['ar.plausible.mixin']

    credit_account_id = fields.Many2one('ar.credit.account', "Customer", required=True, readonly=True)
    as_of = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(KINDS, required=True, default='open_items')
    date_from = fields.Date("From", compute='_compute_date_from', store=True, readonly=False, precompute=True)

    @api.depends('as_of')
    def _compute_date_from(self):
        for wizard in self:
            wizard.date_from = wizard.as_of and wizard.as_of + relativedelta(day=1)

    def action_print_pdf(self):
        return self._download(self.credit_account_id._statement_pdf)

    def action_print_xlsx(self):
        return self._download(self.credit_account_id._statement_xlsx)

    def _download(self, render):
        self.ensure_one()
        self.credit_account_id.check_access('read')
        if self.kind == 'activity' and self.date_from > self.as_of:
            raise UserError(
                self.env._(
                    "The activity begins on %(first)s, after its end on %(last)s: choose an earlier "
                    "first day.",
                    first=format_date(self.env, self.date_from),
                    last=format_date(self.env, self.as_of),
                )
            )
        name, content = render(self.as_of, self.kind, self.date_from)
        return download(self.env, name, content, self)
