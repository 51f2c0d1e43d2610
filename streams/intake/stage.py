"""Intake as a pure stage: records of source partitions in, columns of digests and an account of every record out.

The steps, each over the whole batch: validate → drop repeats → keep creates → match brands → score texts → columns.
Every record ends in exactly one outcome, or was a control record.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.beat import Beat
from schemas.config.model import Config
from schemas.digest import DigestColumns
from schemas.enums import IntakeOutcome, Refusal
from schemas.mention import Mention
from streams.intake.columns import Identities, digest_columns, identify, rows_of, widest_handles
from streams.intake.distinct import distinct
from streams.intake.match import BrandMatcher, Matches
from streams.intake.records import Control, RawRecord, Refused
from streams.intake.repeats import RepeatMemory
from streams.intake.scores import ScoreMemory, Scorer
from streams.intake.unread import Unread
from streams.intake.validate import Validated, validate

UNKNOWN_SOURCE = "unknown"
"""Source of what was refused: its own word for it isn't trusted."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a batch came in a source partition."""

    position: int  # offset after the last record
    append_ms: int  # of the last record


@dataclass(frozen=True, slots=True)
class IntakeBatch:
    """What a batch leaves behind. The columns point at `brands`, `groups` and `networks`."""

    reached: dict[int, Reached]  # by source partition
    columns: DigestColumns
    brands: list[str]
    groups: list[str]
    networks: list[str]
    term_words: Mapping[int, str]  # at least those of the columns
    handles: dict[int, str]
    refused: list[Refused]
    controls: list[Control]
    counts: Counter[tuple[str, IntakeOutcome]]  # by source
    beats: list[Beat]

    @property
    def is_silent(self) -> bool:
        """Whether nobody said anything: there are only heartbeats in it."""
        return not self.counts and not self.controls


class IntakeStage:
    """Keeps what intake must remember: repeats by source partition, and recent scores."""

    def __init__(self, config: Config, scorer: Scorer, epoch: int = 1) -> None:
        """`epoch`: of the topic `mentions`, raised when it is created anew."""
        self.epoch = epoch
        self._live = config.time == "live"
        self._limit = config.intake.repeats
        self._brands = config.brands
        self._matcher = BrandMatcher(config.brands)
        self._scores: ScoreMemory | Unread = ScoreMemory(scorer) if config.intake.score else Unread()
        self._memories: dict[int, RepeatMemory] = {}

    def with_config(self, config: Config) -> None:
        """Takes over the brands of a changed config; everything else stays until a restart."""
        if config.brands != self._brands:  # with many of them a matcher takes its time
            self._brands = config.brands
            self._matcher = BrandMatcher(config.brands)

    def process(self, records: Sequence[RawRecord]) -> IntakeBatch:
        """The digests and the account of at least one record; those of each source partition in order of offsets.

        One call for several partitions costs less than one for each: much is paid by the batch.
        A record on which our own code raises is refused as poison: it must not keep the others from being counted.
        """
        try:
            return self._process(records, [])
        except Exception as error:  # whatever it is, the others go on; the class is in the refusal's detail
            self._undo(records)
            poison = self._poison(records, error)
            return self._process(records, poison)

    def _poison(self, records: Sequence[RawRecord], error: Exception) -> list[Refused]:
        """The records that can't be processed, found by halving."""
        if len(records) == 1:
            detail = f"rebato itself failed on it ({type(error).__name__}): please report it with the mention"
            return [Refused(records[0], Refusal.POISON, detail)]
        middle = len(records) // 2
        found = []
        for half in (records[:middle], records[middle:]):
            try:
                self._process(half, [])
            except Exception as raised:  # as above
                self._undo(half)
                found += self._poison(half, raised)
            else:
                self._undo(half)
        return found

    def _process(self, records: Sequence[RawRecord], poison: list[Refused]) -> IntakeBatch:
        """All steps over the records without the poison, which only joins the refused ones."""
        last = dict(zip([record.partition for record in records], records, strict=True))
        for partition in last:
            self._memory(partition).settle()
        bad = {_place(refused.record) for refused in poison}
        validated = validate([record for record in records if _place(record) not in bad] if bad else records, self._live)
        validated.refused += poison
        self._rehearse([beat.mention for beat in validated.beats])
        mentions = validated.mentions
        ids, fresh = self._remembered(validated)
        candidates = np.flatnonzero(fresh & ids.creates)
        matches = self._matcher.match(_picked(mentions, candidates))
        at = candidates[matches.mention]
        counted = np.zeros(len(mentions), bool)
        counted[at] = True
        counts = _counts(ids, fresh, counted)
        if validated.refused:
            counts[UNKNOWN_SOURCE, IntakeOutcome.REFUSED] += len(validated.refused)
        reached = {partition: Reached(record.offset + 1, record.append_ms) for partition, record in last.items()}
        return self._batch(reached, validated, ids, at, matches, counts)

    def _rehearse(self, mentions: list[Mention]) -> None:
        """Reads a heartbeat's mention as any other and counts it nowhere; if that fails, it is refused as poison."""
        if mentions:
            self._matcher.match(mentions)
            self._scores.score([mention.text for mention in mentions], [mention.lang for mention in mentions])

    def remember(self, records: Sequence[RawRecord]) -> list[Control]:
        """Rebuilds what must be remembered of records that are counted already; returns their control records."""
        validated = validate(records, self._live)
        self._remembered(validated)
        return validated.controls

    def forget(self, partition: int) -> None:
        """Drops what is remembered of a source partition, as another process reads it now."""
        self._memories.pop(partition, None)

    def keep_only(self, partitions: set[int]) -> None:
        """Drops what is remembered of all other source partitions."""
        for partition in set(self._memories) - partitions:
            self.forget(partition)

    def _remembered(self, validated: Validated) -> tuple[Identities, NDArray[np.bool_]]:
        """The identities, and whether each is new in its source partition."""
        ids = identify(validated.mentions)
        fresh = np.zeros(len(validated.mentions), bool)
        for partition in np.flatnonzero(np.bincount(validated.partitions)).tolist():
            here = validated.partitions == partition
            fresh[here] = self._memory(partition).first_seen(ids.with_action[here], validated.offsets[here])
        return ids, fresh

    def _undo(self, records: Sequence[RawRecord]) -> None:
        """Forgets what these records brought."""
        for partition in {record.partition for record in records}:
            self._memory(partition).undo()

    def _memory(self, partition: int) -> RepeatMemory:
        return self._memories.setdefault(partition, RepeatMemory(self._limit))

    def _batch(
        self,
        reached: dict[int, Reached],
        validated: Validated,
        ids: Identities,
        at: NDArray[np.intp],
        matches: Matches,
        counts: Counter[tuple[str, IntakeOutcome]],
    ) -> IntakeBatch:
        """Columns of the rows, one for each pair of mention and brand (`at` has the mentions)."""
        used, chosen = distinct(matches.brand), distinct(at)
        brand, row = used.searchsorted(matches.brand), chosen.searchsorted(at)
        mentions = _picked(validated.mentions, chosen)
        scores = self._scores.score([m.text for m in mentions], [m.lang for m in mentions])
        columns = digest_columns(
            mentions,
            ids.take(chosen),
            scores,
            validated.partitions[chosen],
            validated.offsets[chosen],
            validated.observed_ms[chosen],
        )
        return IntakeBatch(
            reached=reached,
            columns=rows_of(columns, mentions, row, brand, matches.outbound),
            brands=[matches.brands[index] for index in used.tolist()],
            groups=[matches.groups[index] for index in used.tolist()],
            networks=ids.networks,
            term_words=scores.term_words,
            handles=widest_handles(mentions, columns),
            refused=validated.refused,
            controls=validated.controls,
            counts=counts,
            beats=[Beat(beat.partition, beat.ms) for beat in validated.beats] if self._live else [],
        )


def _picked(mentions: list[Mention], places: NDArray[np.intp]) -> list[Mention]:
    """The mentions at these places, which are different ones."""
    return mentions if len(places) == len(mentions) else [mentions[place] for place in places.tolist()]


def _place(record: RawRecord) -> tuple[int, int]:
    return record.partition, record.offset


def _counts(ids: Identities, fresh: NDArray[np.bool_], counted: NDArray[np.bool_]) -> Counter[tuple[str, IntakeOutcome]]:
    """How many mentions of each source came to each outcome; the first that applies, in the order of the steps."""
    masks = {
        IntakeOutcome.REPEAT: ~fresh,
        IntakeOutcome.NOT_CREATE: fresh & ~ids.creates,
        IntakeOutcome.NO_BRAND: fresh & ids.creates & ~counted,
        IntakeOutcome.COUNTED: counted,
    }
    counts: Counter[tuple[str, IntakeOutcome]] = Counter()
    for outcome, mask in masks.items():
        for network, number in enumerate(np.bincount(ids.network[mask]).tolist()):
            if number:
                counts[ids.networks[network], outcome] = number
    return counts
