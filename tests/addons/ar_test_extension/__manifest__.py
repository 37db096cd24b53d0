{
    'name': "Receivables: an extension",
    'summary': "Example and test: a component of the exposure, a fact and a hold rule, without a patch",
    'version': '19.0.1.0.0',
    'category': 'Hidden',
    'author': "Receivables Suite Contributors",
    'license': 'LGPL-3',
    'depends': ['ar_credit_backtest'],
    'data': ['security/ir.model.access.csv', 'data/ar_credit_rule_data.xml'],
}
