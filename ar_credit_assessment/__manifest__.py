{
    'name': "Receivables Credit Assessment",
    'summary': "Customers judged by the five Cs: score card, payment index, suggested grade, limit and terms",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['ar_credit_control'],
    'data': [
        'security/ir.model.access.csv',
        'security/ar_credit_assessment_rules.xml',
        'data/mail_activity_data.xml',
        'data/ar_credit_scorecard_data.xml',
        'data/ar_credit_index_point_data.xml',
        'data/ir_cron_data.xml',
        'views/ar_credit_assessment_templates.xml',
        'views/ar_credit_assessment_views.xml',
        'views/ar_credit_account_views.xml',
        'views/ar_credit_change_views.xml',
        'views/ar_credit_scorecard_factor_views.xml',
        'views/ar_credit_scorecard_views.xml',
        'views/ar_credit_index_point_views.xml',
        'views/res_config_settings_views.xml',
        'views/ar_credit_assessment_menus.xml',
    ],
    'demo': [
        'demo/ar_credit_assessment_demo.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_credit_assessment/static/tests/tours/**/*',
        ],
    },
}
