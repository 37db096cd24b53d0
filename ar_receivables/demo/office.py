"""What the people of the demo set up and looked at: nothing of the app is empty."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .quarter import day


def furnish(env, company, partners, people):
    """Reviews, stand-ins, rules of approval, days off; judged and charged items; reports of the night."""
    _reviews(env, company, partners)
    _rules(env, company, people)
    _judge(env, company, partners)
    _campaign(env, company, people['accountant'])
    _letters(env, company, partners)
    _charge(env, company, partners)
    _look(env, company)


def _reviews(env, company, partners):
    Account = env['ar.credit.account']
    for days, name in (
        (-3, "Delta Forge"),
        (6, "Sakura Trading"),
        (20, "Fairline North"),
        (45, "宁波海联贸易"),
    ):
        Account._for_partner(partners[name], company).file_valid_until = day(env, days)


def _rules(env, company, people):
    env['ar.approval.rule'].create(
        {
            'company_id': company.id,
            'kind': 'change',
            'min_amount': 100000,
            'user_ids': [Command.set([people['manager'].id])],
        }
    )
    env['ar.approval.delegation'].create(
        {
            'user_id': people['controller'].id,
            'delegate_id': people['manager'].id,
            'date_from': day(env, 10),
            'date_to': day(env, 24),
        }
    )
    year = fields.Date.context_today(env.user).year + 1
    env['ar.closed.day'].create({'name': "New Year", 'company_id': company.id, 'date_from': f'{year}-01-01'})


def _judge(env, company, partners):
    """An item judged by itself, and what the past says about losses."""
    env['ar.provision.assessment'].create(
        {
            'partner_id': partners["Quickrise Imports"].id,
            'company_id': company.id,
            'kind': 'rate',
            'rate': 0.9,
            'reason': "Suspected fraud: no delivery address, no answer, no payment",
        }
    )
    today = fields.Date.context_today(env.user)
    study = env['ar.loss.study'].create(
        {'company_id': company.id, 'date_to': today.replace(day=1) - timedelta(days=1)}
    )
    study.action_compute()


def _campaign(env, company, accountant):
    today = fields.Date.context_today(env.user)
    env['ar.confirmation.campaign'].create(
        {
            'name': "Year-end confirmation",
            'company_id': company.id,
            'as_of': today.replace(day=1) - timedelta(days=1),
            'sample_size': 8,
            'user_id': accountant.id,
        }
    ).action_select()


def _letters(env, company, partners):
    """The letters that are proposed this morning; nobody has approved them yet."""
    run = env['ar.dunning.run'].create(
        {
            'company_id': company.id,
            'partner_ids': [Command.set([partners[name].id for name in ("Laurent Textiles", "Delta Forge")])],
        }
    )
    run.action_propose()


def _charge(env, company, partners):
    scheme = env['ar.interest.scheme'].search([('company_id', 'in', (company.id, False))], limit=1)
    run = env['ar.charge.run'].create(
        {
            'company_id': company.id,
            'interest_scheme_id': scheme.id,
            'partner_ids': [Command.set([partners["Delta Forge"].id])],
        }
    )
    run.action_preview()
    run.action_charge()


def _look(env, company):
    """What the jobs of the night would have read from the ledger."""
    env['ar.kpi']._update_months(company)
    env['ar.forecast']._forecast_week(company)
