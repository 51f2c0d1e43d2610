"""The sentences of an alert, each from an incident's figures: what happens, how sure we are, what is new, where, who.

A tired person must understand them in ten seconds: plain words, the number first, what is normal beside it.
"""

import shlex

from alerts.render import contagion
from alerts.render.clean import NAME_CHARS, TERM_CHARS, clean
from alerts.render.measures import counted, measure, quarter, times, volume
from alerts.render.view import View
from alerts.render.waiting import still_waits, waiting_sentences
from alerts.render.words import WORDS, Words
from alerts.rules import COUNTS_ANGER, QUARTER_S
from alerts.story import Story
from schemas.enums import Category, Fault, IncidentState, Kind, Transition
from schemas.incident import MERGED, Incident
from schemas.signal import Trouble, is_about_questions

_ID_CHARS = 200
_NOTE_CHARS = 300
_HASH_CHARS = 8
_YEARS_FROM_MONTHS = 24
_RAREST_MONTHS = 1200
_STILL_MORE = 2.0  # times the usual
_TWO_MONTHS, _TWICE = 1.5, 1.5  # rounded


def brand_name(view: View, incident: Incident) -> str:
    """The brand's name, cleaned: with `brands: auto` a stranger may have chosen it. What is about ourselves has ours."""
    name = incident.group if incident.trouble else view.name(incident.brand)
    return clean(name, NAME_CHARS) or "?"


def trouble(what: Trouble, view: View) -> str:
    """What is wrong with ourselves, and what to do."""
    words = WORDS[view.language]
    is_network = what.fault is Fault.QUIET and "/" not in what.about  # else it is a partition: `digests/3`
    said = words.quiet_network if is_network else words.troubles[what.fault]
    note = clean(what.note, _NOTE_CHARS)
    if what.fault in (Fault.LOST, Fault.LAG):
        note = view.numbers(note)
    filled = said.format(about=clean(what.about, NAME_CHARS), note=note)
    return filled.replace("?.", "?")  # a note may end in a question: did you mean …?


def measured(incident: Incident, view: View) -> str:
    """What the incident is about, in numbers: who waits, or observed against expected."""
    waiting = incident.figures.waiting
    if incident.kind is Kind.UNANSWERED and waiting:
        over = incident.state is IncidentState.RESOLVED
        return waiting_sentences(waiting, incident.updated_ms, view, ahead=not over)
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


def whose(incident: Incident, view: View) -> str:
    """The same, with the name of the brand that it is of where several share the incident."""
    of, measure = contagion.lead(incident, view), measured(incident, view)
    return f"{of}: {measure}" if of and measure else measure


def kind_name(incident: Incident, words: Words) -> str:
    """The kind of an incident in words, and of a `topic` which one grows."""
    found = incident.figures.unusual or incident.peak_figures.unusual
    if is_about_questions(incident.kind, found):
        return words.many_ask
    if incident.kind is Kind.TOPIC and found is not None and found.what in list(Category):
        return f"{words.kind[Kind.TOPIC]}: {words.categories[Category(found.what)]}"
    return words.kind[incident.kind]


def is_about_answers(incident: Incident) -> bool:
    """Whether those who ask are the matter, not those who are angry."""
    found = incident.figures.unusual or incident.peak_figures.unusual
    return incident.kind is Kind.UNANSWERED or is_about_questions(incident.kind, found)


def wave_ms(incident: Incident) -> int:
    """When its newest wave was noticed, if that isn't the first; 0 else."""
    waves = [entry.at_ms for entry in incident.timeline if entry.what == Story.SECOND_WAVE]
    return waves[-1] if waves else 0


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
            return words.topic.format(share=view.share(found.observed), what=what, expected=view.share(found.usual))
        case Kind.NEGATIVITY:
            return words.bad_day.format(share=view.share(found.observed), expected=view.share(found.usual))
        case Kind.INFLUENCER:
            who = next((loud.handle for loud in figures.loudest if loud.reach == found.observed), "")
            who = "@" + clean(who, TERM_CHARS).removeprefix("@") if who else words.an_account
            return words.influencer.format(
                who=who, followers=view.followers(int(found.observed)), expected=view.reach(int(found.usual))
            )
        case Kind.SILENCE:
            window = view.duration(incident.evidence_window_s * 1000)
            people, usual = counted(words.people, found.observed, view), view.count(found.usual)
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
    elif months >= _TWO_MONTHS:
        often = words.about_once.format(span=words.months.format(n=view.count(max(2, months))))
    elif per_month < _TWICE:
        often = words.once_a_month
    else:
        often = words.times_a_month.format(count=view.figure(per_month))
    return words.confidence.format(often=often)


def peak(incident: Incident, view: View) -> str:
    """What a resolved incident was at its worst; "" if that isn't known."""
    figures, words = incident.peak_figures, WORDS[view.language]
    if incident.kind is Kind.UNANSWERED and figures.waiting and incident.peak_ms:
        time = view.moment(incident.peak_ms, incident.resolved_ms)
        return words.most_waited.format(time=time, waiting=counted(words.waiters, figures.waiting.waiting, view))
    if not figures.mentions or not incident.peak_ms:
        return ""
    of = contagion.named(incident.peak_brand, incident, view)
    said = words.peak.format(
        time=view.moment(incident.peak_ms, incident.resolved_ms),
        volume=volume(figures, view),
        times=times(figures, view),
        share=view.share(figures.negative_share),
    )
    return f"{of}: {said[:1].lower()}{said[1:]}" if of else said


def change(transition: Transition, incident: Incident, view: View) -> str:
    """What this alert adds to the ones before it; "" for the first."""
    words = WORDS[view.language]
    if transition is Transition.ESCALATED:
        return _rise(incident, view)
    if transition is Transition.ACKNOWLEDGED:
        until = view.at(incident.acked_until_ms, incident.updated_ms or incident.opened_ms)
        return words.ack_line.format(who=clean(incident.acked_by, NAME_CHARS) or "?", until=until)
    if transition is Transition.RESOLVED:
        not_stated = incident.trouble and incident.resolved_why == "not_restated"
        return words.trouble_over if not_stated else _why(incident, words)
    if transition is Transition.UPDATED:
        return _growth(incident, view)
    return _reminder(incident, words) if transition is Transition.REMINDER else ""


def _reminder(incident: Incident, words: Words) -> str:
    """Nobody has it in hand; who had it, and let the time pass."""
    ends = (Story.ACK_EXPIRED, Story.SECOND_WAVE, Story.ESCALATED)
    last = next((entry for entry in reversed(incident.timeline) if entry.what in ends), None)
    if last is not None and last.what == Story.ACK_EXPIRED:
        return words.ack_over.format(who=clean(last.author, NAME_CHARS) or "?")
    return words.reminder


def _growth(incident: Incident, view: View) -> str:
    words = WORDS[view.language]
    for entry in reversed(incident.timeline):
        what, _, change = entry.what.partition(": ")
        if what == Story.GREW:
            grown = words.grew_of.get(incident.kind, words.grew_of[Kind.SURGE])
            of_all = words.grew_of_all if len(incident.members) > 1 else ""
            return words.grew.format(change=view.numbers(change), what=grown + of_all)
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
    if incident.kind is Kind.UNANSWERED:
        more = still_waits(incident.figures.waiting)
    elif is_about_questions(incident.kind, incident.figures.unusual or incident.peak_figures.unusual):
        more = last.mentions >= _STILL_MORE * max(last.mentions_expected, 1.0)
    elif incident.kind not in COUNTS_ANGER:
        more = False
    if reason == "calm" and more:
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
