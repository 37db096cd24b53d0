"""What a check of the set-up found wrong. Odoo-free."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What a check found wrong.

    :param severity: ``'1'`` problem, ``'2'`` warning, ``'3'`` hint.
    :param action: external id of the window action of the place where it is mended; empty: no place.
    :param domain: of the records concerned, in that place.
    :param admin: only an administrator can mend it.
    :param mends: whether ``_mend_<code>`` of the check mends it.
    """

    severity: str
    text: str
    remedy: str
    action: str = ''
    domain: list = ()
    admin: bool = False
    mends: bool = False
