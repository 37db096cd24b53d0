"""How customers pay and what they buy, read from the ledger: three queries, however many credit accounts.

``ids`` are credit accounts. A customer's contacts count for the customer, branches for their main company.
"""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from odoo.addons.ar_base.engine import accounts, open_items
from odoo.addons.ar_base.engine.reads import OPEN_ITEMS
from odoo.addons.ar_base.rules.reads import merged

WINDOW_MONTHS = 24

FLUSHED = merged(
    OPEN_ITEMS,
    {
        'account.move': [
            'state',
            'move_type',
            'invoice_date',
            'amount_total_signed',
            'partner_id',
            'company_id',
        ],
        'account.journal': ['type'],
        'ar.dispute': ['state', 'amount', 'move_id'],
        'res.company': ['parent_path'],
        'ar.credit.account': ['partner_id', 'company_id'],
    },
)


def _scope(ids) -> SQL:
    """Open each account's partners; their documents are joined to ``rp`` and ``ca``."""
    return SQL(
        """ar_credit_account ca
          JOIN res_partner rp ON ca.id IN %s AND rp.commercial_partner_id = ca.partner_id""",
        tuple(ids) or (0,),
    )


def partners(ids) -> SQL:
    """Return the accounts' partners: customers and their contacts."""
    return SQL('SELECT rp.id FROM %s', _scope(ids))


def matches(ids, as_of, recent_after) -> SQL:
    """Return (account, days late, recent, amount, matches): what was paid by bank or cash, and when.

    Credit notes, write-offs and exchange differences settle an invoice too, and say nothing about paying.
    """
    return SQL(
        """
        SELECT ca.id, p.max_date - COALESCE(d.date_maturity, d.date) AS days,
               p.max_date > %(recent)s AS recent, SUM(p.amount), COUNT(*)
          FROM %(scope)s
          JOIN account_move_line d ON d.partner_id = rp.id AND d.parent_state = 'posted'
          JOIN account_move m ON m.id = d.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
          JOIN account_account a ON a.id = d.account_id AND %(receivable)s
          JOIN res_company c ON c.id = d.company_id AND split_part(c.parent_path, '/', 1)::int = ca.company_id
          JOIN account_partial_reconcile p ON p.debit_move_id = d.id
          JOIN account_move_line k ON k.id = p.credit_move_id AND k.parent_state = 'posted'
          JOIN account_journal j ON j.id = k.journal_id AND j.type IN ('bank', 'cash', 'credit')
         WHERE p.max_date > %(start)s AND p.max_date <= %(as_of)s
         GROUP BY ca.id, days, recent
        """,
        scope=_scope(ids),
        receivable=accounts.receivable('a', 'trade', 'doubtful'),
        as_of=as_of,
        recent=recent_after,
        start=as_of - relativedelta(months=WINDOW_MONTHS),
    )


def overdue_items(ids, partner_ids, as_of) -> SQL:
    """Return (account, days overdue, True, amount, items): what is overdue and not disputed as a whole."""
    return SQL(
        """
        SELECT ca.id, i.days_overdue, TRUE, SUM(i.residual), COUNT(*)
          FROM (%(items)s) i
          JOIN account_account a ON a.id = i.account_id AND %(receivable)s
          JOIN res_company c ON c.id = i.company_id
          JOIN ar_credit_account ca ON ca.id IN %(ids)s AND ca.partner_id = i.commercial_partner_id
           AND ca.company_id = split_part(c.parent_path, '/', 1)::int
         WHERE i.residual > 0 AND i.days_overdue > 0
           AND i.residual_currency > COALESCE(
               (SELECT SUM(t.amount) FROM ar_dispute t WHERE t.move_id = i.move_id AND t.state = 'open'), 0)
         GROUP BY ca.id, i.days_overdue
        """,
        receivable=accounts.receivable('a', 'trade', 'doubtful'),
        items=open_items.items(open_items.Parameters(as_of, partner_ids=tuple(partner_ids) or (0,))),
        ids=tuple(ids) or (0,),
    )


def sales(ids, as_of, since) -> SQL:
    """Return (account, first invoice, sales since, of the last 6 months, of the 6 before), tax included."""
    return SQL(
        """
        SELECT ca.id, MIN(m.invoice_date) FILTER (WHERE m.move_type = 'out_invoice'),
               COALESCE(SUM(m.amount_total_signed) FILTER (WHERE m.invoice_date > %(since)s), 0),
               COALESCE(SUM(m.amount_total_signed) FILTER (WHERE m.invoice_date > %(half)s), 0),
               COALESCE(SUM(m.amount_total_signed)
                        FILTER (WHERE m.invoice_date > %(since)s AND m.invoice_date <= %(half)s), 0)
          FROM %(scope)s
          JOIN account_move m ON m.partner_id = rp.id AND m.state = 'posted' AND m.invoice_date <= %(as_of)s
           AND m.move_type IN ('out_invoice', 'out_refund')
          JOIN res_company c ON c.id = m.company_id AND split_part(c.parent_path, '/', 1)::int = ca.company_id
         GROUP BY ca.id
        """,
        scope=_scope(ids),
        as_of=as_of,
        since=since,
        half=as_of - relativedelta(months=6),
    )
