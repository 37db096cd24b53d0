from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engine import open_items

COLUMNS = ('move_line_id', 'move_id', 'partner_id', 'commercial_partner_id', 'company_id', 'account_id', 'currency_id', 'date',
           'invoice_date', 'date_maturity', 'base_date', 'days_overdue', 'bucket_id', 'residual', 'residual_currency')


class ArAgingSnapshot(models.Model):
    """The aging of a company and its branches at a date, as it was known when it was taken.

    Un-reconciling a payment rewrites the past; a snapshot does not change. It keeps the options that made it, its lines,
    and whether it tied to the ledger. A correction is another snapshot.
    """

    _name = 'ar.aging.snapshot'
    _description = "Aging Snapshot"
    _order = 'as_of desc, id desc'

    name = fields.Char(required=True, default=lambda self: self.env._("Aging"))
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date("As of", required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1) - timedelta(days=1))
    scheme_id = fields.Many2one('ar.aging.scheme', "Aging Scheme", required=True, ondelete='restrict',
                                default=lambda self: self.env.company._ar_scheme())
    automatic = fields.Boolean("Month-End", readonly=True, copy=False)
    taken_on = fields.Datetime(readonly=True, copy=False)
    taken_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    parameters = fields.Json(readonly=True, copy=False, help="Basis, buckets, treatment of credits and accounts as they were.")
    total = fields.Monetary(readonly=True, copy=False)
    ledger = fields.Monetary(readonly=True, copy=False, help="Balance of the receivable accounts when the snapshot was taken.")
    difference = fields.Monetary(readonly=True, copy=False)
    line_ids = fields.One2many('ar.aging.snapshot.line', 'snapshot_id', "Lines", readonly=True)

    _month_end_unique = models.UniqueIndex(
        '(company_id, as_of) WHERE automatic', "The month-end snapshot of this date exists already.")

    @api.model_create_multi
    def create(self, vals_list):
        snapshots = super().create(vals_list)
        for snapshot in snapshots:
            snapshot.sudo()._take()
        return snapshots

    def write(self, vals):
        if set(vals) - {'name'} and any(snapshot.taken_on for snapshot in self):
            raise UserError(self.env._("A snapshot does not change. Take another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A snapshot is kept: it is the evidence of what was known on its date."))

    def _take(self):
        """Freeze the open items of the date in one statement."""
        self.ensure_one()
        items = self.env['ar.open.item'].with_context(as_of=self.as_of, aging_scheme_id=self.scheme_id.id)
        params = items._aging_parameters()
        for model, names in items._depends.items():
            self.env[model].flush_model(names)
        self.flush_recordset()
        companies = tuple(self.env['res.company'].with_context(active_test=False).search([('id', 'child_of',
            self.company_id.id)]).ids)
        names = SQL(', ').join(map(SQL.identifier, COLUMNS))
        self.env.cr.execute(SQL(
            """INSERT INTO ar_aging_snapshot_line (snapshot_id, %(names)s, grade_id, document)
               SELECT %(id)s, %(values)s, ca.grade_id, m.name
                 FROM (%(aged)s) t JOIN account_move m ON m.id = t.move_id
                 LEFT JOIN ar_credit_account ca ON ca.partner_id = t.commercial_partner_id AND ca.company_id = %(root)s
                WHERE t.company_id IN %(companies)s""",
            names=names, id=self.id, values=SQL(', ').join(SQL.identifier('t', name) for name in COLUMNS),
            aged=open_items.aged(params), root=self.company_id.id, companies=companies))
        total = self._sum('SELECT SUM(residual) FROM ar_aging_snapshot_line WHERE snapshot_id = %s', self.id)
        ledger = self._sum('SELECT SUM(balance) FROM (%s) g WHERE company_id IN %s', open_items.ledger(params), companies)
        self.write({
            'total': total, 'ledger': ledger, 'difference': self.currency_id.round(ledger - total),
            'taken_on': fields.Datetime.now(), 'taken_by_id': self.env.uid, 'parameters': self._frozen(params)})
        self.env['ar.aging.snapshot.line'].invalidate_model(flush=False)

    def _sum(self, query, *args):
        return self.currency_id.round(self.env.execute_query(SQL(query, *args))[0][0] or 0.0)

    def _frozen(self, params):
        names = {bucket.id: bucket.name for bucket in self.scheme_id.bucket_ids}
        return {'scheme': self.scheme_id.name, 'basis': params.basis, 'unit': params.unit, 'credits': params.credits,
                'buckets': [[names[b.key], b.lower, b.upper] for b in params.buckets]}

    @api.model
    def _cron_month_end(self):
        """Take the snapshot of the last month end for each main company that has none yet."""
        today = fields.Date.context_today(self)
        as_of = today.replace(day=1) - timedelta(days=1)
        done = self.search([('as_of', '=', as_of), ('automatic', '=', True)]).company_id
        companies = self.env['res.company'].search([('parent_id', '=', False), ('id', 'not in', done.ids)])
        for i, company in enumerate(companies):
            self.create({'company_id': company.id, 'as_of': as_of, 'automatic': True, 'scheme_id': company._ar_scheme().id,
                         'name': self.env._("Month-end %s", as_of)})
            self.env['ir.cron']._commit_progress(1, remaining=len(companies) - i - 1)

    def action_open_lines(self):
        return self._open_lines(self, [])

    def action_compare(self):
        """Open the chosen snapshots side by side; one alone is shown beside the one before it."""
        snapshots = self
        if len(self) == 1:
            snapshots |= self.search([('company_id', '=', self.company_id.id), ('as_of', '<', self.as_of)], limit=1)
        return self._open_lines(snapshots, ['snapshot_id'])

    def _open_lines(self, snapshots, columns):
        action = self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_aging_snapshot_line_action')
        return {**action, 'domain': [('snapshot_id', 'in', snapshots.ids)], 'context': {'pivot_column_groupby': columns}
            if columns else {}}
