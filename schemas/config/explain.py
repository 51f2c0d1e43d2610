"""Where each effective setting comes from: a line of the file, the environment, the command line, or the default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from schemas.config.base import Settings
from schemas.config.effective import brand_index, resolve
from schemas.config.layers import DEFAULT, Origin
from schemas.config.load import Loaded
from schemas.config.model import Config
from schemas.config.values import write_value


@dataclass(frozen=True, slots=True)
class Setting:
    """One effective setting."""

    path: str
    value: str  # as people write it; a secret's is `(secret)`
    origin: Origin
    of_brand: bool = False  # the brand overrules the installation

    @property
    def comes_from(self) -> str:
        """The origin in words: `rebato.yaml line 7, this brand's own`."""
        return f"{self.origin}, this brand's own" if self.of_brand else str(self.origin)


def explain(loaded: Loaded, brand_id: str) -> list[Setting]:
    """Every setting that holds for the brand: who it is, then the tree of settings with what it overrules.

    Planned events are left out: they are no settings of a brand, and come and go.

    Raises UsageError for an unknown brand.
    """
    config, origins = loaded.config, loaded.origins
    resolve(config, brand_id)
    brand: list[Setting] = []
    if config.brands != "auto":
        index = brand_index(config, brand_id)
        brand = list(_leaves(config.brands[index], f"brands[{index}]", origins, below=""))
    own = {setting.path: replace(setting, of_brand=True) for setting in brand if setting.origin != DEFAULT}
    who = [setting for setting in brand if setting.path.partition(".")[0] not in Config.model_fields]
    general = (setting for setting in _leaves(config, "", origins, below="") if setting.path not in ("brands", "events"))
    return [*who, *(own.get(setting.path, setting) for setting in general)]


def _leaves(part: Settings, written: str, origins: Mapping[str, Origin], below: str) -> Iterator[Setting]:
    """Each single setting of a part. `written`: the part's path in the file; `below`: its path in the answer."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        path, place = _join(below, name), _join(written, name)
        if isinstance(value, Settings):
            yield from _leaves(value, place, origins, path)
        else:
            origin = _nearest(place, origins) if name in part.model_fields_set else DEFAULT
            yield Setting(path, write_value(value), origin)


def _join(above: str, name: str) -> str:
    return f"{above}.{name}" if above else name


def _nearest(place: str, origins: Mapping[str, Origin]) -> Origin:
    """The origin of a setting, or of the word that stands for its part (`sensitivity: quiet`)."""
    while place not in origins and "." in place:
        place = place.rpartition(".")[0]
    return origins.get(place, DEFAULT)
