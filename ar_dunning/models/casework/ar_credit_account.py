from odoo import fields, models

CHASE = 'ar_dunning.activity_follow_up'


class ArCreditAccount(models.Model):
    """Contacts and cases of a customer, and the activity that says what is next."""

    _inherit = 'ar.credit.account'
    # Whoever sees a credit file may leave a note in it: a seller tells the collector what the customer said.
    _mail_post_access = 'read'

    contact_log_ids = fields.One2many('ar.contact.log', 'credit_account_id', "Contacts")
    case_ids = fields.One2many('ar.collection.case', 'credit_account_id', "Cases")
    event_ids = fields.One2many('ar.collection.event', 'credit_account_id', "History")
    open_case_id = fields.Many2one('ar.collection.case', "Case", compute='_compute_open_case_id')

    def _compute_open_case_id(self):
        cases = (
            self.env['ar.collection.case']
            .sudo()
            .search([('credit_account_id', 'in', self.ids), ('state', '!=', 'closed')], order='id desc')
        )
        for account in self:
            account.open_case_id = cases.filtered(
                lambda case, account=account: case.credit_account_id == account
            )[:1]

    def _knockout_facts(self, date):
        facts = super()._knockout_facts(date)
        case = (
            self.env['ar.collection.case']
            .sudo()
            .search(
                [
                    ('credit_account_id', '=', self.id),
                    ('kind', '=', 'legal'),
                    ('handed_over_on', '<=', date),
                    '|',
                    ('closed_on', '=', False),
                    ('closed_on', '>', date),
                ],
                limit=1,
            )
        )
        notice = (
            self.env['ar.dunning.notice']
            .sudo()
            .search(
                [
                    ('credit_account_id', '=', self.id),
                    ('state', '=', 'sent'),
                    ('stage_id.is_legal', '=', True),
                    ('sent_on', '<=', date),
                ]
            )
            .filtered(lambda letter: letter._claims_on(date))
            .sorted('sent_on')[-1:]
        )
        if case:
            facts['legal_dunning'] = self.env._("Case %s", case.name)
        elif notice:
            facts['legal_dunning'] = self.env._(
                "%(stage)s of %(date)s", stage=notice.stage_id.name, date=notice.sent_on
            )
        return facts

    def _responsible_collector(self):
        """Return who chases the customer: its collector, else the company's default, else the first collector of the company."""
        self.ensure_one()
        company = self.company_id.sudo()
        collectors = self.env.ref('ar_base.group_collector').sudo().all_user_ids
        return (
            self.sudo().collector_id
            or company.ar_desk_collector_id
            or collectors.filtered(
                lambda user: user.active
                and not user.share
                and company in user.company_ids
                and user != self.env.ref('base.user_root'),
            ).sorted('id')[:1]
        )

    def _schedule_follow_up(self, day, summary, user, note=None):
        """Put the customer on the user's desk for the day; one such activity a customer, the later one replaces the earlier.

        Nobody gets a mail for each: the worklist and the list of activities show them.
        """
        for account in self.sudo().with_context(mail_activity_quick_update=True):
            account.activity_unlink([CHASE])
            account.activity_schedule(
                CHASE, date_deadline=day, summary=summary, note=note, user_id=user.id or self.env.uid
            )

    def _settle_follow_up(self, feedback):
        """The customer was worked on: what was next is done."""
        self.sudo().activity_feedback([CHASE], feedback=feedback)

    # === Actions ===

    def _log_action(self, name, **defaults):
        self.ensure_one()
        contact = self.dunning_contact_id or self.partner_id.browse(
            self.partner_id.address_get(['invoice'])['invoice']
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.contact.log',
            'target': 'new',
            'name': name,
            'views': [(self.env.ref('ar_dunning.ar_contact_log_view_form_quick').id, 'form')],
            'context': {
                **self._desk_context(),
                'default_credit_account_id': self.id,
                'default_contact_id': contact.id,
                **{f'default_{key}': value for key, value in defaults.items()},
            },
        }

    def _desk_context(self):
        """Hook: context that buttons carry along."""
        return {}

    def action_log_call(self):
        return self._log_action(self.env._("Log a Call"), kind='call')

    def action_log_contact(self):
        return self._log_action(self.env._("Log a Contact"), kind='mail')

    def action_new_case(self):
        """Draw up a case about what is overdue."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.collection.case',
            'view_mode': 'form',
            'name': self.env._("Legal or Agency Case"),
            'context': {'default_credit_account_id': self.id},
        }

    def action_open_case(self):
        self.ensure_one()
        return {**self.action_new_case(), 'res_id': self.open_case_id.id}
