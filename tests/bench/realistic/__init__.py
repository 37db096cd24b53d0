"""A ledger that looks like a real one, for ``setup/bench ledger`` and ``setup/bench compare``.

``base`` sets up the empty company, ``generate`` fills it by the statements in the ``.sql`` files, ``check``
compares what was written with what Odoo computes itself.

What a copy of one invoice lacks, it has: skewed customers (one in a hundred has a tenth of the documents) and
three whales with 10, 1,000 and 10,000 open invoices; contacts under customers; instalments, credit notes,
drafts; foreign currency with exchange entries; bulk, partial and unallocated payments, none of them on a bank
statement yet; orders in every state. It is the same for the same day and size.
"""
