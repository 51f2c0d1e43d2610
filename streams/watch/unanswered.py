"""The level of kind `unanswered` of one brand, beside its other one. Pure.

Three things are told, which share what is allowed to the kind (`WEIGHTS`, `detectors.combined`):

- **The promise breaks**: more break it than usual at this hour, or will as fast as answers come now (`detectors.excess`,
  `detectors.backlog`); fewer are answered than the brand usually answers (`detectors.promise`); those who suffer are at
  least half of those who asked lately; and more wait than usual.
- **A flood**: in the last quarter of an hour more asked than were answered, by more than usual at this hour
  (`detectors.excess`), and in the last hour fewer than half as many were answered as asked; those who asked so lately that
  one in ten of those who are answered usually waits as long aren't counted among them.
- **Nobody answers**: nobody was answered for half an hour, whenever they had asked, and that is rare for those who wait
  (`detectors.promise`).

A brand of which no answer was ever seen has no level: `rebato state show` says so.
"""

from collections.abc import Callable, Iterator
from math import inf, isfinite, log

import msgspec
import numpy as np

from detectors.calibration import MONTH_MIN
from detectors.combined import combined
from detectors.promise import LEAST_ANSWERS
from detectors.rows import MINUTE_MS
from detectors.terms import LEAST, UsualTerms
from detectors.volume import LEAST_RATE
from schemas.config.model import Config
from schemas.digest import DigestBatch, DigestColumns
from schemas.enums import Flag, Kind
from schemas.signal import Figures, Signal, Source
from schemas.waiting import Waiting
from schemas.wire import VERSION
from streams.watch.brand import BrandWatch
from streams.watch.figures import figures
from streams.watch.looks import STATED_BELOW
from streams.watch.names import Names
from streams.watch.open_questions import MOST_OPEN, OpenQuestions
from streams.watch.promises import BrandPromise, promises_of
from streams.watch.question_rows import Talk, answers_of, questions_of, samples_of, texts_of
from streams.watch.statement import RESTATE_MS

LEAST_YOUNG = 5
"""With fewer that can still be answered in time, time alone tells nothing new."""
WEIGHTS = {"breach": 0.4, "growth": 0.4, "pause": 0.2}
PAUSE_MIN = 30
BOUTS = 2.0
"""Simulated teams pause so many times as often as answers that come one by one would."""
USUAL_TIMES, USUAL_MORE = 1.5, 3
"""Everyday scatter of how many wait."""
MOST_TERMS = 6
TELLING_NATS = 2.0
MOST_RATE = MONTH_MIN
NO_SOURCE = Source(0, 0, 0)
"""Of a signal that hasn't its place among a record's outputs yet."""


def talks(batch: DigestBatch, columns: DigestColumns, since_ms: int) -> Iterator[Talk]:
    """Questions and complaints since then of these rows, and all answers, by minute and brand."""
    outbound = (columns.flags & np.uint8(Flag.OUTBOUND)) != 0
    said = np.flatnonzero((columns.asks & (columns.observed_ms // 1000 >= since_ms // 1000)) | outbound)
    if not len(said):
        return
    keys = columns.observed_ms[said] // MINUTE_MS * len(batch.brands) + columns.brand[said]
    order = np.lexsort((outbound[said], keys))
    rows, keys, outbound = columns.take(said[order]), keys[order], outbound[said[order]]
    questions, answers, texts = questions_of(rows, batch.epoch), answers_of(rows), texts_of(rows)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    asked, nobody = np.add.reduceat(~outbound, starts, dtype=np.intp).tolist(), answers[:0].copy()
    for key, start, number, end in zip(
        keys[starts].tolist(), starts.tolist(), asked, [*starts[1:].tolist(), len(keys)], strict=True
    ):
        minute, brand = divmod(key, len(batch.brands))
        first = start + number  # answer
        answered = answers[first:end].copy() if end > first else nobody
        asking = slice(start, first)
        yield Talk(brand, minute, questions[asking].copy(), answered, rows.terms[asking], texts[asking].copy())


def next_look_ms(questions: OpenQuestions, now_ms: int) -> int:
    """When time alone may have made a level; 0 = it can't."""
    if questions.young < LEAST_YOUNG or questions.evidence.seen < LEAST_ANSWERS:
        return 0
    step_ms = int(questions.evidence.step_min) * MINUTE_MS
    return ((now_ms + 1) // step_ms + 1) * step_ms - 1


def answers_seen(questions: OpenQuestions) -> str:
    """Whether enough is known of how the brand answers, in words; what to do where nothing is."""
    if not questions.heard:
        return (
            "none seen: unanswered questions can't ring. Name its accounts in `handles`, and let a source bring what "
            "they write"
        )
    if not questions.evidence.answers:
        return (
            f"{questions.heard} seen, none of them told which question it answers: unanswered questions can't ring. "
            "Sources should give in_reply_to, thread, or the handles of authors"
        )
    if questions.evidence.seen < LEAST_ANSWERS:
        return "few seen within the promise: how it usually answers isn't known yet"
    return "seen"


def false_alarms_per_month(questions: OpenQuestions, promise: BrandPromise, now_ms: int) -> float:
    """How often a month this brand shows as much in peace, > 0; inf says nothing. `OpenQuestions.advance` comes first."""
    evidence, now_min = questions.evidence, (now_ms + 1) // MINUTE_MS
    if not questions.asked_ever or evidence.seen < LEAST_ANSWERS:
        return inf
    rates = {
        "breach": questions.breach.false_alarms_per_month(),
        "growth": questions.growth.false_alarms_per_month(),
        "pause": BOUTS * evidence.times_a_month,
    }
    if min(rates.values()) >= STATED_BELOW:  # nearly always; together they are no rarer
        return inf
    if not _breaks(questions, promise, now_min):
        rates["breach"] = inf
    if not promise.runs(now_ms // 1000) or not questions.left_alone(now_min):
        rates["growth"] = inf
    if not promise.runs(now_ms // 1000) or questions.lately.within(now_min, PAUSE_MIN).all_answers:
        rates["pause"] = inf
    return combined(rates, WEIGHTS)


def _breaks(questions: OpenQuestions, promise: BrandPromise, now_min: int) -> bool:
    """Whether the team is behind, most of those who asked lately suffer from it, and more wait than usual."""
    evidence = questions.evidence
    most = min(evidence.usual_waiting, MOST_OPEN / 2)
    if len(questions.open) <= USUAL_TIMES * most + USUAL_MORE or not evidence.is_behind:
        return False
    if questions.lately.within(now_min, PAUSE_MIN).others:  # it works on what isn't counted among those who wait
        return False
    queue = questions.queue(questions.ages(promise, now_min * 60), now_min, promise)
    return queue.broken >= 0.5 * queue.asked


def waiting(questions: OpenQuestions, promise: BrandPromise, now_ms: int) -> Waiting | None:
    """Who waits; `OpenQuestions.advance` comes first. None: no answer of the brand was ever seen, or nobody ever asked."""
    evidence, now_min = questions.evidence, (now_ms + 1) // MINUTE_MS
    if not (questions.asked_ever and evidence.answers):
        return None
    ages = questions.ages(promise, now_min * 60)
    lately = questions.lately.within(now_min)
    ahead = questions.queue(ages, now_min, promise).ahead
    return Waiting(
        waiting=len(ages),
        usual=round(evidence.usual_waiting, 2),
        overdue=int((ages >= 1).sum()),
        oldest_ms=int(questions.open["asked_s"][0]) * 1000 if len(ages) else 0,
        promise_s=promise.within_s,
        asked=lately.asked,
        answered=lately.answered,
        late=lately.late,
        authors=len(np.unique(questions.open["person"])),
        usual_broken=round(evidence.usual_broken, 4),
        breach_s=int(ahead.first * promise.within_s) if isfinite(ahead.first) else -1,
        breaching=ahead.breaching,
        dropped=questions.dropped if now_ms / 1000 - questions.dropped_s < promise.at_most_s else 0,
        oldest_s=int(ages[0] * promise.within_s) if len(ages) and promise.hours else -1,
        usual_asked=round(questions.askers.usual_hour, 2),
    )


def _new_words(questions: OpenQuestions, usual: UsualTerms, asked: int) -> list[str]:
    """What those who asked lately say more often than is usual for the brand, the most surprising first."""
    past = usual.counts
    scored = [
        (usual.surprise(past.get(term, 0.0), round(count), max(asked, 1)), word)
        for term, count in questions.asked.terms.items()
        if count >= LEAST and (word := questions.asked.words.get(term))
    ]
    return [word for nats, word in sorted(scored, key=lambda each: (-each[0], each[1]))[:MOST_TERMS] if nats > TELLING_NATS]


class Answering:
    """What watch does about questions and answers, under one config."""

    def __init__(self, config: Config) -> None:
        self._promises = promises_of(config)

    def hear(self, batch: DigestBatch, columns: DigestColumns, brand_of: Callable[[Talk], BrandWatch | None], names: Names,
             since_ms: int) -> Iterator[tuple[BrandWatch, int]]:  # fmt: skip
        """Gives each brand what was said of it, no question asked before `since_ms`; yields it and when to look at it."""
        for talk in talks(batch, columns, since_ms):
            brand = brand_of(talk)
            if brand is None:
                continue
            questions = brand.questions = brand.questions or OpenQuestions()
            questions.put(talk, names)
            yield brand, (talk.minute + 1) * MINUTE_MS - 1

    def look(self, brand: BrandWatch, now_ms: int, speak: Callable[[Signal], None], names: Names) -> list[int]:
        """Brings the brand's questions up to now and states their level if it is due; when to look again."""
        questions = brand.questions
        if questions is None:
            return []
        promise = self._promises(brand.brand)
        questions.advance((now_ms + 1) // MINUTE_MS, promise, brand.zone_min)
        again = []
        due_ms = next_look_ms(questions, now_ms)
        if due_ms and due_ms != questions.scheduled_ms:
            again.append(due_ms)
        questions.scheduled_ms = due_ms
        if not brand.begun:
            return again
        rate = false_alarms_per_month(questions, promise, now_ms)
        if questions.stated.due(rate, now_ms) and (waits := waiting(questions, promise, now_ms)):
            speak(_signal(brand, questions, rate, waits, now_ms, names))
            if questions.stated.done(rate, now_ms):
                again.append(now_ms + RESTATE_MS)
        return again

    def shown(self, brand: BrandWatch, figures: Figures, now_ms: int) -> Figures:
        """The figures of another level of the brand, with who waits."""
        if brand.questions is None:
            return figures
        promise = self._promises(brand.brand)
        brand.questions.advance((now_ms + 1) // MINUTE_MS, promise, brand.zone_min)
        return msgspec.structs.replace(figures, waiting=waiting(brand.questions, promise, now_ms))


def _signal(brand: BrandWatch, questions: OpenQuestions, rate: float, waits: Waiting, now_ms: int, names: Names) -> Signal:
    rate = min(max(rate, LEAST_RATE), MOST_RATE)
    brand.settle(names)
    shown = figures(brand, brand.level(now_ms, names), now_ms)
    shown = msgspec.structs.replace(
        shown,
        waiting=waits,
        terms=_new_words(questions, brand.talk.usual, waits.asked) or shown.terms,
        samples=samples_of(questions.open) or shown.samples,
    )
    return Signal(
        v=VERSION, source=NO_SOURCE, brand=brand.brand, group=brand.group, kind=Kind.UNANSWERED, at_ms=now_ms,
        since_ms=questions.stated.since_ms, evidence=round(-log(rate), 4), false_alarms_per_month=rate,
        evidence_window_s=4 * waits.promise_s, figures=shown, rising=waits.more_asked > 0,
        learning=brand.evidence.learning,
    )  # fmt: skip
