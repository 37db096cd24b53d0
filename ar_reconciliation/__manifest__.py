{
    'name': "Receivables Reconciliation",
    'summary': "Order to cash in one line, differences, and periods signed by sales and finance",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['ar_base', 'sale'],
    'data': [
        'security/ir.model.access.csv',
        'data/ar_duty_data.xml',
        'security/ar_reconciliation_rules.xml',
        'data/mail_activity_type_data.xml',
        'data/ir_cron_data.xml',
        'wizard/ar_order_to_cash_date_views.xml',
        'wizard/ar_sales_reconciliation_generate_views.xml',
        'views/ar_order_to_cash_views.xml',
        'views/ar_sales_difference_views.xml',
        'views/ar_sales_reconciliation_views.xml',
        'views/ar_sales_reconciliation_line_views.xml',
        'views/res_config_settings_views.xml',
        'views/ar_reconciliation_menus.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_reconciliation/static/tests/tours/**/*',
        ],
    },
}
