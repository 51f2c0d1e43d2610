"""A few hundred of the 20,000 bad inputs at each run of the tests; all of them: `python -m benchmarks.bad_inputs`."""

import random

import pytest

from benchmarks.bad_inputs.__main__ import SHARES, spoil
from benchmarks.bad_inputs.drawn import drawn
from benchmarks.bad_inputs.tally import Outcome, Tally


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of receivers that hang up half-way
@pytest.mark.parametrize("seed", [7, 8])
def test_no_bad_input_crashes_stalls_or_is_refused_without_a_word(seed: int) -> None:
    """Another seed finds others: say it when one of them fails."""
    tally = spoil(seed, 800, list(SHARES))
    assert tally.count() >= 800
    assert tally.wrong == 0, tally.examples


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nor_does_one_that_hypothesis_draws() -> None:
    """It draws other ones than a generator: more of the same, of the least and of the largest."""
    tally = spoil(7, 300, list(SHARES), by_hypothesis=True)
    assert tally.count() >= 300
    assert tally.wrong == 0, tally.examples


def test_the_least_input_that_goes_wrong_is_told() -> None:
    """The harness itself."""

    def run(tally: Tally, rng: random.Random, count: int) -> None:
        for _ in range(count):
            value = rng.randrange(10_000)
            tally.add("a", Outcome.CRASHED if value >= 700 else Outcome.TAKEN, "too large", value)

    tally = drawn("configs", run, 1, 500)
    assert tally.wrong
    assert tally.examples == ["a crashed: too large: 700"]


def test_a_crash_and_a_stall_are_counted_as_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness itself: an exception of any kind, and code that doesn't end."""

    def endless() -> tuple[Outcome, str]:
        while True:
            try:
                sum(range(1_000))
            except Exception:
                raise AssertionError("a stall is no Exception, or the code under test might swallow it") from None

    monkeypatch.setattr("benchmarks.bad_inputs.tally.STALL_S", 0.05)
    tally = Tally()
    tally.judge("a", b"", lambda: (Outcome.REFUSED, "why"))
    tally.judge("a", b"", lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    tally.judge("a", b"", endless)
    assert tally.outcomes == {("a", Outcome.REFUSED): 1, ("a", Outcome.CRASHED): 1, ("a", Outcome.STALLED): 1}
    assert tally.wrong == 2
