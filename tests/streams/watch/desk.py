"""A brand that is asked and answers, told to watch minute by minute."""

import random
from dataclasses import dataclass, field
from typing import Any

import msgspec

from schemas.config.model import Config
from schemas.enums import Category, Flag, Kind
from schemas.signal import Signal, Source
from streams.stages.watch import brand_of, packed
from streams.watch.core import WatchCore
from tests.digests import DigestRows, unlike

MINUTE = 60_000
T0 = 28_000_800 * MINUTE
QUESTION = Category.QUESTION.bit
PEACE_MIN = 1_500


def watch(**promise: Any) -> WatchCore:
    """A partition in replay."""
    return WatchCore(Config(brands="auto", time="replay", promise=promise), zones=lambda brand: 0)


@dataclass
class Desk:
    """Somebody asks every other minute and is answered after a while, until the test says otherwise."""

    watch: WatchCore = field(default_factory=watch)
    rows: DigestRows = field(default_factory=DigestRows)
    minute: int = 0
    signals: list[Signal] = field(default_factory=list)
    records: int = 0
    due: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    restarts: bool = False
    asked: int = 0
    texts: tuple[str, ...] = ()
    """What they all ask; () = each something else."""
    asker: str = ""
    """Who asks; "" = each is somebody else."""

    def ask(self, count: int, answered_after: int | None, chance: random.Random) -> None:
        """So many questions in this minute."""
        for _ in range(count):
            self.asked += 1
            name = unlike(self.asker or f"asker {self.asked}")
            text = self.texts[self.asked % len(self.texts)] if self.texts else ""
            at_ms = T0 + self.minute * MINUTE + chance.randrange(MINUTE)
            terms = [0 if answered_after else 77] + [0] * 7
            self.rows.add("ikea", at_ms, 0.7, text=text, categories=QUESTION, handle=name, terms=terms)
            if answered_after is not None:
                self.due.setdefault(self.minute + answered_after, []).append({"handle": name})

    def pass_minutes(self, count: int, ask: int = 0, answered_after: int | None = 8, seed: int = 5) -> "Desk":
        """So many minutes with so many questions each (0: one every other minute), told minute by minute."""
        chance = random.Random(seed + self.minute)
        for _ in range(count):
            self.ask(ask or self.minute % 2, answered_after, chance)
            for answer in self.due.pop(self.minute, []):
                self.rows.add("ikea", T0 + self.minute * MINUTE + 59_000, 0.1, flags=int(Flag.OUTBOUND), **answer)
            self.minute += 1
            self.tell()
        return self

    def tell(self) -> None:
        """One record of all rows so far."""
        batch, columns = self.rows.take(T0 + self.minute * MINUTE)
        batch = msgspec.structs.replace(batch, term_words={77: "caballo"})
        if self.restarts:
            again = watch()
            states = {name: self.watch.state(name) for name in self.watch.brands}
            brands = {name: brand_of(name, packed(state)) for name, state in states.items()}
            again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(self.watch.position())), brands)
            self.watch = again
        records, _ = self.watch.apply(batch, columns, Source(0, self.records, 0))
        self.records += 1
        self.signals += [record for record in records if isinstance(record, Signal) and record.kind is Kind.UNANSWERED]

    @property
    def rung(self) -> list[Signal]:
        """Levels that peace shows once a month at most."""
        return [signal for signal in self.signals if signal.false_alarms_per_month <= 1]

    @property
    def waiting(self) -> int:
        """How many wait."""
        questions = self.watch.brands["ikea"].questions
        assert questions is not None
        return len(questions.open)
