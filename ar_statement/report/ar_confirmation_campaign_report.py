from typing import NamedTuple

from odoo import api, models

from odoo.addons.ar_base.report.xlsx import Workbook, money, number


class Step(NamedTuple):
    """A step of the coverage, from all customers with a balance down to those who objected."""

    label: str
    customers: int
    amount: float
    customers_share: float
    amount_share: float


class ReportCampaign(models.AbstractModel):
    """The auditor's paper: how customers were selected, what they answered, and where the books differ."""

    _name = 'report.ar_statement.ar_confirmation_campaign_report'
    _description = "Confirmation Campaign Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        campaigns = self.env['ar.confirmation.campaign'].browse(docids)
        campaigns.check_access('read')
        return {
            'docs': campaigns,
            'states': self._labels('ar.balance.confirmation', 'state'),
            'reasons': self._labels('ar.dispute', 'reason'),
            'summary': self._summary,
            'method': self._method,
        }

    def _labels(self, model, field):
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    def _method(self, campaign):
        return self._labels(campaign._name, 'method')[campaign.method]

    def _summary(self, campaign):
        """Return the ``Step`` s of the coverage."""
        percent = campaign._percent
        steps = [
            (
                self.env._("All customers with a balance"),
                campaign.population_count,
                campaign.population_value,
            ),
            (self.env._("Asked"), campaign.selected_count, campaign.selected_value),
            (self.env._("Answered"), campaign.replied_count, campaign.replied_value),
            (self.env._("Confirmed"), campaign.confirmed_count, campaign.confirmed_value),
            (self.env._("Objected, and the difference"), campaign.objected_count, campaign.difference_value),
        ]
        return [
            Step(
                label,
                customers,
                amount,
                percent(customers, campaign.population_count),
                percent(amount, campaign.population_value),
            )
            for label, customers, amount in steps
        ]

    # === Spreadsheet ===

    @api.model
    def _xlsx(self, campaign):
        """Return the bytes of the spreadsheet: coverage, confirmations, differences, population."""
        campaign.check_access('read')
        sheets = (
            self._coverage_sheet(campaign),
            self._confirmations_sheet(campaign),
            self._differences_sheet(campaign),
            self._population_sheet(campaign),
        )
        with Workbook() as book:
            for title, heads, rows in sheets:
                sheet = book.sheet(title)
                sheet.heads(*heads)
                sheet.freeze()
                for row in rows:
                    sheet.row(*row)
                # The first column holds the words of the steps, and numbers of documents.
                sheet.widths(32, others=18, upto=len(heads))
        return book.content

    def _coverage_sheet(self, campaign):
        currency = campaign.currency_id
        heads = [
            self.env._("Step"),
            self.env._("Customers"),
            self.env._("Amount"),
            self.env._("% of Customers"),
            self.env._("% of Balance"),
        ]
        rows = [
            (
                step.label,
                step.customers,
                money(step.amount, currency),
                number(step.customers_share, 2),
                number(step.amount_share, 2),
            )
            for step in self._summary(campaign)
        ]
        return self.env._("Coverage"), heads, rows

    def _confirmations_sheet(self, campaign):
        currency = campaign.currency_id
        states = self._labels('ar.balance.confirmation', 'state')
        heads = [
            self.env._("Number"),
            self.env._("Customer"),
            self.env._("State"),
            self.env._("Balance"),
            self.env._("Confirmed"),
            self.env._("Difference"),
            self.env._("Answered On"),
            self.env._("Answered By"),
        ]
        rows = [
            (
                letter.name,
                letter.partner_id.display_name,
                states[letter.state],
                money(letter.balance, currency),
                money(letter.confirmed, currency),
                money(letter.difference, currency),
                letter.replied_on,
                letter.replied_by,
            )
            for letter in campaign.confirmation_ids
        ]
        return self.env._("Confirmations"), heads, rows

    def _differences_sheet(self, campaign):
        reasons = self._labels('ar.dispute', 'reason')
        heads = [
            self.env._("Number"),
            self.env._("Customer"),
            self.env._("Document"),
            self.env._("Currency"),
            self.env._("Open Amount"),
            self.env._("Customer's Amount"),
            self.env._("Difference"),
            self.env._("Difference in Company Currency"),
            self.env._("Reason"),
            self.env._("Remark"),
            self.env._("Dispute"),
        ]
        rows = [
            (
                line.confirmation_id.name,
                line.partner_id.display_name,
                line.document,
                line.currency_id.name,
                money(line.amount, line.currency_id),
                money(line.customer_amount, line.currency_id) if line.has_customer_amount else '',
                money(line.difference, line.currency_id),
                money(line.difference_company, campaign.currency_id),
                reasons.get(line.reason, ''),
                line.comment,
                line.dispute_id.name,
            )
            for line in campaign._differences()
        ]
        return self.env._("Differences"), heads, rows

    def _population_sheet(self, campaign):
        population = campaign.population or []
        partners = self.env['res.partner'].sudo().browse([partner_id for partner_id, _balance in population])
        rows = [
            (partner.display_name, money(balance, campaign.currency_id))
            for partner, (_id, balance) in zip(partners, population, strict=True)
        ]
        return (
            self.env._("Population"),
            [self.env._("Customer"), self.env._("Balance"), self.env._("Seed"), campaign.seed],
            rows,
        )
