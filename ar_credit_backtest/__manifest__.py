{
    'name': "Receivables Credit Policy Back-test",
    'summary': "Draft credit policies, tried on the orders of the past before they apply",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_credit_control'],
    'data': [
        'security/ir.model.access.csv',
        'security/ar_credit_backtest_rules.xml',
        'wizard/ar_credit_policy_apply_views.xml',
        'views/ar_credit_policy_line_views.xml',
        'views/ar_credit_policy_views.xml',
        'views/ar_credit_backtest_views.xml',
        'views/ar_credit_backtest_line_views.xml',
        'views/ar_credit_backtest_templates.xml',
        'views/ar_credit_backtest_menus.xml',
    ],
    'demo': [
        'demo/ar_credit_backtest_demo.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_credit_backtest/static/tests/tours/**/*',
        ],
    },
}
