"""Questions and complaints of one brand that wait for an answer. Pure; bounded, moved by rows and by the clock only.

A question ends with an answer of the brand's own account: to itself, in its thread (then all there), or to who asked (all
theirs); or when it is older than `at_most`. Rows are taken in when their minute is over, by their times, in whatever batches
they came. An answer that a source has seen before its question counts, too, for the last `MOST_REPLIES` of them.

At most `MOST_OPEN` are followed: when more wait, the oldest are dropped and counted. Hashes are cut to 32 bits: of 200
that wait an answer meets a wrong one once in 20 million times.
"""

from bisect import bisect_left
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.askers import Askers
from detectors.backlog import Queue, projected
from detectors.excess import Excess
from detectors.promise import PromiseEvidence
from schemas.signal import Sample
from streams.watch.aside import Aside
from streams.watch.asked_words import AskedWords
from streams.watch.coming import Coming
from streams.watch.lately import HOUR_MIN, Lately
from streams.watch.names import Names
from streams.watch.packing import shuffled, unshuffled, whole
from streams.watch.promises import BrandPromise
from streams.watch.question_rows import QUESTION, Answer, Rows, Talk, met_by, newest_of
from streams.watch.statement import Statement

MOST_OPEN = 200
MOST_REPLIES = 64
LEAST_SPAN_MIN = 15
GROWTH_MIN = 15
"""Minutes in which it is seen by how many more ask than are answered; a step of a long promise is longer."""
MOST_DELAY, MOST_DELAY_MIN = 0.5, 30
"""How long, in terms of the promise and in minutes, answers are waited for at most before a flood is one."""
RECENT = 5.0
"""Promises that a question lies back at most to count as asked lately."""
MOST_GATHERED_MIN = 30
"""Minutes with questions that are put aside of a brand that hasn't answered yet."""
MARKS = (
    "minute", "counted_s", "young", "asked_ever", "dropped", "dropped_s", "scheduled_ms", "term_min", "within_s", "heard",
)  # fmt: skip
"""In the order of the state; the eleventh value of older ones is nothing to us."""


class OpenQuestions:
    """What waits, what was answered lately, and what is usual."""

    def __init__(self) -> None:
        self.open = np.zeros(0, QUESTION)  # by time
        self.evidence = PromiseEvidence(1)
        self.breach, self.growth = Excess(), Excess()  # of those who break the promise; of those who ask and aren't answered
        self.stated = Statement()
        self.minute = -1  # up to which time has passed
        self.counted_s = 0.0  # promised time then
        self.young = 0  # how many of the open ones were within the promise then
        self.asked_ever = 0
        self.dropped = 0
        self.dropped_s = 0  # when the newest of the dropped was asked
        self.scheduled_ms = 0  # when it is to be looked at next, 0 = whenever something comes
        self.within_s = 0  # the promise that `evidence` knows
        self.heard = 0  # answers of the brand's own account that were taken in, whether they answer what is known or not
        self.asked, self.askers = AskedWords(), Askers()
        self._coming = Coming()
        self.lately, self._aside = Lately(), Aside()
        self._replies: list[int] = []
        self._ages: list[float] = []  # of those answered since the last step

    def put(self, talk: Talk, names: Names) -> None:
        """What came of one minute; `advance` takes it in."""
        self._coming.put(talk.minute, talk.questions, talk.texts, talk.answers)
        if len(talk.questions) and (self.heard or talk.minute >= self._coming.answered_min):
            said = Counter(talk.terms.ravel().tolist())
            said.pop(0, None)
            if said:
                self.asked.put(talk.minute, said, names)

    def advance(self, now_min: int, promise: BrandPromise, zone_min: int) -> None:
        """Takes in all minutes before `now_min`; `zone_min`: of the brand's zone."""
        if self.within_s != promise.within_s:
            self._begin(promise.step_min)
            self.within_s = promise.within_s
        coming = self._coming
        over = coming.over(now_min)
        mute = not self.heard and now_min <= coming.answered_min
        few = coming.asked < MOST_OPEN or coming.asked_in(over) < MOST_OPEN
        if mute and few and len(over) < MOST_GATHERED_MIN:
            return
        coming.drop(over)
        before = 0 if self.heard else bisect_left(over, coming.answered_min)  # the first answer
        if before:
            self._pass(over[before - 1], promise, zone_min)
            self._ask(over[:before])
        for minute in over[before:]:
            self._pass(minute, promise, zone_min)
            self._take(minute, promise)
        self._pass(now_min, promise, zone_min)

    def ages(self, promise: BrandPromise, at_s: int) -> NDArray[np.float64]:
        """How long each open one has waited, in terms of the promise: 1 is where it breaks."""
        asked_s = self.open["asked_s"].astype(np.float64)
        counted = promise.counted(asked_s, at_s)
        now = promise.counted_at(at_s) if promise.hours else at_s
        ages: NDArray[np.float64] = (now - counted) / promise.within_s
        return ages

    def newest(self, until_s: int) -> list[Sample]:
        """Where the last that were asked by then lie, also those that are still put aside."""
        asked = whole([self.open, self._coming.questions(self._coming.minutes)], QUESTION)
        return newest_of(np.sort(asked[asked["asked_s"] <= until_s], order="asked_s", kind="stable"))

    def _begin(self, step_min: float) -> None:
        """Forgets what is usual."""
        self.evidence = PromiseEvidence(step_min)
        self.breach, self.growth = Excess(), Excess()

    def left_alone(self, now_min: int) -> bool:
        """Whether those of the last hour who should be answered by now mostly aren't."""
        delay_s = min(self.evidence.usual_age, MOST_DELAY) * self.within_s
        return self.lately.left_alone(now_min, min(MOST_DELAY_MIN, int(delay_s // 60)))

    def _pass(self, until: int, promise: BrandPromise, zone_min: int) -> None:
        """Time goes on to that minute, step by step while somebody waits within the promise of a brand that answers."""
        step = int(self.evidence.step_min)
        end = until // step * step
        if self.minute < 0:
            self.minute = end
            self.counted_s = promise.counted_at(end * 60)
        while self.minute < end:
            idle = not (self._ages or (self.young and self.evidence.answers))  # who never answers teaches nothing
            passed = min(end - self.minute, HOUR_MIN - self.minute % HOUR_MIN) if idle else step
            self.minute += passed
            if self.heard:
                self.evidence.watch(passed, len(self.open))
            self._step(promise, zone_min, idle)
        self.lately.forget(end)

    def _step(self, promise: BrandPromise, zone_min: int, idle: bool) -> None:
        at_s = self.minute * 60
        counted_s = promise.counted_at(at_s)
        passed_s = max(0.0, counted_s - self.counted_s)
        self.counted_s = counted_s
        ages = self.ages(promise, at_s)
        local_min = self.minute - 1 + zone_min
        if passed_s and not idle:
            before = ages - passed_s / promise.within_s
            self.evidence.end(0, int(((ages >= 1) & (before < 1)).sum()))
            share = min(1.0, passed_s / (60 * self.evidence.step_min))
            self.evidence.step(local_min, share, np.clip(ages[ages < 1], 0, 1), self._ages)
            self._ages = []
        if passed_s and self.evidence.answers:
            self.breach.step(local_min, passed_s / 60, self.queue(ages, self.minute, promise).broken)
            span_min = min(HOUR_MIN, max(GROWTH_MIN, int(self.evidence.step_min)))
            self.growth.step(local_min, passed_s / 60, self.lately.within(self.minute, span_min).more_asked)
        waits = ages * promise.within_s <= promise.at_most_s
        if not waits.all():
            self.open, ages = self.open[waits], ages[waits]
        self.young = int((ages < 1).sum())

    def queue(self, ages: NDArray[np.float64], now_min: int, promise: BrandPromise) -> Queue:
        """What becomes of those who wait, by their ages, as fast as answers come now."""
        span_min = min(HOUR_MIN, max(LEAST_SPAN_MIN, promise.within_s // 120))
        ahead = projected(ages, self.lately.within(now_min, span_min).all_answers, 60 * span_min / promise.within_s)
        lately = int(((ages >= 1) & (ages < RECENT)).sum())
        return Queue(ahead, ahead.breaching + lately, ahead.waiting + lately)

    def _take(self, minute: int, promise: BrandPromise) -> None:
        """The questions and answers of a minute that is over."""
        asked = self._ask([minute])
        self.asked.learn(minute, promise.within_s)
        if len(asked) and not set(self._replies).isdisjoint(asked["identity"].tolist()):
            early = np.isin(self.open["identity"], self._replies) & np.isin(self.open["identity"], asked["identity"])
            self._answer(early, minute * 60, minute, promise)
        answers = self._coming.take_answers(minute)
        self.heard += len(answers)
        for answer in map(Answer._make, np.sort(answers, order="at_s").tolist() if len(answers) else []):
            hit = met_by(self.open, answer)
            self._answer(hit, answer.at_s, minute, promise)
            if any(answer[1:]) and not hit.any():
                if answer.at_s - self.dropped_s < promise.within_s:
                    self.lately.count(minute, answered=1)  # one of those that were dropped, most likely
                elif self._aside.answered(answer, RECENT * promise.within_s):
                    self.lately.count(minute, others=1)
            if answer.reply_to:
                self._replies = [*self._replies, answer.reply_to][-MOST_REPLIES:]
        self._bound(MOST_OPEN)
        if self.evidence.answers:
            self.young = int((self.ages(promise, (minute + 1) * 60) < 1).sum())

    def _ask(self, minutes: list[int]) -> Rows:
        """The questions of minutes that are over, from now on waiting: those that count, where the brand answers."""
        parts = []
        for minute in minutes:
            asked, texts = self._coming.take_questions(minute)
            if len(asked) and self.heard:
                order = np.lexsort((asked["identity"], asked["asked_s"]))
                asked, texts = asked[order], texts[order]
                counts = np.array(self.askers.count(minute, asked["person"].tolist(), texts.tolist()))
                if not counts.all():
                    self._aside.put(asked[~counts])
                    asked = asked[counts]
            if len(asked):
                self.lately.count(minute, asked=len(asked))
                parts.append(asked)
        if not parts:
            return self.open[:0]
        asked = whole(parts, QUESTION)
        self.asked_ever += len(asked)
        self.open = whole([self.open, asked], QUESTION)
        self.open = self.open[np.lexsort((self.open["identity"], self.open["asked_s"]))]  # however they came
        if not self.heard:
            self._bound(MOST_OPEN)
        return asked

    def _answer(self, hit: NDArray[np.bool_], at_s: int, minute: int, promise: BrandPromise) -> None:
        if not hit.any():
            return
        ages = np.maximum(self.ages(promise, at_s)[hit], 0.0)
        in_time = ages[ages < 1].tolist()
        self._ages += in_time
        self.evidence.answers += len(ages)
        self.evidence.end(len(in_time), 0)
        self.lately.count(minute, answered=len(in_time), late=len(ages) - len(in_time))
        self.open = self.open[~hit]

    def _bound(self, most: int) -> None:
        if (over := len(self.open) - most) > 0:
            self.dropped += over
            self.dropped_s = int(self.open["asked_s"][over - 1])
            self.open = self.open[over:]

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        ahead, texts = self._coming.to_state()
        known, coming = self.asked.to_state()
        marks = [self.asked.learned_min if name == "term_min" else getattr(self, name) for name in MARKS]
        usual = _nothing(self.evidence.step_min)
        if self.heard:
            usual = [part.to_state() for part in (self.evidence, self.breach, self.growth, self.askers)]
        return [
            shuffled(self.open), usual[0], self.stated.to_state(), marks, known, ahead, coming, self.lately.minutes,
            self._replies, self._ages, *usual[1:], texts, self._aside.to_state(),
        ]  # fmt: skip

    @classmethod
    def from_state(cls, state: list[Any]) -> "OpenQuestions":
        """What `to_state` described."""
        questions = cls()
        questions.open = unshuffled(state[0], QUESTION)
        questions.evidence.restore(state[1])
        questions.stated = Statement(*state[2])
        marks = dict(zip(MARKS, state[3], strict=False))  # an older state has fewer
        questions.asked = AskedWords.from_state(state[4], state[6], marks.pop("term_min"))
        for name, value in marks.items():
            setattr(questions, name, value)
        questions._coming = Coming.from_state(state[5], state[13] if len(state) > 13 else None)
        questions.lately = Lately(state[7])
        questions._replies, questions._ages = list(state[8]), list(state[9])
        for excess, written in zip(
            (questions.breach, questions.growth), state[10:12], strict=False
        ):  # an older one has fewer
            excess.restore(written)
        questions.askers = Askers.from_state(state[12]) if len(state) > 12 else Askers()
        questions._aside = Aside.from_state(state[14]) if len(state) > 14 else Aside()
        questions.heard = marks.get("heard", int(questions.evidence.answers))  # the oldest states don't say it
        if not questions.heard:
            questions._begin(questions.evidence.step_min)
            questions.asked = questions.asked if state[5][1] else AskedWords()
        return questions


@cache
def _nothing(step_min: float) -> list[list[Any]]:
    """State of what is usual for a brand that hasn't answered yet."""
    return [PromiseEvidence(step_min).to_state(), Excess().to_state(), Excess().to_state(), Askers().to_state()]
