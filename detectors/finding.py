"""What the crisis detector finds in a minute."""

from typing import NamedTuple


class Evidence(NamedTuple):
    """What a minute says. Expectations and observations are those of the window that won."""

    u: float
    """Normalised evidence (L − a)/b: 0 is an ordinary day's maximum, about 2.7 comes once a month."""
    nats: float
    """L ≥ 0, the strongest window's evidence."""
    false_alarms_per_month: float
    """How often peace alone would show this much evidence: ring when it is below the budget. > 0."""
    window_min: int
    """Length of the window that won, 5–360; 15 when nothing is unusual."""
    observed: float
    """Authors of negative mentions in that window …"""
    expected: float
    """… and how many are usual."""
    mentions: float
    """Authors of any mentions in that window …"""
    mentions_expected: float
    """… and how many are usual."""
    negative_share: float
    """observed / mentions, 0–1; 0 without mentions …"""
    negative_share_expected: float
    """… and what is usual, 0.02–0.6."""
