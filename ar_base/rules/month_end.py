"""The steps of the month end. Odoo-free."""

from typing import NamedTuple

STATES = ('todo', 'waiting', 'done', 'none')


class Step(NamedTuple):
    """One step: how far it is, and what its button does.

    Attributes:
        sequence: where it stands in the list.
        code: what identifies it; ``_do_<code>`` of the page is what its button does.
        name: what it is called.
        state: one of ``STATES``: to do, waiting for another step or person, done, nothing to do.
        text: one sentence: figures, or what it waits for.
        button: label of the button; empty = none.
    """

    sequence: int
    code: str
    name: str
    state: str
    text: str = ''
    button: str = ''


def ordered(steps):
    """Return the steps in their order."""
    return sorted(steps, key=lambda step: (step.sequence, step.code))


def progress(steps):
    """Return (how many are done, of how many that there is anything to do for)."""
    counted = [step for step in steps if step.state != 'none']
    return sum(step.state == 'done' for step in counted), len(counted)


def is_next(steps):
    """Return the code of the first step to do; None = nothing is left, or all that is left waits."""
    return next((step.code for step in ordered(steps) if step.state == 'todo'), None)
