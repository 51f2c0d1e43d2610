"""Single sentences: the edges that a whole alert doesn't show."""

from dataclasses import replace

import msgspec
import pytest

from alerts.render.email import render_email
from alerts.render.facts import ShownQuote, facts
from alerts.render.pagerduty import render_pagerduty
from alerts.render.rows import labelled
from alerts.render.sentences import change, confidence, measure, trouble
from alerts.render.slack import render_slack
from alerts.render.view import View
from schemas.enums import Fault, IncidentState, Kind, Severity, Transition
from schemas.incident import Entry, Incident
from schemas.signal import Figures, Trouble
from streams.receiver_rules import pager_problems, slack_problem
from tests.alerts.render import cases


@pytest.mark.parametrize(
    ("per_month", "says"),
    [
        (0.0, "less than once in 100 years"),  # nothing is impossible, but nobody lives to see it
        (1 / 96, "about once in 8 years"),
        (1 / 5, "about once in 5 months"),
        (1.0, "about once a month"),
        (0.6, "about once in 2 months"),
        (4.0, "about 4 times a month"),
    ],
)
def test_certainty_is_told_in_time_between_false_alarms(per_month: float, says: str) -> None:
    """Nobody feels a probability; everybody feels "once in 8 years"."""
    assert says in confidence(per_month, View())


def test_a_brand_without_any_history_shows_no_expectation() -> None:
    """Only what is known is said."""
    assert measure(Figures(mentions=12, negative=3), View()) == "12 mentions in 15 min. 25% negative."


def test_an_incident_without_figures_measures_nothing() -> None:
    """A problem of ours has no mentions."""
    assert measure(Figures(), View()) == ""


def test_silence_shows_what_was_expected() -> None:
    """No division by zero mentions."""
    assert measure(Figures(mentions_expected=20), View()) == "0 mentions in 15 min, normally about 20 (0x)."


@pytest.mark.parametrize(
    ("why", "says"),
    [
        ("calm", "It is back to normal."),
        ("merged into ikea-surge-1", "It is not over: it goes on as crisis ikea-surge-1."),
        ("", ""),
    ],
)
def test_a_resolve_says_why(why: str, says: str) -> None:
    """A false alarm and a calm end are not the same."""
    assert change(Transition.RESOLVED, _with(resolved_why=why), View()) == says


def test_unknown_things_have_no_row() -> None:
    """An empty label is noise."""
    assert labelled(_with(figures=Figures(), brands=[], timeline=[]), View()) == []


def test_the_subject_stays_the_same_over_an_incidents_life() -> None:
    """Mail programs keep a thread together by it."""
    subjects = {
        facts(cases.alert(transition, incident), [], cases.ES).subject
        for transition, incident in [(Transition.ESCALATED, cases.INCIDENT), (Transition.RESOLVED, cases.RESOLVED)]
    }
    assert len(subjects) == 1


def test_times_of_another_day_carry_their_date() -> None:
    """An alert is read in the morning too."""
    assert cases.EN.moment(cases.NOON_MS - 86_400_000, cases.NOON_MS) == "Wed 13 Feb 12:00"


def _with(**changes: object) -> Incident:
    return msgspec.structs.replace(cases.INCIDENT, **changes)


def test_a_second_wave_is_called_one() -> None:
    """It isn't a rise in severity."""
    wave = _with(timeline=[*cases.INCIDENT.timeline, Entry(cases.NOON_MS, "second wave", Severity.WARNING)])
    assert change(Transition.ESCALATED, wave, View()) == "Second wave: it was resolved and is rising again."


def test_a_rise_without_a_story_says_nothing_more() -> None:
    """The title has the severity."""
    assert change(Transition.ESCALATED, _with(timeline=[]), View()) == ""


@pytest.mark.parametrize("transition", [Transition.OPENED, Transition.RESOLVED])
def test_a_problem_of_ours_fits_every_channel(transition: Transition) -> None:
    """No figures, no rows, no samples, no chart."""
    bare = _with(figures=Figures(), brands=[], timeline=[], kind=Kind.SYSTEM, false_alarms_per_month=0.0)
    if transition is Transition.RESOLVED:
        bare = msgspec.structs.replace(bare, state=IncidentState.RESOLVED, resolved_ms=cases.NOON_MS)
    alert = cases.alert(transition, bare)
    said = facts(alert, [], View())
    assert slack_problem(render_slack(said)) == ""
    assert "table" not in render_email(said).html
    assert all(not pager_problems({"routing_key": "x" * 32, **event}) for event in render_pagerduty(alert, said))


def test_slack_keeps_what_comes_first_when_a_message_is_too_long() -> None:
    """The budget of all blocks: headline and figures stay, the end falls off."""
    long = replace(facts(cases.alert(Transition.OPENED), [], View()), actions=["a" * 3000] * 1, notes=["n" * 2900])
    long = replace(long, quotes=[ShownQuote("q" * 2900, "", "")] * 4)
    body = render_slack(long)
    assert slack_problem(body) == ""
    assert body["blocks"][0]["type"] == "header"
    assert "n" * 1000 in body["blocks"][1]["text"]["text"]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (Trouble(Fault.CONFIG, "rebato.yaml", "line 3"), "La configuración nueva (rebato.yaml) tiene errores"),
        (Trouble(Fault.LOST, "mentions", "200"), "Kafka borró 200 registros de mentions antes de que los leyéramos"),
        (Trouble(Fault.DESTINATION, "slack", "x"), "El destino slack no recibe las alertas (x): quien las espera"),
    ],
)
def test_what_is_wrong_with_ourselves_is_said_with_its_place(what: Trouble, says: str) -> None:
    """So that whoever reads it knows where to look; braces in it are plain text."""
    assert trouble(what, cases.ES).startswith(says)
    assert "{0}" in trouble(msgspec.structs.replace(what, note="{0}"), View())


def test_our_own_trouble_that_comes_back_is_no_second_wave_of_a_crowd() -> None:
    """Nothing rises."""
    timeline = [*cases.OWN_OVER.timeline, Entry(cases.NOON_MS, "second wave", Severity.WARNING)]
    again = msgspec.structs.replace(cases.OWN, timeline=timeline)
    assert change(Transition.ESCALATED, again, View()) == "It has happened again."


def test_what_is_over_shows_the_calm_and_what_it_was() -> None:
    """The last hour still holds the crisis, and the newest words are leftovers."""
    said = facts(cases.alert(Transition.RESOLVED, cases.RESOLVED), [], View())
    assert said.measure == "Last seen: 33 mentions in 15 min, normally about 28 (1.2x). 21% negative, normally 21%."
    assert ("What is new", "carne de caballo · retirada · #lacocinera") in said.rows


@pytest.mark.parametrize(
    ("kind", "per_min", "says"),
    [
        (Kind.SURGE, [20] * 30 + [23] * 5 + [25] * 5 + [28] * 5, "still rising"),
        (Kind.SURGE, [20, 22] * 30, "holding steady"),
        (Kind.SURGE, [30] * 55 + [8] * 5, "now easing"),
        (Kind.SURGE, [], "9 min ago)"),
        (Kind.VOLUME, [1] * 59 + [40], "9 min ago)"),  # of all talk nothing is known by minute
    ],
)
def test_the_title_says_where_it_is_heading_only_as_far_as_that_is_known(kind: Kind, per_min: list[int], says: str) -> None:
    """A storm that climbs slowly isn't one that has stopped rising."""
    incident = _with(kind=kind, figures=msgspec.structs.replace(cases.FIGURES, negative_per_min=per_min))
    assert facts(cases.alert(Transition.UPDATED, incident), [], View()).title.endswith(says)


def test_what_is_estimated_is_called_so() -> None:
    """Exact up to 96."""
    figures = msgspec.structs.replace(cases.FIGURES, authors=96, texts=12_345, loudest=[])
    assert ("Who", "96 people, about 12,000 different texts") in labelled(_with(figures=figures), View())


def test_a_long_story_says_that_its_beginning_is_left_out() -> None:
    """Six lines are shown."""
    lines = [Entry(cases.NOON_MS + n * cases.MINUTE_MS, "reminder", Severity.WARNING) for n in range(8)]
    story = dict(labelled(_with(timeline=lines), View()))["Story"]
    assert story.startswith("… → 11:02 reminder")
    assert story.count("→") == 6


def test_of_a_story_that_is_too_long_the_beginning_is_left_out() -> None:
    """What has just happened is what matters."""
    lines = [
        Entry(cases.NOON_MS + n * cases.MINUTE_MS, f"silenced: {'we know ' * 20}{n}", Severity.WARNING) for n in range(6)
    ]
    story = dict(labelled(_with(timeline=[*lines, Entry(cases.NOON_MS, "grew: 1310 → 12930", Severity.WARNING)]), View()))
    assert story["Story"].startswith("… → ")
    assert story["Story"].endswith("doubled: 1,310 → 12,930 (warning)")
    assert len(story["Story"]) < 600


def test_names_however_long_leave_room_for_what_is_the_matter() -> None:
    """Slack shows 150 characters."""
    names = {"lacocinera": "La Cocinera " * 10, "ikea": "IKEA " * 30, "x": "X", "y": "Y", "z": "Z"}
    view = replace(cases.EN, names=names)
    alone, shared = (
        facts(cases.alert(Transition.OPENED), [], view),
        facts(cases.alert(Transition.ESCALATED, _of_five()), [], view),
    )
    assert "· critical · negative surge · since 12:08" in alone.title[:150]
    assert "+ X AND 2 MORE · critical · contagion" in shared.title[:150]


def _of_five() -> Incident:
    first, second = cases.SPREAD.members
    more = [msgspec.structs.replace(second, brand=brand) for brand in ("x", "y", "z")]
    return msgspec.structs.replace(cases.SPREAD, members=[first, second, *more])


def test_an_hour_has_its_last_quarter_beside_it() -> None:
    """Alerts of a quarter and of an hour follow each other, and a crisis that grows must not read as one that shrinks."""
    figures = Figures(3600, 122, 36.0, 90, 9.0, windows={900: (45, 31), 3600: (122, 90)})
    assert measure(figures, View()).startswith(
        "122 mentions in 1 h, normally about 36 (3.4x), 45 of them in the last 15 min (5x)."
    )


def test_few_mentions_have_no_share_and_hardly_any_no_ratio() -> None:
    """ "100 % negative" of two mentions, and 755 times of next to nothing, would alarm people for no reason."""
    assert measure(Figures(mentions=2, mentions_expected=3.6, negative=2, negative_expected=1.5), View()) == (
        "2 mentions in 15 min, normally about 3.6 (0.56x). 2 negative."
    )
    rare = Figures(3600, 83, 0.11, 45, 0.03, windows={900: (24, 13)})
    assert measure(rare, View()).startswith(
        "83 mentions in 1 h, normally hardly any, 24 of them in the last 15 min. 54% neg"
    )


def test_many_who_still_wait_or_ask_are_no_normality_either() -> None:
    """Whatever the anger does."""
    waits = msgspec.structs.replace(cases.UNANSWERED, state=IncidentState.RESOLVED, resolved_why="calm")
    asks = msgspec.structs.replace(cases.ASKING, state=IncidentState.RESOLVED, resolved_why="calm")
    busy = msgspec.structs.replace(asks, figures=msgspec.structs.replace(asks.figures, windows={900: (400, 5)}))
    calm = msgspec.structs.replace(asks, figures=msgspec.structs.replace(asks.figures, windows={900: (40, 5)}))
    said = [change(Transition.RESOLVED, each, View())[:20] for each in (waits, busy, calm, cases.ANSWERED)]
    assert said == ["It is no longer unus"] * 2 + ["It is back to normal"] * 2


@pytest.mark.parametrize(
    ("negative", "says"), [(13, "It is back to normal."), (14, "It is no longer unusual enough to ring")]
)
def test_calm_is_not_called_normal_while_there_is_more_than_usual(negative: int, says: str) -> None:
    """It is calm when it isn't rare any more; 6.7 negative mentions are usual."""
    over = msgspec.structs.replace(
        cases.RESOLVED, figures=msgspec.structs.replace(cases.FIGURES, windows={900: (33, negative)})
    )
    assert change(Transition.RESOLVED, over, View()).startswith(says)
