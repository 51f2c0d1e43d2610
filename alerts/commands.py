"""What people ask for about an incident, and what they are told of its delivery.

Silences are in `alerts.silences`, verdicts in `alerts.verdicts`.
"""

import msgspec

from alerts import life as lives
from alerts.agenda import taken_back
from alerts.brand import BrandIncidents, Step, published
from alerts.rules import Rules
from alerts.story import Story
from schemas.enums import Outcome, Transition
from schemas.signal import Command, Delivery

DETAIL_CHARS = 200


def acknowledged(state: BrandIncidents, command: Command, rules: Rules, now_ms: int) -> Step:
    """The brand after `ack` about one of its incidents; one that doesn't burn stays as it is."""
    found = state.life_of(command.incident)
    if found is None or not found[1].is_open:
        return Step(state, [], [])
    kind, life = found
    life = lives.acknowledged(life, command.author, command.comment, rules, now_ms)
    life, drafts = taken_back(life, Transition.ACKNOWLEDGED, rules)
    track = msgspec.structs.replace(state.tracks[kind], life=life)
    return published(state, msgspec.structs.replace(state, tracks=state.tracks | {kind: track}), drafts)


def noted(state: BrandIncidents, incident: str, what: Story, now_ms: int, author: str, detail: str) -> Step:
    """The brand with a line in the story of one incident, or of all that burn when `incident` is empty."""
    after = dict(state.tracks)
    for kind, track in state.tracks.items():
        life = track.life
        if life is not None and (life.incident.id == incident if incident else life.is_open):
            life = lives.noted(life, what, now_ms, author, detail)
            after[kind] = msgspec.structs.replace(track, life=life)
    return published(state, msgspec.structs.replace(state, tracks=after), [])


def delivered(state: BrandIncidents, delivery: Delivery, now_ms: int) -> Step:
    """The brand after the outcome of an alert: what didn't arrive stands in the story."""
    if delivery.outcome in (Outcome.SENT, Outcome.SUPERSEDED):
        return Step(state, [], [])
    detail = f"{delivery.destination} {delivery.outcome} {delivery.detail}".strip()[:DETAIL_CHARS]
    return noted(state, delivery.incident, Story.NOT_DELIVERED, now_ms, "", detail)
