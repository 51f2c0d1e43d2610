"""Records in our own topics that are none of ours, or of another version: put aside with a reason, and the next is read."""

import random
from functools import partial

from benchmarks.bad_inputs.damage import bent, damaged
from benchmarks.bad_inputs.material import STAGES, Material
from benchmarks.bad_inputs.tally import Outcome, Tally
from schemas.enums import Refusal
from streams.engine.hooks import Hooks
from streams.engine.stage import InputRecord, Output
from tests.driver import INPUTS
from tests.driver_logs import Logs
from tests.driver_stage import StageProcess

_ROUND = 40  # so many on one stage, then it begins anew: some are valid and move its clock by centuries
_FIRST = 60  # good records that it has read before


def spoil_records(tally: Tally, rng: random.Random, count: int, material: Material) -> None:
    """Through the real runner, one after the other."""
    for number in range(0, count, _ROUND):
        _round(tally, rng, min(_ROUND, count - number), rng.choice(STAGES), material)


def _round(tally: Tally, rng: random.Random, count: int, stage: str, material: Material) -> None:
    records = material.inputs[stage]
    logs, counted = Logs(), list[Refusal]()

    def dead(_: InputRecord, reason: Refusal) -> None:
        counted.append(reason)

    first = rng.randrange(max(1, len(records) - _FIRST))
    for record in records[first : first + _FIRST]:
        logs.now_ms = record.append_ms
        logs.append(Output(INPUTS[stage], 0, record.key, record.value))
    process = StageProcess(INPUTS[stage], 0, material.factory(stage), logs, 50, Hooks(dead=dead))
    process.run()
    for _ in range(count):
        good = rng.choice(records)
        value = damaged(rng, good.value) if rng.random() < 0.4 else bent(rng, good.value)
        before = len(counted)
        logs.append(Output(INPUTS[stage], 0, good.key, value))
        tally.judge(INPUTS[stage], value, partial(_taken, process, logs, counted, before))
        if not process.alive or process.behind:
            return


def _taken(process: StageProcess, logs: Logs, counted: list[Refusal], before: int) -> tuple[Outcome, str]:
    letters = len(logs.partition("mentions.dead", 0))
    process.run()
    if not process.alive or process.behind:
        return Outcome.CRASHED, "the process has ended"
    if len(counted) == before:
        return Outcome.TAKEN, "applied"
    new = logs.partition("mentions.dead", 0)[letters:]
    if len(new) != 1 or dict(new[0].headers)["reason"].decode() != counted[-1]:
        return Outcome.SILENT, f"{len(new)} dead letters for one record"
    if counted[-1] is Refusal.POISON:
        headers = dict(new[0].headers)
        return Outcome.CRASHED, f"{headers['error'].decode()} at {headers['place'].decode()}"
    return Outcome.REFUSED, counted[-1].value
