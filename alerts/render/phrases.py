"""Which phrases an alert has; `{…}` are filled in by `alerts.render.facts`."""

from dataclasses import dataclass

from alerts.story import Story
from schemas.enums import Category, Fault, Kind, Severity


@dataclass(frozen=True, slots=True)
class Words:
    """All phrases of one language."""

    severity: dict[Severity, str]
    kind: dict[Kind, str]
    categories: dict[Category, str]
    many_ask: str  # the kind of a `topic` that is questions
    category: dict[Category, str]  # one mention of it, where that is another word
    story: dict[Story, str]
    why: dict[str, str]
    since: str
    heading: dict[int, str]  # by `alerts.render.heading`
    resolved: str
    acknowledged: str
    volume: str
    normally: str
    hardly_any: str  # instead of what is normal and how many times of it
    times: str
    quarter: str
    negative: str
    negative_count: str  # of few mentions
    negative_normally: str
    topic: str
    asking: str  # the same, of questions
    bad_day: str
    below: str
    influencer: str
    an_account: str
    silent: str
    last_seen: str  # of what is over: {measure}
    peak: str
    most_waited: str
    confidence: str
    about_once: str
    times_a_month: str
    rarer: str
    months: str
    years: str
    rise: str
    second_wave: str
    reminder: str
    grew: str
    grew_of: dict[Kind, str]  # what there is more of; of other kinds that of a surge
    ack_line: str
    learning: str
    merged: str
    goes_on: str
    merged_title: str
    spread: str
    spread_words: str
    closely: str
    closely_words: str
    again: str  # the brand itself; {ago}
    calm: str
    new: str
    where: str
    who: str
    about: str
    others: str
    course: str
    people: str
    about_people: str  # more than are counted one by one
    texts: str
    about_texts: str
    loudest: str
    followers: str
    samples: str
    copies: str
    chart: str
    chart_of_peak: str
    acknowledge: str
    silence: str
    silenced_by: str
    false_alarm: str
    open: str
    footer: str
    repeat: str
    subject: str
    faults: dict[Fault, str]
    troubles: dict[Fault, str]
    quiet_network: str
    trouble_again: str
    trouble_over: str
    trouble_footer: str
