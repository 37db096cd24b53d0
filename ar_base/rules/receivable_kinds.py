"""Which accounts of Odoo's charts are receivables of which kind: xmlids of ``account.chart.template``.

Odoo-free. Only what the type of the account does not say: bills and doubtful receivables, which many charts
ship as plain current assets, and contract assets.
"""

_CHINA = {'l10n_cn_common_account_1121': 'bill'}
_SPAIN = {
    'account_common_4310': 'bill',
    'account_common_4311': 'bill',
    'account_common_4312': 'bill',
    'account_common_4315': 'bill',
    'account_common_436': 'doubtful',
}
_BELGIUM = {'a401': 'bill', 'a407': 'doubtful', 'a404': 'contract'}

KINDS = {
    **dict.fromkeys(('cn', 'cn_large_bis'), _CHINA),
    **dict.fromkeys(('es_full', 'es_pymes', 'es_assec', 'es_coop_full', 'es_coop_pymes'), _SPAIN),
    **dict.fromkeys(('be_comp', 'be_asso'), _BELGIUM),
    'at': {'chart_at_template_2680': 'bill'},
    'de_skr03': {'account_1300': 'bill', 'account_1460': 'doubtful'},
    'de_skr04': {'chart_skr04_1230': 'bill', 'chart_skr04_1240': 'doubtful'},
    'fr': {'pcg_413': 'bill', 'pcg_416': 'doubtful', 'pcg_4181': 'contract'},
    'it': {'1505': 'bill'},
    'jp': {'l10n_jp_126300': 'bill'},
    'nl': {'1150': 'doubtful'},
    'pl': {'chart24090100': 'doubtful'},
    'tw': {'l10n_tw_account_1151': 'bill'},
}
