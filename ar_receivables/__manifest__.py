{
    'name': "Receivables",
    'summary': "Credit control, aging and loss allowance, dunning, reconciliation: the whole suite",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': [
        'ar_aging_provision',
        'ar_base',
        'ar_cockpit',
        'ar_collection',
        'ar_credit_assessment',
        'ar_credit_backtest',
        'ar_credit_control',
        'ar_dunning',
        'ar_dunning_interest',
        'ar_promise',
        'ar_reconciliation',
        'ar_statement',
        'sale_management',
    ],
    'application': True,
    'assets': {
        'web.assets_tests': [
            'ar_receivables/static/tests/tours/**/*',
        ],
    },
}
