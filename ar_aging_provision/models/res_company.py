from odoo import fields, models

from ..engine import allowance


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_allowance_seq = fields.Integer("Allowance Lock Version", default=0, readonly=True)

    def _lock_allowance(self):
        """Make two transactions that both move the company's allowance clash: the later one is replayed.

        Transactions are REPEATABLE READ: without a row that both write, each would book its difference
        against a balance that does not know of the other.
        """
        for company in self.root_id.sorted('id'):
            self.env.execute_query(allowance.lock(company.id))
        self.root_id.invalidate_recordset(['ar_allowance_seq'], flush=False)
