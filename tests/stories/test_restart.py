"""Processes die in the middle of the crisis, again and again, at every place where they can: nobody outside notices."""

import random
from collections import Counter
from itertools import cycle

import pytest

from schemas.alert import Attempt
from schemas.incident import Incident
from streams.demo.texts import HANDLES, NAMES
from tests.driver import Driver, demo_config
from tests.driver_crash import Moment
from tests.stories.telling import MINUTE_MS, Mention, last_incidents, learn, live, written_alerts
from tests.streams.intake.making import scorer

INTAKE = (Moment.BEFORE_SENDING, Moment.WHILE_SENDING, Moment.BEFORE_ACK)
STAGE = (*INTAKE, Moment.BEFORE_SAVING)
NOTIFY = (*STAGE, Moment.BEFORE_ATTEMPT, Moment.BEFORE_DELIVERY, Moment.BEFORE_RECEIPT)
MOMENTS = {"intake": INTAKE, "watch": STAGE, "incidents": STAGE, "notify": NOTIFY}
MOST_RECORDS = {"intake": 10, "watch": 30, "incidents": 60, "notify": 5}  # read before a death: some minutes of the story
CHECKPOINT_EVERY = 20


class Misfortune:
    """Every process is always about to die, at one moment after the other; what has died is started anew at once."""

    def __init__(self, driver: Driver, seed: int) -> None:
        self.driver = driver
        self.deaths: Counter[tuple[str, Moment]] = Counter()
        self._chance = random.Random(seed)
        self._fates = {
            (role, partition): cycle(self._chance.sample(moments, len(moments)))
            for role, moments in MOMENTS.items()
            for partition in range(driver.partitions)
        }
        self._next: dict[tuple[str, int], Moment] = {}
        for process in self._fates:
            self._doom(process)

    def advance(self, to_ms: int) -> None:
        """As the driver's, through all deaths."""
        self.driver.advance(to_ms)
        while dead := self.driver.dead:
            for process in dead:
                self.deaths[process[0], self._next[process]] += 1
                self.driver.restart(*process)
                self._doom(process)
            self.driver.settle()

    def _doom(self, process: tuple[str, int]) -> None:
        self._next[process] = next(self._fates[process])
        self.driver.crash(*process, self._next[process], after=self._chance.randint(1, MOST_RECORDS[process[0]]))


@pytest.fixture(scope="module")
def misfortune(mentions: list[Mention]) -> Misfortune:
    """What happened to a second installation that was told the same story."""
    driver = Driver(demo_config(), scorer(), CHECKPOINT_EVERY)
    learn(driver, mentions)
    misfortune = Misfortune(driver, seed=2013)
    live(driver, mentions, misfortune.advance)
    return misfortune


@pytest.fixture
def restarted(misfortune: Misfortune) -> Driver:
    """That installation."""
    return misfortune.driver


def _life(incident: Incident) -> tuple[object, ...]:
    """What happened, and in which minute it was over: that ends in its last millisecond or with the mark right after it."""
    return incident.brand, incident.kind, incident.peak_severity, (incident.resolved_ms + 1) // MINUTE_MS


def test_every_role_has_died_at_every_moment(misfortune: Misfortune) -> None:
    """Otherwise the other tests here say little."""
    assert set(misfortune.deaths) == {(role, moment) for role, moments in MOMENTS.items() for moment in moments}
    assert misfortune.deaths.total() > 60


def test_every_mention_is_counted_once(restarted: Driver, mentions: list[Mention]) -> None:
    """The counts of each brand are those of what was piped in."""
    piped = Counter(next(b for b in NAMES if NAMES[b] in m["text"] or f"@{HANDLES[b]}" in m["text"]) for m in mentions)
    assert restarted.counted() == dict(piped)


def test_the_same_incidents_live_the_same_lives(restarted: Driver, undisturbed: Driver) -> None:
    """Under the same ids, resolved in the same minutes and opened within one: in which order the source partitions bring the
    rows of a minute that isn't over is another one after a death."""
    after, before = last_incidents(restarted), last_incidents(undisturbed)
    assert {name: _life(incident) for name, incident in after.items()} == {n: _life(i) for n, i in before.items()}
    assert all(abs(incident.opened_ms - before[name].opened_ms) <= MINUTE_MS for name, incident in after.items())


def test_the_same_alerts_are_written(restarted: Driver, undisturbed: Driver) -> None:
    """Some of them twice, under the same id."""
    assert written_alerts(restarted).keys() == written_alerts(undisturbed).keys()


def test_each_alert_arrives_and_a_repeat_has_the_same_id(restarted: Driver, undisturbed: Driver) -> None:
    """Once by its id; it comes again only where an attempt stayed without a receipt, and then it says so."""
    arrived = Counter(alert.id for alert in restarted.receivers.alerts)
    assert arrived.keys() == {alert.id for alert in undisturbed.receivers.alerts}
    attempts = Counter(record.alert for record in restarted.read_out("alerts") if isinstance(record, Attempt))
    assert all(count <= attempts[name] for name, count in arrived.items())
    assert 0 < sum(count - 1 for count in arrived.values()) < 30
    bodies = list(zip(restarted.receivers.alerts, restarted.receivers.bodies, strict=True))
    for name, count in arrived.items():
        repeats = [body for alert, body in bodies if alert.id == name][1:]
        assert len(repeats) == count - 1
        assert all("puede ser una repetición" in str(body) for body in repeats)
