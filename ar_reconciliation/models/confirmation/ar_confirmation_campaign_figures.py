from odoo import fields, models


class ArConfirmationCampaign(models.Model):
    """Coverage by number and by value, and the list of differences, for the auditor."""

    _inherit = 'ar.confirmation.campaign'

    selected_count = fields.Integer("Asked", compute='_compute_coverage')
    selected_value = fields.Monetary("Balance Asked", compute='_compute_coverage')
    replied_count = fields.Integer("Answered", compute='_compute_coverage')
    replied_value = fields.Monetary("Balance Answered", compute='_compute_coverage')
    confirmed_count = fields.Integer("Confirmed", compute='_compute_coverage')
    confirmed_value = fields.Monetary("Amount Confirmed", compute='_compute_coverage')
    objected_count = fields.Integer("Objected", compute='_compute_coverage')
    difference_value = fields.Monetary("Difference", compute='_compute_coverage')
    coverage_count = fields.Float("Asked, % of Customers", compute='_compute_coverage')
    coverage_value = fields.Float("Asked, % of Balance", compute='_compute_coverage')
    reply_rate = fields.Float("Answered, % of Asked", compute='_compute_coverage')
    reply_rate_value = fields.Float("Answered, % of Balance Asked", compute='_compute_coverage')

    def _compute_coverage(self):
        groups = self.env['ar.balance.confirmation']._read_group(
            [('campaign_id', 'in', self.ids), ('state', '!=', 'cancelled')],
            ['campaign_id', 'state'],
            ['__count', 'balance:sum', 'confirmed:sum', 'difference:sum'],
        )
        for campaign in self:
            rows = {state: figures for owner, state, *figures in groups if owner == campaign}
            answered = [rows.get(state, [0, 0, 0, 0]) for state in ('confirmed', 'objected')]
            campaign.selected_count = sum(row[0] for row in rows.values())
            campaign.selected_value = sum(row[1] for row in rows.values())
            campaign.replied_count = sum(row[0] for row in answered)
            campaign.replied_value = sum(row[1] for row in answered)
            campaign.confirmed_count, campaign.objected_count = answered[0][0], answered[1][0]
            campaign.confirmed_value = sum(row[2] for row in answered)
            campaign.difference_value = sum(row[3] for row in answered)
            campaign.coverage_count = self._percent(campaign.selected_count, campaign.population_count)
            campaign.coverage_value = self._percent(campaign.selected_value, campaign.population_value)
            campaign.reply_rate = self._percent(campaign.replied_count, campaign.selected_count)
            campaign.reply_rate_value = self._percent(campaign.replied_value, campaign.selected_value)

    def _percent(self, part, whole):
        return 100 * part / whole if whole else 0

    def _differences(self):
        """Return the lines to which customers objected, the largest difference first."""
        lines = self.confirmation_ids.line_ids.filtered(
            lambda line: line.answer == 'objected' and line.state == 'objected'
        )
        return lines.sorted(lambda line: (-abs(line.difference_company), line.id))

    def action_open_differences(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'ar_reconciliation.ar_balance_confirmation_line_action'
            ),
            'domain': [('campaign_id', '=', self.id), ('answer', '=', 'objected')],
            'context': {},
            'display_name': self.name,
        }

    def action_verify_selection(self):
        """Repeat the selection from the kept population and seed, and say whether it gives the same customers."""
        self.ensure_one()
        same = sorted(self._select().keys) == sorted(self.confirmation_ids.partner_id.ids)
        text = (
            self.env._(
                "The selection was repeated and gives the same %s customers.", len(self.confirmation_ids)
            )
            if same
            else self.env._(
                "The selection gives other customers than were asked: letters were added or removed."
            )
        )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'message': text, 'type': 'success' if same else 'warning', 'sticky': not same},
        }

    def action_print(self):
        return self.env.ref('ar_reconciliation.ar_campaign_report').report_action(self)

    def action_xlsx(self):
        """Download the campaign as a spreadsheet."""
        self.ensure_one()
        self.check_access('read')
        content = self.env['report.ar_reconciliation.report_campaign']._xlsx(self)
        attachment = self.env['ir.attachment'].create(
            {
                'name': f"{self.name.replace('/', '-')}.xlsx",
                'raw': content,
                'res_model': self._name,
                'res_id': self.id,
            }
        )
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{attachment.id}?download=true',
            'target': 'download',
        }
