"""All attacks."""

from .decisions import DECISIONS
from .evidence import EVIDENCE
from .limits import LIMITS
from .reading import READS
from .selling import GROWTH, HIDDEN, SELLING

ATTACKS = [*SELLING, *GROWTH, *HIDDEN, *DECISIONS, *LIMITS, *EVIDENCE, *READS]
