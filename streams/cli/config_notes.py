"""What a valid config says that is hardly meant: notes, for whoever checks it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from schemas.config.calendars import Planned
from schemas.config.model import Brand
from streams.cli.terminal import printable
from streams.intake.fold import fold_each

_MOMENT = timedelta(minutes=1)


def doubtful(brands: list[Brand]) -> Iterator[str]:
    """Names and accounts of several brands, names by which nothing can be found, and brands that exclude themselves."""
    owners: dict[str, list[str]] = defaultdict(list)
    for brand in brands:
        folded = dict(zip(fold_each(brand.names), brand.names, strict=True))
        excluded = set(fold_each(brand.not_when)) if brand.not_when else set()
        for name, written in folded.items():
            owners[name].append(brand.id)
            if not any(char.isalnum() for char in name):
                yield f"`{printable(written)}` of {brand.id} has no letter or digit: nothing is found by it."
            elif name in excluded:
                yield f"`{printable(written)}` of {brand.id} stands in `not_when`, too: it never counts."
    for name, ids in owners.items():
        if len(ids) > 1 and name:
            yield f"`{printable(name)}` is a name of {_list(ids)}: a mention of it counts for each."
    accounts = Counter((network, handle.casefold()) for brand in brands for network, handle in brand.handles.items())
    for (network, handle), count in accounts.items():
        if count > 1:
            account = f"{printable(network)}: {printable(handle)}"
            yield f"{account} is the account of {count} brands: what it writes is each one's own."


def without_end(planned: Iterable[Planned]) -> Iterator[str]:
    """Events that are over as soon as they have begun, as those of a calendar are that name no end."""
    for each in planned:
        if each.event.duration == _MOMENT:
            yield f"`{printable(each.event.name)}` ({printable(str(each.origin))}) lasts a minute: give it an end."


def _list(ids: list[str]) -> str:
    return f"{', '.join(ids[:-1])} and {ids[-1]}"
