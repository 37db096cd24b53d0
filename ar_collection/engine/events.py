"""The SQL of a customer's time line: one SELECT per kind of event, of the same columns.

The id of an event is the id of its record times ``FACTOR``, plus a number for the kind of event: stable, and
unique over all kinds. An addon that adds a kind takes a number below ``FACTOR`` that is free.
"""

from odoo.tools import SQL

FACTOR = 100
LETTER, CONTACT, PROMISE, BROKEN, PLAN, DISPUTE, ANSWER, CASE, HOLD, RECEIPT = range(10)
COLUMNS = (
    'id',
    'credit_account_id',
    'company_id',
    'date',
    'kind',
    'amount',
    'currency_id',
    'user_id',
    'res_model',
    'res_id',
)


def event_id(record_id, number):
    """Return SQL of the id of an event: of a record's id (SQL), and the number of the kind."""
    return SQL('%s::int8 * %s + %s', record_id, FACTOR, number)


def of_records(
    number,
    kind,
    model,
    table,
    day,
    amount='NULL::numeric',
    currency='NULL::int',
    user='NULL::int',
    where='TRUE',
    joins='',
):
    """Return the events of a table ``t`` with a ``credit_account_id``.

    :param number: the number of the kind, see the module. All other arguments are SQL, never a user's input.
    """
    return SQL(
        f"""SELECT %s AS id, t.credit_account_id, ca.company_id, {day}::timestamp AS date, '{kind}' AS kind,
                   {amount} AS amount, {currency} AS currency_id, {user} AS user_id, '{model}' AS res_model,
                   t.id AS res_id
              FROM {table} t JOIN ar_credit_account ca ON ca.id = t.credit_account_id {joins}
             WHERE {where}""",  # noqa: S608 -- constants below
        event_id(SQL('t.id'), number),
    )


def _receipts():
    """Return what was matched with the customer's claims: one event per entry, on the day it takes effect."""
    return SQL(
        """SELECT %s, ca.id, ca.company_id, MAX(p.max_date)::timestamp,
                  CASE WHEN m.move_type = 'out_refund' THEN 'credit'
                       WHEN j.type IN ('bank', 'cash', 'credit') THEN 'receipt' ELSE 'other' END,
                  SUM(p.credit_amount_currency), cl.currency_id, NULL::int, 'account.move', m.id
             FROM ar_credit_account ca
             JOIN res_partner rp ON rp.commercial_partner_id = ca.partner_id
             JOIN account_move_line dl ON dl.partner_id = rp.id
             JOIN res_company c ON c.id = dl.company_id
              AND split_part(c.parent_path, '/', 1)::int = ca.company_id
             JOIN account_partial_reconcile p ON p.debit_move_id = dl.id
             JOIN account_move_line cl ON cl.id = p.credit_move_id AND cl.parent_state = 'posted'
             JOIN account_move m ON m.id = cl.move_id
             JOIN account_journal j ON j.id = cl.journal_id
            WHERE dl.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')
            GROUP BY ca.id, ca.company_id, m.id, m.move_type, j.type, cl.currency_id""",
        event_id(SQL('MIN(p.id)'), RECEIPT),
    )


def parts():
    """Return the SELECTs of all kinds."""
    return [
        of_records(
            LETTER,
            'letter',
            'ar.dunning.notice',
            'ar_dunning_notice',
            't.sent_on',
            't.total',
            't.currency_id',
            't.approved_by',
            "t.state = 'sent'",
        ),
        of_records(CONTACT, 'contact', 'ar.contact.log', 'ar_contact_log', 't.date', user='t.user_id'),
        of_records(
            PROMISE,
            'promise',
            'ar.promise',
            'ar_promise',
            't.made_on',
            't.amount',
            't.currency_id',
            't.noted_by_id',
        ),
        of_records(
            BROKEN,
            'broken',
            'ar.promise',
            'ar_promise',
            't.closed_on',
            't.amount - t.received',
            't.currency_id',
            where="t.state IN ('broken', 'partly') AND t.closed_on IS NOT NULL",
        ),
        of_records(
            PLAN,
            'plan',
            'ar.payment.plan',
            'ar_payment_plan',
            't.accepted_on',
            't.amount',
            't.currency_id',
            where='t.accepted_on IS NOT NULL',
        ),
        of_records(
            DISPUTE,
            'dispute',
            'ar.dispute',
            'ar_dispute',
            't.opened_on',
            't.amount',
            'm.currency_id',
            't.owner_id',
            't.opened_on IS NOT NULL',
            'JOIN account_move m ON m.id = t.move_id',
        ),
        of_records(
            ANSWER,
            'answer',
            'ar.dispute',
            'ar_dispute',
            't.closed_on',
            't.amount',
            'm.currency_id',
            't.owner_id',
            "t.state <> 'open' AND t.closed_on IS NOT NULL",
            'JOIN account_move m ON m.id = t.move_id',
        ),
        of_records(
            CASE,
            'case',
            'ar.collection.case',
            'ar_collection_case',
            't.referred_on',
            't.claimed',
            'c.currency_id',
            't.user_id',
            't.referred_on IS NOT NULL',
            'JOIN res_company c ON c.id = ca.company_id',
        ),
        of_records(HOLD, 'hold', 'ar.hold', 'ar_hold', 't.placed_on', user='t.placed_by'),
        _receipts(),
    ]
