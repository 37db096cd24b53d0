from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

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

    def _provision_run_after(self, day):
        """Return the first posted run of the company's tree dated after ``day``, as superuser."""
        return (
            self.env['ar.provision.run']
            .sudo()
            .search(
                [('company_id', 'in', self.root_id.ids), ('state', '=', 'posted'), ('as_of', '>', day)],
                order='as_of, id',
                limit=1,
            )
        )

    def _check_allowance_date(self, day, document):
        """Refuse to book on ``day`` what changes the allowance before a posted run.

        :param document: how the error names what is booked.
        """
        later = self._provision_run_after(day)
        if later:
            raise UserError(
                self.env._(
                    "%(document)s is dated %(date)s, before %(run)s, which builds on that day's receivables. "
                    "Use %(first)s or a later date, or reverse the run first.",
                    document=document,
                    date=format_date(self.env, day),
                    run=later.name,
                    first=format_date(self.env, later.as_of),
                )
            )
