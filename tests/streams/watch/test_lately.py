"""Who asked and was answered in the last hour."""

from streams.watch.lately import Lately


def test_it_counts_the_last_minutes_and_forgets_older_ones() -> None:
    """A minute that isn't over counts when it is."""
    lately = Lately()
    for minute in range(100, 170):
        lately.count(minute, asked=2, answered=1, late=minute % 2)
    assert lately.within(170, 10) == (20, 10, 5, 0)
    assert lately.within(165, 10).asked == 20
    lately.forget(170)
    assert min(lately.minutes) == 110
    assert Lately(lately.minutes).within(170) == lately.within(170) == (120, 60, 30, 0)
    assert lately.within(170).more_asked == 30


def test_those_who_have_just_asked_are_not_left_alone_yet() -> None:
    """Forty in the last five minutes, of a brand that takes eight."""
    lately = Lately({100: [10, 10, 0], 157: [40, 0, 0]})
    assert lately.left_alone(160, delay_min=0)
    assert not lately.left_alone(160, delay_min=8)
    assert lately.left_alone(166, delay_min=8)
    lately.count(165, others=30)  # a team that answers those who don't count hasn't gone
    assert not lately.left_alone(166, delay_min=8)
    assert lately.within(166).all_answers == 30
