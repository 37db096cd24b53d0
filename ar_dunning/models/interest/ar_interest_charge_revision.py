from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ArInterestCharge(models.Model):
    """Money that became known late: interest of days on which the item was settled in truth is found, and charged anew."""

    _inherit = 'ar.interest.charge'

    overcharged = fields.Monetary(
        compute='_compute_overcharged',
        search='_search_overcharged',
        help="What the same days cost less by now: a payment or credit note with an earlier date became known later.",
    )

    @api.depends('amount', 'state')
    def _compute_overcharged(self):
        self.overcharged = 0
        for charge, found in self._recomputed().items():
            charge.overcharged = max(charge.currency_id.round(charge.amount - float(found.amount)), 0)

    def _recomputed(self):
        """Return {charge: Result} of what the same days cost by what is known now, by the same scheme."""
        due = self.filtered(
            lambda charge: (
                charge.kind == 'interest' and charge.state in ('memo', 'booked') and charge.interest_scheme_id
            )
        )
        result = {}
        for scheme, charges in due.grouped('interest_scheme_id').items():
            result.update(scheme.sudo()._interest_of_days(charges))
        return result

    @api.model
    def _search_overcharged(self, operator, value):
        if operator != '>' or value != 0:
            return NotImplemented
        return [('id', 'in', self._maybe_overcharged().filtered('overcharged').ids)]

    @api.model
    def _maybe_overcharged(self):
        """Return the charges of items that were matched since with something of an earlier date."""
        self.flush_model(['move_line_id', 'date_until', 'state', 'kind'])
        self.env['account.partial.reconcile'].flush_model()
        self.env['account.move'].flush_model(['reversed_entry_id'])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT charge.id
                 FROM ar_interest_charge charge
                 JOIN account_partial_reconcile p ON p.debit_move_id = charge.move_line_id
                 JOIN account_move_line credit ON credit.id = p.credit_move_id
                 JOIN account_move move ON move.id = credit.move_id
                WHERE charge.kind = 'interest' AND charge.state IN ('memo', 'booked') AND p.create_date >= charge.create_date
                  AND (credit.date <= charge.date_until OR move.reversed_entry_id = charge.move_id)"""
            )
        )
        return self.browse([row[0] for row in rows]).sudo(False)._filtered_access('read')

    def action_recharge(self):
        """Take the charges back and charge the same days by what is known now. Booked ones get a credit note.

        :raise UserError: none of them is too high.
        """
        self._require_role('ar_base.group_controller')
        wrong = self.filtered('overcharged')
        if not wrong:
            raise UserError(self.env._("None of these charges is too high by what is known now."))
        found = wrong._recomputed()
        reason = self.env._("Charged anew: a payment or credit note became known later")
        charges = wrong.sudo()
        charges.filtered(lambda charge: charge.state == 'booked')._credit_booked(reason)
        charges._cancel()
        self.env.flush_all()
        anew = charges.create(
            [charge._prepare_recharge_values(found[charge]) for charge in charges if found[charge].amount]
        )
        anew._wake_booking()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_interest_charge_action')
        return {**action, 'domain': [('id', 'in', (wrong | anew).ids)], 'context': {}}

    def _prepare_recharge_values(self, found):
        return {
            'kind': 'interest',
            'move_line_id': self.move_line_id.id,
            'notice_id': self.notice_id.id,
            'partner_id': self.partner_id.id,
            'credit_account_id': self.credit_account_id.id,
            'company_id': self.company_id.id,
            'currency_id': self.currency_id.id,
            'interest_scheme_id': self.interest_scheme_id.id,
            'date_from': self.date_from,
            'date_until': self.date_until,
            'amount': float(found.amount),
            'to_book': self.interest_scheme_id.booking == 'invoice',
            'explanation': self.interest_scheme_id._explain(found, self.currency_id),
        }
