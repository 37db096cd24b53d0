"""The SQL of what a dunning run reads: a fixed number of queries, whatever the number of items.

Open items come from ``ar_base.engine.open_items``, as of the run's date: a letter demands what the aging
shows.
"""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import open_items


def _due(company_ids, run_date, due_until) -> SQL:
    """Return (commercial_partner_id) of each debit item that is due by ``due_until``."""
    return SQL(
        """SELECT i.commercial_partner_id FROM (%(items)s) i
            WHERE i.company_id IN %(companies)s AND i.residual_currency > 0
              AND COALESCE(i.date_maturity, i.invoice_date, i.date) <= %(until)s""",
        items=open_items.items(open_items.Parameters(as_of=run_date)),
        companies=tuple(company_ids),
        until=due_until,
    )


def customers(company_ids, run_date, due_until, after=0, limit=None) -> SQL:
    """Return the customers (commercial_partner_id, ascending) with an item due, after the id ``after``."""
    return SQL(
        """SELECT d.commercial_partner_id FROM (%s) d WHERE d.commercial_partner_id > %s
            GROUP BY 1 ORDER BY 1 %s""",
        _due(company_ids, run_date, due_until),
        after,
        SQL('LIMIT %s', limit) if limit else SQL(),
    )


def count_customers(company_ids, run_date, due_until) -> SQL:
    """Return one row: how many customers ``customers`` would return in all."""
    return SQL(
        "SELECT COUNT(DISTINCT d.commercial_partner_id) FROM (%s) d", _due(company_ids, run_date, due_until)
    )


def contacts(partner_ids) -> SQL:
    """Return (id) of the customers and their contacts: the partners that journal items may carry."""
    return SQL("SELECT id FROM res_partner WHERE commercial_partner_id IN %s", tuple(partner_ids))


def items(company_ids, run_date, contact_ids) -> SQL:
    """Return the open items of the contacts by due date, in the columns of ``rules.draft.Row``."""
    return SQL(
        """SELECT i.id, i.company_id, i.commercial_partner_id, i.currency_id, i.date,
                  COALESCE(i.date_maturity, i.invoice_date, i.date), i.residual, i.residual_currency,
                  COALESCE(l.no_followup, FALSE),
                  i.residual < 0 AND i.move_type = 'entry' AND j.type IN ('bank', 'cash', 'credit')
             FROM (%(items)s) i
             JOIN account_move_line l ON l.id = i.id
             JOIN account_journal j ON j.id = i.journal_id
            WHERE i.company_id IN %(companies)s AND i.residual_currency <> 0
            ORDER BY 3, 2, 4, 6, 1""",
        items=open_items.items(open_items.Parameters(as_of=run_date, partner_ids=contact_ids)),
        companies=tuple(company_ids),
    )


def dunned(line_ids) -> SQL:
    """Return (item, level, when last, how often) of the journal items, the highest level of an item last."""
    return SQL(
        """SELECT move_line_id, level, MAX(dunned_on), COUNT(*) FROM ar_dunning_notice_line
            WHERE dunned_on IS NOT NULL AND move_line_id IN %s GROUP BY 1, 2 ORDER BY 1, 2""",
        tuple(line_ids) or (0,),
    )


def blocks(account_ids, day) -> SQL:
    """Return (account, item or NULL, last day as text) of the blocks in force; 'infinity': without an end."""
    return SQL(
        """SELECT credit_account_id, move_line_id, MAX(COALESCE(until, 'infinity'::date))::text
             FROM ar_dunning_block
            WHERE active AND (until IS NULL OR until >= %s) AND credit_account_id IN %s GROUP BY 1, 2""",
        day,
        tuple(account_ids) or (0,),
    )


def letters(account_ids) -> SQL:
    """Return (account, company, currency, day of the last letter, whether one is under way)."""
    return SQL(
        """SELECT credit_account_id, company_id, currency_id, MAX(sent_on) FILTER (WHERE state = 'sent'),
                  BOOL_OR(state IN ('approved', 'queued', 'failed'))
             FROM ar_dunning_notice
            WHERE credit_account_id IN %s AND state IN ('sent', 'approved', 'queued', 'failed')
            GROUP BY 1, 2, 3""",
        tuple(account_ids) or (0,),
    )


def level(credit_account_id) -> SQL:
    """Return SQL of the highest level of an item still open of the account (SQL of its id); 0 = none."""
    return SQL(
        """COALESCE((SELECT MAX(t.level)
             FROM ar_dunning_notice n
             JOIN ar_dunning_notice_line t ON t.notice_id = n.id AND t.dunned_on IS NOT NULL
             JOIN account_move_line l ON l.id = t.move_line_id
              AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
            WHERE n.credit_account_id = %s), 0)""",
        credit_account_id,
    )
