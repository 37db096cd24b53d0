from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.ar_base.tests.common import ReceivablesCommon

AS_OF = date(2024, 6, 30)


class ProvisionCommon(ReceivablesCommon):
    """A policy in force, an accountant and an approver, and one open invoice per bucket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.scheme = cls.env['ar.aging.scheme'].create(
            {
                'name': "Test",
                'basis': 'due',
                'unit': 'day',
                'credits': 'own_bucket',
                'bucket_ids': [
                    Command.create({'name': "Not due", 'sequence': 1}),
                    Command.create({'name': "1-30", 'sequence': 2, 'lower': 1, 'upper': 30}),
                    Command.create({'name': "Over 30", 'sequence': 3, 'lower': 31}),
                ],
            }
        )
        cls.policy = cls._policy([0.01, 0.05, 0.5])
        cls.accountant = cls._user('provaccountant')
        cls.approver = cls._user('provapprover')

    @classmethod
    def _user(cls, login, group='ar_base.group_accountant'):
        return new_test_user(
            cls.env,
            login,
            groups=f'base.group_user,{group}',
            company_id=cls.company.id,
            lang='en_US',
            password=login * 2,
            email=f'{login}@example.com',
        )

    @classmethod
    def _policy(cls, rates, **values):
        policy = cls.env['ar.provision.policy'].create(
            {
                'name': "Test policy",
                'date_from': '2024-01-01',
                'aging_scheme_id': cls.scheme.id,
                'profile': 'us',
                'use_grade_multiplier': True,
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': rate})
                    for bucket, rate in zip(cls.scheme.bucket_ids, rates, strict=True)
                ],
                **values,
            }
        )
        policy.action_map_accounts()
        if not policy.write_off_account_id:
            policy.write_off_account_id = cls.company_data['default_account_expense']
        policy.action_confirm()
        return policy

    @classmethod
    def _invoice(
        cls, amount, due='2024-07-31', partner=None, day='2024-01-10', move_type='out_invoice', **values
    ):
        move = cls.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': (partner or cls.customer).id,
                'invoice_date': day,
                'date': day,
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': amount, 'tax_ids': [Command.clear()]})
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def _pay(cls, move, day, amount=None):
        values = {'payment_date': day, **({'amount': amount} if amount else {})}
        return (
            cls.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=move.ids)
            .create(values)
            ._create_payments()
        )

    def _run(self, as_of=AS_OF, post=True):
        """Compute as the accountant, approve and post as somebody else."""
        run = (
            self.env['ar.provision.run']
            .with_user(self.accountant)
            .create({'as_of': as_of, 'company_id': self.company.id})
        )
        run.action_compute()
        if post:
            run = run.with_user(self.approver)
            run.action_approve()
            run.action_post()
        return run

    def _allowance(self, as_of=AS_OF, policy=None):
        """The allowance in the ledger, credit positive."""
        policy = policy or self.policy
        return -sum(
            self.env['account.move.line']
            .search(
                [
                    (
                        'account_id',
                        'in',
                        (policy.allowance_account_id | policy.individual_allowance_account_id).ids,
                    ),
                    ('company_id', 'child_of', self.company.id),
                    ('parent_state', '=', 'posted'),
                    ('date', '<=', as_of),
                ]
            )
            .mapped('balance')
        )


class SubledgerCommon(ProvisionCommon):
    """Write-offs as the accountant, entries by hand, and the tie of the sub-ledger."""

    def _write_off(self, day, amount=None, partner=None, post=True, user=None, **values):
        write_off = (
            self.env['ar.write.off']
            .with_user(user or self.accountant)
            .create(
                {
                    'partner_id': (partner or self.customer).id,
                    'date': day,
                    'reason': "Insolvency closed",
                    **values,
                }
            )
        )
        write_off.action_load()
        if amount:
            write_off.line_ids.amount = amount
        if post:
            write_off.action_post()
        return write_off

    def _expense(self, moves):
        return sum(
            moves.line_ids.filtered(lambda line: line.account_id == self.policy.expense_account_id).mapped(
                'balance'
            )
        )

    def _entry(self, day, account, amount, partner=None):
        """Post an allowance by hand, credit positive."""
        move = self.env['account.move'].create(
            {
                'date': day,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': account.id,
                            'balance': -amount,
                            'partner_id': partner.id if partner else False,
                        }
                    ),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'balance': amount}
                    ),
                ],
            }
        )
        move.action_post()
        return move

    def _assert_ties(self):
        companies = self.company._ar_tree()
        ledger = self.env['account.move.line']._read_group(
            [
                ('account_id', 'in', self.env['ar.provision.policy'].search([]).allowance_account_id.ids),
                ('company_id', 'in', companies.ids),
                ('parent_state', '=', 'posted'),
            ],
            ['account_id', 'date:day'],
            ['balance:sum'],
        )
        moved = self.env['ar.allowance.movement']._read_group(
            [('company_id', 'in', companies.ids)], ['account_id', 'date:day'], ['amount:sum']
        )
        self.assertEqual(
            {(account, day): round(-amount, 2) for account, day, amount in ledger if round(amount, 2)},
            {(account, day): round(amount, 2) for account, day, amount in moved if round(amount, 2)},
        )
