from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import movements
from .account_move_line import CATEGORIES, KINDS
from odoo.addons.ar_base.engine.journal import refusals_of

# Customer, account and segment follow where contacts or accounts are merged.
KEPT = ('date', 'company_id', 'item_id', 'kind', 'amount', 'move_id', 'run_id')


class ArAllowanceMovement(models.Model):
    """The allowance sub-ledger: a movement of the allowance of an open item, a customer, or nobody.

    Rows are added by statements of ``engine.movements`` only, never changed and never deleted: PostgreSQL
    refuses it, to Odoo's own database user too. Their sum per
    company, account and date is the ledger balance of the allowance accounts; the allowance of an item at a
    date is the sum of its movements up to it. Amounts are in company currency, credit positive.
    """

    _name = 'ar.allowance.movement'
    _description = "Allowance Movement"
    _order = 'date desc, id desc'
    _rec_name = 'kind'
    _log_access = False

    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='restrict')
    currency_id = fields.Many2one(related='company_id.currency_id')
    account_id = fields.Many2one(
        'account.account', "Allowance Account", required=True, readonly=True, ondelete='restrict'
    )
    item_id = fields.Many2one(
        'account.move.line', "Open Item", index='btree_not_null', readonly=True, ondelete='restrict'
    )
    document_id = fields.Many2one(related='item_id.move_id', string="Document")
    partner_id = fields.Many2one(
        'res.partner', "Customer", index='btree_not_null', readonly=True, ondelete='restrict'
    )
    category = fields.Selection(CATEGORIES[:2], "Class", readonly=True)
    segment_id = fields.Many2one('ar.provision.segment', readonly=True, ondelete='restrict')
    kind = fields.Selection(KINDS, "Movement", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    move_id = fields.Many2one(
        'account.move', "Entry", index='btree_not_null', readonly=True, ondelete='restrict'
    )
    run_id = fields.Many2one(
        'ar.provision.run', "Provision Run", index='btree_not_null', readonly=True, ondelete='restrict'
    )
    write_off_id = fields.Many2one(related='move_id.ar_write_off_id', string="Write-Off")
    recovery_id = fields.Many2one(related='move_id.ar_recovery_id', string="Recovery")

    # Balances of a company at a date: runs, roll-forward and tie-out read it.
    _balance_idx = models.Index('(company_id, date)')

    def init(self):
        self.env.cr.execute(refusals_of(self._table, KEPT))

    def _refuse(self):
        raise AccessError(
            self.env._("Movements of the allowance are recorded by documents and never changed or deleted.")
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._refuse()

    # === For the documents ===

    @api.model
    def _add(self, *statements):
        """Run statements of ``engine.movements`` that add movements."""
        for statement in statements:
            self.env.cr.execute(statement)
        self.invalidate_model(flush=False)

    @api.model
    def _flush_ledger(self):
        for model, names in movements.LEDGER.items():
            self.env[model].flush_model(names)

    @api.model
    def _take_up(self, companies, moves=None):
        """Record what the ledger says and no document of the suite explains, so that both are equal.

        :param moves: look at these entries only; None = all entries of the companies.
        """
        if moves is not None and not moves:
            return
        self._flush_ledger()
        if moves is None:
            [[differs]] = self.env.execute_query(movements.differs(companies.ids))
            if not differs:
                return
            # Two that find the same entry would both take it up: the later one is replayed.
            companies.sudo()._lock_allowance()
        scope = companies.ids, moves.ids if moves is not None else ()
        self._add(movements.take_back(*scope), movements.take_up(*scope), movements.take_rest(*scope))

    @api.model
    def _balance(self, companies, as_of):
        """Return the allowance of the companies at the date, as an amount in their currency."""
        [[amount]] = self.env.execute_query(movements.total(companies.ids, as_of))
        return amount

    def action_open_entry(self):
        """Open the entry behind the movement."""
        self.ensure_one()
        return bool(self.move_id) and {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': self.move_id.id,
            'view_mode': 'form',
        }
