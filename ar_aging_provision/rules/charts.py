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


def _skr(prefix, pool, individual, write_off, recovery, doubtful):
    """The German charts. They map no VAT: an account of one rate would be wrong for the next."""

    def accounts(numbers):
        return [f'{prefix}_{number}' for number in numbers]

    allowance, expense, reversal = accounts(pool)
    individual_allowance, individual_expense, individual_reversal = accounts(individual)
    return Chart(
        'de',
        allowance=allowance,
        expense=expense,
        reversal=reversal,
        individual_allowance=individual_allowance,
        individual_expense=individual_expense,
        individual_reversal=individual_reversal,
        write_off=f'{prefix}_{write_off}',
        recovery=f'{prefix}_{recovery}',
        doubtful=f'{prefix}_{doubtful}',
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

_BELGIUM = Chart(
    'fr',
    allowance='a409',
    expense='a6340',
    reversal='a6341',
    write_off='a642',
    recovery='a742',
    doubtful='a407',
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
    'cn': Chart('direct', write_off='l10n_cn_account_571101', recovery='l10n_cn_account_5301'),
    'generic_coa': Chart('us', recovery='other_income'),
    'us': Chart('us', recovery='account_account_us_other_income'),
    'fr': Chart(
        'fr',
        allowance='pcg_491',
        expense='pcg_68174',
        reversal='pcg_78174',
        write_off=('pcg_6541', 'pcg_654'),
        vat='pcg_44571',
        recovery=('pcg_7714', 'pcg_7583'),
        doubtful='pcg_416',
    ),
    'de_skr03': _skr('account', ('0996', '2450', '2730'), ('0998', '2451', '2731'), '2400', '2732', '1460'),
    'de_skr04': _skr(
        'chart_skr04', ('1248', '6920', '4920'), ('1246', '6923', '4923'), '6930', '4925', '1240'
    ),
    **dict.fromkeys(('es_full', 'es_pymes', 'es_coop_full', 'es_coop_pymes'), _SPAIN),
    **dict.fromkeys(('be_comp', 'be_asso'), _BELGIUM),
    # The chart has no account of its own for the charge of an allowance, nor for the loss.
    'at': Chart('de', allowance='chart_at_template_2090', individual_allowance='chart_at_template_2080'),
    # Losses lower sales in the Swiss income statement; the chart types them so.
    'ch': Chart('us', allowance='ch_coa_1109', expense='ch_coa_3805', write_off='ch_coa_3805'),
    'it': Chart('us', allowance='1540', expense='4706', write_off='4905'),
    'nl': Chart('us', allowance='1160', expense='4550', write_off='4550', doubtful='1150'),
    'pl': Chart(
        'us',
        expense='chart76010900',
        write_off='chart76010900',
        recovery='chart76000900',
        doubtful='chart24090100',
    ),
    'uk': Chart('us', allowance='215000', expense='785000', write_off='785000'),
    'in': Chart('us', write_off='p2132', recovery='2012'),
    'jp': Chart('us', allowance='l10n_jp_123300', expense='l10n_jp_510300', recovery='l10n_jp_426000'),
    'tw': Chart('us', allowance='l10n_tw_account_1158', recovery='l10n_tw_account_7100'),
    'sg': Chart(
        'us',
        allowance='account_account_696',
        expense='account_account_825',
        write_off='account_account_825',
        recovery='account_account_811',
    ),
    'hk': Chart('us', expense='l10n_hk_5226', write_off='l10n_hk_5226', recovery='l10n_hk_42'),
    'mx': Chart('us', allowance='cuenta108_01'),
    'br': Chart(
        'us',
        allowance='account_template_101020252',
        expense='account_template_30101070125',
        write_off='account_template_30101070125',
        recovery='account_template_30101050110',
    ),
}

# What type an account of a role may have, as the beginning of its type. Some charts keep the allowance among
# provisions; Switzerland types losses as less income.
TYPES = {
    'allowance': ('asset_current', 'asset_non_current', 'liability_current'),
    'expense': ('expense', 'income'),
    'reversal': ('income', 'expense'),
    'write_off': ('expense', 'income'),
    'vat': ('liability_current',),
    'recovery': ('income',),
    'doubtful': ('asset_receivable', 'asset_current'),
}

# What is created on request where the chart has no such account: code and type. Only where it is known what
# the code means: in many charts the class of 129900 or 679900 is another.
MISSING = {
    'generic_coa': {'allowance': ('121900', 'asset_current'), 'expense': ('642900', 'expense')},
    'us': {'allowance': ('121900', 'asset_current'), 'expense': ('691000', 'expense')},
}
