from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.ar_credit_control.rules.exposure import Component


def consignments(scope) -> SQL:
    """Return the SELECT of the documents: an addon of more than this keeps it in ``engine/``."""
    company = SQL('g.company_id')
    return SQL(
        """
        SELECT g.partner_id, %s, 'consignments', g.id, g.date, c.currency_id, g.amount, 0, 0
          FROM ar_test_consignment g
          JOIN res_company c ON c.id = g.company_id
         WHERE %s AND %s
        """,
        scope.root(company),
        scope.is_customer(SQL('g.partner_id')),
        scope.is_company(company),
    )


READS = {'ar.test.consignment': ['partner_id', 'company_id', 'date', 'amount']}


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    consignments = fields.Monetary("Goods on Consignment", compute='_compute_exposure')

    @api.model
    def _credit_components(self):
        # EXTENDS 'ar_credit_control'
        table = super()._credit_components()
        return [*table, Component('consignments', 'ar.test.consignment', consignments, reads=READS)]

    def _credit_more_facts(self, asked):
        # EXTENDS 'ar_credit_control'
        facts = super()._credit_more_facts(asked)
        if 'consignment_count' in asked:
            documents = self.env['ar.test.consignment'].sudo()
            facts['consignment_count'] = documents.search_count([('partner_id', '=', self.partner_id.id)])
        return facts
