from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import parts
from .ar_open_item import CONTEXT_KEYS

PARTS = ('disputed', 'secured', 'provisioned')


class ArOpenItem(models.Model):
    """What of an open item is disputed, secured or provisioned, in the currency that the aging is shown in."""

    _inherit = 'ar.open.item'
    _depends = {
        'ar.dispute': ['amount', 'closed_on', 'move_id', 'move_line_id', 'opened_on', 'state'],
    }

    disputed = fields.Monetary(
        readonly=True,
        currency_field='company_currency_id',
        depends_context=CONTEXT_KEYS,
        help="The open amount that disputes open on the date hold.",
    )
    secured = fields.Monetary(
        readonly=True,
        currency_field='company_currency_id',
        depends_context=CONTEXT_KEYS,
        help="The open amount that an insurance, a guarantee or another security covers.",
    )
    provisioned = fields.Monetary(
        readonly=True,
        currency_field='company_currency_id',
        depends_context=CONTEXT_KEYS,
        help="The loss allowance that is booked for the open amount.",
    )

    @api.model
    def _aging_parts(self, params):
        """Return {field: list of SQL of (line_id, amount)} for the fields of ``PARTS``; see ``engine.parts``.

        Extend it to say what is secured or provisioned; flush what your SQL reads. Amounts are in company currency.
        """
        partners = self._disputing_partners(params)
        disputed = [parts.disputed(params._replace(partner_ids=partners))] if partners else []
        amounts = self._secured_amounts(params.as_of)
        secured = [parts.spread(params, amounts)] if amounts else []
        return {'disputed': disputed, 'secured': secured, 'provisioned': []}

    @api.model
    def _secured_amounts(self, as_of):
        """Return SQL of (company_id, partner_id, amount) of what the credit files say is secured; False = nothing is."""
        Account = self.env['ar.credit.account'].sudo()
        rows = [
            SQL('(%s, %s, %s::numeric)', company.id, partner_id, amount)
            for company in self.env.companies.root_id.sudo()
            for partner_id, amount in Account._secured_by_customer(company, as_of).items()
            if amount > 0
        ]
        if not rows:
            return False
        return SQL('SELECT * FROM (VALUES %s) s (company_id, partner_id, amount)', SQL(', ').join(rows))

    @api.model
    def _disputing_partners(self, params):
        """Return the ids of the customers with a dispute open at the date, and their contacts; () = nothing disputed."""
        self.env['ar.dispute'].flush_model(
            ['amount', 'closed_on', 'move_id', 'move_line_id', 'opened_on', 'state']
        )
        self.env['account.move.line'].flush_model(['move_id', 'partner_id'])
        return tuple(
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    """SELECT p.id FROM res_partner p WHERE p.commercial_partner_id IN (
                SELECT rp.commercial_partner_id FROM account_move_line l JOIN res_partner rp ON rp.id = l.partner_id
                 WHERE l.move_id IN (SELECT h.move_id FROM (%s) h))""",
                    parts.holds(params),
                )
            )
            if params.partner_ids is None or partner_id in params.partner_ids
        )

    def _field_to_sql(self, alias, fname, query=None):
        if fname in PARTS and query is not None:
            return self._part_to_sql(alias, fname, query)
        return super()._field_to_sql(alias, fname, query)

    def _part_to_sql(self, alias, fname, query):
        """Join the part to the query and return its amount. Reports that do not ask for a part do not pay for it."""
        params = self._aging_parameters()
        sources = self._aging_parts(params._replace(presentation=()))[fname]
        if not sources:
            return SQL('0.0')
        name = query.make_alias(alias, fname)
        query.add_join(
            'LEFT JOIN',
            name,
            SQL(
                '(SELECT line_id, SUM(amount) AS amount FROM (%s) s GROUP BY line_id)',
                SQL(' UNION ALL ').join(sources),
            ),
            SQL('%s = %s', SQL.identifier(name, 'line_id'), SQL.identifier(alias, 'id')),
        )
        amount = SQL('COALESCE(%s, 0)', SQL.identifier(name, 'amount'))
        if not params.presentation:
            return amount
        return SQL(
            """(SELECT ROUND(%s * pc.rate::numeric / pc.rounding::numeric) * pc.rounding::numeric
                  FROM (VALUES %s) pc (company_id, rate, rounding) WHERE pc.company_id = %s)""",
            amount,
            SQL(', ').join(SQL('%s', row) for row in params.presentation),
            SQL.identifier(alias, 'company_id'),
        )
