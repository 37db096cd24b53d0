"""Accounts by role of the charts that have them: xmlids of ``account.chart.template``. Odoo-free.

A role may name several candidates; the first that exists counts. Codes mean different things from chart to
chart (1231 is the allowance in one Chinese chart and other assets in the next), so accounts are never found
by code.
"""

# Names of the policy's fields.
ROLES = (
    'allowance',
    'expense',
    'reversal',
    'individual_allowance',
    'individual_expense',
    'individual_reversal',
    'write_off',
    'vat',
    'recovery',
    'doubtful',
)


class Chart(dict):
    """Accounts by role, and the profile of the chart."""

    def __init__(self, profile, **accounts):
        super().__init__(
            {role: (xmlid,) if isinstance(xmlid, str) else xmlid for role, xmlid in accounts.items()}
        )
        self.profile = profile


def _skr(prefix, profile, pool, individual, write_off, vat, recovery, doubtful):
    def account(number):
        return f'{prefix}_{number}'

    return Chart(
        profile,
        write_off=account(write_off),
        vat=account(vat),
        recovery=account(recovery),
        doubtful=account(doubtful),
        **dict(zip(('allowance', 'expense', 'reversal'), map(account, pool), strict=True)),
        **dict(
            zip(
                ('individual_allowance', 'individual_expense', 'individual_reversal'),
                map(account, individual),
                strict=True,
            )
        ),
    )


_SPAIN = Chart(
    'es',
    allowance=('account_common_mainland_490', 'account_common_490'),
    expense=('account_common_mainland_694', 'account_common_694'),
    reversal=('account_common_mainland_794', 'account_common_794'),
    write_off=('account_full_650', 'account_pymes_650', 'account_coop_650'),
    vat='account_common_477',
    recovery='account_common_778',
    doubtful='account_common_436',
)

CHARTS = {
    # Enterprises: the allowance method. Small enterprises book bad debts when they are incurred, through no
    # allowance.
    'cn_large_bis': Chart(
        'cn',
        allowance='l10n_cn_large_bis_account_1231',
        expense=('l10n_cn_large_bis_account_6721', 'l10n_cn_large_bis_account_6701'),
        write_off='l10n_cn_large_bis_account_6711',
        recovery='l10n_cn_large_bis_account_6301',
    ),
    'cn': Chart('cn', write_off='l10n_cn_account_571101', recovery='l10n_cn_account_5301'),
    'generic_coa': Chart('us', recovery='other_income'),
    'fr': Chart(
        'fr',
        allowance='pcg_491',
        expense='pcg_68174',
        reversal='pcg_78174',
        write_off=('pcg_6541', 'pcg_654'),
        vat='pcg_44571',
        recovery=('pcg_7714', 'pcg_7583', 'pcg_7588'),
        doubtful='pcg_416',
    ),
    'de_skr03': _skr(
        'account', 'de', ('0996', '2450', '2730'), ('0998', '2451', '2731'), '2400', '1776', '2732', '1460'
    ),
    'de_skr04': _skr(
        'chart_skr04',
        'de',
        ('1248', '6920', '4920'),
        ('1246', '6923', '4923'),
        '6930',
        '3806',
        '4925',
        '1240',
    ),
    **dict.fromkeys(('es_full', 'es_pymes', 'es_coop_full', 'es_coop_pymes'), _SPAIN),
}

# What is created on request where the chart has no such account: code and type.
MISSING = {
    'cn': {'allowance': ('123900', 'asset_current'), 'expense': ('560390', 'expense')},
    'generic_coa': {'allowance': ('121900', 'asset_current'), 'expense': ('642900', 'expense')},
    None: {'allowance': ('129900', 'asset_current'), 'expense': ('679900', 'expense')},
}
