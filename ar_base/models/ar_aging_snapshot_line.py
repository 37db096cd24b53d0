from odoo import api, fields, models
from odoo.exceptions import UserError


class ArAgingSnapshotLine(models.Model):
    """What was open of one customer, bucket, account, currency, salesperson, grade. Written once, in SQL."""

    _name = 'ar.aging.snapshot.line'
    _description = "Aging Snapshot Line"
    _order = 'as_of desc, partner_name, bucket_sequence, id'
    _rec_name = 'partner_name'
    _log_access = False

    snapshot_id = fields.Many2one('ar.aging.snapshot', required=True, index=True, ondelete='restrict')
    as_of = fields.Date("As of")
    month_end = fields.Boolean(related='snapshot_id.month_end')
    active = fields.Boolean(related='snapshot_id.active')
    company_id = fields.Many2one('res.company', ondelete='restrict')
    company_currency_id = fields.Many2one('res.currency', "Currency", ondelete='restrict')
    commercial_partner_id = fields.Many2one('res.partner', "Customer", ondelete='set null')
    bucket_id = fields.Many2one('ar.aging.bucket', ondelete='set null')
    account_id = fields.Many2one('account.account', ondelete='set null')
    currency_id = fields.Many2one('res.currency', "Document Currency", ondelete='restrict')
    salesperson_id = fields.Many2one('res.users', ondelete='set null')
    grade_id = fields.Many2one('ar.credit.grade', "Credit Grade", ondelete='set null')
    customer_group_id = fields.Many2one('res.partner.category', ondelete='set null')
    country_id = fields.Many2one('res.country', ondelete='set null')
    partner_name = fields.Char("Customer Name", help="As it was when the snapshot was taken.")
    bucket_name = fields.Char(help="As it was when the snapshot was taken. Empty: unallocated credit.")
    bucket_sequence = fields.Integer(aggregator=None)
    account_code = fields.Char()
    account_name = fields.Char()
    salesperson_name = fields.Char()
    grade_name = fields.Char()
    customer_group_name = fields.Char()
    item_count = fields.Integer("Items")
    residual = fields.Monetary("Open Amount", currency_field='company_currency_id')
    residual_currency = fields.Monetary("Open in Document Currency", currency_field='currency_id')
    disputed = fields.Monetary(currency_field='company_currency_id')
    secured = fields.Monetary(currency_field='company_currency_id')
    provisioned = fields.Monetary(currency_field='company_currency_id')

    _as_of_idx = models.Index('(as_of)')  # the trend reads some months of many

    # === Never by hand ===

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse()

    @api.ondelete(at_uninstall=False)
    def _refuse(self):
        raise UserError(
            self.env._("The lines of a snapshot are frozen: they cannot be added, changed or deleted.")
        )
