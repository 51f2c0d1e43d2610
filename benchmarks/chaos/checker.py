"""Compares what lies in topics, changelogs and receivers with the truth. Every difference is a line.

- counts of each brand, by minute and by category; what came late is counted apart
- incidents: the same brands and kinds, each opened within a minute of the undisturbed one
- alerts: each settled, each arrived; by key once; without a key a second time only after a send in doubt
- nothing good among what was refused, and each broken line there once
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from alerts.render.pagerduty import actions
from benchmarks.chaos.truth import Tally, Truth
from detectors.minute_block import MinuteBlock
from schemas.alert import Alert
from schemas.enums import Channel, Kind, Outcome
from schemas.incident import Incident
from streams.receivers import Received, Receivers
from streams.stages.watch import brand_of
from streams.watch.brand import BrandWatch
from streams.watch.counts import RECENT_MIN
from tests.e2e.readback import Outbox, mail_alert, read_incidents, read_outbox, read_states, read_topic

OPENED_WITHIN_MS = 60_000
_SHOWN = 12


@dataclass(slots=True)
class Verdict:
    """What was found."""

    mentions: int = 0
    late: int = 0
    lost: int = 0
    """Mentions that were sent and are in no count."""
    doubled: int = 0
    """Mentions counted beyond those sent."""
    incidents: int = 0
    told: dict[str, int] = field(default_factory=dict)
    """Alerts that arrived, by channel."""
    repeated: dict[str, int] = field(default_factory=dict)
    """Messages that arrived a second time, each after a send in doubt, by channel."""
    alerts_lost: int = 0
    alerts_doubled: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether all is as it must be."""
        return not self.problems

    def found(self, problems: Iterator[str]) -> None:
        """Keeps the first ones of a kind, and says how many more there were."""
        all_of_them = list(problems)
        self.problems += all_of_them[:_SHOWN]
        if len(all_of_them) > _SHOWN:
            self.problems.append(f"… and {len(all_of_them) - _SHOWN} more of these")


def read_brands(brokers: str, prefix: str) -> dict[str, BrandWatch]:
    """Each brand as watch's last checkpoints hold it."""
    return {brand: brand_of(brand, state) for brand, state in read_states(brokers, prefix).items()}


def check(brokers: str, prefix: str, truth: Truth, receivers: Receivers) -> Verdict:
    """Everything; the roles must have ended."""
    verdict = Verdict()
    check_counts(verdict, truth.brands, read_brands(brokers, prefix))
    verdict.found(_dead(brokers, prefix, truth.refused))
    incidents = [each for each in read_incidents(brokers, prefix).values() if each.kind is not Kind.SYSTEM]
    verdict.incidents = len(incidents)
    verdict.found(_incidents(truth, incidents))
    outbox = read_outbox(brokers, prefix)
    for channel in Channel:
        check_channel(verdict, channel, outbox, receivers)
    return verdict


def check_counts(verdict: Verdict, truth: Mapping[str, Tally], brands: Mapping[str, BrandWatch]) -> None:
    """Of each brand: in all, by minute, by category."""
    for name in sorted(truth.keys() | brands.keys()):
        tally, brand = truth.get(name, Tally()), brands.get(name)
        if brand is None:
            verdict.lost += tally.mentions
            verdict.problems.append(f"{name}: {tally.mentions} mentions, and watch knows no such brand")
            continue
        counted = brand.mentions + brand.late
        verdict.mentions += counted
        verdict.late += brand.late
        verdict.lost += max(0, tally.mentions - counted)
        verdict.doubled += max(0, counted - tally.mentions)
        verdict.found(_of_brand(name, tally, brand))


def _of_brand(name: str, tally: Tally, brand: BrandWatch) -> Iterator[str]:
    if brand.mentions + brand.late != tally.mentions:
        yield f"{name}: {tally.mentions} mentions were sent, {brand.mentions} counted and {brand.late} late"
    if brand.negative > tally.negative or brand.negative + brand.late < tally.negative:
        yield f"{name}: {tally.negative} negative mentions were sent, {brand.negative} counted"
    if brand.late:
        return  # which minute a late one belongs to isn't kept
    newest = max(tally.by_minute, default=0)
    kept = (brand.open_min or 0) - RECENT_MIN  # a brand is looked at when nobody has spoken of it for a while, too
    for minute in range(max(newest - RECENT_MIN + 1, kept), newest + 1):
        wanted = tally.by_minute[minute], tally.negative_by_minute[minute]
        if (found := brand.counts.of(minute)) != wanted:
            yield f"{name}, minute {minute}: {wanted} mentions and negative ones were sent, {found} counted"
        block = _block(brand, minute)
        if block is not None and block.categories != (categories := tally.by_category.get(minute, [0] * 10)):
            yield f"{name}, minute {minute}: categories {categories} were sent, {block.categories} counted"


def _block(brand: BrandWatch, minute: int) -> MinuteBlock | None:
    if brand.open_min is None or minute > brand.open_min:
        return None
    held = brand.minutes.get(minute)
    return held.block if held else brand.talk.history.block(minute)


def _dead(brokers: str, prefix: str, refused: int) -> Iterator[str]:
    """Broken lines have no identity: the sender's own retries may bring one twice, so contents are compared."""
    found = {record.value() for record in read_topic(brokers, f"{prefix}mentions.dead")}
    if len(found) != refused:
        yield f"{refused} broken lines were sent, {len(found)} lie in mentions.dead"


def _incidents(truth: Truth, found: list[Incident]) -> Iterator[str]:
    known = list(truth.incidents.values())
    wanted = [each for each in known if each.opened_ms <= truth.last_ms]  # others may be opened after we have looked
    for name, ours, theirs in (("missing", wanted, found), ("extra", found, known)):
        for each in ours:
            near = [other for other in theirs if (other.brand, other.kind) == (each.brand, each.kind)]
            if not any(abs(other.opened_ms - each.opened_ms) <= OPENED_WITHIN_MS for other in near):
                times = ", ".join(f"{(other.opened_ms - each.opened_ms) / 1000:+.0f} s" for other in near) or "none at all"
                yield f"incident {each.id} is {name}; others of this brand and kind: {times}"


def check_channel(verdict: Verdict, channel: Channel, outbox: Outbox, receivers: Receivers) -> None:
    """What one channel got, against what was sent there."""
    alerts = [each for each in outbox.alerts.values() if each.destination == channel]
    sent, outcomes = outbox.sent(channel), outbox.outcomes
    verdict.told[channel] = len(sent)
    unsettled = [each.id for each in alerts if outcomes.get(each.id) not in (Outcome.SENT, Outcome.SUPERSEDED)]
    verdict.alerts_lost += len(unsettled)
    verdict.found(f"{channel}: alert {each} ended as {outcomes.get(each)}" for each in unsettled)
    wanted: dict[str, list[str]] = defaultdict(list)
    for each in alerts:
        for name in _names(channel, each):
            wanted[name].append(each.id)
    arrived = Counter(_name(channel, each, wanted) for each in receivers.of(channel))
    for name in wanted.keys() | arrived.keys():
        due = sum(alert in sent for alert in wanted[name])
        allowed = due + sum(outbox.doubts(alert) for alert in wanted[name])
        if arrived[name] < due:
            verdict.alerts_lost += due - arrived[name]
            verdict.problems.append(f"{channel}: {name} was sent {due} times and arrived {arrived[name]} times")
        if arrived[name] > due:
            verdict.repeated[channel] = verdict.repeated.get(channel, 0) + arrived[name] - due
        if arrived[name] > allowed:
            verdict.alerts_doubled += arrived[name] - allowed
            verdict.problems.append(f"{channel}: {name} arrived {arrived[name]} times, {allowed} can be explained")


def _names(channel: Channel, alert: Alert) -> list[str]:
    """Under what the alert arrives: its own id, PagerDuty's actions and keys, or on Slack the incident that it shows."""
    incident = alert.incident
    if channel is Channel.SLACK:
        return [incident.id]
    if channel is not Channel.PAGERDUTY:
        return [alert.id]
    return [f"{action} {key}" for action, key in actions(alert)]


def _name(channel: Channel, received: Received, known: Mapping[str, object]) -> str:
    match channel:
        case Channel.WEBHOOK:
            return received.headers["webhook-id"]
        case Channel.EMAIL:
            return mail_alert(received)
        case Channel.PAGERDUTY:
            return f"{received.body['event_action']} {received.body['dedup_key']}"
        case Channel.SLACK:
            text = received.raw.decode()
            return max((each for each in known if each in text), key=len, default=text[:200])
