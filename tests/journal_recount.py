"""What the journal's rows alone say about every record: pure, without Odoo, as an auditor would count it.

A row is (id, model, id of the record, event, figures).
"""

import json
from typing import NamedTuple


class Row(NamedTuple):
    id: int
    model: str
    record: int
    event: str
    figures: dict


def read(rows):
    """Return the rows of (id, model, id of the record, event, figures as text), in the order of their ids."""
    return [Row(*row[:4], json.loads(row[4])) for row in sorted(rows)]


def last(rows, model):
    """Return {id of the record: its last row}."""
    return {row.record: row for row in rows if row.model == model}


def states(rows, model):
    """Return {id of the record: its state}; a record that is not in it is where it began."""
    return {record: row.event for record, row in last(rows, model).items()}


def holds(rows):
    """Return the ids of the holds in force."""
    return {record for record, event in states(rows, 'ar.hold').items() if event == 'placed'}


def limits(rows):
    """Return {credit account: (limit, unlimited)} of those for which one was decided."""
    found = {}
    for row in rows:
        if (row.model, row.event) == ('ar.credit.change', 'applied') and row.figures.get('change_limit'):
            limit = float(row.figures['new_limit'].split()[0])
            found[row.figures['credit_account_id'][0]] = limit, bool(row.figures.get('new_unlimited'))
    return found


def grades(rows):
    """Return {credit account: grade} of those for which one was decided."""
    return {
        row.figures['credit_account_id'][0]: row.figures['new_grade_id'][0]
        for row in rows
        if (row.model, row.event) == ('ar.credit.change', 'applied') and row.figures.get('change_grade')
    }


def orders(rows):
    """Return {order: what credit control says of it}; one that is not in it was never stopped."""
    found = {}
    for row in rows:
        if row.model == 'ar.credit.decision' and row.figures['origin'] != 'increase':
            found[row.figures['order_id'][0]] = row.event
    return {
        order: event if event in ('hold', 'released', 'rejected') else '' for order, event in found.items()
    }


def assessments(rows):
    """Return {assessment: its state}: from its submission on that of the change that it became."""
    changes = states(rows, 'ar.credit.change')
    return {
        record: changes[row.figures['change_id'][0]] if row.event == 'submitted' else row.event
        for record, row in last(rows, 'ar.credit.assessment').items()
    }


def signatures(rows):
    """Return {(period, side): user} of the signatures in force: a period that was reopened lost its own."""
    found = {}
    for row in rows:
        if row.model == 'ar.sales.reconciliation' and row.event == 'reopened':
            found = {key: user for key, user in found.items() if key[0] != row.record}
        if (row.model, row.event) == ('ar.sales.reconciliation.signature', 'signed'):
            figures = row.figures
            found[figures['reconciliation_id'][0], figures['side']] = figures['user_id'][0]
    return found


def allowance(rows):
    """Return what the runs in force have booked: the allowance that the ledger must show."""
    runs = last(rows, 'ar.provision.run').values()
    return round(sum(float(row.figures['adjustment'].split()[0]) for row in runs if row.event == 'posted'), 2)
