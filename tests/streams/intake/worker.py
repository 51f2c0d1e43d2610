"""Intake as a process of its own, for tests that kill it: `python -m tests.streams.intake.worker BROKERS PREFIX`."""

import asyncio
import sys

import uvloop

from streams.intake.observe import Silent
from streams.intake.process import run_intake
from tests.streams.intake.making import config, scorer


def main() -> None:
    """Runs until it is killed."""
    brokers, prefix = sys.argv[1:]
    kafka = {"brokers": brokers, "topic_prefix": prefix, "session_timeout": "6 s"}
    uvloop.run(run_intake(config(kafka=kafka, intake={"batch": 200}), scorer(), Silent(), asyncio.Event()))


if __name__ == "__main__":
    main()
