"""One contract for every detector of river's interface, ours and river's: ``check_detector`` (cf. ``river.checks``).

1. Scores are finite numbers, and the same input gives the same scores.
2. Scoring learns nothing.
3. It is causal: what comes later changes no earlier score, and two detectors share nothing.
4. It can be stopped and go on as if nothing had happened: by pickle, and by ``to_state`` where it has that.
5. Rows that come twice or in the wrong order do no harm.
"""

import math
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

Row = dict[str, Any]
MAX_STATE_BYTES = 6_000
"""A brand's evidence must leave room in its 64 kB for windows and terms."""


def check_detector(detector: Any, rows: Sequence[Row]) -> None:
    """Raises AssertionError with the broken rule. ``detector`` is new and stays so; ``rows`` are its inputs in order.

    >>> from river import anomaly
    >>> check_detector(anomaly.HalfSpaceTrees(seed=1), [{"value": i % 7 / 7} for i in range(600)])
    """
    for check in CHECKS:
        check(_copy(detector), rows)


def check_scores_are_finite_and_repeatable(detector: Any, rows: Sequence[Row]) -> None:
    twin = _copy(detector)
    scores = _scores(detector, rows)
    assert all(math.isfinite(score) for score in scores), "a score isn't finite"
    assert scores == _scores(twin, rows), "the same rows gave other scores"


def check_scoring_learns_nothing(detector: Any, rows: Sequence[Row]) -> None:
    unasked = _copy(detector)
    for row in rows:
        score = detector.score_one(row)
        assert detector.score_one(row) == score, f"scored twice, {row} got another score"
        detector.learn_one(row)
        unasked.learn_one(row)
    assert detector.score_one(rows[-1]) == unasked.score_one(rows[-1]), "scoring changed what was learned"


def check_is_causal(detector: Any, rows: Sequence[Row]) -> None:
    other = _copy(detector)
    half = len(rows) // 2
    scores = _scores(detector, rows)
    assert _scores(other, rows[:half]) == scores[:half], "later rows changed earlier scores"


def check_survives_pickle(detector: Any, rows: Sequence[Row]) -> None:
    half = len(rows) // 2
    _scores(detector, rows[:half])
    assert _scores(_copy(detector), rows[half:]) == _scores(detector, rows[half:]), "a pickled copy went on otherwise"


def check_state_round_trips(detector: Any, rows: Sequence[Row]) -> None:
    """Through msgpack and back at several points, within the limit of bytes."""
    if not hasattr(detector, "to_state"):
        return
    for row in rows[: len(rows) // 2]:
        detector.learn_one(row)
    state = detector.to_state()
    encoded = msgspec.msgpack.encode(state)
    assert len(encoded) <= MAX_STATE_BYTES, f"the state has {len(encoded)} bytes"
    scores = _scores(detector, rows[len(rows) // 2 :])
    assert msgspec.msgpack.encode(state) == encoded, "learning changed a state that was given away"
    restored = type(detector).from_state(msgspec.msgpack.decode(encoded))
    assert msgspec.msgpack.encode(restored.to_state()) == encoded, "a restored state isn't the same"
    assert _scores(restored, rows[len(rows) // 2 :]) == scores, "a restored detector went on otherwise"


def check_survives_disorder(detector: Any, rows: Sequence[Row]) -> None:
    disordered = [*rows, *reversed(rows), rows[0], rows[0], rows[-1], rows[-1]]
    assert all(math.isfinite(score) for score in _scores(detector, disordered)), "disorder broke a score"


CHECKS: tuple[Callable[[Any, Sequence[Row]], None], ...] = (
    check_scores_are_finite_and_repeatable,
    check_scoring_learns_nothing,
    check_is_causal,
    check_survives_pickle,
    check_state_round_trips,
    check_survives_disorder,
)


def _copy(detector: Any) -> Any:
    return pickle.loads(pickle.dumps(detector))


def _scores(detector: Any, rows: Sequence[Row]) -> list[float]:
    scores = []
    for row in rows:
        scores.append(detector.score_one(row))
        detector.learn_one(row)
    return scores
