"""The differences between sales and finance as they stand now: one row each, whatever the type.

Columns of every source: ``code, company_id, source_key, order_id, order_line_id, move_id, move_line_id,
partner_id, salesperson_id, team_id, date, amount``. Precedence: see ``rules.differences``.
"""

from datetime import date, datetime

from odoo.tools import SQL

from ..rules.differences import TYPES
from . import difference_lines
from .difference_limits import Limits
from .settlement import Condition, nature, settled
from odoo.addons.ar_base.engine.accounts import receivable

FLUSHED = {
    'sale.order': ['currency_rate', 'date_order', 'partner_invoice_id', 'state', 'team_id', 'user_id'],
    'sale.order.line': [
        'company_id',
        'currency_id',
        'display_type',
        'invoice_lines',
        'is_downpayment',
        'order_id',
        'price_subtotal',
        'price_tax',
        'price_total',
        'product_id',
        'product_uom_id',
        'product_uom_qty',
        'qty_delivered',
    ],
    'account.move.line': [
        'display_type',
        'name',
        'price_subtotal',
        'price_total',
        'product_uom_id',
        'quantity',
    ],
    'account.move': ['company_id', 'currency_id', 'name', 'payment_reference', 'payment_state', 'ref'],
    'product.product': ['product_tmpl_id'],
    'product.template': ['invoice_policy', 'type'],
    'uom.uom': ['factor'],
}


def found(limits: Limits, is_loss: Condition, delivered_on: SQL) -> SQL:
    """Return all differences, each once.

    :param is_loss: see ``settlement.nature``. :param delivered_on: see ``difference_lines.rows``.
    """
    return SQL(' UNION ALL ').join(
        SQL('(%s)', rows)
        for rows in (
            difference_lines.rows(limits, delivered_on),
            invoices(limits, is_loss),
            loose_invoices(limits),
            receipts(limits, is_loss),
            misplaced_payments(limits, is_loss),
        )
    )


def invoices(limits: Limits, is_loss: Condition) -> SQL:
    """An invoice and an order of it: cancelled, or another customer, salesperson or commission base."""
    return SQL(
        """
        SELECT d.code, d.company_id,
               d.code || ':move:' || d.move_id || ':order:' || d.order_id AS source_key,
               d.order_id, NULL::int AS order_line_id, d.move_id, NULL::int AS move_line_id,
               d.commercial_partner_id AS partner_id, d.order_user_id AS salesperson_id,
               d.order_team_id AS team_id, d.date,
               CASE d.code
                    WHEN 'cancelled_order' THEN d.residual * d.share
                    WHEN 'commission_base' THEN d.unordered
                    ELSE d.total * d.share END AS amount
          FROM (SELECT p.*, s.residual, b.unordered,
                       CASE WHEN p.state = 'cancel' AND s.residual * p.share > %(amount)s
                            THEN 'cancelled_order'
                            WHEN p.state = 'cancel' THEN NULL
                            WHEN p.commercial_partner_id <> p.ordered_by THEN 'other_customer'
                            WHEN p.invoice_user_id IS DISTINCT FROM p.order_user_id
                             AND p.order_user_id IS NOT NULL
                            THEN 'other_salesperson'
                            WHEN p.is_first AND ABS(b.unordered) > %(amount)s
                            THEN 'commission_base' END AS code
                  FROM (SELECT p.*,
                               CASE WHEN p.state = 'cancel' THEN p.move_id END AS cancelled_id,
                               CASE WHEN p.state = 'sale' AND p.is_first THEN p.move_id END AS first_id
                          FROM (%(pairs)s) p) p
                  LEFT JOIN LATERAL %(settled)s s ON TRUE
                  LEFT JOIN LATERAL (
                       SELECT -SUM(y.balance) AS unordered FROM account_move_line y
                        WHERE y.move_id = p.first_id AND y.display_type = 'product'
                          AND NOT EXISTS (
                              SELECT FROM sale_order_line_invoice_rel z WHERE z.invoice_line_id = y.id)
                  ) b ON TRUE) d
         WHERE d.code IS NOT NULL
        """,
        amount=limits.amount,
        pairs=_pairs(limits),
        settled=settled(SQL('p.cancelled_id'), limits.as_of, is_loss),
    )


def _pairs(limits: Limits) -> SQL:
    """Each posted invoice with each of its orders, and the share of the invoice that is the order's."""
    return SQL(
        """
        SELECT m.id AS move_id, m.company_id, m.date, m.commercial_partner_id, m.invoice_user_id,
               m.amount_total_signed AS total, o.id AS order_id, o.state, o.user_id AS order_user_id,
               o.team_id AS order_team_id, ip.commercial_partner_id AS ordered_by, g.share,
               g.order_id = MIN(g.order_id) OVER (PARTITION BY g.move_id) AS is_first
          FROM (SELECT x.move_id, l.order_id, SUM(x.price_total) / NULLIF(MAX(im.amount_total), 0) AS share
                  FROM (SELECT DISTINCT invoice_line_id, MIN(order_line_id) AS order_line_id
                          FROM sale_order_line_invoice_rel GROUP BY invoice_line_id) r
                  JOIN sale_order_line l ON l.id = r.order_line_id
                  JOIN account_move_line x ON x.id = r.invoice_line_id
                  JOIN account_move im ON im.id = x.move_id
                 WHERE im.state = 'posted' AND im.move_type = 'out_invoice'
                   AND COALESCE(im.payment_state, '') <> 'reversed'
                   AND im.company_id IN %(companies)s AND %(since)s
                 GROUP BY x.move_id, l.order_id) g
          JOIN account_move m ON m.id = g.move_id
          JOIN sale_order o ON o.id = g.order_id
          JOIN res_partner ip ON ip.id = o.partner_invoice_id
        """,
        companies=limits.company_ids,
        since=limits.since(SQL('im.date')),
    )


def loose_invoices(limits: Limits) -> SQL:
    """A posted invoice none of whose lines is of an order."""
    return SQL(
        """
        SELECT 'invoice_without_order' AS code, m.company_id,
               'invoice_without_order:move:' || m.id AS source_key, NULL::int AS order_id,
               NULL::int AS order_line_id, m.id AS move_id, NULL::int AS move_line_id,
               m.commercial_partner_id AS partner_id, m.invoice_user_id AS salesperson_id, m.team_id,
               m.date, m.amount_total_signed AS amount
          FROM account_move m
         WHERE m.state = 'posted' AND m.move_type = 'out_invoice'
           AND COALESCE(m.payment_state, '') <> 'reversed'
           AND m.company_id IN %(companies)s AND %(since)s AND m.amount_total_signed > %(amount)s
           AND NOT EXISTS (
               SELECT FROM account_move_line x
                 JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = x.id
                WHERE x.move_id = m.id)
        """,
        companies=limits.company_ids,
        since=limits.since(SQL('m.date')),
        amount=limits.amount,
    )


def receipts(limits: Limits, is_loss: Condition) -> SQL:
    """Money that is matched with nothing: it names another customer's invoice, or waits too long."""
    return SQL(
        """
        WITH receipts AS MATERIALIZED (%(receipts)s), words AS MATERIALIZED (
            SELECT DISTINCT c.line_id, c.customer_id, c.company_id, word
              FROM receipts c CROSS JOIN REGEXP_SPLIT_TO_TABLE(c.words, '[\\s,;]+') word
             WHERE LENGTH(word) > 3
        ), named AS MATERIALIZED (
            SELECT DISTINCT ON (c.line_id) c.line_id, v.invoice_user_id, v.team_id
              FROM words c JOIN account_move v ON v.name = c.word AND v.company_id = c.company_id
             WHERE v.move_type = 'out_invoice' AND v.state = 'posted'
               AND v.commercial_partner_id <> c.customer_id
             ORDER BY c.line_id, v.id
        ), owing AS MATERIALIZED (
            SELECT DISTINCT wp.commercial_partner_id AS customer_id, w.company_id
              FROM account_move_line w
              JOIN account_account wa ON wa.id = w.account_id AND %(receivable)s
              JOIN res_partner wp ON wp.id = w.partner_id
             WHERE w.parent_state = 'posted' AND w.reconciled IS NOT TRUE AND w.amount_residual > 0
               AND w.company_id IN %(companies)s
        )
        SELECT d.code, d.company_id, d.code || ':item:' || d.line_id AS source_key, NULL::int AS order_id,
               NULL::int AS order_line_id, d.move_id, d.line_id AS move_line_id,
               d.customer_id AS partner_id, d.named_user_id AS salesperson_id, d.named_team_id AS team_id,
               d.date, d.amount
          FROM (SELECT c.*, named.invoice_user_id AS named_user_id, named.team_id AS named_team_id,
                       CASE WHEN named.line_id IS NOT NULL THEN 'wrong_customer'
                            WHEN %(as_of)s::date - c.date > %(days)s AND owing.customer_id IS NOT NULL
                            THEN 'receipt_unallocated' END AS code
                  FROM receipts c
                  LEFT JOIN named ON named.line_id = c.line_id
                  LEFT JOIN owing ON owing.customer_id = c.customer_id AND owing.company_id = c.company_id) d
         WHERE d.code IS NOT NULL
        """,
        receivable=receivable('wa'),
        as_of=limits.as_of,
        days=limits.days_to_allocate,
        companies=limits.company_ids,
        receipts=_open_receipts(limits, is_loss),
    )


def _open_receipts(limits: Limits, is_loss: Condition) -> SQL:
    return SQL(
        """
        SELECT l.id AS line_id, l.move_id, l.company_id, l.date, p.commercial_partner_id AS customer_id,
               -l.amount_residual AS amount,
               CONCAT_WS(' ', m.ref, m.payment_reference, l.name) AS words
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id
          JOIN res_partner p ON p.id = l.partner_id
          CROSS JOIN LATERAL %(nature)s n
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual < -%(amount)s
           AND l.company_id IN %(companies)s AND %(since)s AND n.kind = 'collected'
        """,
        receivable=receivable('a'),
        nature=nature(SQL('l'), SQL('m'), is_loss),
        amount=limits.amount,
        companies=limits.company_ids,
        since=limits.since(SQL('l.date')),
    )


def misplaced_payments(limits: Limits, is_loss: Condition) -> SQL:
    """Money of one customer that is matched with an invoice of another."""
    return SQL(
        """
        SELECT 'wrong_customer' AS code, l.company_id,
               'wrong_customer:item:' || l.id || ':move:' || l.invoice_id AS source_key,
               NULL::int AS order_id, NULL::int AS order_line_id, l.move_id, l.id AS move_line_id,
               l.commercial_partner_id AS partner_id, l.invoice_user_id AS salesperson_id, l.team_id,
               MAX(l.max_date) AS date, SUM(l.amount) AS amount
          FROM (SELECT l.id, l.company_id, l.move_id, l.payment_id, l.statement_line_id, x.max_date, x.amount,
                       p.commercial_partner_id, m.id AS invoice_id, m.invoice_user_id, m.team_id
                  FROM account_partial_reconcile x
                  JOIN account_move_line i ON i.id = x.debit_move_id AND i.parent_state = 'posted'
                  JOIN account_move m ON m.id = i.move_id AND m.move_type = 'out_invoice'
                  JOIN account_move_line l ON l.id = x.credit_move_id AND l.parent_state = 'posted'
                  JOIN res_partner p ON p.id = l.partner_id
                 WHERE l.company_id IN %(companies)s AND %(since)s
                   AND p.commercial_partner_id <> m.commercial_partner_id
                OFFSET 0) l
          JOIN account_move lm ON lm.id = l.move_id
          CROSS JOIN LATERAL %(nature)s n
         WHERE n.kind = 'collected'
         GROUP BY l.id, l.company_id, l.move_id, l.commercial_partner_id, l.invoice_id, l.invoice_user_id,
               l.team_id
        HAVING SUM(l.amount) > %(amount)s
        """,
        nature=nature(SQL('l'), SQL('lm'), is_loss),
        companies=limits.company_ids,
        amount=limits.amount,
        since=limits.since(SQL('x.max_date')),
    )


def sync(
    rows: SQL,
    limits: Limits,
    *,
    rounding: float,
    owner_id: int | None,
    deadline: date,
    uid: int,
    now: datetime,
) -> SQL:
    """Return the statement that makes the table of one company say what ``rows`` (of ``found``) say.

    New differences enter with a deadline, changed ones get their amount, what is gone is resolved. A resolved
    or accepted one that differs from what it was is open again.

    :param owner_id: the user who clears what finance has to clear.
    """
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
            company_id, code, source_key, state, partner_id, salesperson_id, team_id, order_id,
            order_line_id, move_id, move_line_id, date, amount, owner_side, owner_id, deadline,
            create_uid, write_uid, create_date, write_date)
        SELECT f.company_id, f.code, f.source_key, 'open', f.partner_id, f.salesperson_id, f.team_id,
               f.order_id, f.order_line_id, f.move_id, f.move_line_id, f.date, f.rounded,
               CASE WHEN f.code IN %(finance)s THEN 'finance' ELSE 'sales' END,
               CASE WHEN f.code IN %(finance)s THEN %(owner)s ELSE f.salesperson_id END,
               %(deadline)s, %(uid)s, %(uid)s, %(now)s, %(now)s
          FROM found f
            ON CONFLICT (company_id, source_key) DO UPDATE
           SET amount = EXCLUDED.amount, date = EXCLUDED.date, partner_id = EXCLUDED.partner_id,
               move_id = EXCLUDED.move_id, salesperson_id = EXCLUDED.salesperson_id,
               team_id = EXCLUDED.team_id, state = 'open', resolved_on = NULL, accepted_by_id = NULL,
               deadline = CASE WHEN d.state = 'resolved' THEN EXCLUDED.deadline ELSE d.deadline END,
               write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date
         WHERE d.state = 'resolved' OR d.amount IS DISTINCT FROM EXCLUDED.amount
            OR d.move_id IS DISTINCT FROM EXCLUDED.move_id
            OR d.salesperson_id IS DISTINCT FROM EXCLUDED.salesperson_id
        RETURNING d.id
        """,
        found=rows,
        rounding=rounding,
        today=limits.as_of,
        company=limits.company_ids[0],
        finance=tuple(kind.code for kind in TYPES if kind.side == 'finance'),
        owner=owner_id,
        deadline=deadline,
        uid=uid,
        now=now,
    )
