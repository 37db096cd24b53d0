from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import events


class ArCollectionEvent(models.Model):
    """One time line of a customer: letters, contacts, promises, disputes, cases, and receipts.

    Rows follow from the records themselves; nothing is stored twice. ``res_model`` and ``res_id`` lead to the
    record.
    """

    _name = 'ar.collection.event'
    _inherit = ['ar.derived.mixin']
    _description = "Collection History"
    _auto = False
    _order = 'date desc, id desc'
    _rec_name = 'summary'
    _depends = {
        'ar.dunning.notice': ['credit_account_id', 'approved_by', 'currency_id', 'sent_on', 'state', 'total'],
        'ar.contact.log': ['credit_account_id', 'date', 'user_id'],
        'ar.promise': [
            'credit_account_id',
            'amount',
            'closed_on',
            'currency_id',
            'made_on',
            'noted_by_id',
            'received',
            'state',
        ],
        'ar.payment.plan': ['accepted_on', 'credit_account_id', 'amount', 'currency_id', 'state'],
        'ar.dispute': [
            'credit_account_id',
            'amount',
            'closed_on',
            'move_id',
            'opened_on',
            'owner_id',
            'state',
        ],
        'ar.collection.case': ['credit_account_id', 'claimed', 'closed_on', 'referred_on', 'user_id'],
        'ar.hold': ['credit_account_id', 'placed_by', 'placed_on'],
        'account.partial.reconcile': [
            'credit_amount_currency',
            'credit_move_id',
            'debit_move_id',
            'max_date',
        ],
        'account.move.line': [
            'company_id',
            'currency_id',
            'journal_id',
            'move_id',
            'parent_state',
            'partner_id',
        ],
        'account.move': ['currency_id', 'move_type'],
        'res.partner': ['commercial_partner_id'],
        'ar.credit.account': ['company_id', 'partner_id'],
    }

    credit_account_id = fields.Many2one('ar.credit.account', "Customer", readonly=True, index=True)
    company_id = fields.Many2one('res.company', readonly=True)
    date = fields.Datetime(readonly=True)
    kind = fields.Selection(
        [
            ('letter', "Letter"),
            ('contact', "Contact"),
            ('promise', "Promise"),
            ('broken', "Promise not kept"),
            ('plan', "Payment plan"),
            ('dispute', "Dispute"),
            ('answer', "Dispute answered"),
            ('case', "Referred"),
            ('hold', "Hold"),
            ('receipt', "Receipt"),
            ('credit', "Credit note"),
            ('other', "Other settlement"),
        ],
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    user_id = fields.Many2one('res.users', "By", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field='res_model', readonly=True)
    summary = fields.Char("What", compute='_compute_summary')

    @property
    def _table_query(self):
        return events.of_files(self._event_queries(), self.env.context.get('event_account_ids') or None)

    def fetch(self, field_names=None):
        # By ids alone the events of all customers would be made up. Where a file listed them, it is known
        # whose they are.
        known = self._fields['credit_account_id']._get_cache(self.env)
        accounts = {known.get(id_) for id_ in self.ids}
        of_files = self if None in accounts else self.with_context(event_account_ids=tuple(accounts))
        return super(ArCollectionEvent, of_files).fetch(field_names)

    @api.model
    def _event_queries(self):
        """Hook: return one SELECT per kind of event; an addon appends its own, see ``engine.events``."""
        return [
            events.letters(),
            events.contacts(),
            events.promises(),
            events.broken_promises(),
            events.payment_plans(),
            events.disputes(),
            events.answers(),
            events.cases(),
            events.holds(),
            events.receipts(),
        ]

    # Forgetting whose event it is would forget the accounts' lists of events too, and what to read at once.
    _derived_kept = ('id', 'credit_account_id')

    @api.depends('kind', 'res_model', 'res_id')
    @api.depends_context('lang')
    def _compute_summary(self):
        """Say it in one line, with one read per kind of record."""
        ids = defaultdict(set)
        for event in self:
            ids[event.res_model].add(event.res_id)
        found = {
            (model, record.id): record
            for model, res_ids in ids.items()
            for record in self.env[model].sudo().browse(res_ids).exists()
        }
        for event in self:
            record = found.get((event.res_model, event.res_id))
            event.summary = record is not None and event._summarise(record)

    def _summarise(self, record):
        def label(name):
            return dict(record._fields[name]._description_selection(self.env)).get(record[name]) or ''

        match self.kind:
            case 'letter':
                return ' · '.join(filter(None, [record.stage_id.name or record.note, record.name]))
            case 'contact':
                head = ', '.join(filter(None, [label('kind'), record.contact_id.name, label('outcome')]))
                return f"{head}: {record.text}" if record.text else head
            case 'promise':
                return self.env._(
                    "%(name)s until %(date)s: %(state)s",
                    name=record.name,
                    date=format_date(self.env, record.last_date),
                    state=label('state'),
                )
            case 'broken':
                return self.env._(
                    "%(name)s: %(received)s received",
                    name=record.name,
                    received=record.currency_id.format(record.received),
                )
            case 'dispute':
                return ' · '.join(filter(None, [record.move_id.name, label('reason'), record.name]))
            case 'answer':
                return ' · '.join(filter(None, [record.move_id.name, label('state'), record.outcome]))
            case 'case':
                return ' · '.join(filter(None, [record.name, label('kind'), record.agent_id.name]))
            case 'hold':
                return record.reason
        return record.display_name

    def action_open_record(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
        }
