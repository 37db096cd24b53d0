"""Orders and credit files: what is compared of them. Each yields rows for ``compare._row``."""

from functools import partial
from unittest.mock import patch

from lxml import etree

from odoo.fields import Command

from .turns import Turns, span

# The ordinary customer is one of the middle; the other has ten thousand open items.
CUSTOMERS = {"an ordinary customer": 'BP777', "a customer with 10,000 open items": 'WHALE10000'}
PAGE = 80
UNLIMITED = 10.0**12
LARGE = 10.0**7

# Written for this figure alone: what is open of receivables, of orders and drafts, by customer. No
# components, no decisions of the company, no branches, no disputes.
EXPOSURE = """
    SELECT customer, SUM(amount) FROM (
        SELECT p.commercial_partner_id AS customer, l.amount_residual AS amount
          FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.company_id = %(company)s
           AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')
        UNION ALL
        SELECT m.commercial_partner_id, m.amount_total / m.invoice_currency_rate FROM account_move m
         WHERE m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt')
           AND m.company_id = %(company)s
        UNION ALL
        SELECT p.commercial_partner_id, s.price_total - COALESCE(i.amount, 0)
          FROM sale_order o JOIN res_partner p ON p.id = o.partner_invoice_id
          JOIN sale_order_line s ON s.order_id = o.id
          LEFT JOIN LATERAL (
            SELECT SUM(CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END * a.price_total) AS amount
              FROM sale_order_line_invoice_rel r
              JOIN account_move_line a ON a.id = r.invoice_line_id
              JOIN account_move m ON m.id = a.move_id AND m.state IN ('posted', 'draft')
             WHERE r.order_line_id = s.id
          ) i ON TRUE
         WHERE o.state = 'sale' AND o.invoice_status IS DISTINCT FROM 'invoiced'
           AND o.company_id = %(company)s
    ) parts GROUP BY 1"""


def _customer(env, ref):
    found = env['res.partner'].search([('ref', '=', ref)], limit=1)
    return found or env['res.partner'].search([('ref', 'like', 'WHALE')], order='id desc', limit=1)


def _limit(site, amount):
    """Give both customers this limit, the best grade, and nothing that would hold them."""
    with site.env(keep=True) as env:
        for ref in CUSTOMERS.values():
            partner = _customer(env, ref)
            account = env['ar.credit.account']._for_partner(partner, env.company)
            account.write(
                {'credit_limit': amount, 'is_unlimited': False, 'grade_id': env.ref('ar_base.grade_a').id}
            )


def _quotation(env, ref, price=100.0):
    product = env['product.product'].search([('default_code', '=', 'BS01')])
    values = {'product_id': product.id, 'product_uom_qty': 1, 'price_unit': price}
    return env['sale.order'].create(
        {
            'partner_id': _customer(env, ref).id,
            'user_id': env.uid,
            'payment_term_id': env.ref('account.account_payment_term_30days').id,
            'order_line': [Command.create(values) for _line in range(3)],
        }
    )


def _confirm(site, ref, button='action_confirm', state='sale', price=100.0):
    with site.env('seller') as env:
        order = _quotation(env, ref, price)
        found = span(env, getattr(order, button))
        if order.state != state:
            raise SystemExit(f"{ref}: the order is {order.state}, not {state}")
        return found


def confirmations(without, suite, rounds):
    _limit(suite, UNLIMITED)
    for who, ref in CUSTOMERS.items():
        yield _compared(
            f"confirming an order of {who}, every rule on",
            Turns(rounds, without=lambda: _confirm(without, ref), suite=lambda: _confirm(suite, ref)),
        )


def held(without, suite, rounds):
    """A held order: the attempt, its record, the queue and the notes to who decides.

    It is larger than what a customer may have paid on account.
    """
    _limit(suite, 0)
    for who, ref in CUSTOMERS.items():
        yield _compared(
            f"an order of {who} that is held, against a confirmation",
            Turns(
                rounds,
                without=lambda: _confirm(without, ref, price=LARGE),
                suite=lambda: _confirm(suite, ref, 'action_confirm_with_credit', 'draft', LARGE),
            ),
        )


def journal_of_a_confirmation(without, suite, rounds):
    """A confirmation that a release lets pass reports to the journal; the same with the journal silent."""
    ref = CUSTOMERS["an ordinary customer"]
    _limit(suite, 0)

    def released(silent):
        with suite.env('seller') as env:
            order = _quotation(env, ref, LARGE)
            order.action_confirm_with_credit()
            decision = order.sudo().credit_decision_ids
            act = partial(decision.with_user(suite.users['controller']).action_release, "Known for years")
            mixin = env.registry['ar.journal.mixin']
            with patch.object(mixin, '_journal', _nothing if silent else mixin._journal):
                found = span(env, act)
            if order.state != 'sale':
                raise SystemExit(f"{order.name} was not released")
            return found

    yield _compared(
        "releasing and confirming an order; without its journal",
        Turns(rounds, without=lambda: released(True), suite=lambda: released(False)),
    )


def _nothing(*_args):
    """A journal that is silent."""


def exposure_of_all(without, suite, rounds):
    _limit(suite, UNLIMITED)
    with suite.env(keep=True) as env:
        customers = env['res.partner'].search([('customer_rank', '>', 0)]).commercial_partner_id
        count = len(env['ar.credit.account']._for_partners(customers, env.company))
    answers = {}

    def by_hand():
        with suite.env() as env:
            return span(env, lambda: answers.update(hand=_by_hand(env)))

    def product():
        with suite.env() as env:
            accounts = env['ar.credit.account'].search([])
            accounts.mapped('partner_id.id')

            def ask():
                found = accounts._credit_exposures()
                answers['suite'] = {account: float(found[account].gross) for account in accounts.ids}

            return span(env, ask)

    turns = Turns(rounds, without=by_hand, suite=product)
    _same(suite, answers)
    yield _compared(f"exposure of all {count:,} customers; one hand-written query", turns)


def _by_hand(env):
    env.cr.execute('SET LOCAL jit = off')
    env.cr.execute(EXPOSURE, {'company': env.company.id})
    return {customer: float(amount) for customer, amount in env.cr.fetchall()}


def _same(suite, answers):
    """Both say the same of customers in company currency, or the comparison says nothing."""
    with suite.env() as env:
        env.cr.execute(
            """
            SELECT a.id, a.partner_id FROM ar_credit_account a
             WHERE NOT EXISTS (SELECT FROM account_move m
                                WHERE m.commercial_partner_id = a.partner_id AND m.currency_id <> %s)""",
            [env.company.currency_id.id],
        )
        rows = env.cr.fetchall()
    differing = [
        partner
        for account, partner in rows
        if abs(answers['suite'].get(account, 0) - answers['hand'].get(partner, 0)) > 0.01
    ]
    if differing:
        raise SystemExit(
            f"The two exposures differ for {len(differing)} of {len(rows)}, as for {differing[:3]}"
        )


def screens(without, suite, rounds):
    """The first page of the credit files, by default and by exposure, and one file, as a browser asks."""
    _limit(suite, UNLIMITED)

    def page(order):
        with suite.env('controller') as env:
            files = env['ar.credit.account']
            shown = _specification(files, 'list')
            return span(
                env, lambda: files.web_search_read([], shown, limit=PAGE, order=order, count_limit=10001)
            )

    def form(ref):
        with suite.env('controller') as env:
            files = env['ar.credit.account']
            shown = _specification(files, 'form')
            file = files.search([('partner_id', '=', _customer(env, ref).id)])
            return span(env, lambda: file.web_read(shown))

    for what, act in (
        ("the first page of the credit files", lambda: page('')),
        ("the same, by exposure", lambda: page('exposure desc')),
        *((f"the credit file of {who}", lambda ref=ref: form(ref)) for who, ref in CUSTOMERS.items()),
    ):
        turns = Turns(rounds, suite=act)
        yield what, None, turns.seconds('suite'), None, [turns.queries('suite')]


def _specification(model, kind):
    """Return what the web client asks for in the model's view."""
    views = model.get_views([(False, kind)])
    known = views['models'][model._name]['fields']
    arch = etree.fromstring(views['views'][kind]['arch'])
    names = {node.get('name') for node in arch.iter('field')} & known.keys()
    relational = ('many2one', 'one2many', 'many2many')
    return {
        name: {'fields': {'display_name': {}}} if known[name]['type'] in relational else {} for name in names
    }


def _compared(what, turns):
    return (
        what,
        turns.seconds('without'),
        turns.seconds('suite'),
        turns.ratio('suite', 'without'),
        [turns.queries('without'), turns.queries('suite')],
    )
