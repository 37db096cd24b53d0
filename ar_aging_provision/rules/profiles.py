"""How accounting profiles book: which roles a movement of the allowance touches. Odoo-free."""

from typing import NamedTuple


class Profile(NamedTuple):
    """One way to keep the allowance.

    Attributes:
        reversal_role: where a release goes: the expense itself, or income of its own.
        write_off: ``allowance`` (against it, gross) or ``loss`` (an expense net of VAT, the allowance
            released along with it).
        doubtful: write-offs credit the doubtful receivable.
        reverse_and_repost: the whole old allowance is released and the whole new one charged.
        netting_level: ``account``, ``group`` or ``customer``.
        base: ``gross`` or ``net`` of VAT.
        vat_relief: a write-off reduces output VAT.
        allowance: an allowance is kept; else losses are booked when incurred, and a run books nothing.
    """

    reversal_role: str = 'impairment_expense'
    write_off: str = 'allowance'
    doubtful: bool = False
    reverse_and_repost: bool = False
    netting_level: str = 'account'
    base: str = 'gross'
    vat_relief: bool = False
    allowance: bool = True


PROFILES = {
    'cn': Profile(),
    'us': Profile(),
    'direct': Profile(write_off='loss', allowance=False),
    'fr': Profile('impairment_reversal', 'loss', True, False, 'customer', 'net', True),
    'de': Profile('impairment_reversal', 'loss', True, False, 'group', 'net', True),
    'es': Profile('impairment_reversal', 'loss', True, False, 'customer', 'net', True),
    'es_global': Profile('impairment_reversal', 'loss', True, True, 'account', 'net', True),
}
