"""Closed sets whose order and values are part of formats."""

from schemas.enums import Category, Flag, Severity


def test_categories_keep_their_bits() -> None:
    """Bit i of a digest's mask is the i-th: append, never reorder."""
    order = ["complaint", "question", "praise", "threat", "safety", "legal", "outage", "fraud", "churn", "urgent"]
    assert [category.value for category in Category] == order
    assert [category.bit for category in Category] == [1 << i for i in range(10)]


def test_flags_keep_their_bits() -> None:
    """They lie in digests."""
    assert {flag.name: flag.value for flag in Flag} == {"OUTBOUND": 1, "REPOST": 2, "VERIFIED": 4}


def test_severities_rank_from_watch_to_critical() -> None:
    """Escalation compares ranks."""
    assert [severity.rank for severity in (Severity.WATCH, Severity.WARNING, Severity.CRITICAL)] == [0, 1, 2]
