"""From each figure of the exposure to its documents."""

from typing import NamedTuple

from odoo import fields, models


class Document(NamedTuple):
    """One document behind a component; ``amount`` in its own currency, a credit negative."""

    component: str
    record: models.BaseModel
    due: object
    currency_id: int
    amount: float


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    def _credit_documents(self, check_date=None):
        """Return every ``Document`` behind the exposure; by component they add up to the figures shown."""
        self.ensure_one()
        account = self.sudo()
        check_date = check_date or fields.Date.context_today(self)
        return [
            document
            for component in account._credit_components()
            for document in account._credit_component_documents(component, check_date)
        ]

    def _credit_component_documents(self, component, check_date):
        """Return the documents of one component. Bridges extend it for theirs."""
        if component.model == 'sale.order':
            return self._credit_order_documents(component, check_date)
        if component.code == 'unallocated_credits' and not self.company_id.ar_deduct_credits:
            return []
        records = self.env[component.model].search(getattr(self, component.domain)())
        match component.model:
            case 'account.move.line':
                return [
                    Document(
                        component.code,
                        line,
                        line.date_maturity or line.date,
                        line.currency_id.id,
                        line.amount_residual_currency if line.account_id.reconcile else line.amount_currency,
                    )
                    for line in records
                ]
            case 'account.move':
                return [
                    Document(
                        component.code, move, move.invoice_date_due, move.currency_id.id, move.amount_total
                    )
                    for move in records
                ]
        return [
            Document(component.code, payment, payment.date, payment.currency_id.id, sign * payment.amount)
            for payment in records
            if (sign := self._credit_transit_sign(payment))
        ]

    def _credit_transit_sign(self, payment):
        """Return how a payment on no bank statement yet weighs: see ``engine.documents``."""
        at_bank = self.company_id.ar_payment_counts == 'bank'
        if payment.move_id:
            return 1 if at_bank else 0
        return 0 if at_bank else -1

    def _credit_order_documents(self, component, check_date):
        orders = self.env['sale.order']
        return [
            Document(code, orders.browse(row.order_id), row.delivery_date, row.currency_id, amount)
            for row in orders._credit_order_amounts(self._credit_orders_domain())
            for code, amount in self._credit_order_parts(row, check_date)
            if code == component.code and amount
        ]

    def action_open_exposure(self):
        """Open the documents behind the exposure, or behind the component named in the context."""
        self.ensure_one()
        self.check_access('read')
        lines = self.env['ar.credit.exposure.line']._create_for(self)
        code = self.env.context.get('component')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.exposure.line',
            'view_mode': 'list',
            'views': [(False, 'list')],
            'name': self.env._("Exposure of %s", self.partner_id.display_name),
            'domain': [('id', 'in', lines.ids)] + ([('component', '=', code)] if code else []),
            'context': {'create': False, **({} if code else {'group_by': 'component'})},
        }
