from odoo import api, fields, models
from odoo.tools import SQL

from ...engine import differences, settlement
from ...rules.differences import TYPES


class ArSalesDifference(models.Model):
    """The search for differences: set-based, in one statement per company."""

    _inherit = 'ar.sales.difference'

    @api.model
    def action_find(self):
        """Search the selected companies now, and show what is open."""
        self.check_access('write')
        self._find(self.env.companies)
        return self.env['ir.actions.act_window']._for_xml_id('ar_reconciliation.ar_sales_difference_action')

    @api.model
    def _cron_find(self):
        """Search all companies, one after the other, each in its own transaction."""
        companies = self.env['res.company'].sudo().search([])
        self.env['ir.cron']._commit_progress(remaining=len(companies))
        for company in companies:
            self._find(company)
            if not self.env['ir.cron']._commit_progress(1):
                break

    @api.model
    def _limits(self, company):
        company = company.sudo()
        return differences.Limits(
            as_of=fields.Date.context_today(self),
            company_ids=(company.id,),
            amount=max(company.ar_difference_tolerance, company.currency_id.rounding),
            days_to_invoice=company.ar_difference_days_to_invoice,
            days_to_deliver=company.ar_difference_days_to_deliver,
            days_to_allocate=company.ar_difference_days_to_allocate,
            since_date=company.ar_difference_since or None,
        )

    @api.model
    def _find(self, companies):
        """Bring the list up to date: new differences enter, changed ones get their amount, what is gone is resolved.

        Guarantee: afterwards the open and accepted differences of the companies are those that the documents show, each once.
        An accepted one whose amount changed is open again.
        """
        settlement.flush(self.env, [*differences.FLUSHED.items(), (self._name, None)])
        for company in companies:
            self.env.execute_query(self._sync_query(company.sudo()))
        self.invalidate_model(flush=False)

    def _sync_query(self, company):
        limits = self._limits(company)
        deadline = fields.Date.add(limits.as_of, days=company.ar_difference_days_to_clear)
        finance = [kind.code for kind in TYPES if kind.side == 'finance']
        return SQL(
            """
            WITH found AS MATERIALIZED (
                SELECT q.*, ROUND(q.amount::numeric / %(rounding)s) * %(rounding)s AS rounded FROM (%(found)s) q
            ), gone AS (
                UPDATE ar_sales_difference d
                   SET state = 'resolved', resolved_on = %(today)s, write_uid = %(uid)s, write_date = %(now)s
                 WHERE d.company_id = %(company)s AND d.state <> 'resolved'
                   AND NOT EXISTS (SELECT FROM found f WHERE f.source_key = d.source_key)
            )
            INSERT INTO ar_sales_difference AS d (
                company_id, code, source_key, state, partner_id, salesperson_id, team_id, order_id, order_line_id, move_id,
                move_line_id, date, amount, owner_side, owner_id, deadline, create_uid, write_uid, create_date, write_date)
            SELECT f.company_id, f.code, f.source_key, 'open', f.partner_id, f.salesperson_id, f.team_id, f.order_id,
                   f.order_line_id,
                   f.move_id, f.move_line_id, f.date, f.rounded,
                   CASE WHEN f.code IN %(finance)s THEN 'finance' ELSE 'sales' END,
                   CASE WHEN f.code IN %(finance)s THEN %(owner)s ELSE f.salesperson_id END,
                   %(deadline)s, %(uid)s, %(uid)s, %(now)s, %(now)s
              FROM found f
                ON CONFLICT (company_id, source_key) DO UPDATE
               SET amount = EXCLUDED.amount, date = EXCLUDED.date, partner_id = EXCLUDED.partner_id, move_id = EXCLUDED.move_id,
                   salesperson_id = EXCLUDED.salesperson_id, team_id = EXCLUDED.team_id,
                   state = 'open', resolved_on = NULL, accepted_by_id = NULL,
                   deadline = CASE WHEN d.state = 'resolved' THEN EXCLUDED.deadline ELSE d.deadline END,
                   write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
             WHERE d.state = 'resolved' OR d.amount IS DISTINCT FROM EXCLUDED.amount
                OR d.move_id IS DISTINCT FROM EXCLUDED.move_id
                OR d.salesperson_id IS DISTINCT FROM EXCLUDED.salesperson_id
            RETURNING d.id
            """,
            found=differences.found(self.env, limits),
            rounding=company.currency_id.rounding,
            today=limits.as_of,
            company=company.id,
            finance=tuple(finance),
            owner=company.ar_difference_finance_owner_id.id or None,
            deadline=deadline,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )
