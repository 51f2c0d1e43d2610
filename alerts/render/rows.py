"""The labelled rows of an alert: what is new, about what, where, who, and its story."""

from alerts.render import contagion
from alerts.render.clean import NAME_CHARS, TERM_CHARS, clean
from alerts.render.measures import counted
from alerts.render.view import View
from alerts.render.waiting import waiting_label, waiting_sentences, who_waits
from alerts.render.words import WORDS
from alerts.story import Story
from schemas.enums import Category, IncidentState, Kind
from schemas.incident import Entry, Incident
from schemas.signal import COUNTED, Figures, Loud

_MOST_TERMS = 8
_MOST_NETWORKS = 4
_MOST_LOUD = 3
_MOST_CATEGORIES = 4
_MOST_BRANDS = 6
_MOST_ENTRIES = 6
_STORY_CHARS = 560  # the oldest are left out beyond


def labelled(incident: Incident, view: View) -> list[tuple[str, str]]:
    """Labels and what stands beside them; what is unknown has no row. What is over has those of its peak."""
    over = incident.state is IncidentState.RESOLVED and incident.peak_figures.mentions > 0
    words, figures = WORDS[view.language], incident.peak_figures if over else incident.figures
    all_rows = [
        (words.new, _list(figures.terms[:_MOST_TERMS], TERM_CHARS)),
        (words.about, _categories(figures, view)),
        (words.where, _networks(figures, view)),
        (words.who, _who(incident, figures, view)),
        (words.others, _others(incident, view)),
        (waiting_label(view), _waiting(incident, view)),
        (words.course, _story(incident.timeline, view)),
    ]
    return [(label, text) for label, text in all_rows if text]


def _waiting(incident: Incident, view: View) -> str:
    """Of those who wait, where the alert is about something else."""
    waiting = incident.figures.waiting
    if incident.kind is Kind.UNANSWERED or waiting is None or not waiting.waiting:
        return ""
    return waiting_sentences(waiting, incident.updated_ms, view)


def _who(incident: Incident, figures: Figures, view: View) -> str:
    if incident.kind is Kind.UNANSWERED and figures.waiting:
        return "" if incident.state is IncidentState.RESOLVED else who_waits(figures.waiting, view)
    return _people(figures, view)


def _others(incident: Incident, view: View) -> str:
    if not incident.members:
        return _brands(incident, view)
    return "" if incident.state is IncidentState.RESOLVED else contagion.others(incident, view)


def _brands(incident: Incident, view: View) -> str:
    return _list([view.name(b) for b in incident.brands if b != incident.brand][:_MOST_BRANDS], NAME_CHARS)


def _list(items: list[str], max_chars: int) -> str:
    return " · ".join(text for text in (clean(item, max_chars) for item in items) if text)


def _categories(figures: Figures, view: View) -> str:
    known = {category.value: category for category in Category if category is not Category.PRAISE}
    counts = sorted(((n, known[name]) for name, n in figures.categories.items() if n and name in known), reverse=True)
    words = WORDS[view.language]
    return " · ".join(f"{words.categories[category]} {view.count(n)}" for n, category in counts[:_MOST_CATEGORIES])


def _networks(figures: Figures, view: View) -> str:
    total = sum(figures.networks.values())
    widest = sorted(figures.networks.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NETWORKS]
    return ", ".join(f"{clean(name, TERM_CHARS)} {view.share(n / total)}" for name, n in widest) if total else ""


def _people(figures: Figures, view: View) -> str:
    words = WORDS[view.language]
    parts = []
    if figures.authors:
        parts.append(
            counted(words.about_people if figures.authors > COUNTED else words.people, _rounded(figures.authors), view)
        )
    if figures.texts:
        parts.append(counted(words.about_texts if figures.texts > COUNTED else words.texts, _rounded(figures.texts), view))
    text = ", ".join(parts)
    loudest = [loud for loud in figures.loudest[:_MOST_LOUD] if clean(loud.handle, TERM_CHARS)]
    if loudest:
        text += (" · " if text else "") + words.loudest.format(names=", ".join(_loud(loud, view) for loud in loudest))
    return text


def _rounded(count: int) -> int:
    """An estimate to two digits, as far as it can be trusted."""
    return count if count <= COUNTED else int(float(f"{count:.2g}"))


def _loud(loud: Loud, view: View) -> str:
    handle = "@" + clean(loud.handle, TERM_CHARS).removeprefix("@")
    return f"{handle} ({view.followers(loud.reach)})" if loud.reach else handle


def _story(timeline: list[Entry], view: View) -> str:
    if len(timeline) < 2:
        return ""
    lines = [_line(entry, timeline[-1].at_ms, view) for entry in timeline[-_MOST_ENTRIES:]]
    while len(lines) > 1 and sum(map(len, lines)) > _STORY_CHARS:
        lines = lines[1:]
    return " → ".join(["…", *lines] if len(lines) < len(timeline) else lines)


def _line(entry: Entry, near_ms: int, view: View) -> str:
    """One line of the story; what a closed set of words doesn't know is shown as it is."""
    words = WORDS[view.language]
    what, _, detail = entry.what.partition(": ")
    said = words.story[Story(what)] if what in list(Story) else clean(what, NAME_CHARS)
    if what == Story.SPREAD:
        said += f" {contagion.spread_in_story(detail, view)}"
    elif what in (Story.GREW, Story.BUDGET):
        said += f": {view.numbers(clean(detail, NAME_CHARS))}"
    elif detail and what != Story.RESOLVED:
        said += f": {clean(detail, NAME_CHARS)}"
    author = f", {clean(entry.author, TERM_CHARS)}" if entry.author else ""
    return f"{view.moment(entry.at_ms, near_ms)} {said} ({words.severity[entry.severity]}{author})"
