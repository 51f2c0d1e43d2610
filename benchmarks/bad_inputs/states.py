"""Kept states that this version can't read: each ends the start of its stage with one line that says what to do."""

import random
from functools import partial
from typing import cast

import cramjam
import msgspec

from benchmarks.bad_inputs.damage import bent, damaged
from benchmarks.bad_inputs.material import STAGES, Kept, Material
from benchmarks.bad_inputs.tally import Outcome, Tally
from schemas.errors import StateError
from streams.engine.keeper import StateKeeper
from streams.engine.outbox import Outbox
from streams.engine.runner import PartitionRunner
from tests.driver import INPUTS
from tests.driver_logs import Logs
from tests.driver_stage import Changelog, Sends, at_once

REMEDY = "rebato state rebuild"


def spoil_states(tally: Tally, rng: random.Random, count: int, material: Material) -> None:
    """States and positions of every stage, loaded as a start loads them."""
    for number in range(count):
        stage = STAGES[number % len(STAGES)]
        kept = spoiled(rng, stage, material.kept[stage])
        tally.judge(f"state of {stage}", kept, partial(_loaded, stage, kept, material))


def spoiled(rng: random.Random, stage: str, kept: Kept) -> Kept:
    """The same with one state, or the position, that isn't as it was."""
    outer = msgspec.msgpack.encode([len(kept.states), kept.position])
    if not kept.states or rng.random() < 0.3:
        inner = _bad(rng, stage, kept.position, compressed=False)
        wrapped = msgspec.msgpack.encode([10, inner]) if rng.random() < 0.8 else damaged(rng, outer)
        return Kept(kept.states, wrapped)
    key = rng.choice(list(kept.states))
    states = dict(kept.states)
    if rng.random() < 0.1:
        states[damaged(rng, key)] = states.pop(key)
    else:
        states[key] = _bad(rng, stage, states[key], compressed=stage == "watch")
    return Kept(states, msgspec.msgpack.encode([10, kept.position]))


def _bad(rng: random.Random, stage: str, raw: bytes, *, compressed: bool) -> bytes:
    if rng.random() < 0.4:
        return damaged(rng, raw)
    if not compressed or rng.random() < 0.2:
        return bent(rng, raw)
    outer = msgspec.msgpack.decode(raw)
    rest = bent(rng, bytes(cramjam.lz4.decompress_block(outer["rest"])))
    return msgspec.msgpack.encode({**outer, "rest": bytes(cramjam.lz4.compress_block(rest))})


def _loaded(stage: str, kept: Kept, material: Material) -> tuple[Outcome, str]:
    changelog = Changelog()
    at_once(changelog.checkpoint(0, kept.states, kept.position))
    keeper, outbox = cast(StateKeeper, changelog), cast(Outbox, Sends(Logs()))
    runner = PartitionRunner(0, material.factory(stage), keeper, outbox, "mentions.dead", INPUTS[stage])
    try:
        at_once(runner.load(0, 2**62))
    except StateError as error:
        said = str(error)
        if "\n" in said or REMEDY not in said:
            return Outcome.SILENT, f"no remedy: {said[:160]}"
        return Outcome.REFUSED, "StateError"
    return Outcome.TAKEN, "read"
