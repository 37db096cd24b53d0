from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError


class ArDispute(models.Model):
    """The life of a dispute: who answers it by when, who is told when it is late, and what it came to."""

    _inherit = 'ar.dispute'

    channel = fields.Selection(
        [('phone', "Phone"), ('mail', "E-mail or letter"), ('visit', "Visit"), ('portal', "Portal")],
        "Raised by",
        default='phone',
        required=True,
    )
    contact_id = fields.Many2one('res.partner', domain="[('commercial_partner_id', '=', partner_id)]")
    resolution = fields.Selection(
        [('credit_note', "Credit note"), ('corrected', "Corrected"), ('rejected', "Rejected")],
        "Came To",
        readonly=True,
        copy=False,
        tracking=True,
    )
    credit_note_ids = fields.One2many(
        'account.move',
        'ar_dispute_id',
        "Credit Notes",
        groups='account.group_account_readonly,account.group_account_invoice',
    )
    credited_amount = fields.Monetary(
        readonly=True, copy=False, help="Posted credit notes of this dispute, in the invoice's currency."
    )
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    amount_company = fields.Monetary(
        "Disputed",
        compute='_compute_amount_company',
        store=True,
        currency_field='company_currency_id',
        help="In company currency, at the rate of the invoice.",
    )
    days_to_resolve = fields.Integer(compute='_compute_days_to_resolve', store=True, aggregator='avg')
    escalated_on = fields.Date(readonly=True, copy=False)
    customer_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Credit Customer", store=True, index='btree_not_null'
    )

    @api.depends('amount', 'move_id.invoice_currency_rate')
    def _compute_amount_company(self):
        for dispute in self:
            rate = dispute.move_id.invoice_currency_rate or 1
            dispute.amount_company = dispute.company_currency_id.round(dispute.amount / rate)

    @api.depends('opened_on', 'closed_on')
    def _compute_days_to_resolve(self):
        for dispute in self:
            closed = dispute.closed_on and dispute.opened_on
            dispute.days_to_resolve = (dispute.closed_on - dispute.opened_on).days if closed else False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get('deadline'):
                company = (
                    self.env['account.move']
                    .browse(vals.get('move_id') or self.env.context.get('default_move_id'))
                    .company_id
                    or self.env.company
                )
                opened = fields.Date.to_date(vals.get('opened_on')) or fields.Date.context_today(self)
                vals['deadline'] = fields.Date.add(opened, days=company.root_id.sudo().ar_dispute_days)
        disputes = super().create(vals_list)
        disputes._schedule_answer()
        return disputes

    def write(self, vals):
        opened = self.filtered(lambda dispute: dispute.state == 'open')
        if vals.get('state') in ('accepted', 'rejected') and 'resolution' not in vals:
            vals = {'resolution': 'rejected' if vals['state'] == 'rejected' else 'corrected', **vals}
        elif vals.get('state') == 'open':
            vals = {'resolution': False, 'escalated_on': False, **vals}
        result = super().write(vals)
        if vals.get('state') in ('accepted', 'rejected'):
            opened._on_resolved()
        elif vals.get('state') == 'open' or {'owner_id', 'deadline'} & set(vals):
            self.filtered(lambda dispute: dispute.state == 'open')._schedule_answer()
        return result

    # === Owner and deadline ===

    def _schedule_answer(self):
        """Put the dispute on its owner's desk until the deadline; who owned it before is relieved."""
        self.activity_unlink(['ar_dunning.mail_activity_type_dispute'])
        for dispute in self:
            dispute.activity_schedule(
                'ar_dunning.mail_activity_type_dispute',
                date_deadline=dispute.deadline,
                user_id=dispute.owner_id.id,
                summary=self.env._(
                    "Answer %(customer)s about %(invoice)s",
                    customer=dispute.partner_id.display_name,
                    invoice=dispute.move_id.name,
                ),
            )

    @api.model
    def _cron_escalate(self):
        """Tell somebody above of each dispute that was not answered in time, once."""
        domain = [
            ('state', '=', 'open'),
            ('deadline', '<', fields.Date.context_today(self)),
            ('escalated_on', '=', False),
        ]
        todo = self.search(domain, limit=200, order='id')
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        for dispute in todo:
            dispute = dispute.try_lock_for_update().filtered_domain(domain)  # noqa: PLW2901 -- another worker may have it
            if dispute:
                dispute._escalate()
            if not self.env['ir.cron']._commit_progress(1):
                break

    def _escalate(self):
        self.escalated_on = fields.Date.context_today(self)
        user = self._escalation_user()
        self.activity_schedule(
            'ar_dunning.mail_activity_type_dispute',
            user_id=user.id or self.owner_id.id,
            summary=self.env._("Overdue dispute: %s", self.partner_id.display_name),
            note=self.env._(
                "%(owner)s has not answered by %(date)s. %(amount)s of %(invoice)s is disputed.",
                owner=self.owner_id.name,
                date=self.deadline,
                amount=self.currency_id.format(self.amount),
                invoice=self.move_id.name,
            ),
        )

    def _escalation_user(self):
        company = self.company_id.root_id.sudo()
        return (
            company.ar_dispute_escalation_id
            or self.env.ref('ar_base.group_manager')
            .sudo()
            .all_user_ids.filtered(
                lambda user: user.active
                and not user.share
                and company in user.company_ids
                and user != self.env.ref('base.user_root')
            )
            .sorted('id')[:1]
        )

    # === Opened on the portal ===

    @api.model
    def _open_on_portal(self, move, line, reason, description, amount, contact):
        """Open a customer's dispute; runs as superuser, the caller has made sure that the invoice is the customer's own.

        :raise UserError: in words for the customer: disputed already, answered already, or too much.
        """
        account = self.env['ar.credit.account']._for_partner(move.commercial_partner_id, move.company_id)
        self.env['ar.commitment.mixin']._lock_account(account)
        self._check_not_disputed(move, line)
        open_amount = line.amount_residual_currency if line else move.amount_residual
        amount = open_amount if amount is None else amount
        self._check_reported(move, reason, description, amount, open_amount)
        told = account.company_id._with_internal_lang(self)
        reasons = dict(self._fields['reason']._description_selection(told.env))
        owner = self.env['ar.promise']._responsible_for(account)
        return told.create(
            {
                'name': f"{move.name}: {reasons[reason]}",
                'move_id': move.id,
                'move_line_id': line.id if line else False,
                'reason': reason,
                'description': description.strip(),
                'amount': amount,
                'channel': 'portal',
                'contact_id': contact.id,
                'owner_id': owner.id or SUPERUSER_ID,
            }
        ).with_env(self.env)

    @api.model
    def _check_not_disputed(self, move, line):
        """Refuse what is being looked into, and what was answered: chasing is not stopped again and again."""
        before = self.search([('move_id', '=', move.id)]).filtered(
            lambda dispute: not dispute.move_line_id or not line or dispute.move_line_id == line
        )
        if before.filtered(lambda dispute: dispute.state == 'open'):
            raise UserError(self.env._("We are already looking into %s.", move.name))
        if before.filtered(lambda dispute: dispute.state == 'rejected'):
            raise UserError(self.env._("We have answered your objection to %s. Please call us.", move.name))

    @api.model
    def _check_reported(self, move, reason, description, amount, open_amount):
        if reason not in dict(self._fields['reason'].selection):
            raise UserError(self.env._("Choose what is wrong with %s.", move.name))
        if not (description or '').strip():
            raise UserError(self.env._("Write what is wrong with %s.", move.name))
        if (
            move.currency_id.compare_amounts(amount, 0) <= 0
            or move.currency_id.compare_amounts(amount, open_amount) > 0
        ):
            raise UserError(
                self.env._(
                    "The amount you object to must be above zero and at most what is open of %(invoice)s: %(open)s.",
                    invoice=move.name,
                    open=move.currency_id.format(open_amount),
                )
            )
