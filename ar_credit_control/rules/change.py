"""What a credit change can set: one table. Odoo-free."""

from typing import NamedTuple


class Part(NamedTuple):
    """What a change can set: a field of the account, and where it is kept here.

    Attributes:
        before: field of the value that the account had.
        after: field of the value that it gets; None = it follows from the tick.
        tick: field that says that it changes.
    """

    field: str
    before: str
    after: str | None
    tick: str


PARTS = (
    Part('credit_limit', 'old_limit', 'new_limit', 'change_limit'),
    Part('is_unlimited', 'old_unlimited', 'new_unlimited', 'change_limit'),
    Part('limit_decided', 'old_decided', None, 'change_limit'),
    Part('limit_valid_until', 'old_valid_until', 'valid_until', 'change_limit'),
    Part('grade_id', 'old_grade_id', 'new_grade_id', 'change_grade'),
    Part('terms_days', 'old_terms_days', 'new_terms_days', 'change_terms'),
    Part('terms_decided', 'old_terms_decided', None, 'change_terms'),
    Part('temp_limit', 'old_temp_limit', 'temp_limit', 'change_temp'),
    Part('temp_from', 'old_temp_from', 'temp_from', 'change_temp'),
    Part('temp_until', 'old_temp_until', 'temp_until', 'change_temp'),
    Part('group_id', 'old_group_id', 'new_group_id', 'change_group'),
    Part('limit_mandatory', 'old_mandatory', 'new_mandatory', 'change_group'),
    Part('file_valid_until', 'old_review_on', 'review_on', 'review_on'),
)
KEPT = {part.field: part.before for part in PARTS}
TICKS = frozenset(part.tick for part in PARTS) | {'order_id'}
NEW = frozenset(part.after for part in PARTS if part.after) | {
    'new_withdrawn',
    'new_group_limit',
    'new_payment_term_id',
}
ASKED = TICKS | NEW | {'credit_account_id', 'apply_on', 'reason', 'origin'}
AMOUNTS = ('new_limit', 'temp_limit', 'new_group_limit')
DAYS = ('valid_until', 'temp_from', 'temp_until', 'review_on', 'apply_on')
YEARS = 10  # the longest that a limit, a review or a change can lie ahead
