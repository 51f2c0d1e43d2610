"""The form of a changelog, and which keys are written again: rules that need no broker."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.changelog import CLAIM, Position, Replay, position_key
from streams.engine.livekeys import LiveKeys

_OWNERS = st.sampled_from([b"ownerAAA", b"ownerBBB"])
_CHANGES = st.dictionaries(st.sampled_from([b"a", b"b", b"c"]), st.none() | st.binary(max_size=3), max_size=3)


def _closing(position: bytes) -> bytes:
    return msgspec.msgpack.encode(Position(position, 0))


def _states(replay: Replay) -> dict[bytes, bytes]:
    return {key: each.value for key, each in replay.written.items()}


@given(st.lists(st.tuples(_OWNERS, _CHANGES, st.booleans(), st.booleans()), max_size=12))
def test_only_whole_frames_of_the_last_claimed_owner_count(
    steps: list[tuple[bytes, dict[bytes, bytes | None], bool, bool]],
) -> None:
    """Each step writes a frame, perhaps after a claim, perhaps without its closing record (then the owner is dead)."""
    replay, expected, position, offset = Replay(), {}, None, 0
    owner_now, dead = None, set()
    for number, (owner, changes, claims, closes) in enumerate(steps):
        if claims:
            replay.feed(offset, CLAIM, b"", owner)
            owner_now, offset = owner, offset + 1
            dead.discard(owner)
        if owner in dead:
            continue
        for key, value in changes.items():
            replay.feed(offset, key, value, owner)
            offset += 1
        if not closes:
            dead.add(owner)
            continue
        replay.feed(offset, position_key(owner), _closing(b"%d" % number), owner)
        offset += 1
        if owner_now in (None, owner):
            expected |= changes
            position = b"%d" % number
    assert _states(replay) == {key: value for key, value in expected.items() if value is not None}
    assert (replay.position.stage if replay.position else None) == position


@given(
    st.lists(
        st.dictionaries(st.integers(0, 40), st.none() | st.integers(0, 3_000), min_size=1, max_size=8),
        min_size=20,
        max_size=120,
    )
)
def test_every_live_key_lies_within_the_span(checkpoints: list[dict[int, int | None]]) -> None:
    """Whatever changes: reading from ``load_from`` finds every live key, and that is never far back."""
    span_bytes = 200_000
    live = LiveKeys(Replay(), span_bytes, bounded=True)
    log: list[tuple[int, bytes, bytes | None]] = []
    states: dict[bytes, bytes] = {}
    for changes in checkpoints:
        changed = {b"%d" % key: None if size is None else bytes(size) for key, size in changes.items()}
        frame = live.frame(changed)
        load_from = live.load_from(frame, len(log))
        live.record(frame, len(log))
        log += [(len(log) + index, key, value) for index, (key, value) in enumerate(frame.items())]
        states = {key: value for key, value in {**states, **changed}.items() if value is not None}
        found: dict[bytes, bytes | None] = {key: value for _, key, value in log[load_from:]}
        assert {key: value for key, value in found.items() if value is not None} == states == live.values()
        assert sum(len(value or b"") for _, _, value in log[load_from:]) <= span_bytes


def test_without_a_claim_in_sight_the_frame_of_the_latest_claim_counts() -> None:
    """The broker has dropped both claims; a frozen process writes in between, and after its successor."""
    replay = Replay(fenced=False)
    late, new = b"ownerAAA", b"ownerBBB"
    replay.feed(100, b"a", b"new", new)
    replay.feed(101, b"a", b"late", late)
    replay.feed(102, position_key(late), msgspec.msgpack.encode(Position(b"late", 0, 5)), late)
    replay.feed(103, position_key(new), msgspec.msgpack.encode(Position(b"new", 0, 9)), new)
    replay.feed(104, b"b", b"late", late)
    replay.feed(105, position_key(late), msgspec.msgpack.encode(Position(b"later", 0, 5)), late)
    assert _states(replay) == {b"a": b"new"}
    assert replay.position == Position(b"new", 0, 9)


def test_a_former_owners_frame_goes_when_the_successors_first_one_closes() -> None:
    """The broker has dropped what its successor wrote before."""
    replay = Replay(fenced=False)
    late, new = b"ownerAAA", b"ownerBBB"
    replay.feed(95, b"x", b"new", new)
    replay.feed(96, b"y", b"late", late)
    replay.feed(97, position_key(late), msgspec.msgpack.encode(Position(b"late", 0, 10)), late)
    replay.feed(98, position_key(new), msgspec.msgpack.encode(Position(b"new", 0, 50)), new)
    assert _states(replay) == {b"x": b"new"}


def test_where_claims_fence_a_version_that_does_not_name_its_claim_counts() -> None:
    """A rolling upgrade passes a partition through it; the claims between are compacted away."""
    replay = Replay()
    replay.feed(51, b"x", b"1", b"ownerBBB")
    replay.feed(52, position_key(b"ownerBBB"), msgspec.msgpack.encode(Position(b"1", 0, 50)), b"ownerBBB")
    replay.feed(54, b"x", b"2", b"ownerCCC")
    replay.feed(55, position_key(b"ownerCCC"), msgspec.msgpack.encode(Position(b"2", 0)), b"ownerCCC")
    assert _states(replay) == {b"x": b"2"}


def test_what_lies_before_a_state_that_was_begun_anew_is_gone() -> None:
    """A rebuilt state has records of its own keys only; those of the lost one lie further back and come to nothing."""
    replay = Replay()
    replay.feed(0, b"gone", b"old", b"ownerAAA")
    replay.feed(1, b"kept", b"old", b"ownerAAA")
    replay.feed(2, position_key(b"ownerAAA"), _closing(b"1"), b"ownerAAA")
    replay.feed(3, CLAIM, b"", b"ownerBBB")
    replay.feed(4, b"kept", b"new", b"ownerBBB")
    replay.feed(5, position_key(b"ownerBBB"), msgspec.msgpack.encode(Position(b"2", 4)), b"ownerBBB")
    assert _states(replay) == {b"kept": b"new"}
