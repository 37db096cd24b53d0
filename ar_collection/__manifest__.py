{
    'name': "Receivables Collection",
    'summary': "The collector's worklist, logged contacts, and cases for lawyers and collection agencies",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['ar_dunning', 'ar_promise'],
    'data': [
        'security/ir.model.access.csv',
        'security/ar_collection_rules.xml',
        'data/mail_activity_type_data.xml',
        'data/ir_sequence_data.xml',
        'data/ar_duty_data.xml',
        'data/ir_cron_data.xml',
        'report/ar_collection_case_report.xml',
        'wizard/ar_collection_case_close_views.xml',
        'wizard/ar_collection_postpone_views.xml',
        'views/ar_contact_log_views.xml',
        'views/ar_collection_case_views.xml',
        'views/ar_collection_worklist_views.xml',
        'views/ar_credit_account_views.xml',
        'views/ar_dunning_notice_views.xml',
        'views/ar_dunning_notice_portal_templates.xml',
        'views/res_config_settings_views.xml',
        'views/ar_collection_menus.xml',
    ],
    'demo': [
        'demo/ar_collection_demo.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'ar_collection/static/src/worklist/**/*',
        ],
        'web.assets_tests': [
            'ar_collection/static/tests/tours/**/*',
        ],
    },
}
