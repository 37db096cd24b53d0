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
        'data/mail_template_data.xml',
        'data/ar_dunning_plan_data.xml',
        'data/ir_cron_data.xml',
        'views/ar_dunning_plan_views.xml',
        'views/ar_dunning_run_views.xml',
        'views/ar_dunning_notice_views.xml',
        'views/ar_dunning_block_views.xml',
        'views/ar_credit_account_views.xml',
        'views/res_config_settings_views.xml',
        'views/ar_dunning_menus.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_dunning/static/tests/tours/**/*',
        ],
    },
}
