"""How moody bursts are."""

import pytest

from detectors.mood import FIRST_CLUSTERING, BurstMood


def test_a_moody_burst_raises_the_clustering_and_a_friendly_one_never_above_the_prior() -> None:
    """Only of each stretch's largest burst, and only if a third of it is excess."""
    angry, friendly, none = BurstMood(), BurstMood(), BurstMood()
    angry.watch((150, 300, 60.0))
    friendly.watch((0, 300, 60.0))
    none.watch((100, 110, 100.0))
    for mood in (angry, friendly, none):
        mood.learn(share=0.2)
    assert angry.clustering > FIRST_CLUSTERING
    assert friendly.clustering == pytest.approx(FIRST_CLUSTERING)
    assert none.clustering == FIRST_CLUSTERING


def test_the_largest_burst_of_a_stretch_is_the_one_that_counts() -> None:
    """A smaller excess after it changes nothing until the stretch is forgotten."""
    mood = BurstMood()
    mood.watch((150, 300, 60.0))
    mood.watch((0, 100, 90.0))
    assert (mood.negatives, mood.mentions) == (150, 300)
    mood.forget_stretch()
    mood.watch((0, 100, 90.0))
    assert (mood.negatives, mood.mentions) == (0, 100)
