{
    'name': "Receivables Credit Control: Cash on Delivery",
    'summary': "An order to be paid on delivery waits for credit like any other",
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'development_status': 'Beta',
    'depends': ['ar_credit_control', 'delivery'],
    'auto_install': True,
}
