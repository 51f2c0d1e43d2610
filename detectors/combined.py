"""One evidence out of several detectors of one brand, on the scale that people set: false alarms a month.

Each detector k states how often peace alone would show as much, r_k. They see the same mentions, so they depend on one
another in ways that nobody knows. The weighted harmonic mean holds whatever the dependence is, up to a small factor:

    r = 1 / Σ w_k / r_k,    Σ w_k = 1

(Wilson, *The harmonic mean p-value for combining dependent tests*, PNAS 116, 2019; for one small r_k it is Bonferroni's
r_k / w_k, Holm's bound under any dependence.) So the budget is shared: a detector that is alone needs evidence 1/w_k as
rare, and several that agree need less each.
"""

from collections.abc import Mapping
from math import inf


def combined(rates: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The rate of all of them, false alarms a month; inf where none says anything. Rates are > 0, inf says nothing.

    >>> combined({"surge": 0.7}, {"surge": 0.7, "topic": 0.3})
    1.0
    >>> round(combined({"surge": 1.0, "topic": 1.0}, {"surge": 0.7, "topic": 0.3}), 3)
    1.0
    """
    total = sum(weights[name] / rate for name, rate in rates.items())
    return 1 / total if total else inf


def leading(rates: Mapping[str, float], weights: Mapping[str, float]) -> str:
    """The detector that says most; "" where none does. Of equals the first named.

    >>> leading({"surge": 4.0, "topic": 1.0}, {"surge": 0.7, "topic": 0.3})
    'topic'
    """
    return max(rates, key=lambda name: weights[name] / rates[name], default="")
