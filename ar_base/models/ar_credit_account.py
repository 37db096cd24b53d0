from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..engine import credit_account as engine

PLACE = frozenset(['partner_id', 'company_id', 'merged_into_id', 'merged_rows'])


class ArCreditAccount(models.Model):
    """The credit file of one customer in one company: one row to lock, one place to look.

    Unique per commercial partner and root company. It is created on first need by ``_for_partner``, also
    when several transactions need it at once. Branches share their root's account.

    Whose file it is never changes by hand: a file moves to another customer by a decision of credit control
    (``ar.credit.move``), which is recorded and can be taken back, or with a merge of contacts.
    """

    _name = 'ar.credit.account'
    _description = "Credit Account"
    _inherit = [
        'mail.thread',
        'mail.activity.mixin',
        'ar.portal.access.mixin',
        'ar.merge.mixin',
        'ar.fact.mixin',
    ]
    _facts = frozenset(['merged_into_id', 'merged_rows', 'lock_version'])
    _set_once = frozenset(['partner_id', 'company_id'])
    _order = 'id desc'
    _rec_names_search = ['partner_id.name', 'partner_id.ref']
    _check_company_auto = True

    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        required=True,
        index=True,
        ondelete='restrict',
        help="The commercial entity: its contacts and addresses share this file.",
    )
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    active = fields.Boolean(default=True)
    grade_id = fields.Many2one('ar.credit.grade', "Credit Grade", tracking=True, index='btree_not_null')
    collector_id = fields.Many2one('res.users', tracking=True, domain=[('share', '=', False)])
    customer_group_id = fields.Many2one(
        'res.partner.category',
        tracking=True,
        index='btree_not_null',
        ondelete='set null',
        help="The tag by which reports group this customer, so that it counts in one group only. Empty: its "
        "only tag; a customer with several tags is in no group until one is chosen.",
    )
    note = fields.Html()
    hold_ids = fields.One2many('ar.hold', 'credit_account_id', "Holds")
    dispute_ids = fields.One2many('ar.dispute', 'credit_account_id', "Disputes")
    hold_count = fields.Integer(compute='_compute_hold_count', store=True)
    dispute_count = fields.Integer(compute='_compute_dispute_count')
    merged_into_id = fields.Many2one(
        'ar.credit.account',
        "Joined to",
        readonly=True,
        copy=False,
        index='btree_not_null',
        ondelete='restrict',
    )
    merged_rows = fields.Json(
        readonly=True, copy=False, help="What went to the other file, so that it can return."
    )
    lock_version = fields.Integer(
        default=0,
        readonly=True,
        copy=False,
        help="Concurrency token: incremented before each credit check, so that two transactions cannot both "
        "pass the limit.",
    )

    _partner_company_unique = models.UniqueIndex(
        '(partner_id, company_id)', "This customer already has a credit account in this company."
    )

    @api.depends('partner_id', 'company_id')
    @api.depends_context('allowed_company_ids')
    def _compute_display_name(self):
        several = len(self.env.companies.root_id) > 1
        for account in self:
            name = account.partner_id.display_name or ''
            account.display_name = f"{name} ({account.company_id.name})" if several else name

    @api.depends('hold_ids.active')
    def _compute_hold_count(self):
        for account in self:
            account.hold_count = len(account.hold_ids.filtered('active'))

    @api.depends('dispute_ids.state')
    def _compute_dispute_count(self):
        for account in self:
            account.dispute_count = len(account.dispute_ids.filtered(lambda d: d.state == 'open'))

    @api.constrains('partner_id', 'company_id')
    def _check_partner_company(self):
        for account in self:
            partner, company = account.partner_id, account.company_id
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s. Credit is granted to the company "
                        "itself: open the credit account of %(customer)s.",
                        contact=partner.name,
                        customer=partner.commercial_partner_id.name,
                    )
                )
            if company.root_id != company:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch of %(company)s. Branches share the credit accounts "
                        "of their main company: choose %(company)s.",
                        branch=company.name,
                        company=company.root_id.name,
                    )
                )

    @api.model
    def _refusal_to_edit(self, names):
        if not self or not PLACE & set(names):
            return super()._refusal_to_edit(names)
        return self.env._(
            "The credit file of %s stays with its customer and company: a credit controller "
            "moves it with \"Move to Another Customer\".",
            self[0].sudo().partner_id.display_name,
        )

    # === Access by customer ===

    @api.model
    def _for_partner(self, partner, company):
        """Return the credit account of the customer, created if absent.

        :param partner: any contact of the customer; its commercial partner counts.
        :param company: any company of the tree; its root counts.
        :raise SerializationFailure: another transaction created it since this one began; Odoo retries the
            request.
        """
        return self._for_partners(partner, company)

    @api.model
    def _for_partners(self, partners, company):
        """Return the credit accounts of many customers, created where absent, in a fixed number of queries.

        Arguments and exception as of ``_for_partner``.
        """
        customers = partners.sudo().commercial_partner_id
        domain = [('partner_id', 'in', customers.ids), ('company_id', '=', company.root_id.id)]
        accounts = self.with_context(active_test=False).search(domain, order='id')
        if len(accounts) < len(customers.ids):
            self._ensure_for(customers.ids, company)
            accounts = self.with_context(active_test=False).search(domain, order='id')
        # In the context of the caller: what is read from them must not include archived records.
        return accounts.with_env(self.env)

    @api.model
    def _ensure_for(self, partner_ids, company):
        """Create the accounts that the customers (ids of commercial entities) lack, in one statement."""
        self._upsert(partner_ids, company, engine.KEEP)

    @api.model
    def _lock_for_exposure(self, partner, company):
        """Return the customer's account after writing its row, created if absent.

        Transactions are REPEATABLE READ: a mere lock would not refresh the snapshot, and two confirmations
        that each fit the limit could both pass. A *write* makes the second fail with a serialization error,
        and Odoo replays it with a snapshot that sees the first. Whatever raises exposure calls this before.
        """
        return self._lock_many(partner.commercial_partner_id, company)

    @api.model
    def _lock_many(self, customers, company):
        """Do the same for many customers (commercial entities), in one statement, by their ids."""
        accounts = self.browse(self._upsert(sorted(customers.ids), company, engine.RAISE_LOCK))
        accounts.invalidate_recordset(['lock_version'], flush=False)
        return accounts

    def _lock_account(self):
        """Serialise what is agreed with these customers: of two submits at once the second sees the first."""
        for account in self.sudo().sorted('id'):
            account._lock_for_exposure(account.partner_id, account.company_id)

    @api.model
    def _upsert(self, partner_ids, company, on_conflict):
        """Insert what is missing of the accounts; return the ids of the rows written."""
        if not partner_ids:
            return []
        query = engine.upsert(partner_ids, company.root_id.id, self.env.uid, self.env.cr.now(), on_conflict)
        return [account_id for (account_id,) in self.env.execute_query(query)]

    def _responsible_collector(self):
        """Hook: return who follows the customer up: its collector, else the first collector of the company.

        May be empty. Extend it where a company names a default.
        """
        self.ensure_one()
        return self.sudo().collector_id or self.company_id._ar_people('ar_base.group_collector')[:1]

    @api.model
    def action_open_for_partner(self, partner_id):
        """Open the customer's credit file in the current company.

        :raise AccessError: the user may not read it; none is created then.
        """
        account = self.env['res.partner'].browse(partner_id).ar_get_credit_account()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': account.id,
            'view_mode': 'form',
            'name': self.env._("Credit File"),
        }

    @api.model
    def _grades_at(self, company, date):
        """Hook: return {customer id: id of the grade on the date, or None} where it is not today's.

        Extend what ``super()`` returns; the number of queries must not depend on the number of customers.
        """
        return {}

    @api.model
    def _secured_by_customer(self, company, date):
        """Hook: return {customer id: what securities cover on the date}, in the main company's currency."""
        return {}

    @api.model
    def _warning_facts(self, company, date):
        """Hook: return {customer id: {fact: value}} for early warnings, as of the date.

        Known facts: ``limit_used`` (in %), ``ending`` (days), ``unreached`` (number of contacts).
        """
        return {}

    def _knockout_facts(self, date):
        """Hook: return {code: where it is known from} of the knock-outs, which rule out a good grade.

        Known codes: ``insolvent``, ``legal_dunning``, ``written_off_24m``.
        """
        self.ensure_one()
        return {}

    @api.model
    def _dunning_level_sql(self, credit_account_id):
        """Hook: return SQL of the highest level of the account's open items, or 0. Flush what it reads."""
        return SQL('0')

    def _dunning_levels(self):
        """Return {account id: the highest dunning level of an item still open; 0 = none}."""
        return dict(
            self.env.execute_query(engine.dunning_levels(self.ids, self._dunning_level_sql(SQL('a.id'))))
        )

    def _promise_action(self):
        """Hook: return the action by which the acting user notes what the customer promises; None = none."""
        return

    def _portal_available_credit(self):
        """Hook: return {'limit': amount, 'available': amount} in company currency; None = no limit."""
        return

    # === Statement ===

    def _statement_data(self, as_of=None, kind='open_items', date_from=None):
        """Return {account id: statement} of these accounts; see ``ar.customer.statement._data``."""
        return self.env['ar.customer.statement']._data(self, as_of, kind, date_from)

    def _statement_pdf(self, as_of=None, kind='open_items', date_from=None):
        """Return (file name, bytes) of this customer's statement, in the customer's language."""
        Statement = self.env['ar.customer.statement']
        return Statement._render_pdf(self._statement_data(as_of, kind, date_from)[self.id])

    def _statement_xlsx(self, as_of=None, kind='open_items', date_from=None):
        """Return (file name, bytes) of this customer's spreadsheet, in the customer's language."""
        Statement = self.env['ar.customer.statement']
        return Statement._render_xlsx(self._statement_data(as_of, kind, date_from)[self.id])

    def action_print_statement(self):
        """Ask for the day and the kind of the statement."""
        return self._dialog('ar.statement.print', self.env._("Customer Statement"))

    # === Actions ===

    def action_open_items(self):
        """Open the items that are open today, with their documents."""
        action = self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_open_item_action')
        customer = ('commercial_partner_id', '=', self.partner_id.id)
        action['domain'] = [customer, ('company_id', 'child_of', self.company_id.id)]
        action['views'] = [(False, 'list'), (False, 'pivot')]
        action['context'] = {'as_of': fields.Date.to_string(fields.Date.context_today(self))}
        return action

    def action_place_hold(self):
        return self._dialog('ar.hold', self.env._("Place on Hold"))

    def action_move(self):
        """Ask to which customer the file goes, and why."""
        return self._dialog('ar.credit.move', self.env._("Move to Another Customer"))

    def _dialog(self, model, name):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': model,
            'view_mode': 'form',
            'target': 'new',
            'name': name,
            'context': {'default_credit_account_id': self.id},
        }

    # === Moving and merging ===

    def _check_still_a_customer(self):
        """Refuse that an edit of a contact takes a file that says something away from its customer.

        :raise ValidationError: naming who can move the file.
        """
        for account in self:
            partner, parent = account.partner_id, account.partner_id.commercial_partner_id
            if account.merged_into_id:
                raise ValidationError(
                    self.env._(
                        "The credit file of %(customer)s was joined to that of %(parent)s. A credit "
                        "controller parts them with \"Take the Move Back\" in the archived file.",
                        customer=partner.name,
                        parent=account.merged_into_id.partner_id.name,
                    )
                )
            if not account._is_blank():
                raise ValidationError(account._refusal_to_join(parent))

    def _refusal_to_join(self, parent):
        names = {'customer': self.partner_id.name, 'parent': parent.name}
        if self.env.user.has_group('ar_base.group_controller'):
            return self.env._(
                "%(customer)s has a credit file, which an edit of the contact does not move. Open the credit "
                "file and press \"Move to Another Customer\" to make %(customer)s part of %(parent)s.",
                **names,
            )
        people = self.company_id._ar_people('ar_base.group_controller')
        people = people.filtered(lambda user: not user.has_group('base.group_system')) or people
        return self.env._(
            "%(customer)s has a credit file. Only credit control makes %(customer)s part of %(parent)s: ask "
            "%(people)s to move the file.",
            people=', '.join(people[:3].mapped('name')) or self.env._("a credit controller"),
            **names,
        )

    def _is_blank(self):
        """Hook: return whether the file says nothing yet, so that nothing is lost where it is not used."""
        account = self.sudo().with_context(active_test=False)
        referenced = any(rows for _, _, rows in account._referencing_rows())
        return not (account.grade_id or account.note or referenced)

    def _move_to_partner(self, partner):
        """Make this the account of ``partner``, or merge it into the one ``partner`` has.

        For merged contacts: the old partner is about to go.
        """
        for account in self:
            if account.merged_into_id:
                account._message_move_to(account.merged_into_id)
                account.unlink()
                continue
            target = self.with_context(active_test=False).search(
                [('partner_id', '=', partner.id), ('company_id', '=', account.company_id.id)]
            )
            if target:
                account._merge_into(target)
            else:
                account._record_facts({'partner_id': partner.id})

    def _merge_into(self, target):
        """Move all that belongs to these accounts to ``target`` and delete them; nothing is lost."""
        for account in self - target:
            account._hand_rows(target)
            account._message_move_to(target)
            target._merge_values(account)
            name = account.partner_id.display_name
            target.message_post(body=self.env._("The credit account of %s was merged into this one.", name))
            account.flush_recordset()
            account.unlink()

    def _merge_values(self, other):
        """Take over what this account lacks; of two decisions the stricter one. Upper addons extend it."""
        for name in ('collector_id', 'customer_group_id', 'note'):
            if not self[name] and other[name]:
                self[name] = other[name]
        grades = (self.grade_id | other.grade_id).sorted('sequence')
        if grades[-1:] != self.grade_id:
            self.grade_id = grades[-1:]
