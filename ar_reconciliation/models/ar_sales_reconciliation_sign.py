from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ACTIVITY = 'ar_reconciliation.mail_activity_type_sign'


class ArSalesReconciliation(models.Model):
    """The two signatures, on the same frozen figures, by two people; whose is missing is reminded."""

    _inherit = 'ar.sales.reconciliation'

    may_sign_sales = fields.Boolean(compute='_compute_may_sign')
    may_sign_finance = fields.Boolean(compute='_compute_may_sign')

    @api.depends('state', 'scope', 'salesperson_id', 'sales_owner_id', 'signature_ids.revoked_on')
    @api.depends_context('uid')
    def _compute_may_sign(self):
        for reconciliation in self:
            for side in ('sales', 'finance'):
                reconciliation[f'may_sign_{side}'] = (
                    reconciliation.state in ('open', 'reopened')
                    and not reconciliation[f'{side}_signature_id']
                    and not reconciliation._refusal_to_sign(side)
                )

    def action_sign_sales(self):
        """Sign for sales: the salesperson for their own part, the named owner, or a sales manager."""
        return self._sign('sales')

    def action_sign_finance(self):
        """Sign for finance: any accountant who has not signed for sales."""
        return self._sign('finance')

    def _sign(self, side):
        """Sign the frozen figures for the side.

        Where the ledger says something else by now, nothing is signed: the figures are frozen again and the
        user is notified.

        :raise AccessError: somebody else has to sign. :raise UserError: not ready, or differences of the side
            are unexplained.
        """
        self.ensure_one()
        self.check_access('read')
        self._check_may_sign(side)
        if self.state not in ('open', 'reopened'):
            raise UserError(
                self.env._("%s has no figures to sign, or both sides have already signed.", self.name)
            )
        if self[f'{side}_signature_id']:
            raise UserError(
                self.env._(
                    "%(side)s has already signed %(period)s.", side=self._side_name(side), period=self.name
                )
            )
        if self._reopen_if_changed():
            return self._notify_changed()
        self._check_explained(side)
        self.env['ar.sales.reconciliation.signature'].sudo()._create_with_facts(
            [
                {
                    'reconciliation_id': self.id,
                    'side': side,
                    'user_id': self.env.uid,
                    'signed_on': fields.Datetime.now(),
                    'fingerprint': self.fingerprint,
                    'closing': self.closing,
                }
            ]
        )._journal('signed')
        self._after_signature(side)
        return True

    def _after_signature(self, side):
        self.invalidate_recordset(['signature_ids', 'sales_signature_id', 'finance_signature_id'])
        reconciliation = self.sudo()
        if self.sales_signature_id and self.finance_signature_id:
            reconciliation._record_facts({'state': 'signed'})
            self._on_signed()
        reconciliation._reminders().filtered(
            lambda activity: activity.user_id == self.env.user
        ).action_feedback()
        self.message_post(
            body=self.env._(
                "%(side)s signed: closing %(closing)s, fingerprint %(fingerprint)s.",
                side=self._side_name(side),
                closing=self.currency_id.format(self.closing),
                fingerprint=self.fingerprint[:12],
            )
        )

    def _on_signed(self):
        """Hook: the periods were signed by both sides; called with the rights of who signed last."""

    # === Who may ===

    def _check_may_sign(self, side):
        """:raise AccessError: naming who signs instead."""
        if refusal := self._refusal_to_sign(side):
            raise AccessError(refusal)

    def _refusal_to_sign(self, side):
        """Return why the user may not sign for the side, naming who does; False where the user may."""
        user = self.env.user
        may = self._may_sign_sales(user) if side == 'sales' else user.has_group('ar_base.group_accountant')
        if not may or user._is_superuser():
            return self.env._(
                "%(side)s's signature of %(period)s is for %(owner)s.",
                side=self._side_name(side),
                period=self.name,
                owner=self._who_signs(side),
            )
        other = self.finance_signature_id if side == 'sales' else self.sales_signature_id
        if other.user_id == user or (side == 'finance' and user == self.sales_owner_id):
            return self.env._(
                "%(user)s signs %(period)s for the other side. The two signatures must come from two people.",
                user=user.name,
                period=self.name,
            )
        return False

    def _may_sign_sales(self, user):
        if user.has_group('sales_team.group_sale_manager'):
            return True
        own = (
            self.salesperson_id
            if self.scope == 'salesperson' and self.salesperson_id
            else self.sales_owner_id
        )
        return own == user and user.has_group('sales_team.group_sale_salesman')

    def _who_signs(self, side):
        owner = self.sudo().sales_owner_id if side == 'sales' else self.sudo().finance_owner_id
        if owner:
            return owner.name
        return self.env._("a sales manager") if side == 'sales' else self.env._("an accountant")

    def _side_name(self, side):
        return dict(
            self.env['ar.sales.reconciliation.signature']._fields['side']._description_selection(self.env)
        )[side]

    # === What must be explained ===

    def _check_explained(self, side):
        """:raise UserError: a difference that the side has to clear is open without an explanation."""
        missing = self.sudo().difference_ids.filtered(
            lambda difference: difference.state == 'open'
            and difference.owner_side == side
            and not difference.explanation
        )
        if missing:
            first = missing[0]
            raise UserError(
                self.env._(
                    "%(count)s differences of %(period)s are open without explanation, the first: "
                    "%(difference)s of %(customer)s, "
                    "%(amount)s. Clear or explain them, then sign.",
                    count=len(missing),
                    period=self.name,
                    difference=first.display_name,
                    customer=first.partner_id.name or '',
                    amount=first.currency_id.format(first.amount),
                )
            )

    def _notify_changed(self):
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning',
                'sticky': True,
                'title': self.env._("Not signed: the figures changed"),
                'message': self.env._(
                    "The ledger changed since the figures were frozen. They are frozen again: "
                    "look at them before you sign."
                ),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    # === Reminders ===

    @api.model
    def _cron_remind(self):
        """Remind those who have not signed, once some days before the deadline and once after it."""
        today = fields.Date.context_today(self)
        waiting = self.sudo().search(
            [
                ('company_id.active', '=', True),
                ('state', 'in', ('open', 'reopened')),
                ('deadline', '!=', False),
                ('reminded', '!=', 'after'),
            ]
        )
        for part in waiting:
            soon = fields.Date.subtract(part.deadline, days=part.company_id.ar_reconciliation_remind)
            stage = 'after' if part.deadline < today else 'before'
            if soon <= today and part.reminded != stage:
                part._remind_missing(stage)
                part._record_facts({'reminded': stage})

    def _remind_missing(self, stage):
        text = self.env._("Please sign by the deadline.")
        if stage == 'after':
            text = self.env._("The deadline has passed: please sign.")
        for side in ('sales', 'finance'):
            if not self[f'{side}_signature_id'] and self[f'{side}_owner_id']:
                self._remind(self[f'{side}_owner_id'], text)

    def _remind(self, user, text):
        if user.active and user not in self._reminders().user_id:
            self.activity_schedule(ACTIVITY, date_deadline=self.deadline, user_id=user.id, note=text)

    def _reminders(self):
        return self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ACTIVITY)
        )
