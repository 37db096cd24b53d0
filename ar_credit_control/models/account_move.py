from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import words
from ..afterwards import after_rollback
from ..exceptions import CreditHold
from ..rules import hold
from odoo.addons.ar_base.rules.money import ZERO, rounded

RELEASE = 'ar_credit_control.mail_activity_type_release_invoice'
# The exposure reads them of drafts. A context that reaches the creation of an invoice must not give them.
COMPUTED = {'amount_total', 'amount_untaxed', 'amount_tax', 'amount_residual', 'commercial_partner_id'}


class AccountMove(models.Model):
    """An invoice that comes from no order sells on credit as well: it is judged by the same rules.

    The company says what follows from it (``ar_invoice_check``): nothing, a note on the invoice, or that it
    cannot be posted until a credit controller releases it. Whatever posts it is asked, jobs included.
    Invoices of confirmed orders are not: the order was.
    """

    _inherit = 'account.move'

    credit_release_ids = fields.One2many(
        'ar.credit.invoice.release',
        'move_id',
        "Credit Releases",
        readonly=True,
        groups='ar_base.group_viewer,account.group_account_invoice',
    )

    credit_invoice_check = fields.Char(compute='_compute_credit_invoice_check')

    # What customers have on drafts, by ``engine.exposure.draft_invoices``. An invoice is in it until it is
    # posted: that costs one entry for each draft, and nothing for what is posted.
    _ar_drafts_idx = models.Index(
        "(commercial_partner_id) WHERE state = 'draft' AND move_type IN ('out_invoice', 'out_receipt')"
    )

    @api.depends('company_id')
    def _compute_credit_invoice_check(self):
        for move in self:
            move.credit_invoice_check = move.company_id.root_id.sudo().ar_invoice_check

    @api.model
    def default_get(self, fields):
        return super().default_get([name for name in fields if name not in COMPUTED])

    def write(self, vals):
        if vals.get('state', 'posted') != 'posted':
            self.filtered(lambda move: move.state == 'posted').line_ids._credit_lock_customers()
        result = super().write(vals)
        if 'state' in vals:
            # Posted payments and credit notes lower what a customer owes; so does an invoice that is taken
            # back.
            self.line_ids._credit_queue_recheck()
        return result

    def _post(self, soft=True):
        today = fields.Date.context_today(self)
        self.filtered(lambda move: not (soft and move.date > today))._credit_check_posting()
        return super()._post(soft)

    # === The check ===

    def _credit_unchecked_lines(self):
        """Hook: return the lines of this customer invoice that sell on credit besides confirmed orders.

        Bridges leave out what was checked where it was sold.
        """
        self.ensure_one()
        if self.move_type not in ('out_invoice', 'out_receipt') or not self._ar_sells():
            return self.env['account.move.line']
        customer, company = self.commercial_partner_id, self.company_id.root_id
        return self.invoice_line_ids.filtered(
            lambda line: line.display_type == 'product'
            and not line.sale_line_ids.order_id.filtered(
                lambda order: order.state == 'sale'
                and order.company_id.root_id == company
                and order.partner_invoice_id.commercial_partner_id == customer
            )
        )

    def _credit_unchecked_amount(self):
        """Return what this invoice sells besides confirmed orders, in company currency."""
        company, today = self.company_id, fields.Date.context_today(self)
        amount = sum(self._credit_unchecked_lines().mapped('price_total'))
        value = company._credit_convert(amount, self.currency_id.id, today)
        return rounded(value, company.currency_id.rounding)

    def _credit_check_posting(self):
        """Let these invoices be posted, note what their company only warns of, or raise.

        :raise CreditHold: naming every invoice that has to be released first.
        """
        asked = {
            move: amount
            for move in self.sudo()
            if move.company_id.root_id.ar_invoice_check != 'none' and move.commercial_partner_id
            if (amount := move._credit_unchecked_amount()) > 0
        }
        moves = self.sudo().browse([move.id for move in asked])
        groups = moves.grouped(lambda move: (move.commercial_partner_id, move.company_id.root_id))
        ordered = sorted(groups.items(), key=lambda item: (item[0][0].id, item[0][1].id))
        # All are locked before any exposure is read, and the exposures of all are read together.
        files = self.env['ar.credit.account'].sudo()
        of_companies = moves.grouped(lambda move: move.company_id.root_id)
        for company, invoices in sorted(of_companies.items(), key=lambda item: item[0].id):
            customers = invoices.commercial_partner_id
            if company.ar_invoice_check == 'hold':
                own = files._lock_many(customers, company)
                own.group_id._lock_for_exposure()
            else:
                own = files._for_partners(customers, company)
            files |= own
        accounts = files.grouped(lambda account: (account.partner_id, account.company_id))
        known = files._credit_known_of_many()
        refused, notes = [], {}
        for key, group in ordered:
            account = accounts[key]
            checks = group._credit_judge(account, asked, known[account])
            for move in group:
                check = checks[move]
                if check.verdict.held and key[1].ar_invoice_check == 'hold':
                    if not move.credit_release_ids._cover(account, asked[move]):
                        refused.append(check)
                elif check.verdict.failures:
                    names = words.labels(check.verdict.failures, self.env.lang or 'en_US')
                    notes[move.id] = self.env._("Credit warning: %s", names)
        moves.browse(notes)._message_log_batch(bodies=notes)
        if refused:
            after_rollback(self.env, lambda env: env['account.move'].browse(moves.ids)._credit_request())
            raise CreditHold((), partial('\n'.join, [self._credit_refusal(check) for check in refused]))

    def _credit_account(self):
        """Return the credit account of these invoices of one customer."""
        accounts = self.env['ar.credit.account'].sudo()
        return accounts._for_partner(self.commercial_partner_id, self.company_id.root_id)

    def _credit_judge(self, account, amounts, known=None):
        """Return {invoice: ``rules.hold.Check``} of these drafts of one account, one after the other.

        A draft stands in the exposure already; each is judged as if it and those behind it did not.

        :param amounts: {invoice: what it sells besides orders, in company currency}.
        :param known: (rules, ``rules.hold.Figures``) of ``_credit_known_of_many``, if the caller has them.
        """
        rules, known = known or account._credit_known_of_many()[account]
        checks, left = {}, sum(amounts[move] for move in self if move.ids)
        for move in self:
            term = move.invoice_payment_term_id
            figures, verdict = account._credit_judge(
                known,
                rules,
                amounts[move],
                -left,
                order_value=amounts[move],
                credit_days=-1 if term.ar_prepayment else term._ar_longest_days() if term else 0,
            )
            customer = move.commercial_partner_id.display_name
            checks[move] = hold.Check(0, move.display_name, customer, figures, verdict)
            left -= amounts[move] if move.ids else ZERO
        return checks

    def _credit_request(self):
        """Notify the credit team that these drafts wait for a release, once."""
        for move in self.exists():
            user = move.company_id._ar_credit_responsible()
            if user and not move.activity_search([RELEASE]):
                summary = self.with_context(lang=user.lang).env._(
                    "Release the invoice for credit, or refuse it"
                )
                move.activity_schedule(RELEASE, user_id=user.id, summary=summary)

    def _credit_refusal(self, check):
        return self.env._(
            "%(invoice)s for %(customer)s is on credit hold: %(reasons)s. A credit controller can release it "
            "on the invoice.",
            invoice=check.order,
            customer=check.customer,
            reasons=words.labels(check.verdict.holding, self.env.lang or 'en_US'),
        )

    # === What people see ===

    def _compute_partner_credit_warning(self):  # pylint: disable=missing-return
        # EXTENDS 'account': one voice. Odoo's own banner is silent where credit control decides.
        super()._compute_partner_credit_warning()
        for move in self.filtered('partner_credit_warning'):
            account = move.sudo()._credit_account()
            if account.is_unlimited or account._credit_effective_limit() is not None:
                move.partner_credit_warning = ''

    def _get_alerts(self):
        # EXTENDS 'account'
        alerts = super()._get_alerts()
        move = self.sudo()
        if (
            move.state != 'draft'
            or move.move_type not in ('out_invoice', 'out_receipt')
            or not move.commercial_partner_id
            or not self.env.user.has_group('account.group_account_invoice')
        ):
            return alerts
        account = move._credit_account()
        amount = move._credit_unchecked_amount()
        check = move._credit_judge(account, {move: amount})[move]
        held = amount > 0 and check.verdict.held
        verdict = ''
        if held:
            verdict = self.env._(
                "It comes from no order, and credit control objects: %s.",
                words.labels(check.verdict.holding, self.env.lang or 'en_US'),
            )
        return {
            **alerts,
            'ar_credit': {
                'level': 'warning' if held else 'info',
                'message': ' '.join(filter(None, [words.situation(self.env, account, check), verdict])),
            },
        }

    # === Releasing ===

    def action_credit_release(self):
        """Ask a credit controller for the reason, and let the invoice be posted."""
        self.ensure_one()
        self._credit_check_may_release()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.invoice.decide',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Release the Invoice"),
            'context': {'default_move_id': self.id},
        }

    def _credit_check_may_release(self):
        """Let those pass who may release this invoice.

        :raise AccessError: without the role, or on one's own invoice where the company wants four eyes.
        """
        self.check_access('read')
        move = self.sudo()
        if not self.env.user.has_group('ar_base.group_controller'):
            raise AccessError(self.env._("Only a credit controller may release an invoice."))
        own = move.create_uid | move.invoice_user_id
        if move.company_id.root_id.ar_four_eyes and self.env.user in own:
            raise AccessError(
                self.env._(
                    "You cannot decide on your own request: ask a colleague to decide on %s.",
                    move.display_name,
                )
            )
        if move.state != 'draft':
            raise UserError(self.env._("%s is not a draft: there is nothing to release.", move.display_name))
