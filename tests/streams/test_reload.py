"""A changed config file: the valid one is taken over, the invalid one is refused and says why."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from schemas.config.load import Loaded, load_config
from schemas.errors import UsageError
from streams.reload import Reloader

ONE = "brands:\n  - {id: ikea, names: [IKEA]}\n"
TWO = ONE + "  - {id: telar, names: [Telar]}\n"
BROKEN = "brands:\n  - {id: ikea, nmaes: [IKEA]}\n"


class Process:
    """What a role does with a reload."""

    def __init__(self, path: Path) -> None:
        self.applied: list[Loaded] = []
        self.refused: list[UsageError] = []
        self.accepted: list[str] = []
        self.reloader = Reloader(
            load_config(path, {}),
            path,
            lambda: load_config(path, {}),
            self.applied.append,
            self.refused.append,
            lambda: self.accepted.append(path.read_text()),
        )

    @property
    def brands(self) -> list[str]:
        """Brands of the newest config."""
        brands = self.applied[-1].config.brands
        return [] if brands == "auto" else [brand.id for brand in brands]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A config file."""
    file = tmp_path / "rebato.yaml"
    file.write_text(ONE)
    return file


def _write(path: Path, text: str) -> None:
    path.write_text(text)


def test_an_added_brand_is_taken_over_at_the_second_look(path: Path) -> None:
    """The first look may have caught the editor in the middle of writing."""
    process = Process(path)
    path.write_text(TWO)
    process.reloader.look()
    assert process.applied == []
    process.reloader.look()
    assert process.brands == ["ikea", "telar"]


def test_an_error_of_our_own_refuses_the_file_and_the_next_one_is_read(path: Path) -> None:
    """A role that has silently stopped to watch its config would be found out by whoever needs the change."""
    refused: list[UsageError] = []
    applied: list[Loaded] = []

    def load() -> Loaded:
        if "Telar" not in path.read_text():
            raise ZeroDivisionError
        return load_config(path, {})

    reloader = Reloader(load_config(path, {}), path, load, applied.append, refused.append)
    for text in (BROKEN, TWO):
        path.write_text(text)
        reloader.look()
        reloader.look()
    assert ["ZeroDivisionError" in str(error) for error in refused] == [True]
    assert len(applied) == 1


def test_an_invalid_file_is_refused_once_and_a_mended_one_applied(path: Path) -> None:
    """The old config stays in force meanwhile; nobody is told the same every second."""
    process = Process(path)
    path.write_text(BROKEN)
    for _ in range(5):
        process.reloader.look()
    assert process.applied == []
    (error,) = process.refused
    assert "names" in str(error)
    path.write_text(TWO)
    process.reloader.look()
    process.reloader.look()
    assert process.brands == ["ikea", "telar"]


def test_a_file_that_vanishes_is_refused(path: Path) -> None:
    """Deleted by accident: nothing changes but that somebody is told."""
    process = Process(path)
    path.unlink()
    process.reloader.look()
    process.reloader.look()
    assert len(process.refused) == 1


def test_a_file_that_is_put_back_as_it_was_is_accepted(path: Path) -> None:
    """Nothing is applied, for nothing changes; but it isn't refused any more."""
    process = Process(path)
    for text in (BROKEN, ONE):
        path.write_text(text)
        process.reloader.look()
        process.reloader.look()
    assert (len(process.refused), process.applied, process.accepted) == (1, [], [ONE])


def test_a_comment_changes_nothing(path: Path) -> None:
    """What says the same isn't applied again."""
    process = Process(path)
    path.write_text(ONE + "# a comment\n")
    process.reloader.look()
    process.reloader.look()
    assert process.applied == []
    assert process.refused == []


async def test_hup_reads_it_at_once(path: Path) -> None:
    """The way of scripts, and the only one with `reload: signal`."""
    _write(path, "reload: signal\n" + ONE)
    process = Process(path)
    running = asyncio.create_task(process.reloader.run(poll_s=0))
    _write(path, "reload: signal\n" + TWO)
    for _ in range(50):
        await asyncio.sleep(0)
    assert process.applied == []
    os.kill(os.getpid(), signal.SIGHUP)
    async with asyncio.timeout(10):
        while not process.applied:  # noqa: ASYNC110  a signal handler sets no event here
            await asyncio.sleep(0.01)
    assert process.brands == ["ikea", "telar"]
    running.cancel()


async def test_the_watcher_looks_by_itself(path: Path) -> None:
    """`reload: watch` is the default."""
    process = Process(path)
    running = asyncio.create_task(process.reloader.run(poll_s=0.01))
    _write(path, TWO)
    async with asyncio.timeout(10):
        while not process.applied:  # noqa: ASYNC110  the watcher sets no event
            await asyncio.sleep(0.01)
    running.cancel()


def test_planned_events_are_taken_over_like_the_config(path: Path) -> None:
    """Those of the events file, which needn't be there at first, and those of a calendar that a new config names."""
    process, events = Process(path), path.with_name("rebato.events.yaml")

    def look(file: Path, text: str) -> list[str]:
        file.write_text(text)
        process.reloader.look()
        process.reloader.look()
        return [each.event.name for each in process.applied[-1].planned] if process.applied else []

    sale = "events: [{name: sale, start: 2026-11-27}]\n"
    assert look(events, sale) == ["sale"]
    assert look(events, "events: [{name: sale, start: never}]\n") == ["sale"]
    assert "start = never" in str(process.refused[-1])
    assert look(events, sale.replace("sale", "sales")) == ["sales"]
    calendar = path.with_name("matches.ics")
    look(calendar, _calendar("final"))
    assert look(path, ONE + "events: {ics: matches.ics}\n") == ["final", "sales"]
    assert look(calendar, _calendar("semifinal")) == ["semifinal", "sales"]
    assert len(process.refused) == 1


def _calendar(name: str) -> str:
    return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:{name}\nDTSTART:20261127T200000Z\nEND:VEVENT\nEND:VCALENDAR\n"
