"""What a company does while its machine dies: one class for each kind of work.

``make`` prepares a document, ``steps`` are the transactions of its people that finish it, and ``stand`` says
how it stands by the database: ``before``, ``after``, or a word between. A stand that cannot be fails.
"""

from odoo.fields import Command, Date

from . import town

PIXEL = b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='


class Work:
    model = None  # of the document
    event = None  # what the journal says once of the finished document

    def make(self, env):
        """Return the document."""
        raise NotImplementedError

    def steps(self):
        """Return (person, function of the document as that person sees it) for each transaction."""
        raise NotImplementedError

    def stand(self, document):
        raise NotImplementedError


class Confirm(Work):
    model = 'sale.order'

    def make(self, env):
        return town.order(env, town.customer(env, limit=1000), 400)

    def steps(self):
        return [('seller', lambda order: order.state == 'sale' or order.action_confirm_with_credit())]

    def stand(self, order):
        assert order.credit_state == {'draft': 'none', 'sale': 'ok'}[order.state], order.credit_state
        assert not order.credit_decision_ids
        return {'draft': 'before', 'sale': 'after'}[order.state]


class Release(Work):
    model, event = 'ar.credit.decision', 'released'

    def make(self, env):
        order = town.order(env, town.customer(env, limit=1000), 2000)
        order.with_user(town.person(env, 'seller')).action_confirm_with_credit()
        return order.credit_decision_ids

    def steps(self):
        return [
            ('controller', lambda decision: decision.state == 'released' or decision.action_release("Good"))
        ]

    def stand(self, decision):
        stands = {('hold', 'draft'): 'before', ('released', 'sale'): 'after'}
        return stands[decision.state, decision.order_id.state]


class Run(Work):
    model, event = 'ar.provision.run', 'posted'

    def make(self, env):
        env = town.at(env, 'books')
        town.invoice(env, town.customer(env), 500, due='2024-01-10')
        last = (
            env['ar.provision.run']
            .search([('company_id', '=', env.company.id)], limit=1, order='as_of desc')
            .as_of
        )
        as_of = Date.end_of(Date.add(last or Date.to_date('2024-01-01'), months=1 if last else 0), 'month')
        run = env['ar.provision.run'].with_user(town.person(env, 'accountant'))
        return run.create({'as_of': as_of, 'company_id': env.company.id})

    def steps(self):
        return [
            ('accountant', lambda run: run.state != 'draft' or run.action_compute()),
            ('manager', lambda run: run.state != 'computed' or run.action_approve()),
            ('manager', lambda run: run.state != 'approved' or run.action_post()),
        ]

    def stand(self, run):
        entries = run.env['account.move'].search([('ar_provision_run_id', '=', run.id)])
        # The second person's approval makes the drafts, and posting posts them.
        expected = {'approved': {'draft'}, 'posted': {'posted'}}.get(run.state, set())
        assert entries == run.move_ids and set(entries.mapped('state')) == expected, (run.state, entries)
        assert not run.job_state and bool(run.line_ids) == (run.state != 'draft')
        return {'draft': 'before', 'posted': 'after'}.get(run.state, run.state)


class WriteOff(Work):
    model, event = 'ar.write.off', 'posted'

    def make(self, env):
        partner = town.customer(env)
        town.invoice(env, partner, 300)
        write_off = env['ar.write.off'].with_user(town.person(env, 'accountant'))
        write_off = write_off.create({'partner_id': partner.id, 'reason': "Insolvency closed"})
        write_off.action_load()
        return write_off

    def steps(self):
        return [('accountant', lambda write_off: write_off.state == 'posted' or write_off.action_post())]

    def stand(self, write_off):
        entries = write_off.env['account.move'].search([('ar_write_off_id', '=', write_off.id)])
        owed = sum(write_off.line_ids.move_line_id.mapped('amount_residual'))
        if write_off.state == 'draft':
            assert not entries and owed == 300, (entries, owed)
            return 'before'
        assert write_off.state == 'posted' and entries == write_off.move_id, (write_off.state, entries)
        assert entries.state == 'posted' and not owed, (entries.state, owed)
        return 'after'


class Mailed(Work):
    """What goes out by a queue: the step is its worker, which sends whatever waits."""

    queue = None

    def steps(self):
        return [(None, lambda document: document.env[self.queue]._cron_send())]

    def deliveries(self, document):
        return document.env['ar.delivery']._of(document)

    def stand(self, document):
        last = self.deliveries(document).sorted('id')[-1:]
        assert (document.state == 'sent') == (last.state == 'sent'), (document.state, last.state)
        return {'sent': 'after', 'queued': 'before'}.get(last.state, last.state)


class Letter(Mailed):
    model, event, queue = 'ar.dunning.notice', 'sent', 'ar.dunning.delivery'

    def make(self, env):
        partner = town.customer(env)
        town.invoice(env, partner, 100)
        run = env['ar.dunning.run'].create(
            {'company_id': env.company.id, 'partner_ids': [Command.set(partner.ids)]}
        )
        run.action_propose()
        run.notice_ids._approve()
        run.action_send()
        assert run.notice_ids.state == 'queued', run.notice_ids.mapped('state')
        return run.notice_ids

    def deliveries(self, notice):
        return notice.delivery_ids


class Statement(Mailed):
    model, event, queue = 'ar.statement.line', 'sent', 'ar.delivery'

    def make(self, env):
        partner = town.customer(env)
        town.invoice(env, partner, 100)
        run = env['ar.statement.run'].with_user(town.person(env, 'accountant'))
        run = run.create(
            {'as_of': Date.today(), 'scope': 'chosen', 'partner_ids': [Command.set(partner.ids)]}
        )
        run.action_prepare()
        run.action_send()
        return run.line_ids


class Confirmation(Mailed):
    model, event, queue = 'ar.balance.confirmation', 'sent', 'ar.delivery'

    def make(self, env):
        partner = town.customer(env)
        town.invoice(env, partner, 100)
        confirmation = env['ar.balance.confirmation'].with_user(town.person(env, 'accountant'))
        confirmation = confirmation.create({'partner_id': partner.id})
        confirmation.action_send()
        return confirmation


class Period(Work):
    model, event = 'ar.sales.reconciliation', 'signed'

    def make(self, env):
        seller = town.hire(env, 'seller')
        partner = town.customer(env, limit=1000)
        start = Date.start_of(Date.subtract(Date.today(), months=2), 'month')
        order = town.order(env, partner, 100, user_id=seller.id)
        order.action_confirm()
        order.date_order = start
        invoice = order._create_invoices()
        invoice.write({'invoice_date': start, 'date': start, 'invoice_date_due': start})
        invoice.action_post()
        parts = env['ar.sales.reconciliation'].with_user(town.person(env, 'accountant'))
        parts = parts._generate(env.company, start, Date.end_of(start, 'month'), 'salesperson')
        return parts.filtered(lambda part: part.salesperson_id == seller)

    def steps(self):
        return [
            ('leader', lambda part: part.sudo().sales_signature_id or part.action_sign_sales()),
            ('accountant', lambda part: part.sudo().finance_signature_id or part.action_sign_finance()),
        ]

    def stand(self, part):
        sides = sorted(part.signature_ids.mapped('side'))
        assert len(sides) == len(set(sides)) and (part.state == 'signed') == (len(sides) == 2), (
            part.state,
            sides,
        )
        assert set(part.signature_ids.mapped('fingerprint')) <= {part.fingerprint}
        return ['before', 'half signed', 'after'][len(sides)]


class Plan(Work):
    model, event = 'ar.payment.plan', 'active'

    def make(self, env):
        partner = town.customer(env)
        items = town.invoice(env, partner, 100)._ar_instalments()
        plan = (
            env['ar.payment.plan']
            .with_user(town.person(env, 'collector'))
            .create(
                {
                    'credit_account_id': town.account(env, partner).id,
                    'contact_id': partner.id,
                    'item_ids': [Command.create({'move_line_id': item.id}) for item in items],
                    'line_ids': [
                        Command.create({'date': Date.add(Date.today(), days=days), 'amount': 50})
                        for days in (10, 40)
                    ],
                }
            )
        )
        plan.action_offer()
        return plan

    def steps(self):
        return [(None, lambda plan: plan.state == 'active' or plan._accept("Li Hua", PIXEL, '192.0.2.1'))]

    def stand(self, plan):
        kept = plan.env['ar.kept.document'].search([('res_model', '=', plan._name), ('res_id', '=', plan.id)])
        if plan.state == 'offered':
            assert not plan.signed_by and not plan.signature and not plan.signed_copy_id
            return 'before'
        assert plan.state == 'active' and plan.signed_by == "Li Hua" and plan.signed_copy_id, plan.state
        assert plan.signed_copy_id in kept.attachment_id and all(kept.mapped('is_intact')), "the file is gone"
        return 'after'


class Journal(Work):
    """Entries that wait for their seal; the document is the last of them."""

    model = 'ar.journal'

    def make(self, env):
        env['ar.journal']._append('res.partner', 'tested', [(env.company.id, 1, "Test", '{}')] * 3000)
        return env['ar.journal'].search([], limit=1, order='id desc')

    def steps(self):
        return [(None, lambda entry: entry._cron_seal())]

    def stand(self, entry):
        return 'after' if entry.seal_ids else 'before'


WORKS = {
    'confirm': Confirm(),
    'release': Release(),
    'run': Run(),
    'write-off': WriteOff(),
    'letter': Letter(),
    'statement': Statement(),
    'confirmation': Confirmation(),
    'period': Period(),
    'plan': Plan(),
    'journal': Journal(),
}
