{
    'name': "Receivables Dunning",
    'summary': "Staged dunning by plan, promises to pay, instalments, interest, legal cases, and the collector's desk",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['ar_base', 'portal', 'sms'],
    'data': [
        'security/ir.model.access.csv',
        'security/ar_dunning_rules.xml',
        'security/ar_promise_rules.xml',
        'data/ar_promise_data.xml',
        'data/ar_payment_plan_mail.xml',
        'report/payment_plan_report.xml',
        'views/ar_dunning_menus.xml',
        'views/ar_promise_views.xml',
        'views/ar_payment_plan_views.xml',
        'views/ar_dispute_views.xml',
        'views/ar_credit_account_promise_views.xml',
        'views/portal_templates.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_dunning/static/tests/tours/**/*',
        ],
    },
}
