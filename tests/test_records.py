"""Formats stay readable: whatever a version of rebato has written, this one reads, or refuses in clear words.

Old and new processes work side by side during an upgrade, so both read each other's records, too.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from schemas.config.model import Config
from schemas.errors import StateError, UnknownVersionError
from schemas.wire import VERSION
from streams.engine.changelog import CLAIM, Replay, position_key
from streams.stages.incidents import IncidentsStage
from streams.stages.notify import NotifyStage
from streams.stages.watch import brand_of, unpacked
from tests.records import KINDS, files, read

_MEANT = [kind for kind, record in KINDS.items() if not isinstance(record.made_up(), bytes)]
_WITH_FIELDS = [kind for kind in _MEANT if isinstance(msgspec.msgpack.decode(read(files(kind)[-1]), strict=False), dict)]
_VERSIONED = [kind for kind in _WITH_FIELDS if kind != "watch-position"]


def _with(raw: bytes, **fields: object) -> bytes:
    return msgspec.msgpack.encode({**msgspec.msgpack.decode(raw, strict=False), **fields})


def test_every_kind_has_its_file() -> None:
    """`python -m tests.records` writes the first one."""
    assert [kind for kind in KINDS if not files(kind)] == []


@pytest.mark.parametrize("kind", _MEANT)
def test_what_was_written_once_says_the_same_today(kind: str) -> None:
    """The newest file says all of what was meant; older ones are read without an error."""
    record = KINDS[kind]
    assert record.decode(read(files(kind)[-1])) == record.made_up()
    for older in files(kind)[:-1]:
        record.decode(read(older))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_today_is_what_the_newest_file_holds(kind: str) -> None:
    """A format can't change by accident. Did it change on purpose? Then raise its version, keep the old file and add one."""
    raw = read(files(kind)[-1])
    wanted = msgspec.msgpack.encode(unpacked(raw)) if kind == "watch-brand" else raw
    assert KINDS[kind].encode(KINDS[kind].decode(raw)) == wanted


@pytest.mark.parametrize("path", [*files("watch-brand")[1:], *files("watch-questions")], ids=lambda path: path.stem)
def test_an_older_state_is_gone_on_with(path: Path) -> None:
    """What it doesn't say begins anew; then today's state is written, which says the same as often as it is read."""
    kind = KINDS[path.stem.rpartition("-v")[0]]
    again = kind.encode(read(path))
    assert msgspec.msgpack.decode(again, strict=False)
    if kind is KINDS["watch-questions"]:
        assert kind.encode(again) == again


@pytest.mark.parametrize("kind", _WITH_FIELDS)
def test_a_field_that_a_newer_version_adds_is_passed_over(kind: str) -> None:
    """A newer process may already write while this one still runs."""
    raw = read(files(kind)[-1])
    assert KINDS[kind].decode(_with(raw, a_newer_field=[1, {"x": 2}])) == KINDS[kind].decode(raw)


@pytest.mark.parametrize("kind", ["changelog-position", "stage-position"])
def test_a_value_that_a_newer_version_appends_is_passed_over(kind: str) -> None:
    """The same where fields have no names."""
    raw = read(files(kind)[-1])
    longer = msgspec.msgpack.encode([*msgspec.msgpack.decode(raw), "newer"])
    assert KINDS[kind].decode(longer) == KINDS[kind].decode(raw)


@pytest.mark.parametrize("kind", _VERSIONED)
def test_a_newer_version_is_refused_and_waits(kind: str) -> None:
    """It goes to the dead-letter topic, until an upgraded reader takes it from there."""
    with pytest.raises(UnknownVersionError, match=r"record version 2; this rebato reads 1 to 1: upgrade it"):
        KINDS[kind].decode(_with(read(files(kind)[-1]), v=VERSION + 1))


def test_the_state_of_a_brand_says_what_it_did() -> None:
    """2, 3, … 16 mentions a minute, the tenth and later ones negative; the last minute is open."""
    brand = brand_of("fogones", read(files("watch-brand")[-1]))
    assert (brand.brand, brand.group, brand.mentions, brand.negative, brand.late) == ("fogones", "food", 135, 28, 0)
    assert brand.counts.chart[-4:] == [3, 4, 5, 6]
    assert brand.talk.words.known == {9: "aceite"}


def test_a_state_of_the_first_version_is_refused_with_its_remedy() -> None:
    """It was never released; whoever has one loses nothing by the refusal."""
    with pytest.raises(StateError, match=r"the kept state of fogones can't be read .* `rebato state rebuild watch`"):
        brand_of("fogones", read(files("watch-brand")[0]))


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        ("incidents-brand", lambda raw: IncidentsStage(Config(brands="auto"), "hash", {b"fogones": raw}, None)),
        ("notify-incident", lambda raw: NotifyStage(Config(brands="auto"), {b"i:i-1": raw}, None)),
    ],
)
def test_a_state_of_a_newer_version_is_refused_with_its_remedy(kind: str, stage: Any) -> None:
    """After a downgrade: nothing is overwritten."""
    raw = read(files(kind)[-1])
    stage(raw)
    with pytest.raises(StateError, match=r"can't be read .*The version that wrote it still reads it; `rebato state rebuild"):
        stage(_with(raw, v=VERSION + 1))


def test_a_changelog_is_read_as_it_was_written() -> None:
    """A claim, a key, the record that closes the checkpoint; keys and header are part of the format."""
    owner, raw = b"8 bytes!", read(files("changelog-position")[-1])
    assert (CLAIM, position_key(owner)) == (b"__claim__", b"__position__8 bytes!")
    replay = Replay()
    for offset, (key, value) in enumerate([(CLAIM, b""), (b"fogones", b"state"), (position_key(owner), raw)], 1_233):
        replay.feed(offset, key, value, owner)
    assert replay.position == KINDS["changelog-position"].made_up()
    assert {key: written.value for key, written in replay.written.items()} == {b"fogones": b"state"}
