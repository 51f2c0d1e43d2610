"""The sentences of an alert, each from an incident's figures: what happens, how sure we are, what is new, where, who.

A tired person must understand them in ten seconds: plain words, the number first, what is normal beside it.
"""

import shlex

import msgspec

from alerts.render import contagion
from alerts.render.clean import NAME_CHARS, TERM_CHARS, clean
from alerts.render.view import View
from alerts.render.waiting import waiting_sentences
from alerts.render.words import WORDS, Words
from alerts.rules import COUNTS_ANGER, QUARTER_S
from alerts.story import Story
from schemas.enums import Category, Fault, Kind, Transition
from schemas.incident import MERGED, Incident
from schemas.signal import Figures, Trouble, is_about_questions

_ID_CHARS = 200
_NOTE_CHARS = 300
_HASH_CHARS = 8
_YEARS_FROM_MONTHS = 24
_RAREST_MONTHS = 1200
_LEAST_SHARE = 0.01
_FEW = 10  # mentions of which a share would say more than they do
_HARDLY_ANY = 0.5
_STILL_MORE = 2.0  # times the usual


def brand_name(view: View, incident: Incident) -> str:
    """The brand's name, cleaned: with `brands: auto` a stranger may have chosen it. What is about ourselves has ours."""
    name = incident.group if incident.trouble else view.name(incident.brand)
    return clean(name, NAME_CHARS) or "?"


def trouble(what: Trouble, view: View) -> str:
    """What is wrong with ourselves, and what to do."""
    words = WORDS[view.language]
    is_network = what.fault is Fault.QUIET and "/" not in what.about  # else it is a partition: `digests/3`
    said = words.quiet_network if is_network else words.troubles[what.fault]
    filled = said.format(about=clean(what.about, NAME_CHARS), note=clean(what.note, _NOTE_CHARS))
    return filled.replace("?.", "?")  # a note may end in a question: did you mean …?


def measure(figures: Figures, view: View) -> str:
    """Observed against expected: "412 mentions in 15 min, normally about 30 (13x). 71 % negative, …"; "" without figures.

    A longer window has its last quarter of an hour beside it: alerts whose windows differ can be compared by it.
    """
    words = WORDS[view.language]
    if not figures.mentions and not figures.mentions_expected:
        return ""
    window = view.duration(figures.window_s * 1000)
    text = words.volume.format(mentions=view.count(figures.mentions), window=window)
    text += _usual(figures, view)
    if figures.window_s > QUARTER_S and (last := quarter(figures)).mentions:
        text += words.quarter.format(mentions=view.count(last.mentions)) + _times(last, view)
    if not figures.mentions:
        return text + "."
    if figures.mentions < _FEW:
        return f"{text}. {words.negative_count.format(negative=view.count(figures.negative))}."
    text += ". " + words.negative.format(share=view.share(figures.negative_share))
    if figures.mentions_expected and figures.negative_expected:
        text += words.negative_normally.format(expected=view.share(figures.negative_share_expected))
    return text + "."


def _usual(figures: Figures, view: View) -> str:
    words = WORDS[view.language]
    if 0 < figures.mentions_expected < _HARDLY_ANY <= figures.mentions:
        return words.hardly_any
    if not figures.mentions_expected:
        return ""
    return words.normally.format(expected=view.figure(figures.mentions_expected)) + _times(figures, view)


def _times(figures: Figures, view: View) -> str:
    """How many times the usual; of hardly any that says nothing."""
    if figures.mentions_expected < _HARDLY_ANY:
        return ""
    return WORDS[view.language].times.format(ratio=view.figure(figures.ratio))


def measured(incident: Incident, view: View) -> str:
    """What the incident is about, in numbers: who waits, or observed against expected."""
    waiting = incident.figures.waiting
    if incident.kind is Kind.UNANSWERED and waiting:
        return waiting_sentences(waiting, incident.updated_ms, view)
    said = unusual(incident, view) if incident.figures.unusual else ""
    return said if incident.kind is Kind.SILENCE else f"{said} {measure(incident.figures, view)}".strip()


def last_seen(incident: Incident, view: View) -> str:
    """Where what is over stood when it was last stated: the quarter of an hour, for a longer window still holds what has
    passed. Of what isn't stated any more nobody knows.
    """
    if incident.resolved_why == "not_restated":
        return ""
    if incident.kind is Kind.UNANSWERED:
        return measured(incident, view) if incident.figures.waiting else ""
    if QUARTER_S not in incident.figures.windows:
        return whose(incident, view)
    of, said = contagion.lead(incident, view), measure(quarter(incident.figures), view)
    return WORDS[view.language].last_seen.format(measure=f"{of}: {said}" if of else said) if said else ""


def quarter(figures: Figures) -> Figures:
    """The counts of the last quarter of an hour; its part of what is expected in the window that they come from."""
    mentions, negative = figures.windows.get(QUARTER_S, (0, 0))
    part = QUARTER_S / figures.window_s
    return msgspec.structs.replace(
        figures,
        window_s=QUARTER_S,
        mentions=mentions,
        mentions_expected=figures.mentions_expected * part,
        negative=negative,
        negative_expected=figures.negative_expected * part,
    )


def whose(incident: Incident, view: View) -> str:
    """The same, with the name of the brand that it is of where several share the incident."""
    of, measure = contagion.lead(incident, view), measured(incident, view)
    return f"{of}: {measure}" if of and measure else measure


def kind_name(incident: Incident, words: Words, kind: Kind) -> str:
    """The kind of an incident in words; `kind` is its own, or that which is to be named in its place."""
    found = incident.figures.unusual or incident.peak_figures.unusual
    return words.many_ask if is_about_questions(kind, found) else words.kind[kind]


def unusual(incident: Incident, view: View) -> str:
    """What is unusual beside the anger; "" for kinds that have nothing of the sort."""
    words, figures, found = WORDS[view.language], incident.figures, incident.figures.unusual
    if found is None:
        return ""
    match incident.kind:
        case Kind.TOPIC if found.what == Category.QUESTION:
            return words.asking.format(share=view.share(found.observed), expected=view.share(found.usual))
        case Kind.TOPIC:
            what = words.categories[Category(found.what)] if found.what in list(Category) else clean(found.what, TERM_CHARS)
            usual = view.share(max(found.usual, _LEAST_SHARE))
            usual = words.below.format(share=usual) if found.usual < _LEAST_SHARE else usual
            return words.topic.format(share=view.share(found.observed), what=what, expected=usual)
        case Kind.NEGATIVITY:
            return words.bad_day.format(share=view.share(found.observed), expected=view.share(found.usual))
        case Kind.INFLUENCER:
            who = next((loud.handle for loud in figures.loudest if loud.reach == found.observed), "")
            who = "@" + clean(who, TERM_CHARS).removeprefix("@") if who else words.an_account
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
    figures, words = incident.peak_figures, WORDS[view.language]
    if incident.kind is Kind.UNANSWERED and figures.waiting and incident.peak_ms:
        time = view.moment(incident.peak_ms, incident.resolved_ms)
        return words.most_waited.format(time=time, waiting=view.count(figures.waiting.waiting))
    if not figures.mentions or not incident.peak_ms:
        return ""
    of = contagion.named(incident.peak_brand, incident, view)
    said = words.peak.format(
        time=view.moment(incident.peak_ms, incident.resolved_ms),
        mentions=view.count(figures.mentions),
        window=view.duration(figures.window_s * 1000),
        ratio=view.figure(figures.ratio),
        share=view.share(figures.negative_share),
    )
    return f"{of}: {said[:1].lower()}{said[1:]}" if of else said


def change(transition: Transition, incident: Incident, view: View) -> str:
    """What this alert adds to the ones before it; "" for the first."""
    words = WORDS[view.language]
    if transition is Transition.ESCALATED:
        return _rise(incident, view)
    if transition is Transition.ACKNOWLEDGED:
        until = view.moment(incident.acked_until_ms, incident.updated_ms or incident.opened_ms)
        return words.ack_line.format(who=clean(incident.acked_by, NAME_CHARS) or "?", until=until)
    if transition is Transition.RESOLVED:
        not_stated = incident.trouble and incident.resolved_why == "not_restated"
        return words.trouble_over if not_stated else _why(incident, words)
    if transition is Transition.UPDATED:
        return _growth(incident, words)
    return words.reminder if transition is Transition.REMINDER else ""


def _growth(incident: Incident, words: Words) -> str:
    for entry in reversed(incident.timeline):
        what, _, change = entry.what.partition(": ")
        if what == Story.GREW:
            return words.grew.format(change=change, what=words.grew_of.get(incident.kind, words.grew_of[Kind.SURGE]))
    return ""


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


def _why(incident: Incident, words: Words) -> str:
    reason, last = incident.resolved_why, quarter(incident.figures)
    more = last.negative >= _STILL_MORE * max(last.negative_expected, 1.0)
    if reason == "calm" and more and incident.kind in COUNTS_ANGER:
        reason = "fading"
    known = words.why.get(reason)
    return known or (words.merged.format(other=clean(reason.removeprefix(MERGED), _ID_CHARS)) if reason else "")


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
