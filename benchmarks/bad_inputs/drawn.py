"""The bad inputs as Hypothesis draws them: it varies what it drew, and looks for the least that still goes wrong."""

import random
from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from benchmarks.bad_inputs.tally import Tally

AT_ONCE = {"mentions": 50, "records": 12, "states": 12, "bodies": 25, "receivers": 12, "configs": 5}
"""Inputs an example, by area: few enough to show what went wrong, many enough to pay for what each example sets up."""


def drawn(area: str, run: Callable[[Tally, random.Random, int], None], first_seed: int, count: int) -> Tally:
    """What became of `count` inputs (some more, to fill the last example) that ``run`` made of what Hypothesis drew.

    After the first example that goes wrong only the least of them is told, as ``examples``.
    """
    tally = Tally()

    def one(rng: random.Random) -> None:
        here = Tally()
        run(here, rng, AT_ONCE[area])
        if not tally.wrong:
            tally.take_in(here)
        elif here.wrong:
            tally.examples = here.examples
        assert not here.wrong, "see what is told of it"

    test = given(st.randoms(use_true_random=False))(one)
    for number in range(count):  # some examples draw more than Hypothesis lets them
        if tally.wrong or tally.count() >= count:
            break
        left = -(-(count - tally.count()) // AT_ONCE[area])
        with suppress(AssertionError):  # it is in the tally
            seed(first_seed + number)(_set(left)(test))()
    return tally


def _set(examples: int) -> settings:
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
        print_blob=False,
    )
