from odoo import api, fields, models
from odoo.tools import format_date

from ..rules import calendar
from odoo.addons.ar_base.models.ar_customer_statement import KINDS


class ArStatementSchedule(models.Model):
    """Statements every month or every week.

    A day on which the company is closed is skipped; the figures stay those of the period.
    """

    _name = 'ar.statement.schedule'
    _description = "Statement Schedule"
    _inherit = ['mail.thread', 'ar.job.mixin']
    _order = 'next_date, id'

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    frequency = fields.Selection(
        [('monthly', "Every month"), ('weekly', "Every week")], required=True, default='monthly'
    )
    day_of_month = fields.Integer("Day", default=3)
    weekday = fields.Selection(
        [
            ('0', "Monday"),
            ('1', "Tuesday"),
            ('2', "Wednesday"),
            ('3', "Thursday"),
            ('4', "Friday"),
            ('5', "Saturday"),
            ('6', "Sunday"),
        ],
        default='0',
    )
    skip_weekends = fields.Boolean("Not on Weekends", default=True)
    kind = fields.Selection(KINDS, required=True, default='open_items')
    scope = fields.Selection(
        [
            ('all', "All with something open"),
            ('overdue', "All with something overdue"),
            ('tag', "Customers with a tag"),
        ],
        "Customers",
        required=True,
        default='all',
    )
    category_ids = fields.Many2many('res.partner.category', string="Tags")
    template_id = fields.Many2one(
        'mail.template', "E-mail Template", domain="[('model', '=', 'ar.statement.line')]"
    )
    user_id = fields.Many2one('res.users', "Responsible", default=lambda self: self.env.user)
    next_date = fields.Date("Next", compute='_compute_next_date', store=True, readonly=False, precompute=True)
    run_ids = fields.One2many('ar.statement.run', 'schedule_id', "Runs")

    _day_in_month = models.Constraint(
        'CHECK (day_of_month BETWEEN 1 AND 28)', "The day of the statements must be between 1 and 28."
    )

    @api.depends('frequency', 'day_of_month', 'weekday')
    def _compute_next_date(self):
        for schedule in self:
            schedule.next_date = schedule._due_after(fields.Date.context_today(schedule))

    def _due_after(self, day):
        return calendar.next_due(
            day, self.frequency, min(max(self.day_of_month, 1), 28), int(self.weekday or 0)
        )

    @api.model
    def _cron_run(self):
        """Start the runs that are due, where the company is open today."""
        today = fields.Date.context_today(self)
        due = self.search([('next_date', '<=', today)]).filtered(
            lambda schedule: schedule.company_id._ar_is_open(today, weekends=not schedule.skip_weekends)
        )
        self._work_on(
            due,
            lambda schedule: schedule._run(today),
            still=lambda schedule: schedule.try_lock_for_update().filtered(lambda s: s.next_date <= today),
        )

    @api.model
    def _job_failed(self, record, error):
        """Say on the schedule why its statements did not go out; the next call tries again."""
        record.message_post(body=str(error))
        return super()._job_failed(record, error)

    def _run(self, today):
        """Send the statements of the period that is due, and set the next day.

        A period that has its run is not sent again.
        """
        date_from, as_of = calendar.period(self.frequency, self.next_date)
        if not self.run_ids.filtered(lambda run: run.as_of == as_of and run.state != 'cancelled'):
            run = (
                self.env['ar.statement.run']
                .with_user(self.user_id or self.env.user)
                .sudo()
                ._start_scheduled(
                    {
                        'company_id': self.company_id.id,
                        'kind': self.kind,
                        'as_of': as_of,
                        'date_from': date_from,
                        'scope': self.scope,
                        'category_ids': self.category_ids.ids,
                        'template_id': self.template_id.id
                        or self.env.ref('ar_statement.mail_template_statement').id,
                        'schedule_id': self.id,
                        'user_id': self.user_id.id,
                    }
                )
            )
            if not run:
                self.message_post(
                    body=self.env._(
                        "No customer had anything to show on a statement as of %s.",
                        format_date(self.env, as_of),
                    )
                )
        self.next_date = self._due_after(max(self.next_date, today))
