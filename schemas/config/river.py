"""river's detectors of anomalies by name, for whoever would rather judge with one of them."""

import difflib
import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

PREFIX = "river.anomaly."
_TRIED_NUMBERS = 3
_LEARNS_WHEN_ASKED = frozenset({"PredictiveAnomalyDetection"})  # a look between rows must change nothing
_FIRST_SEED = 1  # where river would take one by chance: a restart must judge as before it

Scalar = int | float | str | bool


@cache
def river_names() -> tuple[str, ...]:
    """The detectors that a config may name: those of `river.anomaly` that give a score and can be made of plain settings."""
    from river import anomaly, base

    kinds = (base.AnomalyDetector, base.SupervisedAnomalyDetector)
    found = {name: getattr(anomaly, name) for name in anomaly.__all__ if name not in _LEARNS_WHEN_ASKED}
    return tuple(sorted(f"{PREFIX}{name}" for name, kind in found.items() if issubclass(kind, kinds)))


def river_detector(name: str, settings: Mapping[str, Scalar]) -> Any:
    """A new one. Raises ValueError with what is wrong and the remedy: an unknown name or setting.

    >>> river_detector("river.anomaly.HalfSpaceTrees", {"n_trees": 5}).n_trees
    5
    """
    from river import anomaly

    if name not in river_names():
        raise ValueError(unknown_detector(name))
    kind = getattr(anomaly, name.removeprefix(PREFIX))
    parameters = inspect.signature(kind).parameters
    for setting in settings:
        if setting not in parameters:
            close = difflib.get_close_matches(setting, parameters, n=1)
            known = f"Did you mean `{close[0]}`?" if close else f"It has: {', '.join(parameters)}."
            raise ValueError(f"{name} has no setting `{setting}`. {known}")
    seed = {"seed": _FIRST_SEED} if "seed" in parameters else {}
    return kind(**{**seed, **settings})


def try_detector(name: str, settings: Mapping[str, Scalar]) -> None:
    """Lets one look at a few numbers. Raises ValueError as `river_detector`, and with what river says against a setting."""
    from river import base

    try:
        model = river_detector(name, settings)
        supervised = isinstance(model, base.SupervisedAnomalyDetector)
        for number in range(_TRIED_NUMBERS):
            asked: tuple[Any, ...] = (None, float(number)) if supervised else ({"value": number / _TRIED_NUMBERS},)
            model.learn_one(*asked)
            model.score_one(*asked)
    except ValueError as error:
        raise ValueError(f"{error}") from error
    except Exception as error:  # whatever river and what it stands on raise
        raise ValueError(f"river refuses these: {error}. See its documentation of {name}.") from error


def unknown_detector(name: str) -> str:
    """What to say of a name that is none."""
    names = ("crisis", "none", *river_names())
    own = [each.removeprefix(PREFIX) for each in river_names()]
    close = difflib.get_close_matches(name, [*names, *own], n=1, cutoff=0.8)  # "nope" isn't meant to be "none"
    if close:
        meant = close[0] if close[0] in names else PREFIX + close[0]
        return f"unknown detector `{name}`. Did you mean `{meant}`?"
    return f"unknown detector `{name}`. Known are `crisis`, `none`, and river's: {', '.join(river_names())}."
