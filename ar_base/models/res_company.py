from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import calendar, receivable_kinds


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_aging_scheme_id = fields.Many2one('ar.aging.scheme', "Default Aging Scheme")
    ar_snapshot_monthly = fields.Boolean(
        "Freeze the Aging Monthly",
        default=True,
        help="Take a snapshot of the aging of the last day of each month, with the default scheme.",
    )
    ar_snapshot_day = fields.Integer(
        "Day of the Snapshot",
        default=3,
        help="The earliest day of the month on which the previous month is frozen: when its entries are "
        "posted.",
    )
    ar_four_eyes = fields.Boolean(
        "Four Eyes", default=True, help="Users cannot decide on their own orders or requests."
    )
    ar_portal_available_credit = fields.Boolean(
        "Show Available Credit",
        help="Customers see their credit limit, and what is left of it, on their receivables page.",
    )
    ar_dispute_days = fields.Integer("Days to Answer a Dispute", default=14)
    ar_dispute_escalation_id = fields.Many2one(
        'res.users',
        "Overdue Disputes Go To",
        domain=[('share', '=', False)],
        help="Receives disputes that were not answered in time. Empty: the first receivables manager.",
    )

    ar_link_days = fields.Integer(
        "Customer Links Expire After",
        default=30,
        help="How many days a link mailed to a customer stays valid.",
    )

    _ar_dispute_days_positive = models.Constraint(
        'CHECK (COALESCE(ar_dispute_days, 0) >= 0)', "Days to answer a dispute cannot be negative."
    )
    _ar_snapshot_day_in_month = models.Constraint(
        'CHECK (ar_snapshot_day BETWEEN 1 AND 28)', "The day of the aging snapshot must be between 1 and 28."
    )
    _ar_link_days_positive = models.Constraint(
        'CHECK (ar_link_days >= 1)', "A customer link must be valid for at least one day."
    )

    # === The tree ===

    def _ar_tree(self):
        """Return the main companies of these companies and all their branches, archived too, as superuser.

        The ledger of an archived branch is still part of the books.
        """
        return (
            self.env['res.company']
            .sudo()
            .with_context(active_test=False)
            .search([('id', 'child_of', self.root_id.ids)])
        )

    @api.model
    def _ar_branch_roots(self):
        """Return (branch id, root id) of every branch there is; see ``engine.companies.root_among``."""
        branches = self.sudo().with_context(active_test=False).search([('parent_id', '!=', False)])
        return tuple((branch.id, branch.root_id.id) for branch in branches)

    # === People ===

    def _ar_people(self, group_xmlid):
        """Return the active internal users of the group who may work in this company, by id.

        Direct and implied membership counts. Take the first where one person is needed: the order is stable.
        """
        users = self.env.ref(group_xmlid).sudo().all_user_ids
        people = users.filtered(lambda user: user.active and not user.share and self & user.company_ids)
        return people.sorted('id')

    def _with_internal_lang(self, records):
        """Return ``records`` in the language of a message to colleagues.

        That is the user's language, or the company's when a job or a customer triggers the message.
        """
        user = records.env.user
        if user._is_internal() and not user._is_superuser():
            return records
        return records.with_context(lang=self.partner_id.lang or records.env.lang)

    # === Receivables ===

    def _ar_receivable_accounts(self, *kinds):
        """Return the receivable accounts of these companies, archived too, by id and as superuser.

        Without a company: every company's. Without a kind: what customers owe by a document
        (``engine.accounts.BILLED``).
        """
        Account = self.env['account.account'].sudo().with_context(active_test=False)
        domain = Account._ar_receivable_domain(*kinds)
        if self:
            domain &= Domain(Account._check_company_domain(self))
        return Account.search(domain, order='id')

    def _ar_mark_accounts(self, chart=None):
        """Mark bills, doubtful receivables and contract assets of the company's chart as what they are.

        What a person has chosen stays. An account that the chart does not have is left out.

        :param chart: the code of the chart; default the company's.
        """
        self.ensure_one()
        kinds = receivable_kinds.KINDS.get(chart or self.chart_template, {})
        template = self.env['account.chart.template'].sudo().with_company(self)
        for xmlid, kind in kinds.items():
            account = template.ref(xmlid, raise_if_not_found=False)
            if account and not account.ar_receivable_kind:
                account.ar_receivable_kind = kind

    @api.model
    def _ar_mark_accounts_of_all(self):
        """Mark the accounts of every main company; for the installation."""
        for company in self.sudo().with_context(active_test=False).search([('parent_id', '=', False)]):
            company._ar_mark_accounts()

    def _ar_scheme(self):
        """Return the scheme that ages this company's receivables unless another is asked for."""
        return self.root_id.sudo().ar_aging_scheme_id or self.env['ar.aging.scheme'].sudo().search(
            [('company_id', 'in', (False, self.root_id.id))], limit=1
        )

    def _ar_is_open(self, day, weekends=False):
        """Tell whether something may go out to customers on ``day``: not while the company is closed.

        :param weekends: whether Saturdays and Sundays count as open.
        """
        entries = (
            self.env['ar.closed.day']
            .sudo()
            .search([('company_id', '=', self.root_id.id), ('date_from', '<=', day), ('date_to', '>=', day)])
        )
        return calendar.is_open(
            day, weekends, [(entry.date_from, entry.date_to, entry.is_worked) for entry in entries]
        )
