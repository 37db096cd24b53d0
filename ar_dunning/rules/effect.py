"""What the company's own history says about a plan's stages: which adds little, which should come sooner.

A stage is judged by its *lift*: the share of the claim that came in the week after it, less the share that
came anyway in a week of silence before it, which is the second week after the stage before. What the letter
before still brings in is so not counted for the next one. The first stage has none before it and is judged
by its first week alone.

Only letters whose window has passed count, and nothing is said about a stage with fewer letters than the
minimum sample.
"""

from typing import NamedTuple

MIN_SAMPLE = 30  # letters of a stage, and of the one before
LITTLE = 2.0  # points of the claim: a stage that lifts by less adds little
STRONG = 5.0  # points: a stage that lifts by more works
EARLY_DAYS = 14  # a stage that works and comes later than this after the one before could come sooner
SOONER_BY = 7


class Stage(NamedTuple):
    """A stage's history. Amounts of letters that are at least 14 days old, in company currency."""

    key: object
    min_days: int
    letters: int
    claimed: float
    collected_7: float
    collected_14: float


class Advice(NamedTuple):
    """What is suggested about a stage. Rates and lift in percent of the claim; days from the due date.

    ``kind``: drop, forward, keep or sample (too few letters).
    """

    key: object
    kind: str
    rate: float
    before: float
    lift: float
    days: int | None = None


def _share(amount, claimed):
    return 100.0 * amount / claimed if claimed else 0.0


def advise(stages, min_sample=MIN_SAMPLE):
    """Return an ``Advice`` for each stage, given in the order of their levels."""
    return [_advice(stage, before, min_sample) for before, stage in zip([None, *stages], stages)]  # noqa: B905 -- pairs


def _advice(stage, before, min_sample):
    rate = _share(stage.collected_7, stage.claimed)
    silent = _share(before.collected_14 - before.collected_7, before.claimed) if before else 0.0
    lift = rate - silent
    if stage.letters < min_sample or (before and before.letters < min_sample):
        return Advice(stage.key, 'sample', rate, silent, lift)
    if before and lift < LITTLE:
        return Advice(stage.key, 'drop', rate, silent, lift)
    if before and lift >= STRONG and stage.min_days - before.min_days > EARLY_DAYS:
        return Advice(
            stage.key,
            'forward',
            rate,
            silent,
            lift,
            max(before.min_days + SOONER_BY, stage.min_days - SOONER_BY),
        )
    return Advice(stage.key, 'keep', rate, silent, lift)
