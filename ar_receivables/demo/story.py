"""What happened with the customers of the quarter besides selling and paying."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .quarter import day, receipt


def tell(env, company, partners, people):
    """Tell it through the product's own flows, each as the person who would do it."""
    _quotation(env, company, partners, people['sales'])
    _freeze_months(env, company)
    _secure(env, company, partners)
    _promise(env, company, partners, people['collector'])
    _payment_plan(env, company, partners)
    _dispute(env, partners)
    _write_off(env, company, partners, people['accountant'])
    _legal_case(env, company, partners, people['collector'])
    _statements(env, company, partners, people['accountant'])
    _confirm(env, company, partners, people['accountant'])
    _assess(env, company, partners, people['controller'])
    env.ref('ar_credit_backtest.backtest_strict').action_run()
    _customer_on_portal(env)
    env['onboarding.onboarding.step'].with_user(people['manager']).action_ar_close()
    env['ar.warning']._look(company)


def _quotation(env, company, partners, seller):
    product = env['product.product'].search([('name', '=', "Valve Set VS-12")], limit=1)
    for name, pieces in (("Bergmann Maschinen", 60), ("Swift Couriers", 5)):
        env['sale.order'].with_company(company).create(
            {
                'partner_id': partners[name].id,
                'company_id': company.id,
                'user_id': seller.id,
                'order_line': [Command.create({'product_id': product.id, 'product_uom_qty': pieces})],
            }
        )


def _freeze_months(env, company):
    """Freeze the aging at the last twelve month ends."""
    first = fields.Date.context_today(env.user).replace(day=1)
    for months in range(12):
        as_of = fields.Date.subtract(first, months=months) - timedelta(days=1)
        env['ar.aging.snapshot']._take(company, as_of)


def _secure(env, company, partners):
    """Insure the exports; bind the companies of a group together."""
    Account = env['ar.credit.account']
    for name in ("Nordlicht Solar", "Sakura Trading"):
        env['ar.credit.security'].create(
            {
                'credit_account_id': Account._for_partner(partners[name], company).id,
                'kind': 'insurance',
                'name': "Export policy 7741",
                'amount': 40000,
                'cover': 90,
                'valid_until': day(env, 150),
            }
        )
    group = env['ar.credit.group'].create(
        {'name': "Fairline", 'company_id': company.id, 'credit_limit': 60000}
    )
    for name in ("Fairline North", "Fairline South", "Fairline Marine"):
        Account._for_partner(partners[name], company).group_id = group


def _open_lines(env, company, partner):
    return env['account.move.line'].search(
        [
            ('partner_id', 'child_of', partner.id),
            ('company_id', '=', company.id),
            ('account_type', '=', 'asset_receivable'),
            ('parent_state', '=', 'posted'),
            ('amount_residual', '>', 0),
        ],
        order='date_maturity',
    )


def _promise(env, company, partners, collector):
    """One promise is kept, one is broken, one is awaited."""
    for name, made, until, paid in (
        ("宁波海联贸易", -20, -8, -8),
        ("Delta Forge", -30, -14, None),
        ("Harwood Timber", -3, 4, None),
    ):
        account = env['ar.credit.account']._for_partner(partners[name], company)
        line = _open_lines(env, company, partners[name])[:1]
        env['ar.promise'].with_user(collector).sudo()._note(
            account, line, [(day(env, until), line.amount_residual_currency)], made_on=day(env, made)
        )
        if paid is not None:
            receipt(line.move_id, day(env, paid))
        account._follow_commitments()


def _payment_plan(env, company, partners):
    """Four instalments, accepted two months ago; two of them are paid."""
    account = env['ar.credit.account']._for_partner(partners["Meridian Clinics"], company)
    lines = _open_lines(env, company, account.partner_id)
    whole = sum(lines.mapped('amount_residual_currency'))
    part = lines.currency_id.round(whole / 4)
    plan = env['ar.payment.plan'].create(
        {
            'credit_account_id': account.id,
            'contact_id': account.partner_id.child_ids[:1].id,
            'revoke_on_missed': False,
            'item_ids': [Command.create({'move_line_id': line.id}) for line in lines],
            'line_ids': [
                Command.create({'date': day(env, days), 'amount': amount})
                for days, amount in ((-55, part), (-25, part), (5, part), (35, whole - 3 * part))
            ],
        }
    )
    plan.item_ids._freeze()
    plan._record_facts({'state': 'offered'})
    plan._accept("Laura Stein")
    plan._record_facts({'accepted_on': day(env, -60)})
    for days in (-55, -25):
        receipt(lines.move_id, day(env, days), part)
    account._follow_commitments()


def _dispute(env, partners):
    line = _open_lines(env, env.ref('base.main_company'), partners["Pemberton Glass"])[:1]
    env['ar.dispute'].create(
        {'name': "Four panes arrived broken", 'move_id': line.move_id.id, 'amount': 850, 'reason': 'quality'}
    )


def _write_off(env, company, partners, accountant):
    """Give up what the insolvent customer owed; the administrator then pays a small dividend."""
    today = fields.Date.context_today(env.user)
    write_off = env['ar.write.off'].create(
        {
            'partner_id': partners["Oldfield Print"].id,
            'company_id': company.id,
            'date': max(day(env, -20), today.replace(day=1)),
            'reason': "Insolvency opened; no assets but a small dividend",
        }
    )
    write_off.action_load()
    write_off.with_user(accountant).sudo().action_post()
    env['ar.recovery'].create(
        {
            'write_off_id': write_off.id,
            'date': today,
            'amount': 120,
            'journal_id': env['account.journal']
            .search([('type', '=', 'bank'), ('company_id', '=', company.id)], limit=1)
            .id,
        }
    ).action_post()


def _legal_case(env, company, partners, collector):
    account = env['ar.credit.account']._for_partner(partners["Quickrise Imports"], company)
    Case = env['ar.collection.case']
    lawyer = env['res.partner'].create(
        {'name': "Barrow & Lane, Attorneys", 'is_company': True, 'email': 'office@barrow.example.com'}
    )
    Case.create(
        {
            'credit_account_id': account.id,
            'kind': 'legal',
            'agent_id': lawyer.id,
            'user_id': collector.id,
            'next_step': "Claim to be filed",
            'next_date': day(env, 6),
            'item_ids': Case._prepare_items(_open_lines(env, company, account.partner_id)),
        }
    )


def _statements(env, company, partners, accountant):
    """Statements of the last month end, prepared and to be printed; and a schedule for the next ones."""
    run = env['ar.statement.run'].create(
        {
            'company_id': company.id,
            'as_of': fields.Date.context_today(env.user).replace(day=1) - timedelta(days=1),
            'scope': 'chosen',
            'partner_ids': [
                Command.set(
                    [partners[name].id for name in ("Swift Couriers", "Delta Forge", "苏州华鑫精密机械")]
                )
            ],
            'channel': 'print',
            'user_id': accountant.id,
        }
    )
    run.action_prepare()
    env['ar.statement.schedule'].create(
        {'name': "Every month, all customers", 'company_id': company.id, 'user_id': accountant.id}
    )


def _confirm(env, company, partners, accountant):
    """One customer confirms its balance, one objects to an invoice; both on paper."""
    month_end = fields.Date.context_today(env.user).replace(day=1) - timedelta(days=1)
    for name, objected in (("Glenmore Distillers", False), ("Pemberton Glass", True)):
        partner = partners[name]
        letter = env['ar.balance.confirmation'].create(
            {
                'partner_id': partner.id,
                'company_id': company.id,
                'recipient_id': partner.child_ids[:1].id,
                'as_of': month_end,
                'deadline': day(env, 10),
                'channel': 'letter',
                'user_id': accountant.id,
            }
        )
        letter.action_send()
        if objected:
            letter.line_ids[:1].write(
                {'answer': 'objected', 'reason': 'quality', 'comment': "Four panes arrived broken"}
            )
        letter._answer(partner.child_ids[:1].name, reply_channel='paper')


def _assess(env, company, partners, controller):
    """A customer that got worse is assessed again; the proposal waits for a decision."""
    account = env['ar.credit.account']._for_partner(partners["Ridge & Vale Outdoor"], company)
    assessment = (
        env['ar.credit.assessment']
        .with_user(controller)
        .create(
            {
                'credit_account_id': account.id,
                'fiscal_year': "Last year",
                'has_totals': True,
                'total_assets': 2400000,
                'total_liabilities': 1700000,
                'conclusion': "Sales are steady, payment becomes slower from invoice to invoice.",
            }
        )
    )
    assessment.action_read_books()


def _customer_on_portal(env):
    """A portal user who owes, the accounts payable of a hotel; and a provider to try a payment with."""
    provider = env['payment.provider'].search([('code', '=', 'demo')], limit=1)
    provider.write({'state': 'test', 'is_published': True})
    provider.payment_method_ids.filtered(lambda method: method.code == 'demo').active = True
    contact = env['res.partner'].search([('name', '=', "Brightwater Hotels")], limit=1).child_ids[:1]
    env['res.users'].with_context(no_reset_password=True).create(
        {
            'name': contact.name,
            'login': 'customer',
            'password': 'customer',
            'partner_id': contact.id,
            'group_ids': [Command.set([env.ref('base.group_portal').id])],
        }
    )
