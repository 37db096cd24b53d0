from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext, ormcache

from ..engine import accounts
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
        "Four Eyes",
        default=True,
        help="Users cannot decide on their own orders or requests. Switched off, one person may decide "
        "alone: for evaluation only, and every document says so.",
    )
    ar_one_person_by = fields.Many2one('res.users', "One Person Decides, Switched on by", readonly=True)
    ar_one_person_on = fields.Datetime("One Person Decides since", readonly=True)
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

    # === Four eyes ===

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.filtered(lambda company: not company.ar_four_eyes)._ar_note_one_person()
        return companies

    def write(self, vals):
        if {'ar_one_person_by', 'ar_one_person_on'} & vals.keys():
            raise AccessError(
                self.env._("Who switched the four-eyes rule, and when, is recorded by the system.")
            )
        changed = self.browse()
        if 'ar_four_eyes' in vals:
            changed = self.filtered(lambda company: company.ar_four_eyes != bool(vals['ar_four_eyes']))
        if changed and not self.env.su and not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(self.env._("Only a receivables manager switches the four-eyes rule on or off."))
        result = super().write(vals)
        if changed:
            changed._ar_note_one_person()
        return result

    def _ar_note_one_person(self):  # pylint: disable=missing-return
        """Record who switched the four-eyes rule and when, and say so in the company's contact."""
        for company in self.sudo():
            one_person = not company.ar_four_eyes
            super(ResCompany, company).write(
                {
                    'ar_one_person_by': one_person and self.env.uid,
                    'ar_one_person_on': one_person and fields.Datetime.now(),
                }
            )
            company.partner_id.message_post(
                body=company._ar_one_person_text()
                or self.env._("Four eyes: nobody decides on their own request.")
            )

    def _ar_one_person_text(self):
        """Return the warning that one person may decide alone here; False where four eyes decide."""
        root = self.root_id.sudo()
        if not self or root.ar_four_eyes:
            return False
        return self.env._(
            "One person may request and decide here: the four-eyes rule was switched off by %(user)s on "
            "%(day)s. For evaluation only.",
            user=root.ar_one_person_by.name or self.env._("the installation"),
            day=format_date(self.env, root.ar_one_person_on or root.create_date),
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
    @ormcache()
    def _ar_branch_roots(self):
        """Return (branch id, root id) of every branch there is; see ``engine.companies.root_among``."""
        branches = self.sudo().with_context(active_test=False).search([('parent_id', '!=', False)])
        return tuple((branch.id, branch.root_id.id) for branch in branches)

    # === People ===

    def _ar_people(self, group_xmlid):
        """Return the active internal users of the group who may work in this company, by id.

        Direct and implied membership counts. Take the first where one person is needed: the order is stable.
        """
        return self._ar_role_holders(self.env.ref(group_xmlid))

    def _ar_role_holders(self, group):
        """Return the same of a group given as a record."""
        return (
            self.env['res.users']
            .sudo()
            .search(
                [
                    ('all_group_ids', 'in', group.ids),
                    ('share', '=', False),
                    ('active', '=', True),
                    ('company_ids', 'in', self.ids),
                ],
                order='id',
            )
        )

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
        found = {
            account.id: kind
            for xmlid, kind in kinds.items()
            if (account := template.ref(xmlid, raise_if_not_found=False)) and not account.ar_receivable_kind
        }
        if found:
            Account = self.env['account.account']
            Account.flush_model(['ar_receivable_kind'])
            self.env.cr.execute(accounts.mark(found))
            Account.invalidate_model(['ar_receivable_kind', 'ar_is_receivable'])

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

    def _ar_letter_footer(self):
        """Return what the law wants on each business letter: the footer of the company's document layout.

        As plain text, for it is printed without a server: a picture in it could not be fetched.
        """
        return html2plaintext(self.sudo().report_footer or '').strip()
