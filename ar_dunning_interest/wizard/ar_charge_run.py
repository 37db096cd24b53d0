from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import late_items


class ArChargeRun(models.TransientModel):
    """Charges interest and fixed sums up to a day without a letter, also on what was paid late."""

    _name = 'ar.charge.run'
    _description = "Charge Interest"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    until = fields.Date("Charge until", required=True, default=fields.Date.context_today)
    since = fields.Date(
        "Due since",
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(years=1),
    )
    interest_scheme_id = fields.Many2one(
        'ar.interest.scheme',
        compute='_compute_scheme_id',
        store=True,
        readonly=False,
        help="For customers without one in their credit file.",
    )
    partner_ids = fields.Many2many('res.partner', string="Customers", domain="[('parent_id', '=', False)]")
    include_settled = fields.Boolean("Include Paid Late", default=True)
    is_previewed = fields.Boolean()
    line_ids = fields.One2many('ar.charge.run.line', 'run_id', "Items")

    @api.depends('company_id')
    def _compute_scheme_id(self):
        for run in self:
            run.interest_scheme_id = run.company_id.root_id.ar_interest_scheme_id

    def action_preview(self):
        """Compute what each item would be charged, to be looked at and unticked."""
        self.ensure_one()
        self.line_ids.unlink()
        self.line_ids = [fields.Command.create(values) for values in self._proposed()]
        self.is_previewed = True
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Charge Interest"),
        }

    def _items(self):
        """Return the late items that the user may see."""
        self._require_past()
        for model in late_items.FLUSHED:
            self.env[model].flush_model()
        companies = (
            self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)])
            & self.env.companies
        )
        rows = self.env.execute_query(
            late_items.late(
                companies.ids,
                self.since,
                self.until,
                self.partner_ids.commercial_partner_id.ids,
                self.include_settled,
            )
        )
        return self.env['account.move.line'].browse([row[0] for row in rows])._filtered_access('read')

    def _require_past(self):
        if self.until > fields.Date.context_today(self):
            raise UserError(
                self.env._("Interest is charged for days that have passed: choose today or a day before.")
            )

    def _by_scheme(self, items):
        """Return {scheme: items}; items for which there is none are left out."""
        Account = self.env['ar.credit.account'].sudo()
        agreed = {
            account.partner_id: account.interest_scheme_id
            for account in Account.search(
                [
                    ('company_id', '=', self.company_id.root_id.id),
                    ('interest_scheme_id', '!=', False),
                    ('partner_id', 'in', items.partner_id.commercial_partner_id.ids),
                ]
            )
        }
        groups = items.grouped(
            lambda item: agreed.get(item.partner_id.commercial_partner_id, self.interest_scheme_id)
        )
        return {scheme: some for scheme, some in groups.items() if scheme}

    def _proposed(self):
        values = []
        for scheme, items in self._by_scheme(self._items()).items():
            interest = scheme._item_interest(items, self.until)
            sums = scheme._item_fixed_sums(items, self.until)
            for item in items:
                found, fixed = interest.get(item.id), sums.get(item.id)
                if found or fixed:
                    values.append(
                        {
                            'move_line_id': item.id,
                            'interest': found.amount if found else 0,
                            'fixed_sum': fixed.amount if fixed else 0,
                            'text': '\n'.join(part.text for part in (found, fixed) if part),
                            'included': bool((found and found.amount) or fixed),
                        }
                    )
        return values

    def action_charge(self):
        """Charge the ticked items; return the action that opens the charges.

        The amounts are computed again under the accounts' locks: what was paid or charged since the preview
        counts.
        """
        self.ensure_one()
        self._require_past()
        items = self.line_ids.filtered('included').move_line_id
        charges = self.env['ar.interest.charge']
        for scheme, some in self._by_scheme(items).items():
            charges |= charges._charge_items(scheme, some, self.until)
        if not charges:
            raise UserError(
                self.env._("Nothing is left to charge: tick at least one item that bears interest.")
            )
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_dunning_interest.ar_interest_charge_action'
        )
        return {**action, 'domain': [('id', 'in', charges.ids)], 'context': {}}
