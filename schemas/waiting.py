"""Questions and complaints that wait for an answer: the figures that a level may carry."""

import msgspec


class Waiting(msgspec.Struct, frozen=True, array_like=True):
    """One brand's, as of the level. Ages and promises are in promised time where the promise has hours."""

    waiting: int
    usual: float  # how many usually wait
    overdue: int  # of those that wait, longer than promised
    oldest_ms: int  # when the oldest of them was asked; log time
    promise_s: int
    asked: int  # in the last hour
    answered: int  # in the last hour, within the promise …
    late: int  # … and later
    authors: int = 0  # distinct, of those that wait
    usual_broken: float = 0.0  # usual share that isn't answered within the promise, 0–1
    breach_s: int = -1  # until the first of those that still can be answered in time breaks the promise; −1 = none will
    breaching: int = 0  # how many of them will, as fast as answers come now
    dropped: int = 0  # more than can be followed: so many older ones wait too, or were answered since
    oldest_s: int = -1  # how long the oldest of them has waited in promised time, where that has hours; −1 = it hasn't
    usual_asked: float = -1.0  # how many ask in an hour, the mean of the last days; −1 = not known

    @property
    def more_asked(self) -> int:
        """By how many more asked in the last hour than were answered."""
        return max(0, self.asked - self.answered - self.late)
