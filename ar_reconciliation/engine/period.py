"""What a company's receivables did in a period, by customer, salesperson and team; from the ledger.

Rules
-----
1. A balance at a date is what ``ar_base.engine.open_items`` says is open, by customer and by the salesperson
   and team of the document. What is no invoice or credit note (a receipt not matched yet) has no salesperson.
2. The lines posted in the period move it, by their nature (``settlement.nature``).
3. A match that becomes effective in the period moves its amount between the customers, salespersons and teams
   of its two lines where these differ: a payment belongs to the salesperson of the invoice it is matched
   with, on the match's effective date; so does a credit note. It is shown in the column of what settles, and
   sums to zero over all.
4. Hence opening + 2 + 3 = closing, where opening and closing are read independently. The row carries both.
"""

from datetime import date, datetime, timedelta

from odoo.tools import SQL

from ..rules.period import TABLE
from .settlement import INVOICES, SALES, Condition, nature
from odoo.addons.ar_base.engine import open_items
from odoo.addons.ar_base.engine.accounts import receivable

OWNER = SQL('rp.commercial_partner_id AS partner_id, m.invoice_user_id AS user_id, m.team_id')


def rows(company_id: int, date_from: date, date_to: date, is_loss: Condition) -> SQL:
    """Return (partner_id, user_id, team_id, an amount for each column of ``rules.period.TABLE``).

    Credited, collected and written off are positive where they lower the receivable.

    :param is_loss: see ``settlement.nature``.
    """
    names = [
        SQL(
            "COALESCE(%sSUM(t.amount) FILTER (WHERE t.kind = %s), 0)",
            SQL('-') if column.sign < 0 else SQL(),
            column.name,
        )
        for column in TABLE
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
        moved=_moved(company_id, date_from, date_to, is_loss),
        sales=_sales(company_id, date_from, date_to),
    )


def _balance(kind: str, company_id: int, day: date) -> SQL:
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


def _moved(company_id: int, date_from: date, date_to: date, is_loss: Condition) -> SQL:
    """The movements, each split into its written-off share and the rest."""
    return SQL(
        """
        SELECT v.partner_id, v.user_id, v.team_id, s.kind, s.amount
          FROM (%(posted)s UNION ALL %(matched)s) v
          JOIN res_company company ON company.id = %(company)s
          JOIN res_currency currency ON currency.id = company.currency_id
          CROSS JOIN LATERAL (SELECT CASE WHEN v.kind IN ('collected', 'other')
                THEN ROUND(v.amount * v.lost / currency.rounding::numeric) * currency.rounding::numeric
                ELSE 0 END AS lost) w
          CROSS JOIN LATERAL (VALUES ('written_off', w.lost), (v.kind, v.amount - w.lost)) s (kind, amount)
         WHERE s.amount <> 0
        """,
        posted=_posted(company_id, date_from, date_to, is_loss),
        matched=_matched(company_id, date_from, date_to, is_loss),
        company=company_id,
    )


def _posted(company_id: int, date_from: date, date_to: date, is_loss: Condition) -> SQL:
    return SQL(
        """
        SELECT %(owner)s, n.kind, n.lost, l.balance AS amount
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner rp ON rp.id = l.partner_id
          CROSS JOIN LATERAL %(nature)s n
         WHERE l.parent_state = 'posted' AND l.company_id = %(company)s
           AND l.date BETWEEN %(start)s AND %(end)s
        """,
        receivable=receivable('a'),
        owner=OWNER,
        nature=nature(SQL('l'), SQL('m'), is_loss),
        company=company_id,
        start=date_from,
        end=date_to,
    )


def _matched(company_id: int, date_from: date, date_to: date, is_loss: Condition) -> SQL:
    """What matches move between two owners.

    The line that settles names the column: never the invoice, where there is one.
    """
    settles = SQL('(%s) > (%s)', _rank('dn.kind'), _rank('cn.kind'))
    return SQL(
        """
        SELECT side.partner_id, side.user_id, side.team_id,
               CASE WHEN %(debit_settles)s THEN dn.kind ELSE cn.kind END AS kind,
               CASE WHEN %(debit_settles)s THEN dn.lost ELSE cn.lost END AS lost, side.amount
          FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id AND d.parent_state = 'posted'
          JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
          JOIN account_account a ON a.id = d.account_id AND %(receivable)s
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
        receivable=receivable('a'),
        debit_settles=settles,
        debit=nature(SQL('d'), SQL('dm'), is_loss),
        credit=nature(SQL('c'), SQL('cm'), is_loss),
        start=date_from,
        end=date_to,
        company=company_id,
    )


def _rank(column: str) -> SQL:
    """What settles what: money settles a credit note, a credit note settles an invoice."""
    return SQL("CASE %s WHEN 'invoiced' THEN 0 WHEN 'credited' THEN 1 ELSE 2 END", SQL(column))


def _sales(company_id: int, date_from: date, date_to: date) -> SQL:
    """The sales figures of the documents themselves, for comparison with the ledger.

    Credit notes count on their own day.
    """
    return SQL(
        """
        SELECT m.commercial_partner_id AS partner_id, m.invoice_user_id AS user_id, m.team_id, s.kind,
               s.amount
          FROM account_move m
          CROSS JOIN LATERAL (VALUES
                ('sales_untaxed', m.amount_untaxed_signed, TRUE),
                ('sales_total', m.amount_total_signed, TRUE),
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


def ledger(company_id: int, day: date) -> SQL:
    """Return the one balance of the company's receivable accounts at a day."""
    return SQL(
        "SELECT COALESCE(SUM(g.balance), 0) FROM (%s) g WHERE g.company_id = %s",
        open_items.ledger(open_items.Parameters(as_of=day)),
        company_id,
    )


def documents_since(company_id: int, date_to: date, partner_ids: tuple, since: datetime) -> SQL:
    """Return (customer id or 0, ids of entries) of entries and matches dated by the end and touched since.

    :param partner_ids: the customers; 0 for entries that name none.
    """
    return SQL(
        """
        SELECT COALESCE(p.commercial_partner_id, 0), ARRAY_AGG(DISTINCT l.move_id)
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner p ON p.id = l.partner_id
         WHERE l.company_id = %(company)s AND l.date <= %(end)s
           AND COALESCE(p.commercial_partner_id, 0) IN %(partners)s
           AND (m.write_date >= %(since)s OR l.write_date >= %(since)s OR EXISTS (
                SELECT FROM account_partial_reconcile q
                 WHERE l.id IN (q.debit_move_id, q.credit_move_id)
                   AND q.create_date >= %(since)s AND q.max_date <= %(end)s))
         GROUP BY 1
        """,
        receivable=receivable('a'),
        company=company_id,
        end=date_to,
        partners=partner_ids,
        since=since,
    )
