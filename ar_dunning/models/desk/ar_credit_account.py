from odoo import api, fields, models
from odoo.exceptions import UserError

# What the worklist was filtered by, and how the aging is read: carried from customer to customer.
DESK_KEYS = ('desk_mine', 'desk_due', 'desk_forgotten', 'desk_high', 'allowed_company_ids')
ROW_FIELDS = (
    'overdue',
    'credit',
    'receivable',
    'disputed',
    'oldest_days',
    'priority',
    'next_date',
    'next_kind',
)


class ArCreditAccount(models.Model):
    """The desk: all that a collector needs to know and do about one customer, on one page."""

    _inherit = 'ar.credit.account'

    desk_item_ids = fields.Many2many('ar.open.item', "Open Items", compute='_compute_desk_item_ids')
    desk_contact_ids = fields.Many2many('res.partner', "People", compute='_compute_desk_contact_ids')
    desk_overdue = fields.Monetary("Overdue", compute='_compute_desk_row')
    desk_credit = fields.Monetary("Credits", compute='_compute_desk_row')
    desk_receivable = fields.Monetary("Open in All", compute='_compute_desk_row')
    desk_disputed = fields.Monetary("Disputed", compute='_compute_desk_row')
    desk_oldest_days = fields.Integer("Oldest (Days)", compute='_compute_desk_row')
    desk_priority = fields.Integer("Priority", compute='_compute_desk_row')
    desk_next_date = fields.Date("Next Action On", compute='_compute_desk_row')
    desk_next_kind = fields.Selection(
        lambda self: self.env['ar.collection.worklist']._fields['next_kind']._description_selection(self.env),
        "Next Action",
        compute='_compute_desk_row',
    )
    desk_next_text = fields.Char("What Is Next", compute='_compute_desk_next_text')
    desk_stage_id = fields.Many2one('ar.dunning.stage', "Stage", compute='_compute_desk_stage_id')
    desk_script = fields.Html("Call Script", compute='_compute_desk_stage_id')
    phone = fields.Char(related='partner_id.phone')
    last_contact = fields.Datetime(compute='_compute_last_contact')

    @api.depends_context('uid', 'as_of')
    def _compute_desk_item_ids(self):
        """The items as the user may see them, the oldest due first."""
        for account in self:
            account.desk_item_ids = (
                self.env['ar.open.item']
                .with_context(aging_partner_ids=account._family())
                .search([('company_id', 'child_of', account.company_id.id)])
            )

    def _family(self):
        """Return the ids of the customer's contacts, also of those archived: the partners that its items may carry."""
        return (
            self.env['res.partner']
            .sudo()
            .with_context(active_test=False)
            .search([('commercial_partner_id', '=', self.partner_id.id)])
            .ids
        )

    def _compute_desk_contact_ids(self):
        """The customer itself and its people, those with a phone or an address first."""
        for account in self:
            people = self.env['res.partner'].search([('commercial_partner_id', '=', account.partner_id.id)])
            chosen = account.dunning_contact_id
            account.desk_contact_ids = people.sorted(
                lambda person, chosen=chosen: (
                    person != chosen,
                    not person.phone,
                    person.type != 'invoice',
                    person.id,
                )
            )[:12]

    def _compute_desk_row(self):
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
            account.update({f'desk_{name}': row.get(name, False) for name in ROW_FIELDS})

    @api.depends('activity_ids')
    @api.depends_context('lang')
    def _compute_desk_next_text(self):
        """Say what is next in words: the activity's summary, else the kind of what is next."""
        kinds = dict(self._fields['desk_next_kind']._description_selection(self.env))
        for account in self:
            activity = (
                account.activity_ids.sorted('date_deadline')[:1]
                if account.desk_next_kind == 'activity'
                else None
            )
            planned = activity and (activity.summary or activity.activity_type_id.name)
            account.desk_next_text = planned or kinds.get(account.desk_next_kind)

    @api.depends('dunning_level', 'dunning_plan_id')
    def _compute_desk_stage_id(self):
        """The stage that the customer stands at, the first one before any letter, and its script or that of the nearest stage."""
        for account in self:
            plans = self.env['ar.dunning.plan']._plans_of(account.company_id)
            plan = (account.dunning_plan_id or plans._first_for(account.partner_id, account.grade_id)).sudo()
            stages = plan.stage_ids.sorted('level')
            told = stages.filtered(lambda stage, account=account: stage.level <= account.dunning_level)
            account.desk_stage_id = told[-1:] or stages[:1]
            scripted = (told.filtered('call_script') or stages.filtered('call_script')[:1])[-1:]
            account.desk_script = scripted.call_script

    def _compute_last_contact(self):
        last = dict(
            self.env['ar.contact.log']
            .sudo()
            ._read_group([('credit_account_id', 'in', self.ids)], ['credit_account_id'], ['date:max'])
        )
        for account in self:
            account.last_contact = last.get(account._origin, False)

    # === Working through the list ===

    def _desk_context(self):
        return {key: self.env.context[key] for key in DESK_KEYS if key in self.env.context}

    def action_open_desk(self):
        """Open the customer on the desk; what was filtered in the worklist goes along, for the next customer."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'name': self.env._("Desk"),
            'views': [(self.env.ref('ar_dunning.ar_credit_account_view_desk').id, 'form')],
            'context': {**self._desk_context(), 'aging_partner_ids': self._family()},
        }

    def action_desk_next(self):
        """Open the next customer of the worklist."""
        self.ensure_one()
        Worklist = self.env['ar.collection.worklist'].with_context(aging_partner_ids=None)
        worklist = self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_collection_worklist_action')
        row = Worklist._next_after(self)
        if not row:
            return {
                'type': 'ir.actions.client',
                'tag': 'display_notification',
                'params': {
                    'message': self.env._("That was the last customer of your worklist."),
                    'type': 'success',
                    'next': {**worklist, 'target': 'main'},
                },
            }
        return {
            'type': 'ir.actions.client',
            'tag': 'ar_dunning.desk_next',
            'params': {'action': row.action_open_desk()},
        }

    def action_letter_now(self):
        """Propose the customer's letter of today and open it; where there is none, what says why."""
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
                self.env._("Nothing of %s is overdue by its dunning plan.", self.partner_id.display_name)
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
        item = self.desk_item_ids.filtered(
            lambda item: item.residual > 0 and item.move_type == 'out_invoice' and not item.disputed
        )[:1]
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dispute',
            'view_mode': 'form',
            'name': self.env._("Dispute"),
            'context': {'default_move_id': item.move_id.id, 'default_amount': item.residual_currency},
        }

    def action_postpone(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.desk.postpone',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Postpone"),
            'context': {**self._desk_context(), 'default_credit_account_id': self.id},
        }

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
