"""What of an entry that settles a receivable is a loss: the one rule, of period figures and loss studies.

Rules
-----
1. An entry that writes off as a whole (``account.move._ar_loss_condition``) is lost as a whole.
2. Of any other entry that is no invoice or credit note, the share is lost that its expense lines bear of its
   receivable lines, together with the VAT that it takes back: a payment of 112.70 that closes 115.00 against
   2.00 of discount and 0.30 of VAT loses 2.30.
3. An entry of the exchange journal loses nothing.
"""

from odoo.tools import SQL

from . import accounts

FLUSHED = {
    'account.move.line': ['account_id', 'balance', 'move_id', 'tax_line_id'],
    'account.move': ['journal_id', 'move_type', 'origin_payment_id', 'statement_line_id'],
    **accounts.FLUSHED,
    'account.tax.repartition.line': ['account_id', 'repartition_type'],
    'res.company': ['account_journal_early_pay_discount_loss_account_id', 'currency_exchange_journal_id'],
}
SALES = SQL("('out_invoice', 'out_receipt', 'out_refund')")
DISCOUNTS = SQL('SELECT account_journal_early_pay_discount_loss_account_id FROM res_company')


def with_expenses(date_from, date_to) -> SQL:
    """Return SQL of the ids of the entries of these days that book expenses: no other one loses by rule 2."""
    return SQL(
        """SELECT x.move_id FROM account_move_line x
             JOIN account_account xa ON xa.id = x.account_id AND xa.account_type LIKE 'expense%%'
            WHERE x.date BETWEEN %s AND %s""",
        date_from,
        date_to,
    )


def share(move, discounts=True, among=None) -> SQL:
    """Return SQL of the share, 0 to 1, that the entry ``move`` (name of its row) loses by rule 2.

    :param discounts: whether discounts for early payment count; they are no credit loss.
    :param among: SQL of the ids of the entries ``with_expenses``, where many entries are asked about.
    """
    if among:
        return SQL('CASE WHEN %s.id IN (%s) THEN %s ELSE 0 END', move, among, share(move, discounts))
    expense = SQL("xa.account_type LIKE 'expense%%'")
    if not discounts:
        expense = SQL(
            '%s AND xa.id NOT IN (%s WHERE account_journal_early_pay_discount_loss_account_id IS NOT NULL)',
            expense,
            DISCOUNTS,
        )
    return SQL(
        """
        COALESCE((
            SELECT LEAST(1, GREATEST(0, t.lost + CASE WHEN t.lost > 0 THEN t.vat ELSE 0 END)
                            / NULLIF(t.settled, 0))
              FROM (SELECT COALESCE(SUM(x.balance) FILTER (WHERE %(expense)s), 0) AS lost,
                           COALESCE(SUM(x.balance) FILTER (WHERE %(vat)s), 0) AS vat,
                           -SUM(x.balance) FILTER (WHERE %(receivable)s) AS settled
                      FROM account_move_line x
                      JOIN account_account xa ON xa.id = x.account_id
                     WHERE x.move_id = %(move)s.id) t
             WHERE t.settled > 0), 0)
        """,
        expense=expense,
        vat=SQL("""xa.account_type LIKE 'liability%%' AND (x.tax_line_id IS NOT NULL OR x.account_id IN (
            SELECT r.account_id FROM account_tax_repartition_line r
             WHERE r.repartition_type = 'tax' AND r.account_id IS NOT NULL))"""),
        receivable=accounts.receivable('xa'),
        move=move,
    )


def credit_loss(move, is_loss, among=None) -> SQL:
    """Return SQL of the share, 0 to 1, of the entry ``move`` that was lost because the customer did not pay.

    :param is_loss: the condition of rule 1, by the name of the entry.
    :param among: see ``share``.
    """
    return SQL(
        """CASE WHEN %(move)s.move_type IN %(sales)s THEN 0
                WHEN %(move)s.journal_id IN (
                    SELECT currency_exchange_journal_id FROM res_company
                     WHERE currency_exchange_journal_id IS NOT NULL) THEN 0
                WHEN %(whole)s THEN 1
                ELSE %(share)s END""",
        move=move,
        sales=SALES,
        whole=is_loss(move),
        share=share(move, discounts=False, among=among),
    )


def is_moved(move) -> SQL:
    """Return the condition that the entry ``move`` moves a receivable to doubtful receivables."""
    return SQL(
        """EXISTS (SELECT FROM account_move_line x JOIN account_account xa ON xa.id = x.account_id
                    WHERE x.move_id = %s.id AND x.balance > 0 AND %s)""",
        move,
        accounts.receivable('xa', 'doubtful'),
    )
