{
    'name': "Receivables Credit Control: Point of Sale",
    'summary': "What a customer buys on account over the counter uses its credit; what it pays there is paid",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_credit_control', 'pos_sale'],
    'auto_install': True,
    'assets': {
        'point_of_sale._assets_pos': [
            'ar_credit_control/static/src/credit_hold/**/*',
            'ar_credit_control_pos/static/src/**/*',
        ],
        'web.assets_tests': [
            'ar_credit_control_pos/static/tests/tours/**/*',
        ],
    },
}
