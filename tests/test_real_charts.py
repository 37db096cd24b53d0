"""Bad debts in companies with the charts and taxes that Odoo ships for them."""

import os

import pytest

from . import databases as db

pytestmark = pytest.mark.slow

# The chart's addon, and the rates of VAT on one invoice.
CHARTS = {
    'de_skr03': ('l10n_de', (7, 19)),
    'de_skr04': ('l10n_de', (19, 7)),
    'fr': ('l10n_fr_account', (20,)),
    'es_pymes': ('l10n_es', (21,)),
    'us': ('l10n_us_account', ()),
    'cn': ('l10n_cn', (13,)),
    'cn_large_bis': ('l10n_cn', (13, 6)),
}
RELIEF = ('de_skr03', 'de_skr04', 'fr', 'es_pymes')  # where a write-off lowers output VAT
SCRIPT = """
from odoo.fields import Command

def check(fact, *said):
    if not fact:
        raise AssertionError(said)

def tax_of(here, company, rate, due='on_invoice'):
    tax = here['account.tax'].search(
        [('amount', '=', rate), ('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent'),
         ('tax_exigibility', '=', due), ('company_id', '=', company.id)])
    tax = tax.filtered(lambda one: not one.price_include)[:1]
    check(tax, company.name, 'has no tax of', rate, due)
    return tax

def invoice_of(here, customer, taxes):
    invoice = here['account.move'].create({
        'move_type': 'out_invoice', 'partner_id': customer.id, 'date': '2024-01-10',
        'invoice_date': '2024-01-10', 'invoice_date_due': '2024-01-31',
        'invoice_line_ids': [
            Command.create({'name': 'x', 'price_unit': 1000, 'tax_ids': [Command.set(tax.ids)]})
            for tax in taxes or [here['account.tax']]]})
    invoice.action_post()
    return invoice

def write_off_of(here, customer):
    write_off = here['ar.write.off'].create(
        {'partner_id': customer.id, 'company_id': here.company.id, 'date': '2024-03-15', 'reason': 'x'})
    write_off.action_load()
    write_off.action_post()
    return write_off

def summed(lines):
    found = {}
    for line in lines:
        found[line.account_id] = round(found.get(line.account_id, 0) + line.balance, 2)
    return {account: amount for account, amount in found.items() if amount}

for chart, rates in CHARTS:
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
    policy.vat_relief = chart in RELIEF
    policy.action_confirm()
    taxes = [tax_of(here, company, rate) for rate in rates]
    invoice = invoice_of(here, customer, taxes)
    total = invoice.amount_total
    doubtful = policy.doubtful_account_id
    if doubtful:
        here['ar.doubtful.transfer'].create(
            {'partner_id': customer.id, 'company_id': company.id, 'date': '2024-02-15'}).action_apply()
        items = here['ar.open.item'].with_context(as_of='2024-02-29').search(
            [('commercial_partner_id', '=', customer.id)])
        check(items.account_id == doubtful and sum(items.mapped('residual')) == total, chart, 'lost the item')
        check(invoice.status_in_payment == 'doubtful', chart, invoice.status_in_payment)
    write_off = write_off_of(here, customer)
    check(write_off.state == 'posted' and write_off.amount == total, chart, write_off.state, write_off.amount)
    check(invoice.status_in_payment == 'written_off', chart, invoice.status_in_payment)
    taxed, ours = (move.line_ids.filtered('tax_line_id') for move in (invoice, write_off.move_id))
    entry = summed(write_off.move_id.line_ids)
    if chart in RELIEF:
        back = {account: -amount for account, amount in summed(taxed).items()}
        check(summed(ours) == back, chart, summed(ours), back)
        wanted = here['account.tax'].union(*taxes).refund_repartition_line_ids.tag_ids
        found = write_off.move_id.line_ids.tax_tag_ids
        check(found == wanted, chart, found.mapped('name'), wanted.mapped('name'))
        check(found._get_related_tax_report_expressions(), chart, 'no line of a tax report')
        check(entry[policy.write_off_account_id] == 1000 * len(rates), chart, entry)
    else:
        check(not ours and not write_off.move_id.line_ids.tax_tag_ids, chart, 'VAT went back')
        loss = policy.write_off_account_id if policy.profile == 'direct' else policy.expense_account_id
        check(entry[loss] == total, chart, policy.profile, entry)
        profile = {'cn': 'direct', 'cn_large_bis': 'cn', 'us': 'us'}[chart]
        check(policy.profile == profile, chart, policy.profile)
    for account in (policy.allowance_account_id, policy.write_off_account_id):
        lines = here['account.move.line'].search([('account_id', '=', account.id)])
        check(not doubtful or not account or account == policy.write_off_account_id
              or not company.currency_id.round(sum(lines.mapped('balance'))), chart, account.code)
    if chart == 'fr':  # a service, whose VAT is due when it is paid
        company.tax_exigibility = True
        buyer = here['res.partner'].create({'name': 'Buyer', 'is_company': True})
        tax = tax_of(here, company, 20, 'on_payment')
        service = invoice_of(here, buyer, [tax])
        lost = write_off_of(here, buyer)
        due = tax.invoice_repartition_line_ids.account_id
        transition = service.line_ids.filtered('tax_line_id').account_id
        check(transition == tax.cash_basis_transition_account_id, chart, transition.code)
        for account in (transition, due - policy.write_off_account_id):
            moved = here['account.move.line'].search(
                [('account_id', 'in', account.ids), ('partner_id', '=', buyer.id),
                 ('parent_state', '=', 'posted')])
            check(not round(sum(moved.mapped('balance')), 2), chart, account.mapped('code'))
        check(summed(lost.move_id.line_ids)[policy.write_off_account_id] == 1000, chart, 'service')
print('EVERY CHART IS RIGHT')
"""


def test_bad_debts_with_the_taxes_of_real_charts():
    database = f'charts_{os.getpid()}'
    db.drop(database)
    db.create(database)
    try:
        modules = sorted({module for module, _rates in CHARTS.values()})
        db.install(database, 'ar_aging_provision', *modules)
        charts = [(chart, rates) for chart, (_module, rates) in CHARTS.items()]
        log = db.shell(database, f'CHARTS = {charts!r}\nRELIEF = {RELIEF!r}\n{SCRIPT}')
        assert 'EVERY CHART IS RIGHT' in log, log[-3000:]
    finally:
        db.drop(database)
