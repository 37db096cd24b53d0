{
    'name': "Receivables Credit Control: Deliveries",
    'summary': "What credit control stops does not leave the warehouse",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_credit_control', 'sale_stock'],
    'auto_install': True,
    'data': [
        'security/ir.model.access.csv',
        'views/stock_picking_views.xml',
        'views/ar_credit_decision_views.xml',
        'views/res_config_settings_views.xml',
    ],
}
