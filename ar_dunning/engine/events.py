"""The SQL of a customer's time line: one SELECT per kind of event, of the same columns.

The id of an event is the id of its record, ten to one, plus a digit for the kind: stable, and unique over all kinds.
"""

from odoo.tools import SQL

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


def _records(
    digit,
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
    """Return the events of a table ``t`` with an ``credit_account_id``. All arguments but the digit are SQL of this module."""
    return SQL(
        f"""SELECT t.id * 10 + {digit} AS id, t.credit_account_id, ca.company_id, {day}::timestamp AS date, '{kind}' AS kind,
                   {amount} AS amount, {currency} AS currency_id, {user} AS user_id, '{model}' AS res_model, t.id AS res_id
              FROM {table} t JOIN ar_credit_account ca ON ca.id = t.credit_account_id {joins}
             WHERE {where}"""
    )  # noqa: S608 -- constants below


def _receipts():
    """Return what was matched with the customer's claims, one event per entry, from the day it took effect."""
    return SQL(
        """SELECT MIN(p.id) * 10 + 9, ca.id, ca.company_id, MAX(p.max_date)::timestamp,
                  CASE WHEN m.move_type = 'out_refund' THEN 'credit'
                       WHEN j.type IN ('bank', 'cash', 'credit') THEN 'receipt' ELSE 'other' END,
                  SUM(p.credit_amount_currency), cl.currency_id, NULL::int, 'account.move', m.id
             FROM ar_credit_account ca
             JOIN res_partner rp ON rp.commercial_partner_id = ca.partner_id
             JOIN account_move_line dl ON dl.partner_id = rp.id
             JOIN res_company c ON c.id = dl.company_id AND split_part(c.parent_path, '/', 1)::int = ca.company_id
             JOIN account_partial_reconcile p ON p.debit_move_id = dl.id
             JOIN account_move_line cl ON cl.id = p.credit_move_id AND cl.parent_state = 'posted'
             JOIN account_move m ON m.id = cl.move_id
             JOIN account_journal j ON j.id = cl.journal_id
            WHERE dl.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')
            GROUP BY ca.id, ca.company_id, m.id, m.move_type, j.type, cl.currency_id"""
    )


def parts():
    """Return the SELECTs of all kinds; extend it with another kind by a digit that is free."""
    return [
        _records(
            0,
            'letter',
            'ar.dunning.notice',
            'ar_dunning_notice',
            't.sent_on',
            't.total',
            't.currency_id',
            't.approved_by',
            "t.state = 'sent'",
        ),
        _records(1, 'contact', 'ar.contact.log', 'ar_contact_log', 't.date', user='t.user_id'),
        _records(
            2,
            'promise',
            'ar.promise',
            'ar_promise',
            't.made_on',
            't.amount',
            't.currency_id',
            't.noted_by_id',
        ),
        _records(
            3,
            'broken',
            'ar.promise',
            'ar_promise',
            't.closed_on',
            't.amount - t.received',
            't.currency_id',
            where="t.state IN ('broken', 'partly') AND t.closed_on IS NOT NULL",
        ),
        _records(
            4,
            'plan',
            'ar.payment.plan',
            'ar_payment_plan',
            't.accepted_on',
            't.amount',
            't.currency_id',
            where='t.accepted_on IS NOT NULL',
        ),
        _records(
            5,
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
        _records(
            6,
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
        _records(
            7,
            'case',
            'ar.collection.case',
            'ar_collection_case',
            't.handed_over_on',
            't.claimed',
            'c.currency_id',
            't.user_id',
            't.handed_over_on IS NOT NULL',
            'JOIN res_company c ON c.id = ca.company_id',
        ),
        _records(8, 'hold', 'ar.hold', 'ar_hold', 't.placed_on', user='t.placed_by'),
        _receipts(),
    ]
