"""Copies that other texts bear out."""

from hypothesis import given
from hypothesis import strategies as st

from detectors.echo import QUARTER_MIN, Echo

MINUTES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 200)), min_size=1, max_size=20)


def test_copies_that_come_alone_count_for_nothing() -> None:
    """A thousand accounts with one text, for an hour, while others talk as usual."""
    echo = Echo()
    for minute in range(60):
        assert echo.share(minute, 1, 17, usual=12.0) == 0
        echo.close(minute, 1, 17)


def test_copies_count_when_people_write_too() -> None:
    """Forty who write where six are usual vouch for all who share; the quarter remembers them."""
    echo = Echo()
    echo.close(10, own=40, copied=20)
    assert echo.share(10 + QUARTER_MIN - 1, 0, 10, usual=6.0) == 1
    assert echo.share(10 + QUARTER_MIN, 0, 10, usual=6.0) == 0


@given(minutes=MINUTES, usual=st.floats(0, 50))
def test_counted_copies_never_outgrow_who_vouches_for_them(minutes: list[tuple[int, int]], usual: float) -> None:
    """At most three for each who writes; and a kept one goes on the same."""
    echo = Echo()
    for minute, (own, copied) in enumerate(minutes):
        share = echo.share(minute, own, copied, usual)
        lately = minutes[max(0, minute - QUARTER_MIN + 1) : minute + 1]
        assert 0 <= share <= 1
        assert share * sum(c for _, c in lately) <= 3 * sum(o for o, _ in lately) + 1e-6
        assert Echo.from_state(echo.to_state()).share(minute, own, copied, usual) == share
        echo.close(minute, own, copied)
