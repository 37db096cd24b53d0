from odoo import fields, models


class ArAgingSnapshotLine(models.Model):
    """One open item of a snapshot, frozen. Written by the snapshot alone."""

    _name = 'ar.aging.snapshot.line'
    _description = "Aging Snapshot Line"
    _order = 'snapshot_id, commercial_partner_id, base_date, id'
    _rec_name = 'document'
    _log_access = False

    snapshot_id = fields.Many2one('ar.aging.snapshot', required=True, index=True, ondelete='cascade')
    as_of = fields.Date(related='snapshot_id.as_of')
    document = fields.Char()
    move_line_id = fields.Many2one('account.move.line', "Journal Item", index='btree_not_null', ondelete='set null')
    move_id = fields.Many2one('account.move', "Entry", index='btree_not_null', ondelete='set null')
    partner_id = fields.Many2one('res.partner', "Contact", index='btree_not_null')
    commercial_partner_id = fields.Many2one('res.partner', "Customer", index='btree_not_null')
    company_id = fields.Many2one('res.company', required=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id')
    account_id = fields.Many2one('account.account')
    currency_id = fields.Many2one('res.currency', "Document Currency")
    grade_id = fields.Many2one('ar.credit.grade', "Credit Grade")
    bucket_id = fields.Many2one('ar.aging.bucket', ondelete='restrict')
    date = fields.Date("Posting Date")
    invoice_date = fields.Date()
    date_maturity = fields.Date("Due Date")
    base_date = fields.Date("Ages From")
    days_overdue = fields.Integer(aggregator='max')
    residual = fields.Monetary("Open Amount", currency_field='company_currency_id')
    residual_currency = fields.Monetary("Open in Document Currency", currency_field='currency_id')
