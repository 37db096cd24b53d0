from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import contacts

FOLLOW_UP = 'ar_collection.activity_follow_up'
# What the worklist was filtered by, and how the aging is read: carried from customer to customer.
WORKLIST_KEYS = (
    'worklist_mine',
    'worklist_due',
    'worklist_forgotten',
    'worklist_high',
    'worklist_seen',
    'worklist_at',
    'worklist_place',
    'allowed_company_ids',
)
ROW_FIELDS = ('overdue', 'credit', 'receivable', 'disputed', 'oldest_days', 'next_date', 'next_kind')


class ArCreditAccount(models.Model):
    """A customer on the worklist: contacts, cases, history, and all that a collector needs on one page."""

    _inherit = 'ar.credit.account'
    # Users who see a credit file may leave a note in it: a seller reports what the customer said.
    _mail_post_access = 'read'

    contact_log_ids = fields.One2many('ar.contact.log', 'credit_account_id', "Contacts")
    case_ids = fields.One2many('ar.collection.case', 'credit_account_id', "Cases")
    event_ids = fields.One2many('ar.collection.event', 'credit_account_id', "History")
    open_case_id = fields.Many2one('ar.collection.case', "Case", compute='_compute_open_case_id')
    worklist_item_ids = fields.Many2many('ar.open.item', "Open Items", compute='_compute_worklist_item_ids')
    worklist_contact_ids = fields.Many2many('res.partner', "People", compute='_compute_worklist_contact_ids')
    worklist_overdue = fields.Monetary("Overdue", compute='_compute_worklist_row')
    worklist_credit = fields.Monetary("Credits", compute='_compute_worklist_row')
    worklist_receivable = fields.Monetary("Total Open", compute='_compute_worklist_row')
    worklist_disputed = fields.Monetary("Disputed", compute='_compute_worklist_row')
    worklist_oldest_days = fields.Integer("Oldest (Days)", compute='_compute_worklist_row')
    worklist_next_date = fields.Date("Next Action On", compute='_compute_worklist_row')
    worklist_next_kind = fields.Selection(
        lambda self: self.env['ar.collection.worklist']._fields['next_kind']._description_selection(self.env),
        "Next Action",
        compute='_compute_worklist_row',
    )
    worklist_next_text = fields.Char("What Is Next", compute='_compute_worklist_next_text')
    worklist_stage_id = fields.Many2one('ar.dunning.stage', "Stage", compute='_compute_worklist_stage_id')
    worklist_script = fields.Html("Call Script", compute='_compute_worklist_stage_id')
    worklist_waits = fields.Char("Letter Waits For", compute='_compute_worklist_waits')
    worklist_place = fields.Char("Place", compute='_compute_worklist_place')
    phone = fields.Char(related='partner_id.phone')
    last_contact = fields.Datetime(compute='_compute_last_contact')

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

    @api.depends_context('uid', 'as_of')
    def _compute_worklist_item_ids(self):
        """The items as the user may see them, the oldest due first."""
        for account in self:
            account.worklist_item_ids = (
                self.env['ar.open.item']
                .with_context(aging_partner_ids=account._family())
                .search([('company_id', 'child_of', account.company_id.id)])
            )

    def _compute_worklist_contact_ids(self):
        """The customer itself and its people, those with a phone or an address first."""
        for account in self:
            people = self.env['res.partner'].search([('commercial_partner_id', '=', account.partner_id.id)])
            chosen = account.dunning_contact_id
            account.worklist_contact_ids = people.sorted(
                lambda person, chosen=chosen: (
                    person != chosen,
                    not person.phone,
                    person.type != 'invoice',
                    person.id,
                )
            )[:12]

    def _compute_worklist_row(self):
        Worklist = self.env['ar.collection.worklist'].sudo()
        if len(self) == 1:
            Worklist = Worklist.with_context(aging_partner_ids=self._family())
        rows = {
            row['credit_account_id'][0]: row
            for row in Worklist.search_read(
                [('credit_account_id', 'in', self.ids)], ['credit_account_id', *ROW_FIELDS]
            )
        }
        for account in self:
            row = rows.get(account._origin.id, {})
            account.update({f'worklist_{name}': row.get(name, False) for name in ROW_FIELDS})

    @api.depends('activity_ids')
    @api.depends_context('lang')
    def _compute_worklist_next_text(self):
        """Say what is next in words: the activity's summary, else the kind of what is next."""
        kinds = dict(self._fields['worklist_next_kind']._description_selection(self.env))
        for account in self:
            activity = (
                account.activity_ids.sorted('date_deadline')[:1]
                if account.worklist_next_kind == 'activity'
                else None
            )
            planned = activity and (activity.summary or activity.activity_type_id.name)
            account.worklist_next_text = planned or kinds.get(account.worklist_next_kind)

    @api.depends('dunning_level', 'dunning_plan_id')
    def _compute_worklist_stage_id(self):
        """The stage reached (before any letter the first), and its call script or the nearest stage's."""
        for account in self:
            plans = self.env['ar.dunning.plan']._plans_of(account.company_id)
            plan = (account.dunning_plan_id or plans._first_for(account.partner_id, account.grade_id)).sudo()
            stages = plan.stage_ids.sorted('level')
            reached = stages.filtered(lambda stage, account=account: stage.level <= account.dunning_level)
            account.worklist_stage_id = reached[-1:] or stages[:1]
            scripted = (reached.filtered('call_script') or stages.filtered('call_script')[:1])[-1:]
            account.worklist_script = scripted.call_script

    @api.depends_context('lang')
    def _compute_worklist_waits(self):
        """Say of a letter to the customer that was released and has not left why, and what helps."""
        queued = self.env['ar.dunning.notice'].sudo()
        queued = queued.search([('credit_account_id', 'in', self.ids), ('state', '=', 'queued')])
        for account in self:
            mine = queued.filtered(lambda notice, a=account: notice.credit_account_id == a._origin)
            account.worklist_waits = mine[:1].wait_text

    @api.depends_context('worklist_place', 'lang')
    def _compute_worklist_place(self):
        place = self.env.context.get('worklist_place')
        words = place and self.env._("%(number)s of %(count)s", number=place[0], count=place[1])
        self.worklist_place = words or False

    def _compute_last_contact(self):
        last = dict(
            self.env['ar.contact.log']
            .sudo()
            ._read_group([('credit_account_id', 'in', self.ids)], ['credit_account_id'], ['date:max'])
        )
        for account in self:
            account.last_contact = last.get(account._origin, False)

    # === Working through the list ===

    def _family(self):
        """Return the ids of the customer's contacts, also archived: the partners that its items may carry."""
        return (
            self.env['res.partner']
            .sudo()
            .with_context(active_test=False)
            .search([('commercial_partner_id', '=', self.partner_id.id)])
            .ids
        )

    def _worklist_context(self):
        """Return the context that buttons carry along, so that the next customer follows the same filters."""
        return {key: self.env.context[key] for key in WORKLIST_KEYS if key in self.env.context}

    def action_open_worklist(self):
        """Open the customer's page; what the worklist was filtered by goes along, for the next customer."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'name': self.env._("Worklist"),
            'views': [(self.env.ref('ar_collection.ar_credit_account_view_worklist').id, 'form')],
            'context': {**self._worklist_context(), 'aging_partner_ids': self._family()},
        }

    def action_worklist_next(self):
        """Open the next customer of the worklist."""
        self.ensure_one()
        Worklist = self.env['ar.collection.worklist'].with_context(aging_partner_ids=None)
        worklist = self.env['ir.actions.act_window']._for_xml_id(
            'ar_collection.ar_collection_worklist_action'
        )
        row = Worklist._next_after(self)
        if not row:
            return {
                'type': 'ir.actions.client',
                'tag': 'display_notification',
                'params': {
                    'title': self.env._("That was the last customer of your worklist."),
                    'message': self.env['ar.contact.log']._summary_of_today(),
                    'type': 'success',
                    'sticky': True,
                    'next': {**worklist, 'target': 'main'},
                },
            }
        seen = [*self.env.context.get('worklist_seen', []), self.id]
        return {
            'type': 'ir.actions.client',
            'tag': 'ar_collection.worklist_next',
            'params': {'action': row.with_context(worklist_seen=seen).action_open_customer()},
        }

    # === Contacts, and what is next ===

    def action_log_call(self):
        """Log a call to the customer, in the quick form."""
        self.ensure_one()
        contact = self.dunning_contact_id or self.partner_id.browse(
            self.partner_id.address_get(['invoice'])['invoice']
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.contact.log',
            'target': 'new',
            'name': self.env._("Log a Call"),
            'views': [(self.env.ref('ar_collection.ar_contact_log_view_form_quick').id, 'form')],
            'context': {
                **self._worklist_context(),
                'default_credit_account_id': self.id,
                'default_contact_id': contact.id,
                'default_kind': 'call',
            },
        }

    def action_postpone(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.collection.postpone',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Postpone"),
            'context': {**self._worklist_context(), 'default_credit_account_id': self.id},
        }

    def _responsible_collector(self):
        """Return its collector, else the company's default, else the first collector of the company."""
        self.ensure_one()
        account = self.sudo()
        return (
            account.collector_id
            or account.company_id.ar_worklist_collector_id
            or super()._responsible_collector()
        )

    def _schedule_follow_up(self, day, summary, user, note=None):
        """Give the customer to the user for the day: its one follow-up activity, replacing an earlier one.

        No mail is sent for each: the worklist and the list of activities show them.
        """
        for account in self.sudo().with_context(mail_activity_quick_update=True):
            account.activity_unlink([FOLLOW_UP])
            account.activity_schedule(
                FOLLOW_UP, date_deadline=day, summary=summary, note=note, user_id=user.id or self.env.uid
            )

    def _settle_follow_up(self, feedback):
        """The customer was worked on: what was next is done."""
        self.sudo().activity_feedback([FOLLOW_UP], feedback=feedback)

    # === Letters, disputes and cases ===

    def action_letter_now(self):
        """Propose the customer's letter of today and open it; where there is none, what states the reason."""
        self.ensure_one()
        waiting = self.env['ar.dunning.notice'].search(
            [('credit_account_id', '=', self.id), ('state', 'in', ('proposed', 'approved', 'queued'))],
            order='id desc',
            limit=1,
        )
        if not waiting or waiting.state == 'proposed':
            run = (
                self.env['ar.dunning.run']
                .with_company(self.company_id)
                .create({'company_id': self.company_id.id, 'partner_ids': self.partner_id.ids})
            )
            run.action_propose()
            waiting = run.notice_ids.sorted(lambda notice: notice.state != 'proposed')[:1]
        if not waiting:
            raise UserError(
                self.env._("%s has nothing overdue under its dunning plan.", self.partner_id.display_name)
            )
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dunning.notice',
            'res_id': waiting.id,
            'view_mode': 'form',
        }

    def action_dispute(self):
        """Open a dispute about the oldest item that is not disputed yet."""
        self.ensure_one()
        item = self.worklist_item_ids.filtered(
            lambda item: item.residual > 0 and item.move_type == 'out_invoice' and not item.disputed
        )[:1]
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dispute',
            'view_mode': 'form',
            'name': self.env._("Dispute"),
            'context': {'default_move_id': item.move_id.id, 'default_amount': item.residual_currency},
        }

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

    def action_open_file(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'name': self.env._("Credit File"),
            'views': [(self.env.ref('ar_base.ar_credit_account_view_form').id, 'form')],
        }

    @api.model
    def _warning_facts(self, company, date):
        # EXTENDS 'ar_base': how often in a row nobody was reached.
        found = super()._warning_facts(company, date)
        self.env['ar.contact.log'].flush_model(
            ['company_id', 'credit_account_id', 'date', 'outcome', 'partner_id']
        )
        for customer, number in self.env.execute_query(contacts.unreached(company.root_id.id, date)):
            found.setdefault(customer, {})['unreached'] = number
        return found

    def _knockout_facts(self, date):
        """A case with a lawyer rules out a good grade while it is open; it is named rather than a letter."""
        facts = super()._knockout_facts(date)
        case = (
            self.env['ar.collection.case']
            .sudo()
            .search(
                [
                    ('credit_account_id', '=', self.id),
                    ('kind', '=', 'legal'),
                    ('referred_on', '<=', date),
                    '|',
                    ('closed_on', '=', False),
                    ('closed_on', '>', date),
                ],
                limit=1,
            )
        )
        if case:
            facts['legal_dunning'] = self.env._("Case %s", case.name)
        return facts
