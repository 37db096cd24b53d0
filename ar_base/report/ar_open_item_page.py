"""What the aging page says about itself, for its toolbar: options, tie-out, and why it may be empty."""

from odoo.tools import format_date


def header(items):
    """Return texts and choices of the page that shows ``items``: ``ar.open.item`` in the page's context."""
    env, params = items.env, items._aging_parameters()
    Scheme, Snapshot = env['ar.aging.scheme'], env['ar.aging.snapshot']
    schemes = Scheme.sudo().search([('company_id', 'in', [False, *env.companies.root_id.ids])])
    return {
        'as_of': params.as_of.isoformat(),
        'aging_scheme_id': items._aging_scheme().id,
        'schemes': [(scheme.id, scheme.name) for scheme in schemes],
        'basis': params.basis,
        'bases': Scheme._fields['basis']._description_selection(env),
        'credits': params.credits,
        'credit_options': Scheme._fields['credits']._description_selection(env),
        'valuation': items._aging_valuation(),
        'valuations': Snapshot._fields['valuation']._description_selection(env),
        'currency_id': env.context.get('aging_currency_id') or False,
        'currencies': _currencies(env),
        'tie_out': tie_out(items),
        'notice': _notice(env, params),
        'labels': {'ties': env._("Ties to the ledger"), 'differs': env._("Differs from the ledger")},
        'may_print': items._may_print(),
        'may_snapshot': Snapshot.has_access('create'),
    }


def tie_out(items):
    """Return the rows of ``ar_tie_out`` with the names of company and account, and the company's currency."""
    Account, Company = items.env['account.account'].sudo(), items.env['res.company'].sudo()
    rows = []
    for row in items.ar_tie_out():
        company = Company.browse(row['company_id'])
        rows.append(
            {
                **row,
                'company': company.name,
                'account': Account.with_company(company).browse(row['account_id']).display_name,
                'currency_id': company.currency_id.id,
            }
        )
    return rows


def _notice(env, params):
    """Say why there may be nothing on the page, and the remedy; False where there is nothing to say."""
    for company in env.companies.sudo():
        if not company._ar_receivable_accounts().filtered('active'):
            return env._(
                "%s has no receivable account: install a chart of accounts under Settings, "
                "Accounting, first.",
                company.name,
            )
    receivable = [('account_id', 'any', env['account.account']._ar_receivable_domain())]
    posted = [('parent_state', '=', 'posted'), ('company_id', 'in', env.companies.ids)]
    first = env['account.move.line'].sudo().search([*posted, *receivable], order='date', limit=1)
    if not first:
        return env._("No receivable has been posted yet.")
    if first.date > params.as_of:
        return env._(
            "Nothing was posted up to %(date)s: the first receivable entry is dated %(first)s.",
            date=format_date(env, params.as_of),
            first=format_date(env, first.date),
        )
    return False


def _currencies(env):
    """Return (id, name) of the currencies to choose from; none where the company knows one only."""
    if not env.user.has_group('base.group_multi_currency'):
        return []
    return [(currency.id, currency.name) for currency in env['res.currency'].sudo().search([])]
