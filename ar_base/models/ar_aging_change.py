from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils, format_date

from ..engine import aging_change
from .ar_aging_options import CONTEXT_KEYS

KEYS = (
    'company_id',
    'commercial_partner_id',
    'bucket_id',
    'account_id',
    'salesperson_id',
    'country_id',
    'grade_id',
    'customer_group_id',
)


class ArAgingChange(models.Model):
    """What was open at two dates, and the change: one row per customer, bucket, account and salesperson.

    Context: as of ``ar.open.item``; ``as_of`` is the later date ("now"), ``aging_then`` the earlier one.
    Each column is the aging at its date, so each ties to the ledger of that date.
    """

    _name = 'ar.aging.change'
    _inherit = ['ar.derived.mixin']
    _description = "Change of the Aging"
    _auto = False
    _order = 'commercial_partner_id, bucket_id, id'
    _rec_name = 'commercial_partner_id'

    def _dated(field_class, *args, **kwargs):
        return field_class(*args, readonly=True, depends_context=(*CONTEXT_KEYS, 'aging_then'), **kwargs)

    commercial_partner_id = _dated(fields.Many2one, 'res.partner', "Customer")
    bucket_id = _dated(fields.Many2one, 'ar.aging.bucket', "Bucket")
    company_id = _dated(fields.Many2one, 'res.company')
    account_id = _dated(fields.Many2one, 'account.account')
    salesperson_id = _dated(fields.Many2one, 'res.users')
    country_id = _dated(fields.Many2one, 'res.country')
    grade_id = _dated(fields.Many2one, 'ar.credit.grade', "Credit Grade")
    customer_group_id = _dated(fields.Many2one, 'res.partner.category', "Customer Group")
    currency_id = _dated(fields.Many2one, 'res.currency', "Currency")
    residual_then = _dated(fields.Monetary, "Then")
    residual_now = _dated(fields.Monetary, "Now")
    change = _dated(fields.Monetary)

    @property
    def _table_query(self):
        return aging_change.change(
            KEYS,
            self._currency_to_sql(),
            then=self._items(self._then())._table_query,
            now=self._items(self._now())._table_query,
        )

    @api.model
    def _search(self, *args, **kwargs):
        for model, names in self.env['ar.open.item']._depends.items():
            self.env[model].flush_model(names)
        return super()._search(*args, **kwargs)

    def _currency_to_sql(self):
        shown = self.env.context.get('aging_currency_id')
        return SQL('%s::int', shown) if shown else SQL('company_currency_id')

    @api.model
    def _now(self):
        return self.env['ar.open.item']._as_of()

    @api.model
    def _then(self):
        """Return the earlier date; without one, the last day of the month before the later date."""
        then = self.env.context.get('aging_then')
        if then:
            return self.env['ar.open.item'].with_context(as_of=then)._as_of()
        return date_utils.subtract(date_utils.start_of(self._now(), 'month'), days=1)

    @api.model
    def _items(self, as_of):
        return self.env['ar.open.item'].with_context(as_of=fields.Date.to_string(as_of))

    # === Drill-down ===

    def _items_domain(self):
        return Domain.AND([(name, '=', self[name].id)] for name in KEYS if name in self.env['ar.open.item'])

    def action_open_then(self):
        """Open what was open at the earlier date."""
        return self._action_open_items(self._then())

    def action_open_now(self):
        """Open what was open at the later date."""
        return self._action_open_items(self._now())

    def _action_open_items(self, as_of):
        self.ensure_one()
        day = fields.Date.to_string(as_of)
        context = {key: self.env.context[key] for key in CONTEXT_KEYS if self.env.context.get(key)}
        customer = self.commercial_partner_id.display_name or self.env._("No customer")
        title = self.env._("%(customer)s as of %(date)s", customer=customer, date=format_date(self.env, day))
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_open_item_action'),
            'name': title,
            'display_name': title,
            'domain': list(self._items_domain()),
            'views': [(False, 'list'), (False, 'pivot'), (False, 'graph')],
            'context': {**context, 'as_of': day},
        }
