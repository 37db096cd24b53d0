"""Posting, payments and the journal: what is compared of them."""

from datetime import date

from odoo.fields import Command

from .compare_sales import _compared, _customer
from .turns import Turns, span

INVOICES, PAYMENTS, ENTRIES, BATCH = 100, 20, 1_000_000, 10_000


def _invoices(env, count):
    """Return draft invoices of as many customers, of three lines each."""
    partners = env['res.partner'].search([('ref', 'like', 'BP')], limit=count, order='id')
    product = env['product.product'].search([('default_code', '=', 'BS01')])
    line = {'product_id': product.id, 'quantity': 1, 'price_unit': 100.0}
    return env['account.move'].create(
        [
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': date.today(),
                'invoice_line_ids': [Command.create(line) for _line in range(3)],
            }
            for partner in partners
        ]
    )


def posting(without, suite, rounds):
    def post(site):
        with site.env('accountant') as env:
            return span(env, _invoices(env, INVOICES).action_post)

    turns = Turns(rounds, without=lambda: post(without), suite=lambda: post(suite))
    yield _compared(f"posting {INVOICES} invoices", turns)


def payments(without, suite, rounds):
    def pay(site):
        with site.env('accountant') as env:
            invoices = _invoices(env, PAYMENTS)
            invoices.action_post()

            def register():
                for invoice in invoices:
                    context = {'active_model': 'account.move', 'active_ids': invoice.ids}
                    env['account.payment.register'].with_context(**context).create({})._create_payments()

            return span(env, register)

    turns = Turns(rounds, without=lambda: pay(without), suite=lambda: pay(suite))
    yield _compared(f"registering {PAYMENTS} payments one by one", turns)


def verification(without, suite, rounds):
    """A million entries: written, sealed, and the chain verified."""
    with suite.env(keep=True) as env:
        journal, company = env['ar.journal'], env.company
        partner = _customer(env, 'BP777')
        rows = [(company.id, partner.id, partner.name, '{"amount": "100.00 USD"}')] * BATCH

        def write():
            for _batch in range(ENTRIES // BATCH):
                journal._append('res.partner', 'measured', rows)

        written = span(env, write)
    yield f"writing {ENTRIES:,} journal entries", None, written.seconds, None, [written.queries]
    with suite.env(keep=True) as env:
        sealed = span(env, env['ar.journal']._seal)
    yield "sealing them", None, sealed.seconds, None, [sealed.queries]
    with suite.env(keep=True) as env:
        env.cr.execute('ANALYZE ar_journal, ar_journal_seal')
    with suite.env() as env:
        found = []
        verified = span(env, lambda: found.append(env['ar.journal']._verify(env.company)))
        if found[0]['fault'] or found[0]['number'] < ENTRIES:
            raise SystemExit(f"The chain is not whole: {found[0]}")
    yield "verifying the chain", None, verified.seconds, None, [verified.queries]
