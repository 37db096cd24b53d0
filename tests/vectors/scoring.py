"""Kinds of chapter 8: real payments, real assessments with the default score card, the grades' own policy."""

from datetime import timedelta

from odoo.fields import Command, Date

from .world import World

AS_OF = Date.to_date('2026-03-31')
STATEMENT = {
    'has_current': ('current_assets', 'current_liabilities'),
    'has_equity': ('book_equity',),
    'has_totals': ('total_assets', 'total_liabilities', 'retained_earnings', 'ebit'),
}


def assessment(env, world, **values):
    account = env['ar.credit.account']._for_partner(world.partner(), world.company())
    return env['ar.credit.assessment'].create(
        {
            'credit_account_id': account.id,
            'date': AS_OF,
            'scorecard_id': env.ref('ar_credit_assessment.scorecard_default').id,
            **values,
        }
    )


def payment_index(env, data):
    """Each experience is an invoice that the bank paid that many days after it fell due, the last late one is
    still open.
    """
    world = World(env)
    company = world.company()
    company.ar_min_experiences = data.get('min_experiences', 1)
    late = [place for place, row in enumerate(data['experiences']) if int(row['days_late']) > 0]
    for place, row in enumerate(data['experiences']):
        enter(world, company, row, paid=not late or place != late[-1])
    account = env['ar.credit.account']._for_partner(world.partner(), company)
    found = account._credit_payment_behaviour(AS_OF)[account.id]
    return {
        'index': None if found.payment_index is None else f'{found.payment_index:.1f}',
        'risk': found.risk,
    }


def enter(world, company, row, paid):
    due = AS_OF - timedelta(days=int(row['days_late']))
    receivable = world.account(company, '1122')
    partner = world.partner().with_company(company)
    partner.property_account_receivable_id = receivable
    # An invoice paid early was issued before that.
    issued = due - timedelta(days=60) if due > AS_OF else due
    move = (
        world.env['account.move']
        .with_company(company)
        .create(
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': issued,
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'journal_id': world.journal(company, 'sale').id,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'name': "Goods",
                            'quantity': 1,
                            'price_unit': float(row['amount']),
                            'tax_ids': [Command.clear()],
                            'account_id': world.counterpart(company).id,
                        }
                    )
                ],
            }
        )
    )
    move._post(soft=False)
    if paid:
        line = move.line_ids.filtered(lambda line: line.account_id == receivable)
        (line + receipt(world, company, receivable, partner, row)).reconcile()


def receipt(world, company, receivable, partner, row):
    move = (
        world.env['account.move']
        .with_company(company)
        .create(
            {
                'move_type': 'entry',
                'date': AS_OF,
                'journal_id': world.journal(company, 'bank').id,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': receivable.id,
                            'partner_id': partner.id,
                            'credit': float(row['amount']),
                        }
                    ),
                    Command.create(
                        {'account_id': world.counterpart(company).id, 'debit': float(row['amount'])}
                    ),
                ],
            }
        )
    )
    move._post(soft=False)
    return move.line_ids.filtered(lambda line: line.account_id == receivable)


def altman_z2(env, data):
    figures = {name: float(data[name]) for names in STATEMENT.values() for name in names}
    found = assessment(env, World(env), **dict.fromkeys(STATEMENT, True), **figures)
    return {'z': f'{found.z_score:.3f}' if found.z_zone else None, 'zone': found.z_zone or None}


def scorecard(env, data):
    """The values are the vector's; factors, weights, caps and grades are the default score card's."""
    found = assessment(env, World(env))
    for line in found.line_ids:
        value = data['values'].get(line.code)
        line._record_facts({'value': float(value or 0), 'has_value': value is not None})
    for flag in found.flag_ids:
        flag.is_set = bool(data.get('flags', {}).get(flag.code))
    return {
        'points': {line.code: f'{line.points:.1f}' if line.has_value else None for line in found.line_ids},
        'missing_weight': found.missing_weight,
        'score': f'{found.score:.1f}' if found.has_score else None,
        'grade': found.scored_grade_id.code or None,
        'caps': [code for code in (found.caps or '').split(',') if code],
    }


def limit_suggestion(env, data):
    world = World(env)
    company = world.company()
    maximum = next(
        (data[key] for key in ('policy_maximum', 'policy_max', 'maximum', 'max_limit') if data.get(key)), 0
    )
    company.write(
        {
            'ar_limit_cushion_days': int(data.get('cushion_days', 15)),
            'ar_limit_step': float(data.get('round_down_to', 1000)),
            'ar_limit_maximum': float(maximum),
        }
    )
    if data.get('security'):
        account = env['ar.credit.account']._for_partner(world.partner(), company)
        env['ar.credit.security'].create(
            {
                'credit_account_id': account.id,
                'kind': 'deposit',
                'amount': float(data['security']),
                'currency_id': company.currency_id.id,
            }
        )
    grade = env['ar.credit.grade'].create(
        {
            'name': "Vector",
            'code': "vector",
            'limit_factor': float(data.get('grade_factor', 1)),
            'max_terms_days': int(data.get('terms_days', 30)),
        }
    )
    working_capital = data.get('working_capital')
    found = assessment(
        env,
        world,
        override_grade_id=grade.id,
        has_equity=data.get('net_worth') is not None,
        book_equity=float(data.get('net_worth') or 0),
        has_current=working_capital is not None,
        current_assets=max(float(working_capital or 0), 0),
        current_liabilities=max(-float(working_capital or 0), 0),
    )
    sales = data.get('avg_monthly_sales_incl_tax')
    found._record_facts({'has_sales': sales is not None, 'average_monthly_sales': float(sales or 0)})
    return {
        'need': f'{found.need:.2f}' if found.has_need else None,
        'capacity': f'{found.capacity:.2f}' if found.has_capacity else None,
        'limit': f'{found.suggested_limit:.2f}',
    }


def grade_mapping(env, data):
    grades = {grade.code: grade for grade in env['ar.credit.grade'].search([('code', 'in', data['grades'])])}
    return {
        code: {
            'limit_factor': plain(grades[code].limit_factor),
            'terms_days': grades[code].max_terms_days,
            'provision_multiplier': plain(grades[code].provision_multiplier),
        }
        for code in data['grades']
    }


def plain(number):
    """Write 0 as "0", else as many decimals as it has, at least one."""
    return repr(round(number, 6)) if number else '0'


ADAPTERS = {
    'payment_index': payment_index,
    'altman_z2': altman_z2,
    'scorecard': scorecard,
    'limit_suggestion': limit_suggestion,
    'grade_mapping': grade_mapping,
}
