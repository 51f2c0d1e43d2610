"""The hour that a brand's people live by."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.config.model import Config

_WINTER = datetime(2025, 1, 15, tzinfo=UTC)
_SUMMER = datetime(2025, 7, 15, tzinfo=UTC)


def standard_offset_min(zone: str) -> int:
    """Minutes by which the zone's standard time is ahead of UTC; summer time is left out, for it would make an hour jump.

    >>> standard_offset_min("Europe/Madrid"), standard_offset_min("America/Santiago")
    (60, -240)
    """
    info = ZoneInfo(zone)
    offsets = [at.astimezone(info).utcoffset() for at in (_WINTER, _SUMMER)]
    return min(int(offset.total_seconds() // 60) for offset in offsets if offset is not None)


def zones_of(config: Config) -> Callable[[str], int]:
    """Of each brand: the standard offset of its zone, or of the installation's.

    A look-up, not a search: it is asked for each brand that is heard of, and there may be a hundred thousand. Also for one
    that the config doesn't have: intake may have read a changed config a moment before watch does.
    """
    brands = [] if config.brands == "auto" else config.brands
    zones = {brand.id: brand.timezone or config.timezone for brand in brands}
    offsets: dict[str, int] = {}

    def zone_min(brand: str) -> int:
        zone = zones.get(brand, config.timezone)
        if zone not in offsets:
            offsets[zone] = standard_offset_min(zone)
        return offsets[zone]

    return zone_min
