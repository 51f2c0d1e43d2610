"""What holds for one brand: its own settings over the installation's."""

import difflib
from dataclasses import dataclass

from schemas.config.base import Language, merged
from schemas.config.model import Brand, Config, Floors, Promise, Sensitivity
from schemas.errors import UsageError


@dataclass(frozen=True, slots=True)
class BrandSettings:
    """The effective settings of a brand; whoever decides something about a brand asks these, not the config."""

    id: str
    group_key: str  # key of its incidents
    sensitivity: Sensitivity
    promise: Promise
    floors: Floors
    timezone: str
    language: Language


def resolve(config: Config, brand_id: str) -> BrandSettings:
    """The effective settings. With `brands: auto` every name is a brand with the installation's settings.

    Raises UsageError for a brand that the config doesn't have.

    >>> resolve(Config(brands="auto"), "ikea").sensitivity.per_month
    1.0
    """
    return settings_of(config, brand_id, None if config.brands == "auto" else config.brands[brand_index(config, brand_id)])


def settings_of(config: Config, brand_id: str, own: Brand | None) -> BrandSettings:
    """The effective settings of a brand with those of its `own`; None: it has none."""
    return BrandSettings(
        id=brand_id,
        group_key=own.group_key if own else brand_id,
        sensitivity=merged(config.sensitivity, own.sensitivity if own else None),
        promise=merged(config.promise, own.promise if own else None),
        floors=merged(config.floors, own.floors if own else None),
        timezone=(own.timezone if own else None) or config.timezone,
        language=(own.language if own else None) or config.language,
    )


def brand_index(config: Config, brand_id: str) -> int:
    """The position of a brand in the config. Raises UsageError when it isn't there."""
    ids = [] if config.brands == "auto" else [brand.id for brand in config.brands]
    if brand_id in ids:
        return ids.index(brand_id)
    close = difflib.get_close_matches(brand_id, ids, n=1)
    remedy = f"Did you mean `{close[0]}`?" if close else f"There are: {', '.join(ids)}."
    raise UsageError(f"no brand has the id `{brand_id}`. {remedy}")
