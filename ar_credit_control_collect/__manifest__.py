{
    'name': "Receivables Credit Control: Click and Collect",
    'summary': "An order to be paid at collection waits for credit like any other",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_credit_control', 'website_sale_collect'],
    'auto_install': True,
}
