{
    'name': "Receivables Base",
    'summary': "Credit accounts, holds, disputes, and aging of receivables that ties to the ledger",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['account', 'mail'],
    'data': [
        'security/ar_base_groups.xml',
        'security/ir.model.access.csv',
        'security/ar_base_rules.xml',
        'data/ar_credit_grade_data.xml',
        'data/ar_aging_scheme_data.xml',
        'views/ar_open_item_views.xml',
        'views/ar_credit_account_views.xml',
        'views/ar_hold_views.xml',
        'views/ar_dispute_views.xml',
        'views/ar_credit_grade_views.xml',
        'views/ar_aging_scheme_views.xml',
        'views/account_move_views.xml',
        'views/res_partner_views.xml',
        'views/res_config_settings_views.xml',
        'views/ar_base_menus.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'ar_base/static/src/aging/**/*',
        ],
        'web.assets_backend_lazy': [
            'ar_base/static/src/aging_lazy/**/*',
        ],
        'web.assets_tests': [
            'ar_base/static/tests/tours/**/*',
        ],
    },
    'application': True,
}
