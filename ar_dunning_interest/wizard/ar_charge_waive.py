from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ArChargeWaive(models.TransientModel):
    """Asks why interest or fees are waived. Collectors ask for it, controllers do it."""

    _name = 'ar.charge.waive'
    _description = "Waive Interest and Fees"

    charge_ids = fields.Many2many('ar.interest.charge', string="Charges", required=True, readonly=True)
    reason = fields.Char()
    asked = fields.Text("Requested", compute='_compute_asked')
    may_waive = fields.Boolean(compute='_compute_may_waive')
    has_booked = fields.Boolean(compute='_compute_asked')

    @api.depends('charge_ids')
    def _compute_asked(self):
        for wizard in self:
            asked = wizard.charge_ids.filtered('asked_reason')
            wizard.asked = '\n'.join(f'{charge.asked_by_id.name}: {charge.asked_reason}' for charge in asked)
            wizard.has_booked = any(charge.state == 'booked' for charge in wizard.charge_ids)

    @api.depends_context('uid')
    def _compute_may_waive(self):
        self.may_waive = self.env.user.has_group('ar_base.group_controller')

    def action_propose(self):
        self.charge_ids._propose_waiver(self._given_reason())
        return {'type': 'ir.actions.act_window_close'}

    def action_waive(self):
        reason = self._given_reason()
        for charges in self.charge_ids.grouped('credit_account_id').values():
            self._check_second_person(charges)
        self.charge_ids._waive(reason)
        return {'type': 'ir.actions.act_window_close'}

    def _check_second_person(self, charges):
        """From the amount of the approval matrix on, one person asks and somebody named there waives.

        :raise AccessError: naming who may.
        """
        company, account = charges.company_id[:1].root_id, charges.credit_account_id.sudo()
        amount, today = 0.0, fields.Date.context_today(self)
        for charge in charges:
            amount += charge.currency_id._convert(charge.amount, company.currency_id, company, today)
        rule = self.env['ar.approval.rule']._find('waiver', company, amount, account.grade_id)
        if not rule:
            return
        asked = charges.asked_by_id
        if not company.sudo().ar_four_eyes:
            asked = asked.browse()
        elif charges.filtered(lambda charge: not charge.asked_by_id):
            raise AccessError(
                self.env._(
                    "%(amount)s of %(customer)s are waived by two people: let a colleague ask for it first.",
                    amount=company.currency_id.format(amount),
                    customer=account.partner_id.display_name,
                )
            )
        people = rule.user_ids.filtered('active') - asked
        people |= self.env['ar.approval.delegation']._delegates(people) - asked
        if self.env.user not in people:
            raise AccessError(
                self.env._(
                    "Only %(people)s can waive %(amount)s of %(customer)s.",
                    people=', '.join(people.mapped('name')),
                    amount=company.currency_id.format(amount),
                    customer=account.partner_id.display_name,
                )
                if people
                else self.env._(
                    "Nobody can waive this: those who could have asked for it or have left. Ask a "
                    "receivables manager to name someone else in the approval matrix."
                )
            )

    def _given_reason(self):
        reason = (self.reason or '').strip()
        if not reason:
            raise UserError(self.env._("Give the reason: it is kept with the charges."))
        return reason
