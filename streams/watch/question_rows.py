"""Questions and answers as rows of numbers. Hashes are cut to 32 bits."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.rows import writers
from schemas.digest import DigestColumns
from schemas.signal import Sample

MOST_SAMPLES = 8
HOUR_S = 3_600
ANGRY = 128
"""Of 255."""
_CUT = np.uint64(0xFFFFFFFF)
QUESTION = np.dtype(
    [
        ("asked_s", "<u4"), ("identity", "<u4"), ("thread", "<u4"), ("person", "<u4"), ("offset", "<i8"), ("epoch", "<u4"),
        ("partition", "<u2"), ("negativity", "u1"),
    ]
)  # fmt: skip
TEXT = np.dtype("<u4")
"""Hash of what a question says, equal for copies; 0 = nothing to compare."""
ANSWER = np.dtype([("at_s", "<u4"), ("reply_to", "<u4"), ("thread", "<u4"), ("person", "<u4")])
Rows = NDArray[np.void]


class Answer(NamedTuple):
    """A row of `ANSWER`."""

    at_s: int
    reply_to: int
    thread: int
    person: int


def met_by(questions: Rows, answer: Answer) -> NDArray[np.bool_]:
    """Which of them it answers: what it replies to, and what was asked before in its thread or by whom it addresses."""
    before = questions["asked_s"] <= answer.at_s
    met: NDArray[np.bool_] = (questions["identity"] == answer.reply_to) & (answer.reply_to != 0)
    met |= (
        before & (answer.thread != 0) & ((questions["thread"] == answer.thread) | (questions["identity"] == answer.thread))
    )
    met |= before & (answer.person != 0) & (questions["person"] == answer.person)
    return met


class Talk(NamedTuple):
    """What one record holds of a brand's questions and answers in a minute."""

    brand: int
    """Index into the record's brands."""
    minute: int
    questions: Rows
    answers: Rows
    terms: NDArray[np.uint64]
    """Of the questions, 0 is none …"""
    texts: NDArray[np.uint32]
    """… and what each says (`TEXT`)."""


def questions_of(columns: DigestColumns, epoch: int) -> Rows:
    """Of these mentions, each of which is one."""
    rows = np.zeros(len(columns), QUESTION)
    rows["asked_s"] = columns.observed_ms // 1000
    rows["identity"], rows["thread"] = columns.identity & _CUT, columns.thread & _CUT
    rows["person"] = np.where(columns.handle == 0, writers(columns), columns.handle) & _CUT
    rows["offset"], rows["partition"], rows["epoch"] = columns.offset, columns.partition, epoch
    rows["negativity"] = np.round(columns.negativity * 255)
    return rows


def texts_of(columns: DigestColumns) -> NDArray[np.uint32]:
    """Of these mentions: copies are equal, and so are texts of the same significant words."""
    texts: NDArray[np.uint32] = (columns.near & _CUT).astype(TEXT)
    return texts


def answers_of(columns: DigestColumns) -> Rows:
    """Of these mentions, each of which is one."""
    rows = np.zeros(len(columns), ANSWER)
    rows["at_s"] = columns.observed_ms // 1000
    rows["reply_to"], rows["thread"] = columns.reply_to & _CUT, columns.thread & _CUT
    rows["person"] = columns.handle & _CUT
    return rows


def samples_of(waiting: Rows) -> list[Sample]:
    """Where the newest and the angriest of the last hour before the newest lie; ``waiting`` is by time.

    What has waited for a day is seldom what a flood is about.
    """
    if not len(waiting):
        return []
    recent = waiting[waiting["asked_s"] + np.uint32(HOUR_S) > waiting["asked_s"][-1]]
    newest = range(len(recent) - 1, max(-1, len(recent) - 1 - MOST_SAMPLES // 2), -1)
    angry = np.argsort(-recent["negativity"].astype(int), kind="stable")
    return _samples(recent[list(dict.fromkeys([*newest, *angry.tolist()]))[:MOST_SAMPLES]])


def newest_of(asked: Rows) -> list[Sample]:
    """Where the newest that aren't angry lie, one of each person; ``asked`` is by time, complaints among it."""
    asked = asked[asked["negativity"] < ANGRY]
    _, last = np.unique(asked["person"][::-1], return_index=True)
    return _samples(asked[::-1][np.sort(last)[:MOST_SAMPLES]])


def _samples(rows: Rows) -> list[Sample]:
    return [
        Sample(epoch, partition, offset, asked_s * 1000, negativity / 255)
        for asked_s, _, _, _, offset, epoch, partition, negativity in rows.tolist()
    ]
