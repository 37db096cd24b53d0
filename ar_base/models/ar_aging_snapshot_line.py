from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ArAgingSnapshotLine(models.Model):
    """What was open of one customer, bucket, account, currency, salesperson and grade. Written once, in SQL."""

    _name = 'ar.aging.snapshot.line'
    _description = "Aging Snapshot Line"
    _order = 'snapshot_id desc, partner_name, bucket_sequence, id'
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

    def _insert_query(self, snapshot, grouped):
        """Return the INSERT of a snapshot's lines from ``grouped``, SQL of keys and sums; names in the user's language."""
        return SQL(
            """
            INSERT INTO ar_aging_snapshot_line (
                   snapshot_id, as_of, company_id, company_currency_id, commercial_partner_id, bucket_id, account_id, currency_id,
                   salesperson_id, grade_id, customer_group_id, country_id, partner_name, bucket_name, bucket_sequence,
                   account_code, account_name, salesperson_name, grade_name, customer_group_name, item_count, residual,
                   residual_currency, disputed, secured, provisioned)
            SELECT %(snapshot)s, %(as_of)s, g.company_id, %(currency)s, g.commercial_partner_id, g.bucket_id, g.account_id,
                   g.currency_id, g.salesperson_id, g.grade_id, g.customer_group_id, g.country_id, partner.name, %(bucket)s,
                   bucket.sequence,
                   account.code_store->>%(root)s, %(account)s, seller.name, %(grade)s, %(group)s, g.item_count, g.residual,
                   ROUND(g.residual_currency / currency.rounding) * currency.rounding, g.disputed, g.secured, g.provisioned
              FROM (%(grouped)s) g
              LEFT JOIN res_partner partner ON partner.id = g.commercial_partner_id
              LEFT JOIN ar_aging_bucket bucket ON bucket.id = g.bucket_id
              LEFT JOIN account_account account ON account.id = g.account_id
              LEFT JOIN res_currency currency ON currency.id = g.currency_id
              LEFT JOIN res_users u ON u.id = g.salesperson_id
              LEFT JOIN res_partner seller ON seller.id = u.partner_id
              LEFT JOIN ar_credit_grade grade ON grade.id = g.grade_id
              LEFT JOIN res_partner_category tag ON tag.id = g.customer_group_id
            """,
            snapshot=snapshot.id,
            as_of=snapshot.as_of,
            currency=snapshot.company_id.currency_id.id,
            root=str(snapshot.company_id.id),
            grouped=grouped,
            bucket=self._translated('bucket'),
            account=self._translated('account'),
            grade=self._translated('grade'),
            group=self._translated('tag'),
        )

    def _translated(self, table):
        column = SQL.identifier(table, 'name')
        return SQL("COALESCE(%s->>%s, %s->>'en_US')", column, self.env.lang or 'en_US', column)

    # === Never by hand, whoever asks ===

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse()

    @api.ondelete(at_uninstall=False)
    def _refuse(self):
        raise UserError(
            self.env._("The lines of a snapshot are frozen: they are neither added, changed nor deleted.")
        )
