from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.ar_base.rules.money import exceeds

DOCUMENTS_KEPT = 200  # of each component; the figure itself is always whole


class ArCreditDecision(models.Model):
    """An order that credit control stopped, and what was decided about it.

    The figures are frozen as they were when the order was stopped (refreshed while it waits) and kept
    with the decision: who decided, why, for what amount and until when. Closed records never change.
    """

    _name = 'ar.credit.decision'
    _description = "Credit Decision"
    _journaled = frozenset(['hold', 'released', 'rejected', 'auto_released', 'cancelled'])
    _journal_parts = {'reason_ids': ('sequence', 'code', 'outcome', 'data')}
    _journal_open = frozenset(['hold'])  # its figures are refreshed while it waits
    _inherit = [
        'mail.thread',
        'mail.activity.mixin',
        'ar.credit.release.mixin',
        'ar.credit.question.mixin',
        'ar.credit.situation.mixin',
    ]
    _order = 'id desc'
    _rec_name = 'order_name'
    # A decision is made through the actions, which ask for a reason and know who may. Every field is a fact.
    _facts = frozenset(
        ('order_id', 'order_name', 'credit_account_id', 'partner_id', 'company_id', 'grade_id', 'state')
        + ('salesperson_id', 'origin', 'held_on', 'exposure', 'credit_limit', 'limit_applies', 'available')
        + ('over_by', 'order_amount', 'added_exposure', 'credit_days', 'reasons', 'reason_ids', 'snapshot')
        + ('recheck',)
    )

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    order_id = fields.Many2one('sale.order', index=True, ondelete='set null')
    order_name = fields.Char("Order Number", required=True)
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Customer", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related='credit_account_id.company_id', store=True, precompute=True, index=True
    )
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
            ('observed', "Would have been held"),
        ],
        default='hold',
        required=True,
        index=True,
        readonly=True,
        group_expand=True,
    )
    origin = fields.Selection(
        [
            ('seller', "Confirmation"),
            ('portal', "Customer's signature"),
            ('payment', "Online payment"),
            ('increase', "Change of a confirmed order"),
        ],
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
    credit_days = fields.Integer("Days of Credit", readonly=True, help="The order's terms; -1 = in advance.")
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
    recheck = fields.Boolean(
        readonly=True, index='btree_not_null', help="Something changed; the order will be checked again."
    )

    _one_pending = models.UniqueIndex(
        "(order_id, (origin = 'increase')) WHERE state = 'hold'", "This order is already waiting for credit."
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
        """Return what the reader may know of the decision: reasons, remedies, question, note.

        Customers read nothing of it, whatever field or page they come from.
        """
        if not self.env.user._is_internal():
            return False
        decision = decision.sudo()
        reasons, passes = decision._reasons_now()
        reasons = reasons.filtered(lambda reason: reason.outcome == 'hold')
        return self.env['ir.qweb']._render(
            'ar_credit_control.decision_panel',
            {
                'decision': decision,
                'reasons': reasons,
                'passes': passes,
                'remedies': decision.state in ('hold', 'rejected') and not passes and reasons._remedies(),
                'amounts': reasons._sees_amounts(),
            },
        )

    def _reasons_now(self):
        """Return (reasons, whether the order would pass): of a waiting order those of this moment.

        Nothing is written. What was decided, and what was asked of a confirmed order, stays as it was judged.
        """
        self.ensure_one()
        if self.state != 'hold' or self.origin == 'increase' or not self.order_id:
            return self.reason_ids, False
        check = self.order_id._credit_check_alone()
        if not check.verdict.held:
            return self.reason_ids, True
        account = self.order_id._credit_account()
        documents = account._credit_documents(
            check.figures.check_date, DOCUMENTS_KEPT, without=self.order_id.ids
        )
        reasons = self.env['ar.credit.decision.reason']
        values = reasons._prepare_values(account, check, documents)
        return reasons.union(*(reasons.new({**vals, 'decision_id': self.id}) for vals in values)), False

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

    def _last_on_order(self):
        """Return the latest of an order's decisions on the order as a whole: growth waits without it."""
        return self.filtered(lambda d: d.origin != 'increase').sorted('id')[-1:]

    # === Recording ===

    @api.model
    def _record(self, order, origin, check):
        """Put ``order`` on hold as it was judged; an order that waits already gets fresh figures.

        :param check: the ``rules.hold.Check`` that stopped it.
        """
        if order.state == 'sale' and origin in ('seller', 'portal', 'payment'):
            origin = 'increase'
        decision = order.credit_decision_ids.filtered(
            lambda d: d.state == 'hold' and (d.origin == 'increase') == (origin == 'increase')
        )
        values = self._prepare_values(order, check)
        if decision:
            if decision._is_worse(values):
                decision._approval_note_asker()
            decision._keep(values)
            return decision
        values = {**values, 'order_id': order.id, 'order_name': order.name, 'origin': origin}
        # The note on the order says it: what creates one more message, and followers, only takes longer.
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        decision = quiet._create_with_facts([values]).with_env(self.env)
        decision._approval_request()
        order._message_log(body=self.env._("On credit hold. The credit team has been notified."))
        return decision

    @api.model
    def _record_observed(self, order, check):
        """Keep what would have been held while the company only observes; nobody is to decide."""
        values = self._prepare_values(order, check.enforced())
        facts = {'order_id': order.id, 'order_name': order.name, 'origin': 'seller', 'state': 'observed'}
        return self.sudo()._create_with_facts([{**values, **facts}])

    def _keep(self, values):
        """Take these figures of the order as it is judged now; one that got worse is routed again."""
        self.ensure_one()
        worse = self._is_worse(values)
        self._record_facts(values)
        if worse:
            self._route_again()

    def _is_worse(self, values):
        """Tell whether the order asks for more than it was judged for: value, customer, terms or grade."""
        grade = self.env['ar.credit.grade'].browse(values['grade_id'])
        return (
            values['credit_account_id'] != self.credit_account_id.id
            or exceeds(values['order_amount'], self.order_amount, self.currency_id.rounding)
            or values['credit_days'] > self.credit_days
            or self._is_worse_grade(grade)
        )

    def _refresh(self):
        """Judge the waiting order as it stands now and keep its figures.

        What was asked of a confirmed order is not in the order: that stays as it was judged.

        :return: whether the rules would stop it.
        """
        self.ensure_one()
        if self.origin == 'increase':
            return True
        check = self.order_id._credit_check_alone()
        values = self._prepare_values(self.order_id, check)
        if check.verdict.held:
            self._keep(values)
        elif self._is_worse(values):
            # It would pass, whatever it asks for: what stopped it stays on record.
            self._keep({name: values[name] for name in values.keys() - {'reasons', 'reason_ids'}})
        return check.verdict.held

    @api.model
    def _prepare_values(self, order, check):
        account, figures, verdict = order._credit_account_of(check), check.figures, check.verdict
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
            'credit_days': figures.credit_days,
            'reasons': ','.join(verdict.reasons),
            'reason_ids': [
                Command.clear(),
                *map(
                    Command.create,
                    self.env['ar.credit.decision.reason']._prepare_values(account, check, documents),
                ),
            ],
            'snapshot': account._credit_snapshot(figures, documents, DOCUMENTS_KEPT),
            'recheck': False,
        }

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
        order = self.order_id
        if self.origin != 'increase':
            return order.state in ('draft', 'sent')
        # Until the order is what was asked.
        return order.state == 'sale' and (
            exceeds(self.order_amount, order._credit_value(), self.currency_id.rounding)
            or self.credit_days > order._credit_days()
            or self.credit_account_id != order._credit_account()
        )

    def _recheck(self):
        self.ensure_one()
        self._record_facts({'recheck': False})
        order = self.order_id
        if not order or not self._is_waiting():
            return self._close('cancelled')
        if self._refresh():
            return True
        # Confirming closes the decision; if another order takes the credit meanwhile, this one stays in the
        # queue.
        problem = self.company_id.ar_confirm_auto_released and self._confirm_order()
        if problem and self._refresh():
            return True
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
        for decision in self.sudo().filtered('order_id'):
            decision._refresh()
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
