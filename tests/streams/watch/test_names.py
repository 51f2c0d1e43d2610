"""What the numbers of the rows stand for."""

import pytest

from schemas.digest import DigestBatch
from streams.watch import names
from streams.watch.names import KEPT_MS, MOST_NETWORKS, OTHER, Names

NOW = 100 * KEPT_MS


def batch(**changes: object) -> DigestBatch:
    return DigestBatch(1, 1, 1, [], **changes)  # type: ignore[arg-type]  # the fields of a digest


def test_a_network_keeps_its_number() -> None:
    """Whatever order they come in; those beyond the limit are one."""
    known = Names()
    assert known.take(batch(networks=["x", "rss"]), NOW, NOW).tolist() == [1, 2]
    assert known.take(batch(networks=["rss", "x"]), NOW, NOW).tolist() == [2, 1]
    known.take(batch(networks=[f"n{i}" for i in range(MOST_NETWORKS)]), NOW, NOW)
    assert known.take(batch(networks=["late"]), NOW, NOW).tolist() == [0]
    assert known.networks[0] == OTHER


def test_words_are_known_as_long_as_rows_may_wait_and_no_longer() -> None:
    """Log time goes on by a few minutes."""
    known = Names()
    known.take(batch(term_words={1: "uno"}), NOW, NOW)
    for later_ms in (KEPT_MS // 2, KEPT_MS):
        known.take(batch(term_words={2: "dos"}), NOW + later_ms, NOW + later_ms)
        assert known.words_of({1, 2}) == {1: "uno", 2: "dos"}
    known.take(batch(), NOW + 3 * KEPT_MS, NOW + 3 * KEPT_MS)
    assert known.words_of({1}) == {}


def test_words_of_rows_far_ahead_of_the_clock_are_known_when_it_comes_to_them() -> None:
    """One partition of a replay is hours ahead of another."""
    known = Names()
    known.take(batch(term_words={1: "uno"}), NOW + 9 * KEPT_MS, NOW)
    for step in range(1, 10):
        known.take(batch(term_words={2: "dos"}), NOW + step * KEPT_MS, NOW + step * KEPT_MS)
    assert known.words_of({1}) == {1: "uno"}


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are forgotten first."""
    monkeypatch.setattr(names, "MOST_WORDS", 10)
    known = Names()
    for step in range(5):
        known.take(batch(term_words={10 * step + i: "w" for i in range(4)}), NOW + step * KEPT_MS, NOW)
    assert known.words_of({10 * step for step in range(5)}) == {30: "w", 40: "w"}
