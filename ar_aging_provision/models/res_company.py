from odoo import fields, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_allowance_seq = fields.Integer("Allowance Guard", default=0, readonly=True)

    def _lock_allowance(self):
        """Make two transactions that both move the allowance of this company clash: the later one is replayed.

        Transactions are REPEATABLE READ: without a row that both write, each would book its difference against a balance
        that does not know of the other.
        """
        for company in self.root_id.sorted('id'):
            self.env.execute_query(
                SQL(
                    "UPDATE res_company SET ar_allowance_seq = COALESCE(ar_allowance_seq, 0) + 1 WHERE id = %s RETURNING id",
                    company.id,
                )
            )
        self.root_id.invalidate_recordset(['ar_allowance_seq'], flush=False)
