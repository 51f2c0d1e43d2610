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
    story: dict[Story, str]
    why: dict[str, str]
    since: str
    wave_since: str  # of a second wave
    heading: dict[int, str]  # by `alerts.render.heading`
    resolved: str
    closed: str  # of what nobody has heard of again
    acknowledged: str
    mentions: tuple[str, str]  # one, and {n} of them; so are all pairs
    volume: str
    normally: tuple[str, str]
    hardly_any: str  # instead of what is normal and how many times of it
    times: str
    quarter: str
    negative: str
    negatives: tuple[str, str]  # of few mentions
    negative_normally: str
    topic: str
    asking: str  # the same, of questions
    bad_day: str
    influencer: str
    an_account: str
    silent: str
    last_seen: str  # of what is over: {measure}
    peak: str
    most_waited: str
    waiters: tuple[str, str]
    confidence: str
    about_once: str
    once_a_month: str
    times_a_month: str
    rarer: str
    months: str
    years: str
    rise: str
    second_wave: str
    reminder: str
    ack_over: str  # a reminder after somebody's acknowledgement has expired
    grew: str
    grew_of: dict[Kind, str]  # what there is more of; of other kinds that of a surge
    grew_of_all: str  # where several brands are counted together
    ack_line: str
    learning: str
    merged: str
    goes_on: str
    merged_title: str
    more_brands: str  # beyond those that a title names
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
    people: tuple[str, str]
    about_people: tuple[str, str]  # more than are counted one by one
    texts: tuple[str, str]
    about_texts: tuple[str, str]
    loudest: str
    samples: str
    copies: str
    chart: str
    chart_of_peak: str
    chart_most: str  # its highest bar
    acknowledge: str
    silence: str
    silenced_by: str
    false_alarm: str
    open: str
    footer: str
    repeat: str
    labels: dict[str, str]  # of an alert's parts, in a table of them
    subject: str
    faults: dict[Fault, str]
    troubles: dict[Fault, str]
    quiet_network: str
    trouble_again: str
    trouble_over: str
    trouble_footer: str
