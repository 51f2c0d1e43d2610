"""20,000 bad inputs: mentions, configs, HTTP requests, records, kept states, receivers; nothing crashes, nothing stalls.

    python -m benchmarks.bad_inputs [--seed 1] [--count 20000] [--hypothesis] [--kafka] [--json] [AREA …]

Each is refused with a reason that names what was wrong, and counted; or it was no bad input after all. Everything runs the
code that production runs: the stages behind the real runner, the server of the HTTP source on a real port, the senders of
alerts against servers that answer nonsense. With `--hypothesis` it draws them, and when one goes wrong looks for the least
that does. With `--kafka` some more go through a real broker to the roles as processes.
The exit code is 1 when one crashed, stalled, was refused without a reason, or gave a secret away.
"""

import argparse
import json
import logging
import random
import time
from collections.abc import Callable

import structlog

from benchmarks.bad_inputs.bodies import spoil_bodies
from benchmarks.bad_inputs.configs import spoil_configs
from benchmarks.bad_inputs.drawn import drawn
from benchmarks.bad_inputs.material import make_material
from benchmarks.bad_inputs.mentions import spoil_mentions
from benchmarks.bad_inputs.receivers import spoil_receivers
from benchmarks.bad_inputs.records import spoil_records
from benchmarks.bad_inputs.states import spoil_states
from benchmarks.bad_inputs.tally import Outcome, Tally

SHARES = {"mentions": 0.40, "records": 0.20, "states": 0.15, "bodies": 0.14, "receivers": 0.06, "configs": 0.05}


def main() -> int:
    """Prints a line an area and the closing line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("areas", nargs="*", help=f"of {', '.join(SHARES)}; all without one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--hypothesis", action="store_true", help="drawn by Hypothesis instead of a seeded generator")
    parser.add_argument("--kafka", action="store_true", help="also through a real broker (Java and Maven)")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    started_s = time.monotonic()
    tally = spoil(options.seed, options.count, options.areas or list(SHARES), by_hypothesis=options.hypothesis)
    if options.kafka:
        from benchmarks.bad_inputs.brokers import spoil_topics

        spoil_topics(tally, random.Random(options.seed))
    _print(tally, options.seed, time.monotonic() - started_s, options.as_json)
    return int(tally.wrong > 0)


def spoil(seed: int, count: int, areas: list[str], *, by_hypothesis: bool = False) -> Tally:
    """What became of `count` bad inputs of all areas, less the share of those that aren't named."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it tells of each request that is none
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    tally, material = Tally(), make_material()
    runs: dict[str, Callable[[Tally, random.Random, int], None]] = {
        "mentions": lambda here, rng, n: spoil_mentions(here, rng, n, material),
        "records": lambda here, rng, n: spoil_records(here, rng, n, material),
        "states": lambda here, rng, n: spoil_states(here, rng, n, material),
        "bodies": lambda here, rng, n: spoil_bodies(here, rng, n, material),
        "receivers": spoil_receivers,
        "configs": spoil_configs,
    }
    for area in areas:
        asked = round(count * SHARES[area])
        if by_hypothesis:
            tally.take_in(drawn(area, runs[area], seed, asked))
        else:
            runs[area](tally, random.Random(f"{seed} {area}"), asked)
    structlog.reset_defaults()
    return tally


def _print(tally: Tally, seed: int, seconds: float, as_json: bool) -> None:
    areas = sorted({area for area, _ in tally.outcomes})
    if as_json:
        figures = {area: {str(o): n for (a, o), n in tally.outcomes.items() if a == area} for area in areas}
        whole = {str(outcome): tally.count(outcome) for outcome in Outcome}
        print(json.dumps({"seed": seed, "inputs": tally.count(), **whole, "areas": figures, "examples": tally.examples}))
        return
    print(f"{'area':<22}" + "".join(f"{outcome:>10}" for outcome in Outcome))
    for area in areas:
        print(f"{area:<22}" + "".join(f"{tally.outcomes[area, outcome]:>10,}" for outcome in Outcome))
    for example in tally.examples:
        print(f"  {example}")
    print(
        f"{tally.count():,} bad inputs (seed {seed}): {tally.count(Outcome.REFUSED):,} refused with a reason, "
        f"{tally.count(Outcome.TAKEN):,} no bad ones after all, {tally.count(Outcome.CRASHED):,} crashes, "
        f"{tally.count(Outcome.STALLED):,} stalls, {tally.count(Outcome.SILENT, Outcome.LEAKED):,} without a reason or with "
        f"a secret; {seconds:.0f} s, the longest {tally.longest_s:.1f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
