"""What an alert says of other brands of its group: that it has spread, where to, and why it is watched more closely."""

from alerts.render.clean import NAME_CHARS, TERM_CHARS, clean, shorten
from alerts.render.measures import times, volume
from alerts.render.view import View
from alerts.render.words import WORDS
from alerts.story import Story
from schemas.enums import Kind
from schemas.incident import Incident, Member

_MOST_NAMES = 3
_MOST_BRANDS = 6
_MOST_WORDS = 4
_TITLE_CHARS = 25  # of each name, so that a title shows how bad it is


def names(incident: Incident, view: View) -> str:
    """The brands that it has hit, the earliest first; "" for one alone."""
    if len(incident.members) < 2:
        return ""
    shown = " + ".join(shorten(_name(member.brand, view), _TITLE_CHARS) for member in incident.members[:_MOST_NAMES])
    more = len(incident.members) - _MOST_NAMES
    return f"{shown} {WORDS[view.language].more_brands.format(count=more)}" if more > 0 else shown


def lead(incident: Incident, view: View) -> str:
    """The name of the brand that the figures are of, where that must be said; else ""."""
    return named(_lead(incident), incident, view) if incident.members else ""


def named(brand: str, incident: Incident, view: View) -> str:
    """The name of a brand where several share the incident; else ""."""
    return _name(brand, view) if brand and len(incident.members) > 1 else ""


def spread(incident: Incident, view: View) -> str:
    """To whom it has spread since the last alert, and with which words; "" if to nobody."""
    joined = [member for member in incident.members if member.brand in incident.spread_to]
    if not joined:
        return ""
    said = WORDS[view.language]
    brands = ", ".join(_name(member.brand, view) for member in joined[:_MOST_BRANDS])
    words = _words([word for member in joined for word in member.words])
    return said.spread_words.format(brands=brands, words=words) if words else said.spread.format(brands=brands)


def spread_in_story(detail: str, view: View) -> str:
    """The line's brand by its name, and the first of the words that it shares."""
    brand, *words = detail.split(" · ")
    shared = _words(words)
    return _name(brand, view) + (f": {shared}" if shared else "")


def rose_too(incident: Incident) -> bool:
    """Whether the severity has risen since it began to spread to those whom this alert names."""
    since = [n for n, entry in enumerate(incident.timeline) if _spread_to(entry.what) in incident.spread_to]
    return any(entry.what == Story.ESCALATED for entry in incident.timeline[min(since, default=0) :])


def others(incident: Incident, view: View) -> str:
    """The other brands, each with its figures."""
    shown = [_member(member, view) for member in incident.members if member.brand != _lead(incident)]
    return " · ".join(shown[:_MOST_BRANDS])


def closely(incident: Incident, at_ms: int, view: View) -> str:
    """Who rang before, in its group or the brand itself, so that it may ring sooner; or ""."""
    near = incident.neighbour
    if near is None or incident.merged_into or incident.kind is Kind.CONTAGION:
        return ""
    said, brand = WORDS[view.language], _name(near.brand, view)
    if near.brand == incident.brand:
        return said.again.format(ago=view.ago(at_ms - near.rang_ms))
    ago, words = view.ago(at_ms - near.rang_ms), _words(near.words)
    sentence = said.closely_words if words else said.closely
    return sentence.format(brand=brand, ago=ago, words=words)


def merged_title(incident: Incident, view: View) -> str:
    """What a brand's incident has become part of; "" if it hasn't."""
    if not incident.merged_into or incident.neighbour is None:
        return ""
    return WORDS[view.language].merged_title.format(brand=_name(incident.neighbour.brand, view))


def _lead(incident: Incident) -> str:
    """Whose figures the incident has: the earliest brand that isn't calm, and of calm ones the last that was not."""
    burning = [member for member in incident.members if not member.ended_ms]
    return burning[0].brand if burning else max(incident.members, key=lambda member: member.ended_ms).brand


def _member(member: Member, view: View) -> str:
    said, figures, name = WORDS[view.language], member.figures, _name(member.brand, view)
    if member.ended_ms:
        return f"{name}: {said.calm}"
    text = volume(figures, view) + times(figures, view)
    return f"{name}: {text}, {said.negative.format(share=view.share(figures.negative_share))}"


def _spread_to(what: str) -> str:
    head, _, detail = what.partition(": ")
    return detail.partition(" · ")[0] if head == Story.SPREAD else ""


def _words(words: list[str]) -> str:
    return ", ".join(clean(word, TERM_CHARS) for word in list(dict.fromkeys(words))[:_MOST_WORDS])


def _name(brand: str, view: View) -> str:
    return clean(view.name(brand), NAME_CHARS) or "?"
