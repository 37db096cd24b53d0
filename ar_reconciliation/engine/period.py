"""What a company's receivables did in a period, by customer, salesperson and team: from the ledger, in one statement.

Rules
-----
1. A balance at a date is what ``ar_base.engine.open_items`` says is open, by customer and by the salesperson and team of the
   document. What is no invoice or credit note (a receipt not matched yet) has no salesperson.
2. The lines posted in the period move it, by their nature (``settlement.nature``).
3. A match that becomes effective in the period moves its amount between the customers, salespersons and teams of its two lines
   where these differ: a payment belongs to the salesperson of the invoice it is matched with, on the match's effective date; so
   does a credit note. It is shown in the column of what settles, and sums to zero over all.
4. Hence opening + 2 + 3 = closing, where opening and closing are read independently. The row carries both.
"""

from datetime import timedelta

from odoo.tools import SQL

from .settlement import INVOICES, SALES, nature
from odoo.addons.ar_base.engine import open_items

KINDS = ('invoiced', 'credited', 'collected', 'written_off', 'exchange', 'other')
OWNER = SQL('rp.commercial_partner_id AS partner_id, m.invoice_user_id AS user_id, m.team_id')


def rows(env, company_id, date_from, date_to):
    """Return SQL of (partner_id, user_id, team_id, opening, movements by kind, closing, sales figures), signed as named.

    Credited, collected and written off are positive where they lower the receivable.
    """
    signs = {'credited': SQL('-'), 'collected': SQL('-'), 'written_off': SQL('-')}
    names = [
        SQL("COALESCE(%sSUM(t.amount) FILTER (WHERE t.kind = %s), 0)", signs.get(kind, SQL()), kind)
        for kind in ('opening', *KINDS, 'closing', 'sales_untaxed', 'sales_total', 'credit_total')
    ]
    return SQL(
        """
        SELECT t.partner_id, t.user_id, t.team_id, %(columns)s
          FROM (%(opening)s UNION ALL %(moved)s UNION ALL %(closing)s UNION ALL %(sales)s) t
         GROUP BY t.partner_id, t.user_id, t.team_id
        """,
        columns=SQL(', ').join(names),
        opening=_balance('opening', company_id, date_from - timedelta(days=1)),
        closing=_balance('closing', company_id, date_to),
        moved=_moved(env, company_id, date_from, date_to),
        sales=_sales(company_id, date_from, date_to),
    )


def _balance(kind, company_id, day):
    return SQL(
        """
        SELECT %(owner)s, %(kind)s AS kind, l.open AS amount
          FROM (%(residuals)s) l
          JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner rp ON rp.id = l.partner_id
         WHERE l.company_id = %(company)s
        """,
        owner=OWNER,
        kind=kind,
        residuals=open_items.residuals(open_items.Parameters(as_of=day)),
        company=company_id,
    )


def _moved(env, company_id, date_from, date_to):
    """The movements, each split into its written-off share and the rest."""
    return SQL(
        """
        SELECT v.partner_id, v.user_id, v.team_id, s.kind, s.amount
          FROM (%(posted)s UNION ALL %(matched)s) v
          JOIN res_company company ON company.id = %(company)s
          JOIN res_currency currency ON currency.id = company.currency_id
          CROSS JOIN LATERAL (SELECT CASE WHEN v.kind IN ('collected', 'other')
                THEN ROUND(v.amount * v.lost / currency.rounding::numeric) * currency.rounding::numeric ELSE 0 END AS lost) w
          CROSS JOIN LATERAL (VALUES ('written_off', w.lost), (v.kind, v.amount - w.lost)) s (kind, amount)
         WHERE s.amount <> 0
        """,
        posted=_posted(env, company_id, date_from, date_to),
        matched=_matched(env, company_id, date_from, date_to),
        company=company_id,
    )


def _posted(env, company_id, date_from, date_to):
    return SQL(
        """
        SELECT %(owner)s, n.kind, n.lost, l.balance AS amount
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
          JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner rp ON rp.id = l.partner_id
          CROSS JOIN LATERAL %(nature)s n
         WHERE l.parent_state = 'posted' AND l.company_id = %(company)s AND l.date BETWEEN %(start)s AND %(end)s
        """,
        owner=OWNER,
        nature=nature(env, SQL('l'), SQL('m')),
        company=company_id,
        start=date_from,
        end=date_to,
    )


def _matched(env, company_id, date_from, date_to):
    """What matches move between two owners: the line that settles (never the invoice, where there is one) names the column."""
    settles = SQL('(%s) > (%s)', _rank('dn.kind'), _rank('cn.kind'))
    return SQL(
        """
        SELECT side.partner_id, side.user_id, side.team_id,
               CASE WHEN %(debit_settles)s THEN dn.kind ELSE cn.kind END AS kind,
               CASE WHEN %(debit_settles)s THEN dn.lost ELSE cn.lost END AS lost, side.amount
          FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id AND d.parent_state = 'posted'
          JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
          JOIN account_account a ON a.id = d.account_id AND a.account_type = 'asset_receivable'
          JOIN account_move dm ON dm.id = d.move_id
          JOIN account_move cm ON cm.id = c.move_id
          LEFT JOIN res_partner dp ON dp.id = d.partner_id
          LEFT JOIN res_partner cp ON cp.id = c.partner_id
          CROSS JOIN LATERAL %(debit)s dn
          CROSS JOIN LATERAL %(credit)s cn
          CROSS JOIN LATERAL (VALUES
                (d.company_id, dp.commercial_partner_id, dm.invoice_user_id, dm.team_id, -p.amount),
                (c.company_id, cp.commercial_partner_id, cm.invoice_user_id, cm.team_id, p.amount)
          ) side (company_id, partner_id, user_id, team_id, amount)
         WHERE p.max_date BETWEEN %(start)s AND %(end)s AND side.company_id = %(company)s
           AND (d.company_id, dp.commercial_partner_id, dm.invoice_user_id, dm.team_id)
               IS DISTINCT FROM (c.company_id, cp.commercial_partner_id, cm.invoice_user_id, cm.team_id)
        """,
        debit_settles=settles,
        debit=nature(env, SQL('d'), SQL('dm')),
        credit=nature(env, SQL('c'), SQL('cm')),
        start=date_from,
        end=date_to,
        company=company_id,
    )


def _rank(column):
    """What settles what: money settles a credit note, a credit note settles an invoice."""
    return SQL("CASE %s WHEN 'invoiced' THEN 0 WHEN 'credited' THEN 1 ELSE 2 END", SQL(column))


def _sales(company_id, date_from, date_to):
    """The sales figures of the documents themselves, beside what the ledger says. Credit notes count on their own day."""
    return SQL(
        """
        SELECT m.commercial_partner_id AS partner_id, m.invoice_user_id AS user_id, m.team_id, s.kind, s.amount
          FROM account_move m
          CROSS JOIN LATERAL (VALUES
                ('sales_untaxed', m.amount_untaxed_signed, TRUE), ('sales_total', m.amount_total_signed, TRUE),
                ('credit_total', -m.amount_total_signed, FALSE)) s (kind, amount, of_invoice)
         WHERE m.state = 'posted' AND m.company_id = %(company)s AND m.date BETWEEN %(start)s AND %(end)s
           AND m.move_type IN %(sales)s AND s.of_invoice = (m.move_type IN %(invoices)s)
        """,
        company=company_id,
        start=date_from,
        end=date_to,
        sales=SALES,
        invoices=INVOICES,
    )


def ledger(company_id, day):
    """Return SQL of the one balance of the company's receivable accounts at a day."""
    return SQL(
        "SELECT COALESCE(SUM(g.balance), 0) FROM (%s) g WHERE g.company_id = %s",
        open_items.ledger(open_items.Parameters(as_of=day)),
        company_id,
    )
