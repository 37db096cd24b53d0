from odoo import api, models


class ArPromise(models.Model):
    """What the dunning run asks: which items are paused on a date, and which are to be raised at once."""

    _inherit = 'ar.promise'

    @api.model
    def _covered_items(self, line_ids, on_date):
        """Return {journal item id: (why, until)} of the items that are not chased on the date.

        ``why`` is ``promise`` or ``payment_plan``; ``until`` is the last day of the pause, inclusive. A promise pauses until
        the next promised date and its grace. An agreement pauses as long as nothing is missed; one that a missed instalment
        does not revoke, until its last date. One query whatever the number of items.
        """
        return (
            {
                line_id: (why, until)
                for line_id, why, until in self._query(
                    """
            SELECT i.move_line_id, 'promise', CASE WHEN p.state = 'open' THEN p.next_date ELSE p.closed_on - 1 END
              FROM ar_covered_item i
              JOIN ar_promise p ON p.id = i.promise_id
             WHERE i.move_line_id = ANY(%(ids)s) AND p.made_on <= %(day)s
               AND CASE WHEN p.state = 'open' THEN p.next_date >= %(day)s ELSE p.closed_on > %(day)s END
            UNION ALL
            SELECT i.move_line_id, 'payment_plan', p.paused_until
              FROM ar_covered_item i
              JOIN (SELECT id, accepted_on, CASE
                           WHEN state <> 'active' THEN closed_on - 1
                           WHEN revoke_on_missed THEN next_date
                           ELSE ends_on END AS paused_until
                      FROM ar_payment_plan) p ON p.id = i.payment_plan_id
             WHERE i.move_line_id = ANY(%(ids)s) AND p.accepted_on <= %(day)s AND p.paused_until >= %(day)s
            """,
                    ids=list(line_ids),
                    day=on_date,
                )
            }
            if line_ids
            else {}
        )

    @api.model
    def _broken_items(self, line_ids, on_date):
        """Return {journal item id: day} of the items whose latest promise or agreement was broken by the date.

        The day is the one after the missed date, whether or not somebody has looked since. An item that a later commitment
        covers is not among them. One query whatever the number of items.
        """
        return (
            dict(
                self._query(
                    """
            SELECT line_id, broken_on
              FROM (
                SELECT DISTINCT ON (s.line_id) s.line_id, s.broken_on
                  FROM (
                    SELECT i.move_line_id AS line_id, i.id, p.made_on AS since,
                           CASE WHEN p.state = 'broken' AND p.closed_on <= %(day)s THEN p.closed_on
                                WHEN p.state = 'open' AND COALESCE(p.received, 0) = 0 AND p.next_date < %(day)s
                                THEN p.next_date + 1 END AS broken_on
                      FROM ar_covered_item i
                      JOIN ar_promise p ON p.id = i.promise_id
                     WHERE i.move_line_id = ANY(%(ids)s) AND p.made_on <= %(day)s AND p.state <> 'cancelled'
                    UNION ALL
                    SELECT i.move_line_id, i.id, p.accepted_on,
                           CASE WHEN p.state = 'defaulted' AND p.closed_on <= %(day)s THEN p.closed_on
                                WHEN p.state = 'active' AND p.revoke_on_missed AND p.next_date < %(day)s THEN p.next_date + 1
                                WHEN p.state = 'active' AND p.ends_on < %(day)s THEN p.ends_on + 1 END
                      FROM ar_covered_item i
                      JOIN ar_payment_plan p ON p.id = i.payment_plan_id
                     WHERE i.move_line_id = ANY(%(ids)s) AND p.accepted_on <= %(day)s
                       AND p.state IN ('active', 'completed', 'defaulted')
                  ) s
                 ORDER BY s.line_id, s.since DESC, s.id DESC
              ) latest
             WHERE broken_on IS NOT NULL
            """,
                    ids=list(line_ids),
                    day=on_date,
                )
            )
            if line_ids
            else {}
        )
