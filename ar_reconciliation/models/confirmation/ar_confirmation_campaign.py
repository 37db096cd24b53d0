import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules import sampling


class ArConfirmationCampaign(models.Model):
    """The confirmations that an auditor asks for: the population, how customers were selected from it, and what came back.

    The population and the seed are kept, so that anybody can repeat the selection.
    """

    _name = 'ar.confirmation.campaign'
    _description = "Confirmation Campaign"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'as_of desc, id desc'
    _check_company_auto = True

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
        "Always From", help="Customers who owe this much or more are always asked. 0: no such amount."
    )
    seed = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        help="All chance of the selection comes from it: the same population and seed select the same customers.",
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
        readonly=True, copy=False, help="One customer is hit in so many monetary units."
    )
    confirmation_ids = fields.One2many(
        'ar.balance.confirmation', 'campaign_id', "Confirmations", readonly=True
    )

    _size_positive = models.Constraint('CHECK (sample_size >= 1)', "Select at least one customer.")

    def action_select(self):
        """Take the population of the day, select, and make the letters with their lines. Again until they are sent."""
        for campaign in self:
            if campaign.state not in ('draft', 'selected'):
                raise UserError(
                    self.env._("The confirmations of %s are out: the selection stands.", campaign.name)
                )
            campaign.confirmation_ids.unlink()
            campaign._take_population()
            selection = campaign._select()
            if not selection.keys:
                raise UserError(
                    self.env._(
                        "No customer of %(company)s owes anything on %(day)s. Choose another day.",
                        company=campaign.company_id.name,
                        day=campaign.as_of,
                    )
                )
            campaign.sampling_interval = float(selection.interval) * campaign.currency_id.rounding
            confirmations = self.env['ar.balance.confirmation'].create(
                [campaign._prepare_confirmation(partner_id) for partner_id in selection.keys]
            )
            confirmations.action_fill()
            campaign.state = 'selected'
        return True

    def _take_population(self):
        """Keep every customer with a balance on the day, in the order of their ids, with the balance in company currency."""
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
        self.write(
            {
                'population': rows,
                'population_count': len(rows),
                'population_value': sum(total for _partner, total in rows),
            }
        )

    def _select(self):
        """Return the ``sampling.Selection`` that the kept population, the seed and the size give; always the same."""
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
            campaign.state = 'sent'
        self._wake_job()
        return True

    def _wake_job(self):
        self.env.ref('ar_reconciliation.ir_cron_confirmation_send').sudo()._trigger()

    @api.model
    def _cron_send(self):
        """Send the letters of campaigns that were sent, one by one; goes on where it stopped."""
        domain = [('campaign_id.state', '=', 'sent'), ('state', '=', 'draft')]
        Confirmation, progress = self.env['ar.balance.confirmation'], self.env['ir.cron']._commit_progress
        todo = Confirmation.search(domain, limit=500, order='id')
        progress(remaining=len(todo))
        for confirmation in todo:
            confirmation = confirmation.try_lock_for_update().filtered_domain(domain)
            if confirmation:
                confirmation._send_or_say()
            if not progress(1):
                break

    def action_close(self):
        self.write({'state': 'closed'})
        return True

    def action_open_confirmations(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'ar_reconciliation.ar_balance_confirmation_action'
            ),
            'domain': [('campaign_id', '=', self.id)],
            'context': {'default_campaign_id': self.id},
            'display_name': self.name,
        }

    @api.ondelete(at_uninstall=False)
    def _keep_what_was_sent(self):
        for campaign in self.filtered(lambda c: c.state in ('sent', 'closed')):
            raise UserError(self.env._("%s is audit evidence and cannot be deleted.", campaign.name))
        self.confirmation_ids.unlink()
