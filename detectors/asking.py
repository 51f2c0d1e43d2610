"""Many more people than usual who ask something of a brand, at whatever volume.

"Is it in yours, too?", asked by hundreds, is news that no anger shows. It is a share of the people who speak of the brand
(`detectors.composition`), so that a busy day is none. Who asks in anger is left out: that is what the anger counts
(`detectors.evidence`). It looks at no answers: where those are known, `streams.watch.unanswered` says more.
"""

from typing import ClassVar

from detectors.topic import Topic
from schemas.enums import Category


class Asking(Topic):
    """Evidence that more ask than usual.

    >>> from detectors.minute import Minute
    >>> asking = Asking()
    >>> for minute in range(2880):
    ...     asking.close(Minute(minute, 10, 3, 10, 3, (3, 1, 2, 0, 0, 0, 0, 0, 0, 0), 0, frozen=False))
    >>> asking.look(2880).false_alarms_per_month
    inf
    >>> for minute in range(2880, 2900):  # seven in ten
    ...     asking.close(Minute(minute, 10, 3, 10, 3, (3, 7, 2, 0, 0, 0, 0, 0, 0, 0), 0, frozen=False))
    >>> finding = asking.look(2900)
    >>> finding.false_alarms_per_month < 0.01, finding.unusual.what, round(finding.unusual.usual, 1)
    (True, 'question', 0.1)
    """

    PARTS: ClassVar[tuple[Category, ...]] = (Category.QUESTION,)
    FIRST_SHARE: ClassVar[float] = 0.1
    """Real airlines and a bank show 3–15 %."""
    LEAST_MIN: ClassVar[int] = 1440
    """A help account is asked by most who speak to it, from its first day on; and people ask by day."""
