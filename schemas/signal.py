"""What crosses the topic `signals`: levels that watch states, ticks, commands of people, outcomes of deliveries.

Everything about an incident comes in this one order. `Source` names the input record that a record was decided from:
the reader keeps the highest per source partition and skips what isn't newer, so that a replay counts nothing twice.
"""

import msgspec

from schemas.enums import Category, Fault, Kind, Outcome
from schemas.waiting import Waiting
from schemas.wire import Ms, Partitions, RecordDecoder

COUNTED = 96
"""So many authors and texts of a window are counted exactly; more are estimated."""


class Source(msgspec.Struct, frozen=True, array_like=True, order=True):
    """The record that this one follows from: its topic's partition and offset, and the index among its outputs.

    What a process says about itself follows from no record: its partition is negative, its own, and its offset a time.
    """

    partition: int
    offset: int
    index: int


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """Where a telling mention lies in the topic `mentions`, and how negative it was scored (0–1)."""

    epoch: int
    partition: int
    offset: int
    at_ms: int
    negativity: float
    copies: int = 1
    near: int = 0  # simhash of its text, so that one text is shown once


class Loud(msgspec.Struct, frozen=True, array_like=True):
    """An author with reach."""

    handle: str
    reach: int


class Unusual(msgspec.Struct, frozen=True, array_like=True):
    """What is unusual beside the anger, in a number that people understand. The kind of the level says which number.

    `topic`, `negativity`: share of people, 0–1; `influencer`: followers, and those of a month's loudest angry voice;
    `silence`: mentions in the window.
    """

    observed: float
    usual: float
    what: str = ""  # the category that grows, the handle; "" where there is nothing to name


def is_about_questions(kind: Kind, unusual: Unusual | None) -> bool:
    """Whether what has grown is people who ask without anger."""
    return kind is Kind.TOPIC and unusual is not None and unusual.what == Category.QUESTION


class Planned(msgspec.Struct, frozen=True, array_like=True):
    """An event that was planned for this time: its end (its aftermath not included), and how much more was expected."""

    name: str
    until_ms: Ms
    lift: float  # times the usual mentions


class Figures(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a level is made of: the numbers and words that an alert shows, over the last `window_s` seconds."""

    window_s: int = 900
    mentions: int = 0
    mentions_expected: float = 0.0
    negative: int = 0
    negative_expected: float = 0.0
    authors: int = 0
    texts: int = 0
    reach: int = 0
    networks: dict[str, int] = {}
    categories: dict[str, int] = {}
    terms: list[str] = []
    loudest: list[Loud] = []
    samples: list[Sample] = []
    negative_per_min: list[int] = []  # the last 60 minutes, oldest first, for a small chart
    windows: dict[int, tuple[int, int]] = {}  # by seconds (60, 300, 900, 3600): mentions and negative mentions
    unusual: Unusual | None = None  # for the kinds that aren't about how many are angry
    novelty: dict[str, float] = {}  # words and phrases that are new: log2 of how many times more often than usual
    waiting: Waiting | None = None  # unanswered questions and complaints; None = no answer of the brand was ever seen
    planned: Planned | None = None  # what is usual or expected in these figures doesn't include it
    quarter_usual: float = 0.0  # negative mentions of a quarter of an hour that are usual just now; 0 = it isn't known

    @property
    def ratio(self) -> float:
        """Mentions against expectation."""
        return self.mentions / max(self.mentions_expected, 0.1)

    @property
    def negative_share(self) -> float:
        """Share of negative mentions, 0–1."""
        return self.negative / self.mentions if self.mentions else 0.0

    @property
    def negative_share_expected(self) -> float:
        """Usual share of negative mentions, 0–1."""
        return self.negative_expected / self.mentions_expected if self.mentions_expected > 0 else 0.0


class Trouble(msgspec.Struct, frozen=True, array_like=True):
    """What is wrong with ourselves. Nothing in it was written by a stranger."""

    fault: Fault
    about: str  # the config file, the topic, or the destination
    note: str  # the mistake in the file, how many records, or the reason of the refusal


class Signal(msgspec.Struct, frozen=True, tag="signal"):
    """A level: this brand, this kind, this far from normal. Not an event: it is restated while it lasts."""

    v: int
    source: Source
    brand: str
    group: str
    kind: Kind
    at_ms: Ms  # log time; 0 = whatever time its reader has
    since_ms: Ms  # since when the evidence has been above the floor
    evidence: float  # normalised, comparable over time for one brand; higher is stranger
    false_alarms_per_month: float  # how often this brand would show as much evidence without a crisis
    evidence_window_s: int
    figures: Figures
    rising: bool = False
    learning: bool = False  # the baseline is younger than a week
    trouble: Trouble | None = None  # what a signal of kind `system` is about


class Tick(msgspec.Struct, frozen=True, tag="tick"):
    """Log time of one digests partition, sent to every signals partition."""

    v: int
    source: Source
    at_ms: Ms
    partitions: Partitions  # how many digests partitions there are
    beat_ms: Ms = 0  # round of the heartbeat that has come through all source partitions; 0 = this tick brings none


class Command(msgspec.Struct, frozen=True, tag="command"):
    """What a person asks for: `ack`, `silence`, `unsilence`, `feedback`.

    `feedback` is about an incident, or about a brand (`missed` and `none` at a time; `forget`).
    """

    v: int
    id: str
    action: str
    author: str
    at_ms: Ms
    incident: str = ""
    brand: str = ""
    comment: str = ""
    until_ms: int = 0
    verdict: str = ""  # one of `Verdict`
    about_ms: int = 0  # log time that a verdict on a brand is about
    record: bytes = b""  # the incident as who commands has read it: for one that its desk no longer holds


class Delivery(msgspec.Struct, frozen=True, tag="delivery"):
    """How the sending of an alert ended, told back to incidents."""

    v: int
    source: Source
    alert: str
    incident: str
    destination: str
    outcome: Outcome
    at_ms: Ms
    detail: str = ""


SignalRecord = Signal | Tick | Command | Delivery
_decode = RecordDecoder[SignalRecord](SignalRecord)


def decode_signal(raw: bytes) -> SignalRecord:
    """The record. Raises `RecordError`."""
    return _decode(raw)
