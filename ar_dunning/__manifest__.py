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
        'views/ar_dunning_menus.xml',
    ],
    'assets': {
        'web.assets_tests': [
            'ar_dunning/static/tests/tours/**/*',
        ],
    },
}
