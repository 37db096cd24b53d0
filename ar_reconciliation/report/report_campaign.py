from odoo import api, models

from . import campaign_xlsx


class ReportCampaign(models.AbstractModel):
    """The auditor's paper: how customers were selected, what came back, and where the books differ."""

    _name = 'report.ar_reconciliation.report_campaign'
    _description = "Confirmation Campaign Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        campaigns = self.env['ar.confirmation.campaign'].browse(docids)
        campaigns.check_access('read')
        return {
            'docs': campaigns,
            'states': dict(
                self.env['ar.balance.confirmation']._fields['state']._description_selection(self.env)
            ),
            'reasons': dict(self.env['ar.dispute']._fields['reason']._description_selection(self.env)),
            'summary': self._summary,
            'method': self._method,
        }

    def _method(self, campaign):
        return dict(campaign._fields['method']._description_selection(self.env))[campaign.method]

    def _summary(self, campaign):
        """Return (label, number, value, percent of number, percent of value) of each step."""
        _ = self.env._
        percent = campaign._percent
        steps = [
            (_("All customers with a balance"), campaign.population_count, campaign.population_value),
            (_("Asked"), campaign.selected_count, campaign.selected_value),
            (_("Answered"), campaign.replied_count, campaign.replied_value),
            (_("Confirmed"), campaign.confirmed_count, campaign.confirmed_value),
            (_("Objected, and the difference"), campaign.objected_count, campaign.difference_value),
        ]
        return [
            (
                label,
                count,
                value,
                percent(count, campaign.population_count),
                percent(value, campaign.population_value),
            )
            for label, count, value in steps
        ]

    @api.model
    def _xlsx(self, campaign):
        """Return the bytes of the spreadsheet: coverage, confirmations, differences, population."""
        return campaign_xlsx.workbook(self._sheets(campaign), campaign.currency_id.decimal_places)

    def _sheets(self, campaign):
        _, values = self.env._, self._get_report_values(campaign.ids)
        letters = [
            _("Number"),
            _("Customer"),
            _("State"),
            _("Balance"),
            _("Confirmed"),
            _("Difference"),
            _("Answered On"),
            _("Answered By"),
        ]
        differences = [
            _("Number"),
            _("Customer"),
            _("Document"),
            _("Currency"),
            _("Open Amount"),
            _("Customer's Amount"),
            _("Difference"),
            _("Difference in Company Currency"),
            _("Reason"),
            _("Remark"),
            _("Dispute"),
        ]
        names = self.env['res.partner'].sudo().browse([row[0] for row in campaign.population or []])
        return [
            (
                _("Coverage"),
                [_("Step"), _("Customers"), _("Amount"), _("% of Customers"), _("% of Balance")],
                self._summary(campaign),
            ),
            (
                _("Confirmations"),
                letters,
                [
                    (
                        c.name,
                        c.partner_id.display_name,
                        values['states'][c.state],
                        c.balance,
                        c.confirmed,
                        c.difference,
                        c.replied_on,
                        c.replied_by,
                    )
                    for c in campaign.confirmation_ids
                ],
            ),
            (
                _("Differences"),
                differences,
                [
                    (
                        d.confirmation_id.name,
                        d.partner_id.display_name,
                        d.document,
                        d.currency_id.name,
                        d.amount,
                        d.customer_amount if d.has_customer_amount else '',
                        d.difference,
                        d.difference_company,
                        values['reasons'].get(d.reason, ''),
                        d.comment,
                        d.dispute_id.name,
                    )
                    for d in campaign._differences()
                ],
            ),
            (
                _("Population"),
                [_("Customer"), _("Balance"), _("Seed"), campaign.seed],
                [
                    (partner.display_name, row[1])
                    for partner, row in zip(names, campaign.population or [], strict=True)
                ],
            ),
        ]
