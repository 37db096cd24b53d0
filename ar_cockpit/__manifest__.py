{
    'name': "Receivables Key Figures",
    'summary': "DSO, collection effectiveness, turnover and overdue ratio, month by month from the ledger",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['ar_base'],
    'data': [
        'security/ir.model.access.csv',
        'security/ar_cockpit_rules.xml',
        'data/ir_cron_data.xml',
        'views/ar_kpi_views.xml',
        'views/ar_cockpit_menus.xml',
    ],
}
