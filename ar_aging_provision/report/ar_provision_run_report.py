"""What a run shows and prints: the matrix, the classes, the largest debtors, completeness, the entry."""

from odoo.tools import format_date

from odoo.addons.ar_base.engine import accounts, open_items
from odoo.addons.ar_base.rules.money import exact


def figures(run):
    """Return the figures of the disclosure table, all from the frozen lines."""
    return {
        **reviewed(run),
        'rows': _by_bucket(run),
        'grades': _grades(run),
        'accounts': _accounts(run),
        'total': {'residual': run.gross, 'allowance': run.required},
        'outlook': _outlook(run),
    }


def reviewed(run):
    """Return of them what an approver looks at first: classes, largest debtors, overrides."""
    return {
        'run': run,
        'money': lambda amount: run.currency_id.format(amount or 0.0),
        'percent': _percent,
        'categories': _by_category(run),
        'debtors': _top_debtors(run),
        'overrides': _overrides(run),
    }


def entry(run):
    """Return the lines of the entry as they will be booked; of a booked run as they were."""
    if run.move_ids and run.state in ('posted', 'reversed'):
        plan = {
            move.company_id: [
                {name: line[name] for name in ('balance', 'ar_allowance_kind', 'ar_allowance_category')}
                | {'account_id': line.account_id.id, 'partner_id': line.partner_id.id}
                for line in move.sudo().line_ids.sorted('id')[:201]
            ]
            for move in run.move_ids
        }
    else:
        plan = run._entry_plan()
    return {'run': run, **entry_lines(run.env, run.currency_id, plan)}


def entry_lines(env, currency, plan):
    """Return what the template of an entry shows.

    :param plan: {company: [values of journal items]}
    """
    Account = env['account.account'].sudo()
    companies = []
    for company, lines in plan.items():
        companies.append(
            (
                company,
                [
                    {
                        'account': Account.with_company(company).browse(line['account_id']).display_name,
                        'partner': env['res.partner'].browse(line['partner_id']).display_name,
                        'kind': line.get('ar_allowance_kind'),
                        'category': line.get('ar_allowance_category'),
                        'debit': max(float(line['balance']), 0),
                        'credit': max(-float(line['balance']), 0),
                    }
                    for line in lines[:200]
                ],
                len(lines),
            )
        )
    labels = dict(env['account.move.line']._fields['ar_allowance_kind']._description_selection(env))
    return {
        'companies': companies,
        'kinds': labels,
        'money': lambda amount: currency.format(amount) if amount else '',
    }


def _outlook(run):
    """Return (factor on every rate, why) as frozen, or None where the rates are those of the past."""
    frozen = run.parameters or {}
    factor = exact(frozen.get('forward') or 1)
    return (f'{factor.normalize():f}', frozen.get('forward_reason') or '') if factor != 1 else None


def _by_bucket(run):
    """Return the rows bucket -> gross, allowance, allowance by grade; unallocated credits last."""
    cells = {}
    for bucket, grade, residual, allowance in _group(run, ['bucket_id', 'grade_id']):
        row = cells.setdefault(bucket, {'residual': 0.0, 'allowance': 0.0, 'grades': {}})
        row['residual'] += residual
        row['allowance'] += allowance
        row['grades'][grade] = allowance
    ordered = sorted(cells, key=lambda bucket: (not bucket, bucket.sequence, bucket.id))
    return [{'name': bucket.name or run.env._("Unallocated credits"), **cells[bucket]} for bucket in ordered]


def _by_category(run):
    labels = dict(run.env['ar.provision.line']._fields['category']._description_selection(run.env))
    return [
        {
            'name': ' / '.join(filter(None, [labels[category], segment.name])),
            'residual': residual,
            'allowance': allowance,
        }
        for category, segment, residual, allowance in _group(run, ['category', 'segment_id'])
    ]


def _top_debtors(run):
    return [
        {
            'name': partner.display_name or run.env._("No customer"),
            'residual': residual,
            'allowance': allowance,
        }
        for partner, residual, allowance in _group(
            run, ['partner_id'], limit=5, order='residual:sum DESC', having=[('residual:sum', '>', 0)]
        )
    ]


def _overrides(run):
    """Return what a person decided instead of the rates, the largest change first."""
    lines = run.env['ar.provision.line'].search([('run_id', '=', run.id), ('is_overridden', '=', True)])
    return [
        {
            'customer': line.partner_id.display_name or run.env._("No customer"),
            'document': line.document,
            'computed': line.computed,
            'allowance': line.allowance,
            'user': line.override_user_id.name,
            'since': format_date(run.env, line.override_from),
            'reason': line.override_reason,
        }
        for line in lines.sorted(lambda line: (-abs(line.allowance - line.computed), line.id))
    ]


def _accounts(run):
    """Return every account of receivables with its ledger balance and what of it the run looked at.

    Completeness: an account that the policy leaves out, and differences of valuation, show as ``left_out``.
    """
    env, company = run.env, run.company_id.sudo()
    base = {account.sudo(): residual for account, residual, _allowance in _group(run, ['account_id'])}
    every = company._ar_receivable_accounts(*accounts.KINDS).union(*base)
    params = open_items.Parameters(as_of=run.as_of, account_ids=tuple(every.ids))
    tree, ledger = company._ar_tree().ids, {}
    items = env['ar.open.item'].sudo()
    for company_id, account_id, balance in items._execute_flushed(open_items.ledger(params)):
        if company_id in tree:
            ledger[account_id] = ledger.get(account_id, 0) + float(balance)
    kinds = dict(env['account.account']._fields['ar_receivable_kind']._description_selection(env))
    rows = [
        {
            'name': account.with_company(company).display_name,
            'kind': kinds.get(account._ar_kind(), ''),
            'ledger': ledger.get(account.id, 0.0),
            'base': base.get(account, 0.0),
            'left_out': run.currency_id.round(ledger.get(account.id, 0.0) - base.get(account, 0.0)),
        }
        for account in every
    ]
    return [row for row in rows if row['ledger'] or row['base']]


def _grades(run):
    return [grade for grade, *_rest in _group(run, ['grade_id'], order='grade_id')]


def _group(run, by, **options):
    return run.env['ar.provision.line']._read_group(
        [('run_id', '=', run.id)], by, ['residual:sum', 'allowance:sum'], **options
    )


def _percent(part, whole):
    return f'{part / whole * 100:.2f} %' if whole > 0 else ''
