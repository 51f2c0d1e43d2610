"""Bad records through a real broker, to the roles as processes: each lies in the dead-letter topic, and everybody lives.

Then each changelog gets a state that nobody can read: its role ends with one line that says what to do.
"""

import random
import subprocess
import sys
from collections import Counter

import msgspec
from confluent_kafka import Producer

from benchmarks.bad_inputs.damage import bent, damaged
from benchmarks.bad_inputs.material import STAGES, Material, make_material
from benchmarks.bad_inputs.states import REMEDY
from benchmarks.bad_inputs.tally import Outcome, Tally
from benchmarks.harness import Bench
from schemas.alert import decode_alert
from schemas.digest import decode_batch
from schemas.errors import RecordError
from schemas.signal import decode_signal
from streams.engine.changelog import CLAIM, OWNER_HEADER, Position, position_key
from tests.driver import INPUTS
from tests.e2e.readback import dead_by_reason
from tests.streams.intake.broken import broken_lines

_EACH = 250
_ROLES = ("intake", *STAGES)
_DECODE = {"watch": decode_batch, "incidents": decode_signal, "notify": decode_alert}
_ENDS_WITHIN_S = 60.0


def spoil_topics(tally: Tally, rng: random.Random) -> None:
    """250 into each topic, and one state into each changelog."""
    material = make_material()
    expected: Counter[str] = Counter()
    with Bench({"brands": "auto", "time": "replay"}) as bench:
        bad: dict[str, list[bytes]] = {"intake": []}
        for value, why in broken_lines(_EACH, rng.randrange(2**32)):
            bad["intake"].append(value)
            expected[why.value] += 1
        for stage in STAGES:
            unreadable = _unreadable(rng, stage, material)
            bad[stage] = [value for value, _ in unreadable]
            expected.update(wanted for _, wanted in unreadable)
        running = [bench.role(role) for role in _ROLES]
        bench.fill(bench.topics.mentions, bad["intake"])
        for stage in STAGES:
            bench.fill(getattr(bench.topics, INPUTS[stage]), bad[stage])
        bench.until(lambda: dead_by_reason(bench.address, "").total() >= expected.total(), "all are put aside")
        found = dead_by_reason(bench.address, "")
        counted = sum(int(role.metric("rebato_dead_records_total")) for role in running)
        for reason, count in expected.items():
            for number in range(count):
                right = number < found[reason]
                tally.add("through Kafka", Outcome.REFUSED if right else Outcome.SILENT, reason)
        if counted != expected.total() or not all(role.running for role in running):
            tally.add("through Kafka", Outcome.SILENT, f"{counted} of {expected.total()} counted by metrics")
        bench.end(*running)
        for stage in STAGES:
            _spoil_changelog(tally, bench, stage)


def _unreadable(rng: random.Random, stage: str, material: Material) -> list[tuple[bytes, str]]:
    """Damaged records that the stage's decoder refuses, and for which reason: valid ones would change what it does."""
    found: list[tuple[bytes, str]] = []
    while len(found) < _EACH:
        good = rng.choice(material.inputs[stage]).value
        value = damaged(rng, good)[:500_000] if rng.random() < 0.5 else bent(rng, good)
        try:
            _DECODE[stage](value)
        except RecordError as error:
            found.append((value, error.reason.value))
    return found


def _spoil_changelog(tally: Tally, bench: Bench, stage: str) -> None:
    """As a checkpoint of a version to come would lie there; then the role is started."""
    owner, topic = b"another version", bench.topics.state(stage)
    closing = Position(msgspec.msgpack.encode([0, b"\x81\xa1v\x63"]), 0)
    records = [(CLAIM, b""), (b"lacocinera", b"\xc1"), (position_key(owner), msgspec.msgpack.encode(closing))]
    producer = Producer({"bootstrap.servers": bench.address})
    for partition in range(len(bench.ends(topic))):
        for key, value in records:
            producer.produce(topic, value, key, partition, headers=[(OWNER_HEADER, owner)])
    producer.flush()
    command = [sys.executable, "-m", "streams.cli", "run", stage, "--config", str(bench.config_path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        tally.add("changelog", Outcome.STALLED, f"{stage} goes on", stage)
        return
    said = done.stderr.strip().splitlines()[-1:]
    good = done.returncode and said and REMEDY in said[0] and "Traceback" not in done.stderr
    tally.add("changelog", Outcome.REFUSED if good else Outcome.CRASHED, stage if good else done.stderr[-300:], stage)
