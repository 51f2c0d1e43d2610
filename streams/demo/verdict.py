"""What the demo has shown: who rang, how soon, on which channels, and who stayed calm. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from schemas.enums import Channel
from streams.demo import story, texts

ZONE = ZoneInfo("Europe/Madrid")


@dataclass(slots=True)
class Verdict:
    """The outcome. `minutes`: of each brand that rang, from onset to the first alert, in the story's time."""

    minutes: dict[str, float] = field(default_factory=dict)
    channels: dict[str, set[Channel]] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)
    together: list[str] = field(default_factory=list)
    """Brands that became one incident, the earliest first."""
    words: list[str] = field(default_factory=list)
    """What they have in common."""

    @property
    def false_alarms(self) -> list[str]:
        """Calm brands that rang."""
        return sorted(set(self.minutes) & set(story.CALM))

    @property
    def missed(self) -> list[str]:
        """Brands in a crisis that didn't ring on every channel."""
        return sorted(brand for brand in story.ONSETS if self.channels.get(brand, set()) != set(Channel))

    @property
    def passed(self) -> bool:
        """The right brands rang, the others didn't."""
        return not self.false_alarms and not self.missed

    def sentences(self) -> list[str]:
        """For people."""
        out = []
        for brand, onset in sorted(story.ONSETS.items(), key=lambda item: item[1]):
            name, start = texts.NAMES[brand], f"{onset.astimezone(ZONE):%H:%M}"
            if brand in self.minutes:
                channels = ", ".join(sorted(channel.value for channel in self.channels[brand]))
                end = ", and told when it was over" if brand in self.resolved else ""
                out.append(f"{name}: rang {self.minutes[brand]:.1f} min after the onset at {start} ({channels}){end}.")
            else:
                out.append(f"{name}: did not ring, though its crisis began at {start}.")
        if self.together:
            names = " and ".join(texts.NAMES.get(brand, brand) for brand in self.together)
            said = f" ({', '.join(self.words[:3])})" if self.words else ""
            out.append(f"{names} became one incident: the same words in both{said}.")
        calm = [texts.NAMES[brand] for brand in story.CALM if brand not in self.minutes]
        out.append(f"Stayed calm: {', '.join(calm)} (an ordinary day; praise; one text from hundreds of accounts).")
        out.extend(f"False alarm: {texts.NAMES[brand]}." for brand in self.false_alarms)
        return out

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "passed": self.passed,
            "minutes_to_alert": {brand: round(minutes, 2) for brand, minutes in sorted(self.minutes.items())},
            "channels": {brand: sorted(found) for brand, found in sorted(self.channels.items())},
            "resolved": sorted(self.resolved),
            "together": self.together,
            "false_alarms": self.false_alarms,
            "missed": self.missed,
        }


def judge(events: Sequence[Mapping[str, Any]], brands_told: Mapping[str, set[Channel]]) -> Verdict:
    """The verdict on the bodies that the webhook got, oldest first, and the channels that each brand was told of on."""
    verdict = Verdict(channels=dict(brands_told))
    for event in events:
        incident = event["data"]["incident"]
        brands = [str(brand) for brand in incident.get("brands") or [incident["brand"]]]
        if members := incident.get("members"):
            verdict.together = brands
            verdict.words = list(dict.fromkeys(word for member in members for word in member["words"]))
        if event["type"] == "incident.resolved":
            verdict.resolved.update([] if incident.get("merged_into") else brands)
            continue
        at = datetime.fromisoformat(event["timestamp"]).astimezone(UTC)
        for brand in brands:
            verdict.minutes.setdefault(brand, (at - story.ONSETS.get(brand, story.LOOK)).total_seconds() / 60)
    return verdict
