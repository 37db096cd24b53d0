"""The printed aging: rows by customer, columns by bucket, from grouped figures.

Odoo-free. One section per company, because companies may keep their books in different currencies; the
figures of a section are in one currency. Every figure of a row lies in exactly one column, so that the
columns of a row, and the rows of a section, sum to its total.
"""

from typing import NamedTuple


class Figure(NamedTuple):
    """What is open of one customer, bucket and document currency.

    Attributes:
        company, customer, bucket, currency: keys; ``bucket`` None = unallocated credit.
        amount: in the section's currency.
        amount_currency: in the document currency.
        parts: further amounts in the section's currency (disputed, secured, provisioned).
    """

    company: object
    customer: object
    bucket: object
    currency: object
    amount: float
    amount_currency: float
    parts: tuple = ()


class Row(NamedTuple):
    """A line of the table: ``amounts`` per column, their ``total``, and the ``parts``."""

    key: object
    amounts: tuple
    total: float
    parts: tuple
    total_currency: float = 0


class Section(NamedTuple):
    """A company's table: ``rows`` by customer, ``currencies`` (by document currency), and the ``total``."""

    company: object
    rows: tuple
    currencies: tuple
    total: Row


def columns(figures, buckets):
    """Return the columns in order: every bucket, and None last where a credit has no bucket."""
    return (*buckets, None) if any(figure.bucket is None for figure in figures) else tuple(buckets)


def sections(figures, buckets, order=lambda key: key):
    """Return the sections of ``figures``, companies in order of appearance and customers by ``order``."""
    shown = columns(figures, buckets)
    companies = dict.fromkeys(figure.company for figure in figures)
    return [
        _section(company, [f for f in figures if f.company == company], shown, order) for company in companies
    ]


def _section(company, figures, shown, order):
    return Section(
        company,
        tuple(sorted(_rows(figures, shown, lambda f: f.customer), key=lambda row: order(row.key))),
        tuple(_rows(figures, shown, lambda f: f.currency)),
        _row(None, figures, shown),
    )


def _rows(figures, shown, key):
    groups = {}
    for figure in figures:
        groups.setdefault(key(figure), []).append(figure)
    return [_row(name, group, shown) for name, group in groups.items()]


def _row(key, figures, shown):
    amounts = dict.fromkeys(shown, 0)
    for figure in figures:
        amounts[figure.bucket] += figure.amount
    return Row(
        key,
        tuple(amounts.values()),
        sum(f.amount for f in figures),
        tuple(sum(part) for part in zip(*(f.parts for f in figures), strict=True)),
        sum(f.amount_currency for f in figures),
    )
