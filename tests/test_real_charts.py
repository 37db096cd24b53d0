"""Bad debts in companies with the charts and taxes that Odoo ships for them."""

import os

import pytest

from . import databases as db

pytestmark = pytest.mark.slow

CHARTS = {
    'de_skr03': ('l10n_de', 7),
    'de_skr04': ('l10n_de', 19),
    'fr': ('l10n_fr_account', 20),
    'es_pymes': ('l10n_es', 21),
    'us': ('l10n_us_account', 0),
}
SCRIPT = """
from odoo.fields import Command

def check(fact, *said):
    if not fact:
        raise AssertionError(said)

for chart, rate in CHARTS:
    company = env['res.company'].create({'name': chart})
    env['account.chart.template'].try_loading(chart, company, install_demo=False)
    env.user.company_ids |= company
    here = env(context={**env.context, 'allowed_company_ids': company.ids, 'lang': 'en_US'})
    customer = here['res.partner'].create({'name': 'Customer of ' + chart, 'is_company': True})
    policy = here['ar.provision.policy'].create({
        'company_id': company.id, 'date_from': '2024-01-01',
        'aging_scheme_id': here.ref('ar_base.aging_scheme_years').id})
    policy.rate_ids = [Command.create({'bucket_id': bucket.id, 'rate': 0.1})
                       for bucket in policy.aging_scheme_id.bucket_ids]
    policy.action_map_accounts()
    policy.vat_relief = bool(rate)
    policy.action_confirm()
    tax = here['account.tax'].search(
        [('amount', '=', rate), ('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent'),
         ('tax_exigibility', '=', 'on_invoice'), ('company_id', '=', company.id)], limit=1) if rate else None
    check(tax or not rate, chart, 'has no tax of', rate)
    invoice = here['account.move'].create({
        'move_type': 'out_invoice', 'partner_id': customer.id, 'date': '2024-01-10',
        'invoice_date': '2024-01-10', 'invoice_date_due': '2024-01-31',
        'invoice_line_ids': [Command.create({
            'name': 'x', 'price_unit': 1000, 'tax_ids': [Command.set(tax.ids if tax else [])]})]})
    invoice.action_post()
    total = invoice.amount_total
    doubtful = policy.doubtful_account_id
    if doubtful:
        here['ar.doubtful.transfer'].create(
            {'partner_id': customer.id, 'company_id': company.id, 'date': '2024-02-15'}).action_apply()
        items = here['ar.open.item'].with_context(as_of='2024-02-29').search(
            [('commercial_partner_id', '=', customer.id)])
        check(items.account_id == doubtful and sum(items.mapped('residual')) == total, chart, 'lost the item')
    write_off = here['ar.write.off'].create(
        {'partner_id': customer.id, 'company_id': company.id, 'date': '2024-03-15', 'reason': 'x'})
    write_off.action_load()
    write_off.action_post()
    check(write_off.state == 'posted' and write_off.amount == total, chart, write_off.state, write_off.amount)
    if rate:
        taxed = invoice.line_ids.filtered('tax_line_id')
        ours = write_off.move_id.line_ids.filtered('tax_line_id')
        check(ours.account_id == taxed.account_id, chart, ours.account_id.code, taxed.account_id.code)
        check(sum(ours.mapped('balance')) == -sum(taxed.mapped('balance')), chart, 'not all VAT')
        wanted = tax.refund_repartition_line_ids.tag_ids
        found = write_off.move_id.line_ids.tax_tag_ids
        check(found == wanted, chart, found.mapped('name'), wanted.mapped('name'))
    for account in (policy.allowance_account_id, policy.write_off_account_id):
        lines = here['account.move.line'].search([('account_id', '=', account.id)])
        check(not doubtful or not account or account == policy.write_off_account_id
              or not company.currency_id.round(sum(lines.mapped('balance'))), chart, account.code)
print('EVERY CHART IS RIGHT')
"""


def test_bad_debts_with_the_taxes_of_real_charts():
    database = f'charts_{os.getpid()}'
    db.drop(database)
    db.create(database)
    try:
        modules = sorted({module for module, _rate in CHARTS.values()})
        db.install(database, 'ar_aging_provision', *modules)
        charts = [(chart, rate) for chart, (_module, rate) in CHARTS.items()]
        log = db.shell(database, f'CHARTS = {charts!r}\n{SCRIPT}')
        assert 'EVERY CHART IS RIGHT' in log, log[-3000:]
    finally:
        db.drop(database)
