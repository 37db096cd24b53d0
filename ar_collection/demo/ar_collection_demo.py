"""Demo data: what a collector finds on an ordinary morning."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

# Customer, city, country, phone, person, function, grade, items as (days overdue, amount).
CUSTOMERS = (
    (
        "Brightwater Hotels",
        "Bristol",
        'uk',
        "+44 117 496 0110",
        "Helen Marsh",
        "Accounts payable",
        'b',
        ((92, 8400), (61, 5250), (18, 3900)),
    ),
    (
        "Kestrel Logistics",
        "Rotterdam",
        'nl',
        "+31 10 555 0120",
        "Joost Visser",
        "Finance manager",
        'c',
        ((48, 12600), (12, 4100)),
    ),
    (
        "Harbour Foods",
        "Aarhus",
        'dk',
        "+45 86 55 01 30",
        "Mette Lund",
        "Bookkeeper",
        'b',
        ((33, 2750), (5, 1980)),
    ),
    ("Yunfeng Instruments", "Suzhou", 'cn', "+86 512 5550 0140", "Chen Wei", "Finance", 'a', ((26, 15300),)),
    (
        "Granit Bau",
        "Graz",
        'at',
        "+43 316 555 0150",
        "Paul Egger",
        "Owner",
        'd',
        ((125, 9900), (88, 7350), (57, 6100)),
    ),
    (
        "Lumen Studios",
        "Lyon",
        'fr',
        "+33 4 55 50 01 60",
        "Claire Morel",
        "Accounts payable",
        'c',
        ((41, 1840), (15, 2260)),
    ),
    ("Oakridge Medical", "Dayton", 'us', "+1 937 555 0170", "Dana Ortiz", "Controller", 'a', ((9, 22400),)),
    (
        "Polar Freight",
        "Tromsø",
        'no',
        "+47 77 55 01 80",
        "Ingrid Dahl",
        "Finance",
        'c',
        ((74, 5600), (22, 3350)),
    ),
    (
        "Sunfield Farms",
        "Almería",
        'es',
        "+34 950 555 019",
        "Luis Romero",
        "Administration",
        'b',
        ((52, 1290), (20, 860)),
    ),
    ("Tallin Works", "Tallinn", 'ee', "+372 555 0199", "Mari Saar", "Bookkeeper", 'b', ((3, 4700),)),
    (
        "Verdant Paper",
        "Porto",
        'pt',
        "+351 22 555 0111",
        "Rui Costa",
        "Purchasing",
        'c',
        ((38, 6800), (30, 2400)),
    ),
    (
        "Westgate Tools",
        "Leeds",
        'uk',
        "+44 113 496 0112",
        "Owen Price",
        "Credit control",
        'd',
        ((150, 13800), (95, 4900)),
    ),
)
LETTER_DAYS = (-110, -96, -82, -70, -58, -46, -34, -22, -10)


def load(env):
    """Make customers, invoices and a history through the product's own flows.

    Called once, by the demo file. Does nothing without a chart of accounts.
    """
    company = env.ref('base.main_company')
    if not company.chart_template:
        return
    env = (
        env['ar.credit.account']
        .with_company(company)
        .with_context(tracking_disable=True, mail_activity_quick_update=True)
        .env
    )
    company = company.with_env(env)
    company.ar_effect_sample = 5
    for channel, cost in (('letter', 2.4), ('phone', 6.5), ('sms', 0.1)):
        env['ar.dunning.stage.channel'].search([('channel', '=', channel)]).cost = cost
    accounts = {row[0]: _customer(company, row) for row in CUSTOMERS}
    _paid_before(env, accounts.values())
    _letters(company, env['ar.credit.account'].union(*accounts.values()))
    _work(env, accounts)


def _day(env, days):
    return fields.Date.context_today(env.user) + timedelta(days=days)


def _customer(company, row):
    name, city, country, phone, person, function, grade, items = row
    env = company.env
    domain = name.lower().replace(' ', '') + '.example.com'
    partner = env['res.partner'].create(
        {
            'name': name,
            'is_company': True,
            'city': city,
            'country_id': env.ref(f'base.{country}').id,
            'phone': phone,
            'email': f'accounts@{domain}',
            'child_ids': [
                Command.create(
                    {
                        'name': person,
                        'function': function,
                        'type': 'invoice',
                        'phone': phone,
                        'email': f"{person.split()[0].lower()}@{domain}",
                    }
                )
            ],
        }
    )
    for days, amount in items:
        _claim(partner, -days, amount)
    account = env['ar.credit.account']._for_partner(partner, company)
    account.grade_id = env.ref(f'ar_base.grade_{grade}', raise_if_not_found=False)
    return account


def _claim(partner, due, amount):
    env = partner.env
    due = _day(env, due)
    move = env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': partner.id,
            'invoice_date': due - timedelta(days=30),
            'invoice_date_due': due,
            'invoice_payment_term_id': False,
            'invoice_user_id': env.ref('base.user_admin').id,
            'invoice_line_ids': [
                Command.create(
                    {'name': "Goods delivered", 'price_unit': amount, 'tax_ids': [Command.clear()]}
                )
            ],
        }
    )
    move.action_post()
    return move


def _paid_before(env, accounts):
    """Older invoices, dunned and paid: without them nothing can be said about the effect of letters."""
    env.flush_all()
    for number, account in enumerate(accounts):
        for due, late in ((-160, 9), (-130, 21), (-100, 8), (-75, 30)):
            move = _claim(account.partner_id, due - number, 900 + 170 * number)
            _receipt(move, due - number + late + number)


def _receipt(moves, day):
    moves.env['account.payment.register'].with_context(
        active_model='account.move', active_ids=moves.ids
    ).create({'payment_date': _day(moves.env, day), 'group_payment': True})._create_payments()


def _letters(company, accounts):
    """Letters of the past months as the plans would have sent them, on the days they would have gone out."""
    env = company.env
    for offset in LETTER_DAYS:
        day = _day(env, offset)
        run = env['ar.dunning.run'].create(
            {
                'company_id': company.id,
                'run_date': day,
                'documents_until': day,
                'partner_ids': accounts.partner_id.ids,
            }
        )
        run.action_propose()
        letters = run.notice_ids.filtered(
            lambda notice: notice.state == 'proposed' and not notice.stage_id.referral
        )
        letters._approve()
        for letter in letters:
            letter._record_facts({'name': letter._next_number()})
        letters._mark_sent(day)
        (run.notice_ids - letters).filtered(lambda notice: notice.state == 'proposed')._drop(
            env._("Not referred yet")
        )
        run._close_if_done()


def _work(env, accounts):
    """What collectors did: calls, promises, a dispute, a block, a case."""
    brightwater, kestrel, harbour = (
        accounts[name] for name in ("Brightwater Hotels", "Kestrel Logistics", "Harbour Foods")
    )
    lumen = accounts["Lumen Studios"]
    _call(brightwater, -9, 'not_reached', "No answer; the switchboard opens at ten")
    _call(
        brightwater,
        -2,
        'reached',
        "Helen is back on Monday and has the approval",
        next_action="Ask Helen for the date",
        next_date=0,
    )
    _call(kestrel, -6, 'promised', "Pays the oldest invoice with the next run")
    _call(
        harbour,
        -15,
        'will_check',
        "Looks for the delivery note",
        next_action="Ask about the delivery note",
        next_date=3,
    )
    _call(accounts["Granit Bau"], -20, 'refuses', "Says that the site is closed; no date")
    _call(lumen, -4, 'disputes', "Two lamps arrived broken")
    _promise(kestrel, -6, 5)
    _promise(accounts["Polar Freight"], -25, -12)
    disputed = _overdue_lines(lumen)[0]
    env['ar.dispute'].create(
        {'name': "Two lamps broken", 'move_id': disputed.move_id.id, 'amount': 400, 'reason': 'quality'}
    )
    env['ar.dunning.block'].create(
        {
            'credit_account_id': accounts["Sunfield Farms"].id,
            'until': _day(env, 6),
            'reason': "Statement sent, answer due next week",
        }
    )
    _case(accounts["Westgate Tools"])


def _call(account, days, outcome, text, next_action=None, next_date=None):
    env = account.env
    env['ar.contact.log'].create(
        {
            'credit_account_id': account.id,
            'contact_id': account.partner_id.child_ids[:1].id,
            'outcome': outcome,
            'text': text,
            'date': fields.Datetime.now() + timedelta(days=days),
            'next_action': next_action,
            'next_date': next_date is not None and _day(env, next_date),
        }
    )


def _overdue_lines(account):
    return account.env['ar.collection.case']._overdue_lines(account)


def _promise(account, made, until):
    env = account.env
    line = _overdue_lines(account)[:1]
    env['ar.promise']._note(
        account, line, [(_day(env, until), line.amount_residual_currency)], made_on=_day(env, made)
    )
    account._follow_commitments()


def _case(account):
    env = account.env
    agent = env['res.partner'].create(
        {'name': "Marlow Collections", 'is_company': True, 'email': "intake@marlow.example.com"}
    )
    env['ar.collection.case'].create(
        {
            'credit_account_id': account.id,
            'kind': 'agency',
            'agent_id': agent.id,
            'success_fee_percent': 12,
            'next_step': "First report",
            'next_date': _day(env, 4),
            'item_ids': env['ar.collection.case']._prepare_items(_overdue_lines(account)),
            'cost_ids': [Command.create({'kind': 'agency', 'amount': 60, 'note': "Opening fee"})],
        }
    )
