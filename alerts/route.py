"""Who is told about an incident."""

from schemas.config.model import Alerts, Destination
from schemas.enums import Channel, Kind, Severity

NEVER_PAGES = frozenset({Kind.VOLUME})
"""Talk without anger is recorded and calls nobody."""


def destinations(alerts: Alerts, kind: Kind, severity: Severity) -> list[str]:
    """The channels that the config has and that want to hear of this severity, in the order of `Channel`.

    >>> destinations(Alerts(webhook={"url": "https://example.com/"}), Kind.SURGE, Severity.WATCH)
    ['webhook']
    """
    if kind in NEVER_PAGES:
        return []
    return [name for name, channel in _configured(alerts) if channel.min_severity.rank <= severity.rank]


def still_configured(alerts: Alerts, names: list[str]) -> list[str]:
    """Those of the destinations that the config still has."""
    present = {name for name, _ in _configured(alerts)}
    return [name for name in names if name in present]


def _configured(alerts: Alerts) -> list[tuple[str, Destination]]:
    channels = ((str(channel), getattr(alerts, channel)) for channel in Channel)
    return [(name, channel) for name, channel in channels if channel is not None]
