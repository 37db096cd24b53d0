"""What entries leave of each other where nobody matches them: the oldest first."""

from odoo.tools import SQL


def taken(amount) -> SQL:
    """Return SQL of what the other sign takes of ``amount``, in the windows ``party`` and ``upto``."""
    return SQL(
        """SIGN(%(amount)s) * GREATEST(0, LEAST(
                ABS(%(amount)s),
                CASE WHEN %(amount)s > 0
                    THEN SUM(GREATEST(-%(amount)s, 0)) OVER party
                         - (SUM(GREATEST(%(amount)s, 0)) OVER upto - %(amount)s)
                    ELSE SUM(GREATEST(%(amount)s, 0)) OVER party
                         - (SUM(GREATEST(-%(amount)s, 0)) OVER upto + %(amount)s)
                END))""",
        amount=amount,
    )


def residuals(columns, line_columns, accounts, scope) -> SQL:
    """Return SQL of what is open on accounts that are not reconciled: rule 6 of ``open_items``.

    The amounts in either currency settle each other by themselves, so that both sum to those of the ledger.
    The first condition names no line: PostgreSQL reads no line at all where there is no such account.

    :param columns, line_columns: what of the lines an item carries, as ``f`` and as ``l``.
    :param accounts: the condition on ``account.id``. :param scope: the condition on the lines ``l``.
    """
    unmatched = SQL('account.reconcile IS NOT TRUE AND %s', accounts)
    return SQL(
        """
        SELECT %(columns)s, f.balance - f.taken, f.amount_currency - f.taken_currency
          FROM (
            SELECT l.*, %(taken)s AS taken, %(taken_currency)s AS taken_currency
              FROM (
                SELECT %(line_columns)s, l.amount_currency, lp.commercial_partner_id
                  FROM account_move_line l
                  LEFT JOIN res_partner lp ON lp.id = l.partner_id
                 WHERE EXISTS (SELECT FROM account_account account WHERE %(unmatched)s)
                   AND l.account_id IN (SELECT account.id FROM account_account account WHERE %(unmatched)s)
                   AND %(scope)s
              ) l
            WINDOW party AS (PARTITION BY l.company_id, l.account_id, l.commercial_partner_id, l.currency_id),
                   upto AS (party ORDER BY l.date, l.id ROWS UNBOUNDED PRECEDING)
          ) f
         WHERE f.balance <> f.taken OR f.amount_currency <> f.taken_currency
        """,
        columns=columns,
        line_columns=line_columns,
        taken=taken(SQL('l.balance')),
        taken_currency=taken(SQL('l.amount_currency')),
        unmatched=unmatched,
        scope=scope,
    )
