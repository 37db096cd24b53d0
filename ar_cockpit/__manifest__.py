{
    'name': "Receivables Overview",
    'summary': "One page that says how things stand and what needs a decision; key figures by month",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_base'],
    'data': [
        'security/ir.model.access.csv',
        'security/ar_cockpit_rules.xml',
        'data/ar_warning_rule_data.xml',
        'data/ir_cron_data.xml',
        'views/ar_kpi_views.xml',
        'views/ar_forecast_views.xml',
        'views/ar_forecast_item_views.xml',
        'views/ar_warning_rule_views.xml',
        'views/ar_warning_views.xml',
        'views/ar_overview_views.xml',
        'views/ar_cockpit_menus.xml',
    ],
    'assets': {
        'web.assets_backend': [
            'ar_cockpit/static/src/overview/**/*',
        ],
        'web.assets_tests': [
            'ar_cockpit/static/tests/tours/**/*',
        ],
    },
}
