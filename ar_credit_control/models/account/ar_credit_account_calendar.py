"""What comes due in a credit file: limits and securities that end."""

from datetime import timedelta

from odoo import api, fields, models

EXPIRY = 'ar_credit_control.mail_activity_type_expiry'


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    @api.model
    def _cron_credit_daily(self):
        """Remind of what comes due, escalate what nobody decided, apply what takes effect today."""
        self.env['ar.credit.change']._cron_changes()
        self.env['ar.credit.decision']._cron_escalate()
        for company in self.env['res.company'].search([('parent_id', '=', False)]):
            self._credit_remind(company)

    @api.model
    def _credit_remind(self, company):
        """Open one activity for each expiry within the company's notice; none where one is open already.

        Hook: other addons remind of what they know to come due.
        """
        until = fields.Date.context_today(self) + timedelta(days=company.ar_notice_days)
        for account in self.search([('company_id', '=', company.id), ('limit_valid_until', '<=', until)]):
            account._credit_remind_once(
                EXPIRY, account.limit_valid_until, self.env._("The credit limit ends")
            )
        for account in self.search([('company_id', '=', company.id), ('temp_until', '<=', until)]).filtered(
            'has_temp_limit'
        ):
            account._credit_remind_once(EXPIRY, account.temp_until, self.env._("The temporary limit ends"))
        for security in self.env['ar.credit.security'].search(
            [
                ('company_id', '=', company.id),
                ('valid_until', '<=', until),
                ('valid_until', '>=', fields.Date.context_today(self)),
            ]
        ):
            security.credit_account_id._credit_remind_once(
                EXPIRY,
                security.valid_until,
                self.env._(
                    "Security %s ends",
                    security.name
                    or dict(security._fields['kind']._description_selection(self.env))[security.kind],
                ),
            )

    def _credit_remind_once(self, xmlid, day, summary):
        """Schedule an activity of this type on the day, unless the same one is open already."""
        activity_type = self.env.ref(xmlid)
        if any(a.activity_type_id == activity_type and a.date_deadline == day for a in self.activity_ids):
            return
        user = self.collector_id or self.company_id._ar_credit_responsible()
        if user:
            self.activity_schedule(xmlid, date_deadline=day, user_id=user.id, summary=summary)
