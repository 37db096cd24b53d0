{
    'name': "Receivables Credit Control: Web Shop",
    'summary': "A customer of the shop whose order waits is notified, and may pay now",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_credit_control', 'website_sale'],
    'auto_install': True,
    'data': [
        'views/website_sale_templates.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_credit_control_website/static/tests/tours/**/*',
        ],
    },
}
