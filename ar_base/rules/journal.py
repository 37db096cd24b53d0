"""What an entry of the journal says, and how its seal is made. Pure: known to auditors, checked by tables.

- ``canonical`` writes figures so that the same figures are always the same text (JSON, names sorted).
- ``seal`` is the SHA-256 that links an entry to the one before. PostgreSQL makes the same one when it
  verifies (``engine/journal.py``), and anybody can with the export at hand.
"""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count

NOTHING = re.compile(r'-?0(\.0*)?( \w+)?')  # an amount of nothing, in whichever currency
START = ''  # what the first seal of a company follows


def _plain(value):
    """Return what JSON does not know as text: days in ISO form, decimals digit by digit."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, 'f')
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"a figure of the journal cannot be a {type(value).__name__}")


def canonical(figures):
    """Return ``figures`` as one line of JSON: names sorted, no spaces, letters as they are.

    What is empty is left out: ``None``, ``False`` and ``''`` (0 is a figure and stays).
    """
    kept = {
        name: value for name, value in figures.items() if value or isinstance(value, int | float | Decimal)
    }
    kept = {name: value for name, value in kept.items() if value is not False}
    return json.dumps(kept, sort_keys=True, separators=(',', ':'), ensure_ascii=False, default=_plain)


def digest(value):
    """Return the SHA-256 of a JSON value, the same before it is stored and after: names sorted, 1.0 as 1."""
    text = json.dumps(_counted(json.loads(json.dumps(value))), sort_keys=True, separators=(',', ':'))
    return sha256(text.encode()).hexdigest()


def _counted(value):
    """Return ``value`` with whole floats as integers: PostgreSQL writes 1e16 digit by digit."""
    if isinstance(value, dict):
        return {name: _counted(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_counted(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def differing(said, now, names):
    """Return which of ``names`` are not what an entry said: a name of a record may change, its id may not.

    What is empty is the same as what was not said: fields are added in the course of time.

    :param said, now: figures, as ``canonical`` writes them and JSON reads them.
    """
    return sorted(name for name in names if _bare(said.get(name)) != _bare(now.get(name)))


def _bare(value):
    """Return the value without the names of records; None for nothing at all."""
    if isinstance(value, list):
        # A record is [id, name]; several are a list of those.
        several = not value or isinstance(value[0], list)
        value = sorted(part[0] for part in value) if several else value[0]
    if isinstance(value, str) and NOTHING.fullmatch(value):
        return None
    return value or None


def seal(before, number, digest):
    """Return the SHA-256 of the seal ``number`` over an entry's ``digest``, after the seal ``before``."""
    return sha256('\n'.join((before, str(number), digest)).encode()).hexdigest()


def chain(before, number, digests):
    """Return [(number, before, own)] of the seals over ``digests``, which follow seal ``number``."""
    seals = []
    for at, digest in zip(count(number + 1), digests):
        own = seal(before, at, digest)
        seals.append((at, before, own))
        before = own
    return seals
