"""The sentences of an alert, each from an incident's figures: what happens, how sure we are, what is new, where, who.

A tired person must understand them in ten seconds: plain words, the number first, what is normal beside it.
"""

import shlex

from alerts.render import contagion
from alerts.render.clean import clean
from alerts.render.view import View
from alerts.render.waiting import waiting_label, waiting_sentences
from alerts.render.words import WORDS, Words
from alerts.story import Story
from schemas.enums import Category, Fault, Kind, Transition
from schemas.incident import MERGED, Entry, Incident
from schemas.signal import Figures, Loud, Trouble

_NAME_CHARS = 80
_TERM_CHARS = 40
_ID_CHARS = 200
_NOTE_CHARS = 300
_HASH_CHARS = 8
_MOST_TERMS = 8
_MOST_NETWORKS = 4
_MOST_LOUD = 3
_MOST_CATEGORIES = 4
_MOST_BRANDS = 6
_MOST_ENTRIES = 6
_YEARS_FROM_MONTHS = 24
_RAREST_MONTHS = 1200
_LEAST_SHARE = 0.01


def brand_name(view: View, incident: Incident) -> str:
    """The brand's name, cleaned: with `brands: auto` a stranger may have chosen it. What is about ourselves has ours."""
    name = incident.group if incident.trouble else view.name(incident.brand)
    return clean(name, _NAME_CHARS) or "?"


def trouble(what: Trouble, view: View) -> str:
    """What is wrong with ourselves, and what to do."""
    words = WORDS[view.language]
    is_network = what.fault is Fault.QUIET and "/" not in what.about  # else it is a partition: `digests/3`
    said = words.quiet_network if is_network else words.troubles[what.fault]
    filled = said.format(about=clean(what.about, _NAME_CHARS), note=clean(what.note, _NOTE_CHARS))
    return filled.replace("?.", "?")  # a note may end in a question: did you mean …?


def measure(figures: Figures, view: View) -> str:
    """Observed against expected: "412 mentions in 15 min, normally about 30 (13x). 71 % negative, …"; "" without figures."""
    words = WORDS[view.language]
    if not figures.mentions and not figures.mentions_expected:
        return ""
    window = view.duration(figures.window_s * 1000)
    text = words.volume.format(mentions=view.count(figures.mentions), window=window)
    if figures.mentions_expected:
        text += words.normally.format(expected=view.figure(figures.mentions_expected))
        text += words.times.format(ratio=view.figure(figures.ratio))
    if not figures.mentions:
        return text + "."
    text += ". " + words.negative.format(share=view.share(figures.negative_share))
    if figures.mentions_expected:
        text += words.negative_normally.format(expected=view.share(figures.negative_share_expected))
    return text + "."


def measured(incident: Incident, view: View) -> str:
    """What the incident is about, in numbers: who waits, or observed against expected."""
    waiting = incident.figures.waiting
    if incident.kind is Kind.UNANSWERED and waiting:
        return waiting_sentences(waiting, incident.updated_ms, view)
    said = unusual(incident, view) if incident.figures.unusual else ""
    return said if incident.kind is Kind.SILENCE else f"{said} {measure(incident.figures, view)}".strip()


def whose(incident: Incident, view: View) -> str:
    """The same, with the name of the brand that it is of where several share the incident."""
    of, measure = contagion.lead(incident, view), measured(incident, view)
    return f"{of}: {measure}" if of and measure else measure


def unusual(incident: Incident, view: View) -> str:
    """What is unusual beside the anger; "" for kinds that have nothing of the sort."""
    words, figures, found = WORDS[view.language], incident.figures, incident.figures.unusual
    if found is None:
        return ""
    match incident.kind:
        case Kind.TOPIC:
            what = words.categories[Category(found.what)] if found.what in list(Category) else clean(found.what, _TERM_CHARS)
            usual = view.share(max(found.usual, _LEAST_SHARE))
            usual = words.below.format(share=usual) if found.usual < _LEAST_SHARE else usual
            return words.topic.format(share=view.share(found.observed), what=what, expected=usual)
        case Kind.NEGATIVITY:
            return words.bad_day.format(share=view.share(found.observed), expected=view.share(found.usual))
        case Kind.INFLUENCER:
            who = next((loud.handle for loud in figures.loudest if loud.reach == found.observed), "")
            who = "@" + clean(who, _TERM_CHARS).removeprefix("@") if who else words.an_account
            return words.influencer.format(
                who=who, reach=view.reach(int(found.observed)), expected=view.reach(int(found.usual))
            )
        case Kind.SILENCE:
            window = view.duration(incident.evidence_window_s * 1000)
            people, usual = view.count(round(found.observed)), view.count(round(found.usual))
            return words.silent.format(people=people, window=window, expected=usual)
    return ""


def confidence(per_month: float, view: View) -> str:
    """How often this would be a false alarm; `per_month` is the expected number a month, 0 = too rare to say."""
    words = WORDS[view.language]
    months = 1 / per_month if per_month > 0 else float("inf")
    if months > _RAREST_MONTHS:
        often = words.rarer
    elif months >= _YEARS_FROM_MONTHS:
        often = words.about_once.format(span=words.years.format(n=view.count(months / 12)))
    elif months >= 2:
        often = words.about_once.format(span=words.months.format(n=view.count(months)))
    else:
        often = words.times_a_month.format(count=view.figure(per_month))
    return words.confidence.format(often=often)


def peak(incident: Incident, view: View) -> str:
    """What a resolved incident was at its worst; "" if that isn't known."""
    figures = incident.peak_figures
    if not figures.mentions or not incident.peak_ms:
        return ""
    return WORDS[view.language].peak.format(
        time=view.moment(incident.peak_ms, incident.resolved_ms),
        mentions=view.count(figures.mentions),
        window=view.duration(figures.window_s * 1000),
        ratio=view.figure(figures.ratio),
        share=view.share(figures.negative_share),
    )


def change(transition: Transition, incident: Incident, view: View) -> str:
    """What this alert adds to the ones before it; "" for the first."""
    words = WORDS[view.language]
    if transition is Transition.ESCALATED:
        return _rise(incident, view)
    if transition is Transition.ACKNOWLEDGED:
        until = view.moment(incident.acked_until_ms, incident.updated_ms or incident.opened_ms)
        return words.ack_line.format(who=clean(incident.acked_by, _NAME_CHARS) or "?", until=until)
    if transition is Transition.RESOLVED:
        not_stated = incident.trouble and incident.resolved_why == "not_restated"
        return words.trouble_over if not_stated else _why(incident.resolved_why, words)
    return {Transition.REMINDER: words.reminder, Transition.UPDATED: words.update}.get(transition, "")


def _rise(incident: Incident, view: View) -> str:
    words = WORDS[view.language]
    if spread := contagion.spread(incident, view):
        return f"{spread} {_rise_in_words(incident, words)}".strip() if contagion.rose_too(incident) else spread
    if incident.timeline and incident.timeline[-1].what == Story.SECOND_WAVE:
        return words.trouble_again if incident.trouble else words.second_wave
    return _rise_in_words(incident, words)


def _rise_in_words(incident: Incident, words: Words) -> str:
    for entry in reversed(incident.timeline):
        if entry.severity.rank < incident.severity.rank:
            return words.rise.format(before=words.severity[entry.severity], after=words.severity[incident.severity])
    return ""


def _why(reason: str, words: Words) -> str:
    known = words.why.get(reason)
    return known or (words.merged.format(other=clean(reason.removeprefix(MERGED), _ID_CHARS)) if reason else "")


def rows(incident: Incident, view: View) -> list[tuple[str, str]]:
    """Labels and what stands beside them; what is unknown has no row."""
    words, figures = WORDS[view.language], incident.figures
    all_rows = [
        (words.new, _list(figures.terms[:_MOST_TERMS], _TERM_CHARS)),
        (words.about, _categories(figures, view)),
        (words.where, _networks(figures, view)),
        (words.who, _people(figures, view)),
        (words.others, contagion.others(incident, view) or _brands(incident, view)),
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


def _brands(incident: Incident, view: View) -> str:
    return _list([view.name(b) for b in incident.brands if b != incident.brand][:_MOST_BRANDS], _NAME_CHARS)


def _list(items: list[str], max_chars: int) -> str:
    return " · ".join(text for text in (clean(item, max_chars) for item in items) if text)


def _categories(figures: Figures, view: View) -> str:
    known = {category.value: category for category in Category if category is not Category.PRAISE}
    counts = sorted(((n, known[name]) for name, n in figures.categories.items() if n and name in known), reverse=True)
    names = WORDS[view.language].categories
    return ", ".join(f"{view.count(n)} {names[category]}" for n, category in counts[:_MOST_CATEGORIES])


def _networks(figures: Figures, view: View) -> str:
    total = sum(figures.networks.values())
    widest = sorted(figures.networks.items(), key=lambda item: (-item[1], item[0]))[:_MOST_NETWORKS]
    return ", ".join(f"{clean(name, _TERM_CHARS)} {view.share(n / total)}" for name, n in widest) if total else ""


def _people(figures: Figures, view: View) -> str:
    words = WORDS[view.language]
    parts = []
    if figures.authors:
        parts.append(words.people.format(authors=view.count(figures.authors)))
    if figures.texts:
        parts.append(words.texts.format(texts=view.count(figures.texts)))
    text = ", ".join(parts)
    loudest = [loud for loud in figures.loudest[:_MOST_LOUD] if clean(loud.handle, _TERM_CHARS)]
    if loudest:
        text += (" · " if text else "") + words.loudest.format(names=", ".join(_loud(loud, view) for loud in loudest))
    return text


def _loud(loud: Loud, view: View) -> str:
    handle = "@" + clean(loud.handle, _TERM_CHARS).removeprefix("@")
    return WORDS[view.language].followers.format(handle=handle, reach=view.reach(loud.reach)) if loud.reach else handle


def _story(timeline: list[Entry], view: View) -> str:
    if len(timeline) < 2:
        return ""
    return " → ".join(_line(entry, timeline[-1].at_ms, view) for entry in timeline[-_MOST_ENTRIES:])


def _line(entry: Entry, near_ms: int, view: View) -> str:
    """One line of the story; what a closed set of words doesn't know is shown as it is."""
    words = WORDS[view.language]
    what, _, detail = entry.what.partition(": ")
    said = words.story[Story(what)] if what in list(Story) else clean(what, _NAME_CHARS)
    if what == Story.SPREAD:
        said += f" {contagion.spread_in_story(detail, view)}"
    elif detail and what != Story.RESOLVED:
        said += f": {clean(detail, _NAME_CHARS)}"
    author = f", {clean(entry.author, _TERM_CHARS)}" if entry.author else ""
    return f"{view.moment(entry.at_ms, near_ms)} {said} ({words.severity[entry.severity]}{author})"


def actions(incident: Incident, view: View) -> list[str]:
    """The commands that the buttons of a page would press."""
    words = WORDS[view.language]
    target = shlex.quote(clean(incident.id, _ID_CHARS))
    return [
        f"{words.acknowledge}: rebato incidents ack {target}",
        f"{words.silence}: rebato incidents silence {target} --for 1h --comment {shlex.quote(words.silenced_by)}",
        f"{words.false_alarm}: rebato incidents feedback {target} false",
    ]


def footer(incident: Incident, view: View) -> str:
    """Which rule rang, at which setting: what an engineer needs to explain the alert."""
    words = WORDS[view.language]
    return (words.trouble_footer if incident.trouble else words.footer).format(
        kind=incident.kind.value,
        budget=view.figure(incident.budget_per_month),
        config=clean(incident.config_hash, 64)[:_HASH_CHARS] or "–",
        zone=view.zone,
        id=clean(incident.id, _ID_CHARS),
    )
