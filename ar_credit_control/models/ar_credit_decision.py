from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..words import notification
from odoo.addons.ar_base.rules.money import exact, exceeds

DOCUMENTS_KEPT = 200  # of each component; the figure itself is always whole


class ArCreditDecision(models.Model):
    """An order that credit control stopped, and what was decided about it.

    The figures are frozen as they were when the order was stopped (refreshed while it waits) and kept
    with the decision: who decided, why, for what amount and until when. Closed records never change.
    """

    _name = 'ar.credit.decision'
    _description = "Credit Decision"
    _journaled = frozenset(['hold', 'released', 'rejected', 'auto_released', 'cancelled'])
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _order = 'id desc'
    _rec_name = 'order_name'
    # A decision is made through the actions, which ask for a reason and know who may. Every field is a fact.
    _facts = frozenset(
        ('order_id', 'order_name', 'credit_account_id', 'partner_id', 'company_id', 'grade_id', 'state')
        + ('salesperson_id', 'origin', 'held_on', 'exposure', 'credit_limit', 'limit_applies', 'available')
        + ('over_by', 'order_amount', 'added_exposure', 'reasons', 'reason_ids', 'snapshot', 'decided_by')
        + ('decided_on', 'note', 'question', 'amount', 'tolerance_pct', 'valid_until', 'recheck')
    )

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    order_id = fields.Many2one('sale.order', index=True, ondelete='set null')
    order_name = fields.Char("Order Number", required=True)
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
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
            ('auto_released', "Released automatically"),
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
    added_exposure = fields.Monetary("Adds to Exposure", readonly=True)
    reasons = fields.Char(
        "Reason Codes", readonly=True, help="Codes of the failed rules, in their fixed order."
    )
    reason_ids = fields.One2many('ar.credit.decision.reason', 'decision_id', "Reasons", readonly=True)
    reason_text = fields.Char("Why", compute='_compute_reason_text')
    panel = fields.Html("Why, and What Would Release It", compute='_compute_panel')
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
        readonly=True, index='btree_not_null', help="Something changed; the order will be checked again."
    )

    _one_pending = models.UniqueIndex(
        "(order_id) WHERE state = 'hold'", "This order is already waiting for credit."
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
        """Return what the reader may know of the decision: reasons, remedies, question, note."""
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
        accounts = self.env['ar.credit.account']
        for decision in self:
            decision.snapshot_html = self.env['ir.qweb']._render(
                'ar_credit_control.decision_snapshot',
                {
                    'components': [],
                    'secured': None,
                    'net': None,
                    **(decision.snapshot or {}),
                    'names': accounts._credit_component_names(),
                    'currency': decision.currency_id,
                    'fields': accounts.fields_get(['exposure_secured', 'exposure'], ['string']),
                },
            )

    def _refusal_to_edit(self, names):
        return self.env._("Credit decisions cannot be edited. Release, reject or ask from the hold queue.")

    # === Recording ===

    @api.model
    def _record(self, order, origin, check):
        """Put ``order`` on hold as it was judged; an order that waits already gets fresh figures.

        :param check: the ``rules.hold.Check`` that stopped it.
        """
        decision = order.credit_decision_ids.filtered(lambda d: d.state == 'hold')
        values = self._prepare_values(order, check)
        if decision:
            decision._record_facts(values)
            return decision
        values = {**values, 'order_id': order.id, 'order_name': order.name, 'origin': origin}
        decision = self._create_with_facts([values])
        decision._approval_request()
        text = self.env._("On credit hold. The credit team has been notified.")
        order.message_post(body=text, subtype_xmlid='mail.mt_note')
        return decision

    @api.model
    def _prepare_values(self, order, check):
        account, figures, verdict = order._credit_account(), check.figures, check.verdict
        documents = account._credit_documents(figures.check_date, DOCUMENTS_KEPT, without=order.ids)
        return {
            'credit_account_id': account.id,
            'grade_id': account.grade_id.id,
            'salesperson_id': order.user_id.id,
            'exposure': figures.net_exposure,
            'credit_limit': figures.limit or 0.0,
            'limit_applies': figures.limit is not None,
            'available': verdict.available or 0.0,
            'over_by': verdict.over_by or 0.0,
            'order_amount': figures.order_value,
            'added_exposure': figures.added,
            'reasons': ','.join(verdict.reasons),
            'reason_ids': self.env['ar.credit.decision.reason']._prepare_commands(account, check, documents),
            'snapshot': account._credit_snapshot(figures, documents, DOCUMENTS_KEPT),
            'recheck': False,
        }

    # === Approval ===

    def _approval_kind(self):
        return 'order'

    def _approval_amount(self):
        return self.order_amount

    def _approval_requesters(self):
        return self.salesperson_id | self.sudo().order_id.create_uid

    def _approval_activity(self):
        summary = self.env._("Order %s is waiting for credit", self.order_name)
        return 'ar_credit_control.mail_activity_type_held_order', summary

    @api.model
    def _cron_escalate(self):
        self._approval_escalate([('state', '=', 'hold')])

    # === Deciding ===

    def _check_may_decide(self):
        if closed := self.filtered(lambda d: d.state != 'hold'):
            names = ', '.join(closed.mapped('order_name'))
            raise UserError(self.env._("Already decided: %s. Refresh the list.", names))
        self._approval_check()

    def _check_note(self, note, missing):
        if not (note or '').strip():
            raise UserError(missing)

    def _decide(self, state, note, **values):
        self._record_facts(
            {
                'state': state,
                'decided_by': self.env.uid,
                'decided_on': fields.Datetime.now(),
                'note': note,
                'recheck': False,
                **values,
            }
        )

    def action_release(self, note=None, valid_until=None, tolerance_pct=None, confirm=True):
        """Release the orders for their present amount and confirm them in the same step.

        :param note: why; required.
        :param valid_until: last day of the release; default: today and the company's honour days.
        :param tolerance_pct: by how much the order may still grow; default: the company's.
        :return: True, or a notification naming the orders that were released but could not be confirmed.
        """
        self._check_may_decide()
        self._check_note(note, self.env._("Enter why you release the order."))
        today, user, problems = fields.Date.context_today(self), self.env.user.name, []
        for decision in self.sudo():
            order, company = decision.order_id, decision.company_id
            if not order:
                raise UserError(self.env._("The quotation %s was deleted.", decision.order_name))
            decision._decide(
                'released',
                note,
                amount=order._credit_value(),
                tolerance_pct=company.ar_release_tolerance if tolerance_pct is None else tolerance_pct,
                valid_until=valid_until or today + timedelta(days=company.ar_honour_days),
            )
            decision._notify_seller(
                self.env._("Released from credit hold by %(user)s: %(note)s", user=user, note=note)
            )
            if problem := confirm and decision._confirm_order():
                problems.append(problem)
        if not problems:
            return True
        close = {'type': 'ir.actions.act_window_close'}
        return notification(self.env._("Released, but not confirmed"), ' '.join(problems), True, close)

    def action_reject(self, note=None):
        """Refuse the orders; they stay quotations. The salesperson is notified of the reason."""
        self._check_may_decide()
        self._check_note(note, self.env._("Enter why you reject the order."))
        for decision in self.sudo():
            decision._decide('rejected', note)
            text = self.env._("Credit rejected by %(user)s: %(note)s", user=self.env.user.name, note=note)
            decision._notify_seller(text)
        return True

    def action_ask(self, note=None):
        """Ask the salesperson; the orders stay on hold."""
        self._check_may_decide()
        self._check_note(note, self.env._("Enter what you want to know."))
        for decision in self.sudo():
            decision._record_facts({'question': note})
            decision._notify_seller(
                self.env._("Question of %(user)s about credit: %(note)s", user=self.env.user.name, note=note)
            )
            if seller := decision.order_id.user_id:
                decision.order_id.activity_schedule(
                    'mail.mail_activity_data_todo', user_id=seller.id, summary=note
                )
        return True

    def _notify_seller(self, text):
        self.activity_unlink(['ar_credit_control.mail_activity_type_held_order'])
        self.message_post(body=text)
        self.order_id.message_post(body=text, partner_ids=self.salesperson_id.partner_id.ids)

    def _close(self, state):
        """Close waiting decisions that need no decision any more."""
        self._record_facts({'state': state, 'decided_on': fields.Datetime.now(), 'recheck': False})
        self.activity_unlink(['ar_credit_control.mail_activity_type_held_order'])

    def _confirm_order(self):
        """Confirm the order the way it was stopped; return why that failed, or False. A release stands."""
        order = self.order_id
        if order.state not in ('draft', 'sent'):
            return False
        if self.origin != 'seller':
            order = order.with_context(send_email=True)
        try:
            with self.env.cr.savepoint():
                order.action_confirm()
        except UserError as error:
            return self.env._("%(order)s: %(error)s", order=order.name, error=str(error))
        return False

    def _covers(self, account):
        """Tell whether this release lets its order pass as it stands today.

        It does up to the released amount and tolerance and to its last day, unless the customer was put on
        hold since.
        """
        self.ensure_one()
        bound = exact(self.amount) * (1 + exact(self.tolerance_pct) / 100)
        return (
            account == self.credit_account_id
            and fields.Date.context_today(self) <= self.valid_until
            and not exceeds(self.order_id._credit_value(), bound, self.currency_id.rounding)
            and not any(hold.placed_on > self.decided_on for hold in account.hold_ids.filtered('active'))
        )

    # === Re-evaluation ===

    @api.model
    def _queue_recheck(self, domain):
        """Mark the waiting decisions of ``domain`` to be looked at again by the cron, soon."""
        waiting = self.sudo().search([('state', '=', 'hold'), ('recheck', '=', False), *domain])
        if waiting:
            waiting._record_facts({'recheck': True})
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
        """Hook: tell whether what was stopped still waits. Bridges stop other things than quotations."""
        return self.order_id.state in ('draft', 'sent')

    def _recheck(self):
        self.ensure_one()
        self._record_facts({'recheck': False})
        order = self.order_id
        if not order or not self._is_waiting():
            return self._close('cancelled')
        check = order._credit_check_alone()
        if check.verdict.held:
            return self._record_facts(self._prepare_values(order, check))
        # Confirming closes the decision; if another order takes the credit meanwhile, this one stays in the
        # queue.
        problem = self.company_id.ar_confirm_auto_released and self._confirm_order()
        if problem and (check := order._credit_check_alone()).verdict.held:
            return self._record_facts(self._prepare_values(order, check))
        self._close('auto_released')
        text = self.env._("Released from credit hold: the rules pass again.")
        self._notify_seller(f'{text} {problem}' if problem else text)
        return True

    # === Actions ===

    def action_open_order(self):
        return self.order_id.get_formview_action()

    def action_open_account(self):
        return self.credit_account_id.get_formview_action()

    def action_decide(self):
        """Open the decision dialog for these orders; ``decide`` in the context is the answer to propose."""
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
