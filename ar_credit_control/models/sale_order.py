from contextlib import contextmanager
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

from .. import words
from ..exceptions import CreditHold
from ..rules import hold
from odoo.addons.ar_base.rules.money import ZERO

# Writing one of these on an order can raise what its customer owes.
RISKY_FIELDS = {
    'state',
    'partner_id',
    'partner_invoice_id',
    'payment_term_id',
    'currency_id',
    'pricelist_id',
    'company_id',
    'fiscal_position_id',
    'commitment_date',
}
# Facts of the credit department; only its own code writes them.
PROTECTED_FIELDS = {'credit_state', 'credit_decision_ids', 'credit_remainder_released'}


class SaleOrder(models.Model):
    """The credit check: no order becomes, or grows as, a sales order against the rules of credit control.

    It sits in ``create`` and ``write`` of the order and its lines, so that no way to confirm an order leads
    round it, and decides from stored facts alone: the figures, and a release that a controller recorded. The
    user and the context do not matter, and no figure it reads can be entered (``_computed_only``).
    """

    _name = 'sale.order'
    _inherit = [
        'ar.computed.mixin',
        'ar.credit.weight.mixin',
        'ar.credit.preview.mixin',
        'ar.credit.confirm.mixin',
        'sale.order',
    ]

    _computed_only = frozenset(
        [
            'amount_invoiced',
            'amount_paid',
            'amount_tax',
            'amount_to_invoice',
            'amount_total',
            'amount_untaxed',
            'currency_rate',
            'invoice_ids',
            'invoice_status',
            'transaction_ids',
        ]
    )

    credit_state = fields.Selection(
        [
            ('none', "Not checked"),
            ('ok', "Passed"),
            ('hold', "On hold"),
            ('released', "Released"),
            ('rejected', "Rejected"),
        ],
        "Credit",
        compute='_compute_credit_state',
        store=True,
        copy=False,
        readonly=True,
    )
    # Of people who may read decisions only: a seller's read() of an order must not stumble over it.
    credit_decision_ids = fields.One2many(
        'ar.credit.decision', 'order_id', "Credit Decisions", copy=False, groups='ar_base.group_viewer'
    )
    credit_remainder_released = fields.Boolean(
        "Remainder Released",
        copy=False,
        readonly=True,
        help="Undelivered quantities will not ship and no longer use up credit.",
    )
    credit_decision_id = fields.Many2one(
        'ar.credit.decision',
        compute='_compute_credit_decision_id',
        compute_sudo=True,
        groups='ar_base.group_viewer',
    )

    # The orders that count of a customer, by ``engine.orders.documents``; of a long history few do. An order
    # is in it from confirmation until it is invoiced: one entry.
    _ar_open_idx = models.Index(
        "(partner_invoice_id) WHERE state = 'sale' AND invoice_status IS DISTINCT FROM 'invoiced'"
    )
    # The orders that were stopped, for filters; all others only passed.
    _ar_stopped_idx = models.Index("(credit_state) WHERE credit_state IN ('hold', 'released', 'rejected')")

    @api.depends('state', 'credit_decision_ids.state')
    def _compute_credit_state(self):
        for order in self:
            passed = 'ok' if order.state == 'sale' else 'none'
            state = order.sudo().credit_decision_ids._last_on_order().state
            order.credit_state = state if state in ('hold', 'released', 'rejected') else passed

    @api.depends('credit_decision_ids')
    def _compute_credit_decision_id(self):
        for order in self:
            order.credit_decision_id = order.credit_decision_ids.sorted('id')[-1:]

    def _compute_partner_credit_warning(self):  # pylint: disable=missing-return
        # EXTENDS 'account': one voice. Odoo's own banner is silent where credit control decides.
        super()._compute_partner_credit_warning()
        for order in self.filtered('partner_credit_warning'):
            account = order._credit_account()
            if account.is_unlimited or account._credit_effective_limit() is not None:
                order.partner_credit_warning = ''

    # === Where it is checked ===

    @api.model
    def default_get(self, fields):
        return super().default_get([name for name in fields if name not in PROTECTED_FIELDS])

    @api.model_create_multi
    def create(self, vals_list):
        self._credit_protect(*vals_list)
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == 'sale')._credit_check()
        return orders

    def write(self, vals):
        self._credit_protect(vals)
        if not RISKY_FIELDS & set(vals):
            return super().write(vals)
        if vals.get('state', 'sale') != 'sale':
            self._credit_check_leaving()
        with self._credit_watch():
            result = super().write(vals)
        if vals.get('state') == 'cancel':
            self.sudo().credit_decision_ids.filtered(lambda d: d.state == 'hold')._close('cancelled')
        return result

    def _credit_check_leaving(self):
        """Refuse to cancel what was delivered: it is owed, and nothing else than the order says so.

        :raise UserError: unless it is invoiced, returned, or a credit controller does so.
        """
        if self.env.su or self.env.user.has_group('ar_base.group_controller'):
            return
        orders = self.sudo().filtered(lambda order: order.state == 'sale')
        for order_id, amount in orders._credit_delivered().items():
            order = orders.browse(order_id)
            if order.currency_id.compare_amounts(float(amount), 0) > 0:
                raise UserError(
                    self.env._(
                        "%(order)s: %(amount)s was delivered to %(customer)s and is on no invoice. Invoice "
                        "it or take it back before you cancel the order, or ask a credit controller.",
                        order=order.name,
                        amount=formatLang(self.env, float(amount), currency_obj=order.currency_id),
                        customer=order.partner_invoice_id.commercial_partner_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _credit_close_decisions(self):
        self.sudo().credit_decision_ids.filtered(lambda d: d.state == 'hold')._close('cancelled')

    @api.ondelete(at_uninstall=False)
    def _credit_keep_requests(self):
        request = self.env['ar.credit.change'].sudo().search([('order_id', 'in', self.ids)], limit=1)
        if request:
            raise UserError(
                self.env._(
                    "%s cannot be deleted: the credit department keeps a request about it. "
                    "Leave it cancelled.",
                    request.order_id.name,
                )
            )

    def _credit_protect(self, *vals_list):
        if not self.env.su and any(PROTECTED_FIELDS & set(vals) for vals in vals_list):
            raise AccessError(
                self.env._(
                    "The credit state of an order follows from decisions of the credit department. "
                    "Ask a credit controller to release the order."
                )
            )

    @contextmanager
    def _credit_watch(self):
        """Check the orders that the enclosed change confirmed, or made worse once confirmed.

        :raise CreditHold: one of them is refused; the caller has to roll the change back.
        """
        orders = self.sudo()
        before = orders._credit_positions()
        yield
        now = orders.filtered(lambda order: before[order.id].confirmed)._credit_positions()
        worse = orders.filtered(
            lambda order: order._credit_is_worse(before[order.id], now[order.id])
            if order.id in now
            else order.state == 'sale'
        )
        worse.filtered('credit_remainder_released').credit_remainder_released = False
        try:
            worse._credit_check()
        except CreditHold as refusal:
            self._credit_record_growth([id_ for id_ in refusal.order_ids if before[id_].confirmed], refusal)
            raise

    def _credit_watch_confirmed(self):
        """As ``_credit_watch``, for changes of lines: they matter on confirmed orders only."""
        return self.filtered(lambda order: order.state == 'sale')._credit_watch()

    # === The check ===

    def _credit_check(self):
        """Let the confirmed orders pass or raise.

        Writes the customers' lock rows first: of two transactions only one can use the same available credit.
        Orders of one call add up.

        :raise CreditHold: with the check of every order that is refused.
        """
        if not self:
            return
        orders = self.sudo()
        orders.mapped('credit_state')  # computed now, it is stored by the same statement as the rest
        checks = orders._credit_judged() or orders._credit_checks()
        refused = [check for _order, check, passes in checks if not passes]
        # An app that is being installed loads its sample orders: nobody sells, and no request is served yet.
        if refused and self.pool.ready:
            raise orders._credit_hold(refused)
        for order, check, passes in checks:
            if check and passes:
                order._credit_warn(check)
        if waiting := orders.credit_decision_ids.filtered(lambda d: d.state == 'hold'):
            waiting._close('auto_released')

    def _credit_hold(self, refused):
        """Return the ``CreditHold`` with the checks ``refused``."""
        colleague = self.env.uid != SUPERUSER_ID and self.env.user._is_internal()
        return CreditHold(refused, partial(words.refusal, refused, self.env.lang or 'en_US', colleague))

    def _credit_checks(self):
        """Return (order, ``rules.hold.Check``, whether it passes) of these orders as confirmed ones.

        Their customers are locked; orders of one customer add up. Nothing is recorded. The check of one that
        passes because it is paid is None.
        """
        self.partner_invoice_id.fetch(['commercial_partner_id'])  # a contact has many more columns
        groups = self.grouped(
            lambda order: (order.partner_invoice_id.commercial_partner_id, order.company_id.root_id)
        )
        checks = []
        for (partner, company), group in sorted(
            groups.items(), key=lambda item: (item[0][0].id, item[0][1].id)
        ):
            account = self.env['ar.credit.account'].sudo()._lock_for_exposure(partner, company)
            account.group_id._lock_for_exposure()
            checks += group._credit_checks_of(account)
        return checks

    def _credit_checks_of(self, account):
        """Return the same of these orders of one account."""
        facts = self._credit_facts(account)
        taken, checks = ZERO, []
        for order in self:
            check = order._credit_judge(account, facts, facts.added[order.id], taken)
            if adds_nothing := order._credit_adds_nothing():
                check = check.only(facts.of_any_amount)
            if check.verdict.held and not order._credit_is_free() and order._credit_is_paid():
                checks.append((order, None, True))
                continue
            if check.verdict.held and not adds_nothing and (unbooked := order._credit_unbooked()):
                check = order._credit_judge(account, facts, check.figures.added - unbooked, taken)
            passes = not check.verdict.held or order._credit_release_covers(account)
            checks.append((order, check, passes))
            if passes and not adds_nothing:
                taken += check.figures.added
        return checks

    def _credit_check_alone(self):
        """Return the ``rules.hold.Check`` of this order as it stands, less what was paid online."""
        order = self.sudo()
        account = order._credit_account()
        facts = order._credit_facts(account)
        check = order._credit_judge(account, facts, facts.added[order.id] - order._credit_unbooked())
        # Once its goods are to leave, an order that was to be paid first is judged like any other.
        narrow = order._credit_is_free() if order.state == 'sale' else order._credit_adds_nothing()
        return check.only(facts.of_any_amount) if narrow else check

    def _credit_facts(self, account):
        """Return what these orders of one account are judged by: ``rules.hold.Facts``."""
        rules = self.env['ar.credit.rule'].sudo()._in_force(account)
        known = account._credit_known(rules, without=self.ids)
        weights = self._credit_weights()
        added = {order.id: order._credit_convert(weights[order.id], order.currency_id.id) for order in self}
        return hold.Facts(rules, known, added)

    def _credit_judge(self, account, facts, added, taken=ZERO):
        """Return the ``rules.hold.Check`` of this order, which adds ``added`` after others took ``taken``."""
        asked, more = hold.Needs.of(facts.rules).facts, facts.known.more
        figures, verdict = account._credit_judge(
            facts.known,
            facts.rules,
            max(added, ZERO),
            taken,
            order_value=self._credit_value(),
            credit_days=self._credit_days(),
            discount=max(self.order_line.mapped('discount'), default=0.0),
            more=more | account._credit_order_facts(self, asked, more),
        )
        # Who it is, is said where a rule failed.
        customer = self.partner_invoice_id.commercial_partner_id.display_name if verdict.failures else ''
        return hold.Check(self.id, self.name, customer, figures, verdict, account.id)

    def _credit_release_covers(self, account):
        """Tell whether a release that no later rejection withdrew lets the order pass as it stands."""
        decided = self.credit_decision_ids.filtered(lambda d: d.state in ('released', 'rejected'))
        last = decided.sorted('id')[-1:]
        return last.state == 'released' and last._covers(account)

    def _credit_warn(self, check):
        """Note on the order the rules that only warn; keep what would have been held."""
        if check.verdict.observed:
            self.env['ar.credit.decision']._record_observed(self, check)
        if check.verdict.warning:
            names = words.labels(check.verdict.warning, self.env.lang or 'en_US')
            self.message_post(body=self.env._("Credit warning: %s", names))

    def _credit_account(self):
        self.ensure_one()
        return self.env['ar.credit.account'].sudo()._for_partner(self.partner_invoice_id, self.company_id)

    def _credit_account_of(self, check):
        """Return the same as ``_credit_account``: the account of the check, where that is the order's."""
        account = self.env['ar.credit.account'].sudo().browse(check.account_id or [])
        customer, company = self.partner_invoice_id.commercial_partner_id, self.company_id.root_id
        is_own = account and account.partner_id == customer and account.company_id == company
        return account if is_own else self._credit_account()

    # === Ways to confirm ===

    def _validate_order(self):  # pylint: disable=missing-return
        # EXTENDS 'sale': the customer signed, or an order without payment came from the shop. Nothing of it
        # is lost.
        for order in self:
            if refusal := order._credit_attempt(super(SaleOrder, order)._validate_order):
                order._credit_record_hold('portal', refusal)

    def action_release_remainder(self):
        """Ask that what the order has not delivered stops taking up credit, because it will never ship.

        That is a credit change, which a second person approves. An order that grows afterwards counts whole
        again. Taking it back is checked like a new order.
        :raise CreditHold: taking it back where the customer has no credit left.
        """
        if not self.env.user.has_group('ar_base.group_controller'):
            text = self.env._("Only a credit controller may release the remaining credit of an order.")
            raise AccessError(text)
        self.check_access('read')
        for order in self.sudo():
            if order.state != 'sale':
                raise UserError(self.env._("%s is not confirmed: it uses up no credit.", order.name))
            if not order.credit_remainder_released:
                self.ensure_one()
                return order._credit_account().sudo(False)._action_change(order_id=order.id)
            order.credit_remainder_released = False
            order.message_post(body=self.env._("Remaining credit counts again."))
            order._credit_check()
        return True
