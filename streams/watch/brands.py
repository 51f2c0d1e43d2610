"""The brands of one partition by name; those of a checkpoint are read when they are first asked for. Pure.

A start has to be short, and most brands aren't spoken of in its first minute. Whoever goes through all values reads all.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Protocol

from streams.watch.brand import BrandWatch
from streams.watch.panel import Choice
from streams.watch.planned import Plans, nothing_planned


class Resting(Protocol):
    """A brand of a checkpoint that nobody has asked for yet."""

    @property
    def last_min(self) -> int:
        """No less than the last minute with something in it that isn't closed; −1 if there is none."""

    def read(self) -> BrandWatch:
        """The brand itself. Raises `StateError` when its state can't be read after all."""


class Brands(MutableMapping[str, BrandWatch]):
    """All of them judged or only counted, as the config says now, whatever it said when a state was written."""

    def __init__(
        self,
        held: Mapping[str, BrandWatch | Resting],
        judged: bool,
        plans: Plans = nothing_planned,
        choice: Choice | None = None,
    ) -> None:
        self._held = dict(held)
        self._choice = choice
        self.judge(judged)
        self.plan(plans)

    def judge(self, judged: bool) -> None:
        """Judges from now on, or no more; reads none. What was learned stays as it was while brands are only counted."""
        self._judged = judged
        for brand in self.awake():
            brand.judged = judged

    def use(self, choice: Choice | None) -> None:
        """Judges by one of river's detectors from now on, or by our own; reads none."""
        self._choice = choice
        for brand in self.awake():
            self._follow(brand)

    def plan(self, plans: Plans) -> None:
        """Expects what is planned for each from now on; reads none."""
        self._plans = plans
        for brand in self.awake():
            self._follow(brand)

    def _follow(self, brand: BrandWatch) -> BrandWatch:
        if brand.judged:
            brand.plan = brand.evidence.plan = self._plans(brand.brand, brand.zone_min)
            brand.panel.use(self._choice)
        return brand

    def awake(self) -> Iterator[BrandWatch]:
        """Those that have been asked for; reads none."""
        return (held for held in self._held.values() if isinstance(held, BrandWatch))

    def beyond(self, minute: int) -> set[str]:
        """Names of brands that may have something in a later minute; reads none."""
        return {name for name, held in self._held.items() if held.last_min > minute}

    def __getitem__(self, name: str) -> BrandWatch:
        held = self._held[name]
        if isinstance(held, BrandWatch):
            return held
        brand = self._held[name] = held.read()
        brand.judged = self._judged
        return self._follow(brand)

    def __setitem__(self, name: str, brand: BrandWatch) -> None:
        self._held[name] = self._follow(brand)

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
