"""The detector of river's that a config names in the place of ours. Pure."""

import json

from schemas.config.model import Config
from schemas.config.river import river_detector
from streams.watch.panel import Choice


def choice_of(config: Config) -> Choice | None:
    """It, or None where ours judges or nothing is judged.

    >>> choice_of(Config(brands="auto", detector="river.anomaly.LODA")).key
    '["river.anomaly.LODA", {}]'
    """
    chosen = config.detector
    if not chosen.is_rivers:
        return None
    return Choice(
        json.dumps([chosen.name, chosen.settings], sort_keys=True), lambda: river_detector(chosen.name, chosen.settings)
    )
