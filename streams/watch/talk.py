"""What is said about one brand: the minutes of the last hour, their words, and which words are usual. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from detectors.minute_block import MinuteBlock
from detectors.open_minute import OpenMinute
from detectors.rows import MINUTE_MS
from detectors.terms import Emerging, UsualTerms
from streams.watch.history import History
from streams.watch.names import Names
from streams.watch.words import MANY_WORDS, MOST_WORDS, Words

DAY_MIN = 1440
MOST_FADED_D = 365.0


class Talk:
    """Closed minutes, and the words of those that are still open."""

    __slots__ = ("_open", "faded_min", "history", "usual", "words")

    def __init__(self, open_minutes: Mapping[int, OpenMinute]) -> None:
        self._open = open_minutes  # the brand's own, always as they are now
        self.history = History()
        self.usual = UsualTerms()
        self.words = Words()
        self.faded_min = 0

    def hear(self, block: MinuteBlock, names: Names) -> None:
        """Learns the words of a block while their names are known."""
        if self.words.learn(block.terms, names):
            self._forget_words()

    def close(self, block: MinuteBlock) -> None:
        """Keeps a minute that is over, or one that has changed."""
        self.history.close(block)

    def retire(self, minute: int, *, learn: bool) -> None:
        """What is older than an hour at `minute` becomes usual, if it may; what is usual fades day by day."""
        if gone := self.history.retire(minute):
            if learn:
                self._learn_usual(gone)
            if len(self.words.known) > MANY_WORDS:
                self._forget_words()
        if (days := (minute - self.faded_min) / DAY_MIN) >= 1:
            self.usual.fade(min(days, MOST_FADED_D))
            self.faded_min = minute

    def window(self, minutes: int, now_ms: int) -> list[MinuteBlock]:
        """The blocks of the last `minutes` (15 or 60) up to the open minute, which must have been read."""
        last = now_ms // MINUTE_MS
        held = [self._open[minute].block for minute in sorted(self._open) if minute <= last]
        return [*self.history.window(minutes, last), *held]

    def emerging(self, terms: dict[int, int], negative: int, most: int) -> dict[str, Emerging]:
        """The words of a window that are new for this brand, the most surprising first."""
        found = self.usual.emerging(terms, max(negative, 1), most)
        return {self.words.known[each.term]: each for each in found if each.term in self.words.known}

    def _learn_usual(self, gone: Iterable[bytes]) -> None:
        said: Counter[int] = Counter()
        negative = 0
        for terms, count in map(MinuteBlock.terms_of, gone):
            said.update(terms)
            negative += count
        if negative:
            self.usual.learn(said, negative)

    def _forget_words(self) -> None:
        closed = (MinuteBlock.terms_of(packed)[0] for packed in self.history.packed())
        # In a replay there are thousands of open minutes; of those that nobody has read there are no words.
        self.words.forget([*closed, *[held.block.terms for held in self._open.values() if held.block.mentions]])

    def to_state(self) -> dict[str, Any]:
        """Plain values. What isn't written is dropped from memory too, so that a restored brand is the same."""
        if len(self.words.known) > MOST_WORDS:
            self._forget_words()
        return {"history": self.history.to_state(), "usual": self.usual.to_state(), "words": self.words.to_state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes over what `to_state` described."""
        self.history = History.from_state(state["history"])
        self.usual = UsualTerms.from_state(state["usual"])
        self.words = Words(dict(state["words"]))
