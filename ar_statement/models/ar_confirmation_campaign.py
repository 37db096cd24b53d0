import secrets
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import sampling
from odoo.addons.ar_base.report.download import download


class Letters(NamedTuple):
    """The letters of a campaign in one state: their number, and their sums in company currency."""

    number: int = 0
    balance: float = 0
    confirmed: float = 0
    difference: float = 0


class ArConfirmationCampaign(models.Model):
    """The confirmations that an auditor asks for: the population, how it was sampled, and the answers.

    The population and the seed are kept, so that anybody can repeat the selection.
    Coverage by number and by value, and the list of differences, are for the auditor.
    """

    _name = 'ar.confirmation.campaign'
    _description = "Confirmation Campaign"
    _journaled = frozenset(['selected', 'sent', 'closed'])
    _journal_fields = frozenset(['as_of', 'method', 'seed'])
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.fact.mixin', 'ar.waits.mixin']
    _order = 'as_of desc, id desc'
    _check_company_auto = True
    _facts = frozenset(['state', 'population', 'population_count', 'population_value', 'sampling_interval'])
    _fixed_after = frozenset(['sent', 'closed'])
    _free_fields = frozenset(['name', 'deadline', 'user_id'])

    name = fields.Char(required=True, default=lambda self: self.env._("Balance confirmation"))
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    method = fields.Selection(
        [
            ('all', "All customers"),
            ('random', "At random"),
            ('value', "By value (monetary units)"),
            ('chosen', "Chosen customers"),
        ],
        "Selection",
        required=True,
        default='value',
        tracking=True,
    )
    sample_size = fields.Integer(default=30)
    key_amount = fields.Monetary(
        "Always From", help="Customers who owe this much or more are always asked. 0: no threshold."
    )
    seed = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        help=(
            "The only source of chance in the selection: the same population and seed select the same "
            "customers."
        ),
    )
    partner_ids = fields.Many2many(
        'res.partner', string="Chosen Customers", domain="[('parent_id', '=', False)]"
    )
    auditor_id = fields.Many2one(
        'res.partner', help="Paper replies go to this address; without one, to the company."
    )
    channel = fields.Selection(
        [('mail', "E-mail with link"), ('letter', "Letter")], required=True, default='mail'
    )
    deadline = fields.Date("Answer By")
    user_id = fields.Many2one('res.users', "Responsible", default=lambda self: self.env.user)
    state = fields.Selection(
        [('draft', "Draft"), ('selected', "Selected"), ('sent', "Sent"), ('closed', "Closed")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    population = fields.Json(readonly=True, copy=False)
    population_count = fields.Integer("Customers", readonly=True, copy=False)
    population_value = fields.Monetary("Balance of All", readonly=True, copy=False)
    sampling_interval = fields.Monetary(
        readonly=True, copy=False, help="One customer is selected per this many monetary units."
    )
    confirmation_ids = fields.One2many(
        'ar.balance.confirmation', 'campaign_id', "Confirmations", readonly=True
    )
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

    _size_positive = models.Constraint('CHECK (sample_size >= 1)', "Select at least one customer.")

    def _waits(self):
        return self.env['ar.delivery']._waits_of(self.confirmation_ids) if self.state == 'sent' else []

    def _compute_coverage(self):
        groups = self.env['ar.balance.confirmation']._read_group(
            [('campaign_id', 'in', self.ids), ('state', '!=', 'cancelled')],
            ['campaign_id', 'state'],
            ['__count', 'balance:sum', 'confirmed:sum', 'difference:sum'],
        )
        for campaign in self:
            rows = {state: Letters(*figures) for owner, state, *figures in groups if owner == campaign}
            confirmed, objected = (rows.get(state, Letters()) for state in ('confirmed', 'objected'))
            campaign.selected_count = sum(row.number for row in rows.values())
            campaign.selected_value = sum(row.balance for row in rows.values())
            campaign.replied_count = confirmed.number + objected.number
            campaign.replied_value = confirmed.balance + objected.balance
            campaign.confirmed_count, campaign.objected_count = confirmed.number, objected.number
            campaign.confirmed_value = confirmed.confirmed + objected.confirmed
            campaign.difference_value = confirmed.difference + objected.difference
            campaign.coverage_count = self._percent(campaign.selected_count, campaign.population_count)
            campaign.coverage_value = self._percent(campaign.selected_value, campaign.population_value)
            campaign.reply_rate = self._percent(campaign.replied_count, campaign.selected_count)
            campaign.reply_rate_value = self._percent(campaign.replied_value, campaign.selected_value)

    def _percent(self, part, whole):
        return 100 * part / whole if whole else 0

    @api.ondelete(at_uninstall=False)
    def _unlink_confirmations(self):
        self.filtered(lambda campaign: not campaign._is_kept()).confirmation_ids.unlink()

    def _refusal_to_delete(self):
        return self.env._("%s is audit evidence and cannot be deleted.", self.name)

    # === Select and send ===

    def action_select(self):
        """Take the population of the day, select, and make the letters with their lines.

        Again until they are sent.
        """
        for campaign in self:
            if campaign.state not in ('draft', 'selected'):
                raise UserError(
                    self.env._(
                        "The confirmations of %s have been sent: the selection can no longer be changed.",
                        campaign.name,
                    )
                )
            campaign.confirmation_ids.unlink()
            campaign._take_population()
            selection = campaign._select()
            if not selection.keys:
                raise UserError(
                    self.env._(
                        "No customer of %(company)s owes anything on %(day)s. Choose another day.",
                        company=campaign.company_id.name,
                        day=format_date(self.env, campaign.as_of),
                    )
                )
            confirmations = self.env['ar.balance.confirmation']._create_with_facts(
                [campaign._prepare_confirmation(partner_id) for partner_id in selection.keys]
            )
            confirmations.action_fill()
            interval = float(selection.interval) * campaign.currency_id.rounding
            campaign._record_facts({'state': 'selected', 'sampling_interval': interval})
        return True

    def _take_population(self):
        """Keep the customers with a balance on the day, by id, with the balance in company currency."""
        items = (
            self.env['ar.open.item']
            .sudo()
            .with_company(self.company_id)
            .with_context(as_of=fields.Date.to_string(self.as_of))
        )
        domain = [('company_id', 'child_of', self.company_id.ids), ('commercial_partner_id', '!=', False)]
        if self.method == 'chosen':
            domain.append(('commercial_partner_id', 'in', self.partner_ids.commercial_partner_id.ids))
        groups = items._read_group(domain, ['commercial_partner_id'], ['residual:sum'])
        rows = sorted((partner.id, self.currency_id.round(total)) for partner, total in groups)
        rows = [[partner_id, total] for partner_id, total in rows if not self.currency_id.is_zero(total)]
        self._record_facts(
            {
                'population': rows,
                'population_count': len(rows),
                'population_value': sum(total for _partner, total in rows),
            }
        )

    def _select(self):
        """Return the ``sampling.Selection`` of the kept population, seed and size; always the same."""
        units = self.currency_id.rounding
        population = [(partner_id, round(total / units)) for partner_id, total in self.population or []]
        if self.method in ('all', 'chosen'):
            return sampling.Selection(tuple(key for key, _value in population))
        select = sampling.by_value if self.method == 'value' else sampling.at_random
        return sampling.with_key_items(
            population, self.sample_size, self.seed, round(self.key_amount / units), select
        )

    def _prepare_confirmation(self, partner_id):
        return {
            'campaign_id': self.id,
            'company_id': self.company_id.id,
            'partner_id': partner_id,
            'as_of': self.as_of,
            'auditor_id': self.auditor_id.id,
            'channel': self.channel,
            'deadline': self.deadline,
            'user_id': self.user_id.id,
        }

    def action_send(self):
        """Send every letter that can be sent; what cannot is listed with the reason, and stays a draft."""
        for campaign in self:
            if campaign.state != 'selected':
                raise UserError(self.env._("Select the customers of %s first.", campaign.name))
            ready = campaign.confirmation_ids.filtered(lambda c: c.state == 'draft')
            kept = ready.filtered(lambda c: c.channel == 'mail' and not c.recipient_id.email_normalized)
            kept.write({'channel': 'letter'})
            if kept:
                campaign.message_post(
                    body=self.env._(
                        "No valid e-mail address, to be sent as letters: %s",
                        ", ".join(kept.partner_id.mapped('display_name')),
                    )
                )
            campaign._record_facts({'state': 'sent'})
        self._wake_job()
        return True

    def _wake_job(self):
        self.env.ref('ar_statement.ir_cron_confirmation_send').sudo()._trigger()

    @api.model
    def _cron_send(self):
        """Send the letters of campaigns that were sent, one by one; goes on where it stopped."""
        self.env['ar.balance.confirmation']._work(
            [('campaign_id.state', '=', 'sent'), ('state', '=', 'draft')],
            lambda confirmation: confirmation.action_send(),
        )

    def action_close(self):
        self._record_facts({'state': 'closed'})
        return True

    def action_open_confirmations(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_statement.ar_balance_confirmation_action'),
            'domain': [('campaign_id', '=', self.id)],
            'context': {'default_campaign_id': self.id},
            'display_name': self.name,
        }

    # === Coverage and differences ===

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
                'ar_statement.ar_balance_confirmation_line_action'
            ),
            'domain': [('campaign_id', '=', self.id), ('answer', '=', 'objected')],
            'context': {},
            'display_name': self.name,
        }

    def action_verify_selection(self):
        """Repeat the selection from the kept population and seed, and say whether it is the same."""
        self.ensure_one()
        same = sorted(self._select().keys) == sorted(self.confirmation_ids.partner_id.ids)
        text = (
            self.env._(
                "The selection was repeated and gives the same %s customers.", len(self.confirmation_ids)
            )
            if same
            else self.env._(
                "The selection gives different customers from those asked: letters were added or removed."
            )
        )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'message': text, 'type': 'success' if same else 'warning', 'sticky': not same},
        }

    def action_print(self):
        return self.env.ref('ar_statement.ar_campaign_report').report_action(self)

    def action_xlsx(self):
        """Download the campaign as a spreadsheet."""
        self.ensure_one()
        self.check_access('read')
        content = self.env['report.ar_statement.ar_confirmation_campaign_report']._xlsx(self)
        return download(self.env, f"{self.name}.xlsx", content, self)
