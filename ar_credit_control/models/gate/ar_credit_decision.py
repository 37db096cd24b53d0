from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...rules import checks

DOCUMENTS_KEPT = 200  # of each component; the figure itself is always whole

# What only this model's own code writes.
FACTS = frozenset(
    [
        'order_id',
        'order_name',
        'credit_account_id',
        'grade_id',
        'salesperson_id',
        'state',
        'origin',
        'held_on',
        'exposure',
        'credit_limit',
        'limit_applies',
        'available',
        'over_by',
        'order_amount',
        'document_amount',
        'reasons',
        'reason_ids',
        'snapshot',
        'approver_ids',
        'escalate_on',
        'escalate_user_id',
        'decided_by',
        'decided_on',
        'note',
        'question',
        'amount',
        'tolerance_pct',
        'valid_until',
        'recheck',
    ]
)


class ArCreditDecision(models.Model):
    """An order that credit control stopped, and what was decided about it.

    The figures are frozen as they were when the order was stopped (refreshed while it waits) and kept with the decision:
    who decided, why, for what amount and until when. Closed records never change.
    """

    _name = 'ar.credit.decision'
    _description = "Credit Decision"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _order = 'id desc'
    _rec_name = 'order_name'

    order_id = fields.Many2one('sale.order', index=True, ondelete='set null')
    order_name = fields.Char("Order Number", required=True)
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Credit Account", required=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(related='credit_account_id.partner_id', string="Customer", store=True)
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    grade_id = fields.Many2one('ar.credit.grade', readonly=True)
    salesperson_id = fields.Many2one('res.users', readonly=True)
    state = fields.Selection(
        [
            ('hold', "On hold"),
            ('released', "Released"),
            ('rejected', "Rejected"),
            ('freed', "Freed by itself"),
            ('cancelled', "Cancelled"),
        ],
        default='hold',
        required=True,
        index=True,
        readonly=True,
        group_expand=True,
    )
    origin = fields.Selection(
        [('seller', "Salesperson"), ('portal', "Customer's signature"), ('payment', "Online payment")],
        "Stopped At",
        required=True,
        default='seller',
        readonly=True,
    )
    held_on = fields.Datetime(default=fields.Datetime.now, readonly=True, required=True)
    exposure = fields.Monetary("Exposure Before", readonly=True, help="Net of security, without this order.")
    credit_limit = fields.Monetary("Limit", readonly=True)
    limit_applies = fields.Boolean(readonly=True)
    available = fields.Monetary(readonly=True)
    over_by = fields.Monetary("Over by", readonly=True)
    order_amount = fields.Monetary("Order Total", readonly=True, help="Order total in company currency.")
    document_amount = fields.Monetary("Adds to Exposure", readonly=True)
    reasons = fields.Char(
        "Reason Codes", readonly=True, help="Codes of the failed rules, in their fixed order."
    )
    reason_ids = fields.One2many('ar.credit.decision.reason', 'decision_id', "Reasons", readonly=True)
    reason_text = fields.Char("Why", compute='_compute_reason_text')
    panel = fields.Html("Why, and What Frees It", compute='_compute_panel')
    snapshot = fields.Json(
        readonly=True, help="Exposure by component with the documents behind it, when it was stopped."
    )
    snapshot_html = fields.Html("Exposure When Stopped", compute='_compute_snapshot_html')
    decided_by = fields.Many2one('res.users', readonly=True)
    decided_on = fields.Datetime(readonly=True)
    note = fields.Text("Decision Note", readonly=True)
    question = fields.Text("Question to the Salesperson", readonly=True)
    amount = fields.Monetary(
        "Released Amount", readonly=True, help="The order may be confirmed up to this total."
    )
    tolerance_pct = fields.Float("Tolerance %", readonly=True)
    valid_until = fields.Date(readonly=True, help="The last day on which the release holds.")
    recheck = fields.Boolean(
        readonly=True, index='btree_not_null', help="Something changed; it will be looked at again."
    )

    _one_pending = models.UniqueIndex(
        "(order_id) WHERE state = 'hold'", "This order is waiting for credit already."
    )
    # The cron's search.
    _recheck_idx = models.Index("(id) WHERE state = 'hold' AND recheck IS TRUE")

    @api.depends('reason_ids.code', 'reason_ids.outcome')
    @api.depends_context('lang')
    def _compute_reason_text(self):
        for decision in self:
            stopped_by = decision.reason_ids.filtered(lambda reason: reason.outcome == 'hold')
            decision.reason_text = ', '.join(stopped_by.mapped('display_name'))

    @api.depends('reason_ids', 'state')
    @api.depends_context('lang', 'uid')
    def _compute_panel(self):
        for decision in self:
            decision.panel = self._render_panel(decision)

    @api.model
    def _render_panel(self, decision):
        """Return what the reader may know of the decision: reasons, cures, question, note."""
        reasons = decision.sudo().reason_ids
        return self.env['ir.qweb']._render(
            'ar_credit_control.decision_panel',
            {
                'decision': decision.sudo(),
                'reasons': reasons.filtered(lambda reason: reason.outcome == 'hold'),
                'amounts': reasons._sees_amounts(),
            },
        )

    @api.depends('snapshot')
    @api.depends_context('lang')
    def _compute_snapshot_html(self):
        for decision in self:
            snapshot = decision.snapshot or {}
            decision.snapshot_html = self.env['ir.qweb']._render(
                'ar_credit_control.decision_snapshot',
                {
                    'components': snapshot.get('components', []),
                    'secured': snapshot.get('secured'),
                    'net': snapshot.get('net'),
                    'names': self._component_names(),
                    'currency': decision.currency_id,
                    'fields': self.env['ar.credit.account'].fields_get(
                        ['exposure_secured', 'exposure'], ['string']
                    ),
                },
            )

    @api.model
    def _component_names(self):
        fields_get = self.env['ar.credit.account'].fields_get(attributes=['string'])
        return {
            component.code: fields_get.get(component.code, {}).get('string', component.code)
            for component in self.env['ar.credit.account']._credit_components()
        }

    def write(self, vals):
        # A decision is made through the actions, which ask for a reason and know who may; its facts are not edited.
        if not self.env.su and any(name in FACTS for name in vals):
            raise AccessError(
                self.env._("Credit decisions are not edited. Release, reject or ask from the hold queue.")
            )
        return super().write(vals)

    # === Recording ===

    @api.model
    def _record(self, order, door):
        """Put ``order`` on hold with the figures of this moment; an order that waits already gets fresh figures."""
        decision = order.credit_decision_ids.filtered(lambda d: d.state == 'hold')
        values = self._prepare_values(order)
        if decision:
            decision.write(values)
            return decision
        decision = self.create({**values, 'order_id': order.id, 'order_name': order.name, 'origin': door})
        decision._approval_request()
        order.message_post(
            body=self.env._("On credit hold. The credit team has been told."), subtype_xmlid='mail.mt_note'
        )
        return decision

    @api.model
    def _prepare_values(self, order):
        account = order._credit_account()
        rules, known, documents = order._credit_facts(account)
        document = max(documents[order.id] - order._credit_unbooked(), 0.0)
        facts = order._credit_order_facts()
        verdict = account._credit_verdict(known, rules, document, **facts)
        reasons = self.env['ar.credit.decision.reason']
        return {
            'credit_account_id': account.id,
            'grade_id': account.grade_id.id,
            'salesperson_id': order.user_id.id,
            'exposure': known.net_exposure,
            'credit_limit': known.limit or 0.0,
            'limit_applies': known.limit is not None,
            'available': verdict.available or 0.0,
            'over_by': verdict.over_by or 0.0,
            'order_amount': order._credit_convert(order.amount_total, order.currency_id.id),
            'document_amount': document,
            'reasons': ','.join(verdict.reasons),
            'reason_ids': [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        reasons._prepare_values(failure, account, rules, known, document, verdict, facts)
                    )
                    for failure in verdict.failures
                ),
            ],
            'snapshot': self._prepare_snapshot(account, order),
            'recheck': False,
        }

    @api.model
    def _prepare_snapshot(self, account, order):
        """Return each component with its amount and the documents behind it, what is secured and the net, as plain data."""
        rows = order._credit_order_amounts(account._credit_orders_domain() & Domain('id', '!=', order.id))
        exposure = account._credit_exposures(order_rows=rows)[account.id]
        components = []
        for component in account._credit_components():
            amount = exposure.components.get(component.code, 0.0)
            if not amount:
                continue
            domain = getattr(account, component.domain)()
            records = self.env[component.model].sudo().search(domain, limit=DOCUMENTS_KEPT) - (
                order if component.model == 'sale.order' else self.env[component.model]
            )
            components.append(
                {
                    'code': component.code,
                    'amount': amount,
                    'model': component.model,
                    'documents': [[record.id, record.display_name] for record in records],
                }
            )
        return {'components': components, 'secured': exposure.secured, 'net': exposure.net}

    # === Approval ===

    def _approval_kind(self):
        return 'order'

    def _approval_amount(self):
        return self.order_amount

    def _approval_requesters(self):
        return self.salesperson_id | self.sudo().order_id.create_uid

    def _approval_activity(self):
        return 'ar_credit_control.mail_activity_type_held_order', self.env._(
            "Order %s waits for credit", self.order_name
        )

    @api.model
    def _cron_escalate(self):
        self._approval_escalate([('state', '=', 'hold')])

    # === Deciding ===

    def _check_may_decide(self):
        closed = self.filtered(lambda d: d.state != 'hold')
        if closed:
            raise UserError(
                self.env._("Already decided: %s. Refresh the list.", ', '.join(closed.mapped('order_name')))
            )
        self._approval_check()

    def action_release(self, note=None, valid_until=None, tolerance_pct=None, confirm=True):
        """Release the orders for their present amount and confirm them in the same step.

        :param note: why; required.
        :param valid_until: last day of the release; default: today and the company's honour days.
        :param tolerance_pct: by how much the order may still grow; default: the company's.
        :return: True, or a notification naming the orders that were released but could not be confirmed.
        """
        self._check_may_decide()
        if not (note or '').strip():
            raise UserError(self.env._("Write down why you release the order."))
        today = fields.Date.context_today(self)
        problems = []
        for decision in self.sudo():
            order, company = decision.order_id, decision.company_id
            if not order:
                raise UserError(self.env._("The quotation %s was deleted.", decision.order_name))
            decision.write(
                {
                    'state': 'released',
                    'decided_by': self.env.uid,
                    'decided_on': fields.Datetime.now(),
                    'note': note,
                    'amount': order._credit_convert(order.amount_total, order.currency_id.id),
                    'tolerance_pct': company.ar_release_tolerance if tolerance_pct is None else tolerance_pct,
                    'valid_until': valid_until or today + timedelta(days=company.ar_honour_days),
                    'recheck': False,
                }
            )
            decision._tell_seller(
                self.env._(
                    "Released from credit hold by %(user)s: %(note)s", user=self.env.user.name, note=note
                )
            )
            problem = confirm and decision._confirm_order()
            if problem:
                problems.append(problem)
        return decision._notification(problems) if problems else True

    def action_reject(self, note=None):
        """Refuse the orders; they stay quotations. The salesperson is told why."""
        self._check_may_decide()
        if not (note or '').strip():
            raise UserError(self.env._("Write down why you reject the order."))
        for decision in self.sudo():
            decision.write(
                {
                    'state': 'rejected',
                    'decided_by': self.env.uid,
                    'decided_on': fields.Datetime.now(),
                    'note': note,
                    'recheck': False,
                }
            )
            decision._tell_seller(
                self.env._("Credit rejected by %(user)s: %(note)s", user=self.env.user.name, note=note)
            )
        return True

    def action_ask(self, note=None):
        """Ask the salesperson; the orders stay on hold."""
        self._check_may_decide()
        if not (note or '').strip():
            raise UserError(self.env._("Write down what you want to know."))
        for decision in self.sudo():
            decision.question = note
            order = decision.order_id
            decision._tell_seller(
                self.env._("Question of %(user)s about credit: %(note)s", user=self.env.user.name, note=note)
            )
            if order.user_id:
                order.activity_schedule(
                    'mail.mail_activity_data_todo', user_id=order.user_id.id, summary=note
                )
        return True

    def _tell_seller(self, text):
        self.activity_unlink(['ar_credit_control.mail_activity_type_held_order'])
        self.message_post(body=text)
        self.order_id.message_post(body=text, partner_ids=self.salesperson_id.partner_id.ids)

    def _close(self, state):
        """Close waiting decisions that nobody needs to decide any more."""
        self.write({'state': state, 'decided_on': fields.Datetime.now(), 'recheck': False})
        self.activity_unlink(['ar_credit_control.mail_activity_type_held_order'])

    def _confirm_order(self):
        """Confirm the order the way it was stopped; return why that did not work, or False. A release stands either way."""
        order = self.order_id
        if order.state not in ('draft', 'sent'):
            return False
        try:
            with self.env.cr.savepoint():
                if self.origin == 'seller':
                    order.action_confirm()
                else:
                    order.with_context(send_email=True).action_confirm()
        except UserError as error:
            return self.env._("%(order)s: %(error)s", order=order.name, error=error.args[0])
        return False

    def _notification(self, problems):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning',
                'sticky': True,
                'title': self.env._("Released, but not confirmed"),
                'message': ' '.join(problems),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    def _covers(self, account):
        """Tell whether this release lets its order pass as it stands today.

        It does up to the released amount and tolerance and to its last day, unless the customer was put on hold since.
        """
        self.ensure_one()
        order = self.order_id
        total = order._credit_convert(order.amount_total, order.currency_id.id)
        bound = self.amount * (1 + self.tolerance_pct / 100)
        return (
            account == self.credit_account_id
            and fields.Date.context_today(self) <= self.valid_until
            and not checks.exceeds(total, bound, self.currency_id.rounding)
            and not any(hold.placed_on > self.decided_on for hold in account.hold_ids.filtered('active'))
        )

    # === Re-evaluation ===

    @api.model
    def _queue_recheck(self, domain):
        """Mark the waiting decisions of ``domain`` to be looked at again by the cron, soon."""
        waiting = self.sudo().search([('state', '=', 'hold'), ('recheck', '=', False), *domain])
        if waiting:
            waiting.recheck = True
            self.env.ref('ar_credit_control.ir_cron_recheck').sudo()._trigger()

    @api.model
    def _cron_recheck(self):
        """Look again at waiting orders whose customer's situation changed: those that pass now are free."""
        domain = [('state', '=', 'hold'), ('recheck', '=', True)]
        todo = self.search(domain, limit=200, order='id')
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        for decision in todo:
            decision = decision.try_lock_for_update().filtered_domain(domain)
            if decision:
                decision.company_id._with_internal_lang(decision)._recheck()
            if not self.env['ir.cron']._commit_progress(1):
                break

    @api.model
    def _cron_recheck_all(self):
        """Once a day look again at every waiting order: dates pass by themselves."""
        self._queue_recheck([])

    def _is_waiting(self):
        """Tell whether what was stopped still waits to go on. Bridges know of other things to stop than quotations."""
        return self.order_id.state in ('draft', 'sent')

    def _recheck(self):
        self.ensure_one()
        self.recheck = False
        order = self.order_id
        if not order or not self._is_waiting():
            return self._close('cancelled')
        values = self._prepare_values(order)
        if values['reasons']:
            return self.write(values)
        # Confirming closes the decision; if another order takes the room meanwhile, this one stays in the queue.
        problem = self.company_id.ar_confirm_auto_released and self._confirm_order()
        if problem and (values := self._prepare_values(order))['reasons']:
            return self.write(values)
        self._close('freed')
        text = self.env._("Free of credit hold: the rules pass again.")
        self._tell_seller(f'{text} {problem}' if problem else text)
        return True

    # === Drill-down ===

    def action_open_order(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'sale.order',
            'res_id': self.order_id.id,
            'view_mode': 'form',
        }

    def action_open_account(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.account',
            'res_id': self.credit_account_id.id,
            'view_mode': 'form',
        }

    def action_decide(self):
        """Open the decision dialog for these orders; ``decide`` in the context says which answer is proposed."""
        self._check_may_decide()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.decide',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Credit Decision"),
            'context': {
                'default_decision_ids': self.ids,
                'default_answer': self.env.context.get('decide', 'release'),
            },
        }
