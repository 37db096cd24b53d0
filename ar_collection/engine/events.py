"""The SQL of a customer's time line: one SELECT per kind of event, of the same columns.

The id of an event is the id of its record times ``FACTOR``, plus a number for the kind of event: stable, and
unique over all kinds. An addon that adds a kind takes a number below ``FACTOR`` that is free.
"""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import accounts, companies

FACTOR = 100
LETTER, CONTACT, PROMISE, BROKEN, PLAN, DISPUTE, ANSWER, CASE, HOLD, RECEIPT = range(10)


def event_id(record_id, number) -> SQL:
    """Return the id of an event of a record (SQL of its id), by the number of the kind of event."""
    return SQL('%s::int8 * %s + %s', record_id, FACTOR, number)


def of_records(
    number,
    kind,
    model,
    day,
    amount='NULL::numeric',
    currency='NULL::int',
    user='NULL::int',
    where='TRUE',
    joins='',
) -> SQL:
    """Return the events of a model with a ``credit_account_id``, its table as ``t``.

    :param number: the number of the kind of event, see the module.
    :param day: this and what follows is SQL of the records, never a user's input.
    """
    return SQL(
        f"""SELECT %s AS id, t.credit_account_id, ca.company_id, {day}::timestamp AS date, '{kind}' AS kind,
                   {amount} AS amount, {currency} AS currency_id, {user} AS user_id, '{model}' AS res_model,
                   t.id AS res_id
              FROM {model.replace('.', '_')} t
              JOIN ar_credit_account ca ON ca.id = t.credit_account_id {joins}
             WHERE {where}""",  # noqa: S608 -- constants of the code
        event_id(SQL('t.id'), number),
    )


def letters() -> SQL:
    return of_records(
        LETTER,
        'letter',
        'ar.dunning.notice',
        't.sent_on',
        't.total',
        't.currency_id',
        't.approved_by',
        "t.state = 'sent'",
    )


def contacts() -> SQL:
    return of_records(CONTACT, 'contact', 'ar.contact.log', 't.date', user='t.user_id')


def promises() -> SQL:
    return of_records(
        PROMISE, 'promise', 'ar.promise', 't.made_on', 't.amount', 't.currency_id', 't.noted_by_id'
    )


def broken_promises() -> SQL:
    """Return the promises that were not kept, or only in part, with what was missing."""
    return of_records(
        BROKEN,
        'broken',
        'ar.promise',
        't.closed_on',
        't.amount - t.received',
        't.currency_id',
        where="t.state IN ('broken', 'partly') AND t.closed_on IS NOT NULL",
    )


def payment_plans() -> SQL:
    return of_records(
        PLAN,
        'plan',
        'ar.payment.plan',
        't.accepted_on',
        't.amount',
        't.currency_id',
        where='t.accepted_on IS NOT NULL',
    )


def disputes() -> SQL:
    return _of_disputes(DISPUTE, 'dispute', 't.opened_on', 't.opened_on IS NOT NULL')


def answers() -> SQL:
    """Return the disputes that were answered."""
    return _of_disputes(ANSWER, 'answer', 't.closed_on', "t.state <> 'open' AND t.closed_on IS NOT NULL")


def _of_disputes(number, kind, day, where) -> SQL:
    return of_records(
        number,
        kind,
        'ar.dispute',
        day,
        't.amount',
        'm.currency_id',
        't.owner_id',
        where,
        'JOIN account_move m ON m.id = t.move_id',
    )


def cases() -> SQL:
    return of_records(
        CASE,
        'case',
        'ar.collection.case',
        't.referred_on',
        't.claimed',
        'c.currency_id',
        't.user_id',
        't.referred_on IS NOT NULL',
        'JOIN res_company c ON c.id = ca.company_id',
    )


def holds() -> SQL:
    return of_records(HOLD, 'hold', 'ar.hold', 't.placed_on', user='t.placed_by')


def receipts() -> SQL:
    """Return what was matched with the customer's claims: one event per entry, on the day it takes effect."""
    return SQL(
        """SELECT %(id)s, ca.id, ca.company_id, MAX(p.max_date)::timestamp,
                  CASE WHEN m.move_type = 'out_refund' THEN 'credit'
                       WHEN j.type IN ('bank', 'cash', 'credit') THEN 'receipt' ELSE 'other' END,
                  SUM(p.credit_amount_currency), cl.currency_id, NULL::int, 'account.move', m.id
             FROM ar_credit_account ca
             JOIN res_partner rp ON rp.commercial_partner_id = ca.partner_id
             JOIN account_move_line dl ON dl.partner_id = rp.id
             JOIN res_company c ON c.id = dl.company_id AND %(root)s = ca.company_id
             JOIN account_partial_reconcile p ON p.debit_move_id = dl.id
             JOIN account_move_line cl ON cl.id = p.credit_move_id AND cl.parent_state = 'posted'
             JOIN account_move m ON m.id = cl.move_id
             JOIN account_journal j ON j.id = cl.journal_id
            WHERE %(is_receivable)s
            GROUP BY ca.id, ca.company_id, m.id, m.move_type, j.type, cl.currency_id""",
        id=event_id(SQL('MIN(p.id)'), RECEIPT),
        root=companies.root(SQL('c.parent_path')),
        is_receivable=accounts.is_receivable(SQL('dl.account_id')),
    )


def of_files(queries, account_ids=None) -> SQL:
    """Return SQL of the events of the credit files with these ids; None = of all.

    :param queries: SELECTs of events.
    """
    found = SQL(' UNION ALL ').join(queries)
    if account_ids is None:
        return found
    return SQL('SELECT * FROM (%s) found WHERE credit_account_id IN %s', found, tuple(account_ids))
