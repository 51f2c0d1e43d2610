"""Names of topics, and which partition a key lies in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.topics import Topics, partition_of


def _names(topics: Topics) -> list[str]:
    fixed = ("mentions", "dead", "digests", "signals", "incidents", "alerts", "series")
    return [getattr(topics, name) for name in fixed] + [topics.state(stage) for stage in ("watch", "incidents", "notify")]


def test_every_topic_has_a_name_of_its_own_behind_the_prefix() -> None:
    """Two installations on one cluster never meet."""
    bare, acme = _names(Topics()), _names(Topics("acme."))
    assert len(set(bare) | set(acme)) == 20
    assert acme == [f"acme.{name}" for name in bare]


@pytest.mark.parametrize(("key", "partition"), [("ikea", 0), ("ryanair", 1), ("", 0), ("niño", 1), ("correos", 0)])
def test_a_brand_lies_in_the_same_partition_in_every_release(key: str, partition: int) -> None:
    """Another one would part it from its state: these numbers never change."""
    assert partition_of(key, 4) == partition


@given(key=st.text(), partitions=st.integers(1, 1024))
def test_a_partition_exists(key: str, partitions: int) -> None:
    """0 to N - 1."""
    assert 0 <= partition_of(key, partitions) < partitions
