import logging

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

CHUNK = 500  # records that one search takes up


class ArJobMixin(models.AbstractModel):
    """Background work over many records, as every job of the suite does it.

    Guarantees, of ``_work`` and ``_work_on``:

    - each batch is a transaction of its own: killed at any moment, a job has done whole batches, and the
      next call goes on with what is left;
    - a record is locked and looked at again before its step: what another worker has, or has done, is
      passed over;
    - an error undoes the step of that record alone, is kept on it (``_job_failed``), and the others go on.
      What the database refuses because of another transaction is no error: the record is left to the next
      call;
    - progress is shown, and the job stops when its time is over.
    """

    _name = 'ar.job.mixin'
    _description = "Background work, batch by batch"

    @api.model
    def _work(self, domain, step, batch=1, repeat=False, referencing=False):
        """Do ``step`` on every record of ``domain``, in the order of their ids; each is taken once.

        :param step: called with up to ``batch`` records.
        :param repeat: the record is taken again, in the next transaction, as long as it is in the domain: a
            long record is worked in slices.
        :param referencing: others may link to a record meanwhile (``allow_referencing`` of the lock).
        :return: whether everything was looked at; False = the time is over.
        """
        domain, last = Domain(domain), 0

        def still(records):
            return records.try_lock_for_update(allow_referencing=referencing).filtered_domain(domain)

        progress = self.env['ir.cron']._commit_progress
        progress(remaining=self.search_count(domain))
        while found := self.search(domain & Domain('id', '>', last), order='id', limit=max(batch, CHUNK)):
            last = found[-1].id
            for start in range(0, len(found), batch):
                records, again = found[start : start + batch], True
                while again:
                    again = self._try_step(records, step, still) and repeat
                    if not progress(len(records), remaining=self.search_count(domain) if repeat else None):
                        return False
        progress(remaining=0)  # what failed, and what others hold, is for the next call
        return True

    @api.model
    def _work_on(self, groups, step, still=None):
        """Do ``step`` on each of ``groups`` (recordsets, of any model), each in a transaction of its own.

        :param still: called with the group before its step; returns what of it is still to be done, locked
            if need be. Without: the whole group, not locked.
        :return: whether every group was looked at; False = the time is over.
        """
        groups = list(groups)
        progress = self.env['ir.cron']._commit_progress
        progress(remaining=len(groups))
        for group in groups:
            self._try_step(group, step, still)
            if not progress(1):
                return False
        return True

    @api.model
    def _try_step(self, records, step, still=None):
        """Do the step on what is ``still`` to be done of the records, and return whether there was anything.

        A batch that fails is tried record by record.
        """
        try:
            with self.env.cr.savepoint():
                found = still(records) if still else records
                if found:
                    step(found)
                return bool(found)
        except psycopg2.OperationalError:
            # Another transaction was first, or the connection is gone: nothing that a person has to look at.
            _logger.info("%s %s changed meanwhile: left to the next call.", records._name, records.ids)
        except Exception as error:  # noqa: BLE001 # pylint: disable=broad-exception-caught
            if len(records) > 1:
                done = [self._try_step(record, step, still) for record in records]
                return any(done)
            self._job_failed(records, error)
        return False

    @api.model
    def _job_failed(self, record, error):
        """Hook: keep the error on the record, and take it out of the job's domain unless it is to be retried.

        By default it is written to the server's log only.
        """
        expected = isinstance(error, UserError)
        level = logging.WARNING if expected else logging.ERROR
        _logger.log(
            level, "%s %s: %s", record._name, record.display_name, error, exc_info=None if expected else error
        )
