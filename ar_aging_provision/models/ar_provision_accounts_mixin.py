from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import charts
from ..rules.profiles import PROFILES
from odoo.addons.ar_base.engine import accounts


def _account(string, **kwargs):
    return fields.Many2one('account.account', string, check_company=True, ondelete='restrict', **kwargs)


class ArProvisionAccountsMixin(models.AbstractModel):
    """The accounts of an allowance by role, found in the company's chart by xmlid.

    What inherits it has a ``company_id`` and a ``profile`` (``rules.profiles``).
    """

    _name = 'ar.provision.accounts.mixin'
    _description = "Accounts of the Allowance"

    journal_id = fields.Many2one(
        'account.journal', check_company=True, domain=[('type', '=', 'general')], ondelete='restrict'
    )
    allowance_account_id = _account("Allowance")
    expense_account_id = _account("Impairment Loss")
    reversal_account_id = _account("Release", help="Empty: releases lower the impairment loss.")
    individual_allowance_account_id = _account("Allowance, Individual", help="Empty: same as the pool.")
    individual_expense_account_id = _account("Impairment Loss, Individual")
    individual_reversal_account_id = _account("Release, Individual")
    write_off_account_id = _account("Bad Debt Loss")
    vat_account_id = _account(
        "Output VAT",
        help="For items that come from no invoice. The VAT of others follows the invoice's own tax lines.",
    )
    recovery_account_id = _account("Recovery Income")
    doubtful_account_id = _account("Doubtful Receivables")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        company = self.env['res.company'].browse(values.get('company_id')) or self.env.company.root_id
        proposed = self.new({'company_id': company.id})._proposed()
        return {**{name: value for name, value in proposed.items() if name in fields}, **values}

    @api.onchange('company_id')
    def _onchange_company_id(self):
        self.update(self._proposed())

    @api.model_create_multi
    def create(self, vals_list):
        """Take what is not given from the chart of the record's own company."""
        companies = [vals.get('company_id') or self.env.company.root_id.id for vals in vals_list]
        proposals = {company: self.new({'company_id': company})._proposed() for company in set(companies)}
        return super().create(
            [{**proposals[company], **vals} for company, vals in zip(companies, vals_list, strict=True)]
        )

    def _proposed(self):
        """Return the profile, accounts and journal that the company's chart suggests."""
        chart = charts.CHARTS.get(self.company_id.chart_template)
        journal = self.env['account.journal'].search(
            [*self.env['account.journal']._check_company_domain(self.company_id), ('type', '=', 'general')],
            limit=1,
        )
        found = self._chart_accounts()
        return {
            'profile': chart.profile if chart else 'us',
            'journal_id': journal.id,
            **{f'{role}_account_id': found[role].id if role in found else False for role in charts.ROLES},
        }

    def _chart_accounts(self):
        """Return {role: account} of the company's chart; roles that the chart lacks are left out."""
        chart = charts.CHARTS.get(self.company_id.chart_template, {})
        template = self.env['account.chart.template'].with_company(self.company_id)
        found = {}
        for role, candidates in chart.items():
            for xmlid in candidates:
                account = template.ref(xmlid, raise_if_not_found=False)
                if account:
                    found[role] = account
                    break
        return found

    def action_map_accounts(self):
        """Take the accounts from the company's chart.

        Accounts of the allowance that the chart lacks are created where it is known which code means them.
        Else the person chooses: a notification says which.
        """
        for policy in self:
            found = policy._chart_accounts()
            missing = charts.MISSING.get(policy.company_id.chart_template, {})
            for role in missing.keys() - found.keys():
                if not policy[f'{role}_account_id']:
                    found[role] = policy._create_account(role, *missing[role])
            policy.write({f'{role}_account_id': account.id for role, account in found.items()})
        lacking = self.filtered(lambda policy: policy._lacking_accounts())[:1]
        return lacking._notify_lacking() if lacking else True

    def _notify_lacking(self):
        """Return the notification that says which accounts have to be chosen by hand."""
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning',
                'sticky': True,
                'title': self.env._("Choose the rest yourself"),
                'message': self.env._(
                    "The chart of accounts of %(company)s has no account that is known to be meant for: "
                    "%(roles)s. Choose or create it; nothing was created under a code that may mean "
                    "something else.",
                    company=self.company_id.name,
                    roles=', '.join(self._lacking_accounts()),
                ),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def _create_account(self, role, code, account_type):
        names = {
            'allowance': self.env._("Allowance for credit losses"),
            'expense': self.env._("Credit loss expense"),
        }
        Account = self.env['account.account'].with_company(self.company_id)
        existing = Account.search(
            [
                *Account._check_company_domain(self.company_id),
                ('name', '=', names[role]),
                ('account_type', '=', account_type),
            ],
            limit=1,
        )
        if not existing:
            self._require_chart_access('create')
        return existing or Account.create(
            {
                'name': names[role],
                'code': Account._search_new_account_code(code),
                'account_type': account_type,
                'company_ids': [fields.Command.set(self.company_id.ids)],
            }
        )

    def _open_doubtful_account(self):
        """Let the account of doubtful receivables keep open items, and count as a receivable.

        Some charts ship it as a plain account: exposure, aging and statement would miss what stands there.
        """
        plain = self.doubtful_account_id.filtered(
            lambda account: not account.reconcile or not account.ar_is_receivable
        )
        if plain:
            self._require_chart_access('write')
            plain.write({'reconcile': True, 'ar_receivable_kind': 'doubtful'})

    def _require_chart_access(self, operation):
        """Refuse to change the chart without the right to: it belongs to accounting administrators."""
        if not self.env['account.account'].has_access(operation):
            raise UserError(
                self.env._(
                    "The chart of accounts lacks an account that the policy needs, or does not allow "
                    "reconciliation on it. Choose another account, or ask an Accounting Administrator to "
                    "press this button."
                )
            )

    # === Use ===

    def _role_account(self, role, category='pool'):
        """Return the account of a role of ``rules.entries``; individually assessed items may have their own.

        :raise UserError: the policy names none.
        """
        names = {
            'allowance': 'allowance',
            'impairment_expense': 'expense',
            'impairment_reversal': 'reversal',
            'write_off_loss': 'write_off',
            'recovery_income': 'recovery',
            'output_vat': 'vat',
        }
        name = names[role]
        account = (
            category == 'individual'
            and name in ('allowance', 'expense', 'reversal')
            and self[f'individual_{name}_account_id']
        )
        account = account or self[f'{name}_account_id']
        if not account and role == 'impairment_reversal':
            return self._role_account('impairment_expense', category)
        if not account:
            label = self._fields[f'{name}_account_id']._description_string(self.env)
            raise UserError(
                self.env._(
                    "%(policy)s has no account for: %(role)s. Enter it on the policy's Accounts tab.",
                    policy=self.display_name,
                    role=label,
                )
            )
        return account

    def _receivable_accounts(self):
        """Return the accounts whose open items carry an allowance."""
        if self.receivable_account_ids:
            return self.receivable_account_ids
        return self.company_id._ar_receivable_accounts(*accounts.IMPAIRED) | self.doubtful_account_id.sudo()

    def _lacking_accounts(self):
        """Return the labels of the accounts and the journal that the profile needs and nobody has chosen."""
        profile = PROFILES[self.profile]
        needed = ['allowance_account_id', 'expense_account_id'] if profile.allowance else []
        needed += ['journal_id', *(['write_off_account_id'] if profile.write_off == 'loss' else [])]
        return [self._fields[name]._description_string(self.env) for name in needed if not self[name]]

    def _account_problems(self):
        labels = self._lacking_accounts()
        return (
            [
                self.env._(
                    "Fill in the accounts for: %s. A button on the Accounts tab finds or creates them.",
                    ', '.join(labels),
                )
            ]
            if labels
            else []
        )
