"""An incident in its stations, as the tests of all channels show it."""

import msgspec

from alerts.render.quote import Quote
from alerts.render.view import View
from schemas.alert import Alert, alert_id
from schemas.enums import Fault, IncidentState, Kind, Severity, Transition
from schemas.incident import Entry, Incident, Member, Neighbour
from schemas.signal import Figures, Loud, Source, Trouble, Unusual
from schemas.waiting import Waiting

MINUTE_MS = 60_000
NOON_MS = 1_360_839_600_000  # 2013-02-14 12:00 in Madrid
SINCE_MS = NOON_MS + 8 * MINUTE_MS
FIGURES = Figures(
    window_s=900,
    mentions=412,
    mentions_expected=30.4,
    negative=293,
    negative_expected=6.7,
    authors=288,
    texts=240,
    networks={"x": 251, "facebook": 124, "rss:diario": 37},
    categories={"complaint": 180, "question": 64, "safety": 71, "praise": 3},
    terms=["carne de caballo", "retirada", "#lacocinera"],
    loudest=[Loud("diario", 1_234_567), Loud("@ana", 900)],
    negative_per_min=[0] * 40 + [1, 0, 2, 1, 0, 1, 2, 4, 7, 9, 14, 18, 22, 25, 31, 28, 35, 41, 44, 46],
)
QUOTES = [
    Quote(
        "¿Pero qué lleva la lasaña? Que alguien conteste, que se la he dado a mis hijos",
        NOON_MS + 14 * MINUTE_MS,
        "x",
        copies=1,
    ),
    Quote("Otra marca más con caballo…", NOON_MS + 10 * MINUTE_MS, "x", "https://x.example/p/1?a=1&b=2", copies=1400),
]
INCIDENT = Incident(
    v=1,
    id="la-cocinera-surge-1360840080",
    brand="lacocinera",
    group="food",
    kind=Kind.SURGE,
    state=IncidentState.OPEN,
    severity=Severity.CRITICAL,
    peak_severity=Severity.CRITICAL,
    opened_ms=NOON_MS + 9 * MINUTE_MS,
    since_ms=SINCE_MS,
    revision=2,
    figures=FIGURES,
    evidence=12.4,
    false_alarms_per_month=1 / (8 * 12),
    budget_per_month=1.0,
    brands=["lacocinera", "ikea"],
    updated_ms=NOON_MS + 17 * MINUTE_MS,
    rising=True,
    timeline=[
        Entry(NOON_MS + 9 * MINUTE_MS, "opened", Severity.WARNING),
        Entry(NOON_MS + 12 * MINUTE_MS, "escalated", Severity.CRITICAL),
    ],
    config_hash="9f3c21aa7700bb",
)
GREW = msgspec.structs.replace(
    INCIDENT, timeline=[*INCIDENT.timeline, Entry(NOON_MS + 17 * MINUTE_MS, "grew: 131 → 293", Severity.CRITICAL)]
)
RESOLVED = msgspec.structs.replace(
    INCIDENT,
    state=IncidentState.RESOLVED,
    resolved_ms=NOON_MS + 131 * MINUTE_MS,
    resolved_why="calm",
    peak_ms=NOON_MS + 26 * MINUTE_MS,
    peak_figures=msgspec.structs.replace(FIGURES, mentions=942, negative=671),
    peak_brand="lacocinera",
    figures=msgspec.structs.replace(
        FIGURES,
        window_s=3600,
        mentions=178,
        mentions_expected=112.0,
        negative=61,
        negative_expected=24.0,
        terms=["oferta"],
        windows={900: (33, 7), 3600: (178, 61)},
    ),
    revision=7,
    rising=False,
)
ES = View("es", "Europe/Madrid", {"lacocinera": "La Cocinera", "ikea": "IKEA"})
EN = View("en", "Europe/Madrid", {"lacocinera": "La Cocinera", "ikea": "IKEA"}, "https://rebato.example.com/")


def alert(transition: Transition, incident: Incident = INCIDENT, destination: str = "slack", at_ms: int = 0) -> Alert:
    """An alert about the incident, 17 minutes past noon unless told otherwise."""
    return Alert(
        v=1,
        id=alert_id(incident.id, incident.revision, destination),
        source=Source(0, 41, 0),
        destination=destination,
        transition=transition,
        at_ms=at_ms or NOON_MS + 17 * MINUTE_MS,
        incident=incident,
    )


_IKEA = Figures(900, 96, 23.0, 60, 5.0, 70, 61)
SPREAD = msgspec.structs.replace(
    INCIDENT,
    kind=Kind.CONTAGION,
    members=[
        Member("lacocinera", INCIDENT.id, INCIDENT.opened_ms, Severity.CRITICAL, FIGURES),
        Member("ikea", "ikea-surge-1360840860", NOON_MS + 16 * MINUTE_MS, Severity.WARNING, _IKEA, 0, ["carne de caballo"]),
    ],
    spread_to=["ikea"],
    revision=4,
    timeline=[
        *INCIDENT.timeline,
        Entry(NOON_MS + 16 * MINUTE_MS, "spread to: ikea · carne de caballo", Severity.CRITICAL),
    ],
)
MERGED = msgspec.structs.replace(
    INCIDENT,
    id="ikea-surge-1360840860",
    brand="ikea",
    brands=["ikea"],
    state=IncidentState.RESOLVED,
    resolved_ms=NOON_MS + 16 * MINUTE_MS,
    resolved_why=f"merged into {INCIDENT.id}",
    neighbour=Neighbour("lacocinera", INCIDENT.id, INCIDENT.opened_ms, ["carne de caballo"]),
    figures=_IKEA,
)
CLOSELY = msgspec.structs.replace(MERGED, state=IncidentState.OPEN, resolved_ms=0, resolved_why="")
AGAIN = msgspec.structs.replace(
    INCIDENT, neighbour=Neighbour(INCIDENT.brand, "lacocinera-surge-1360760000", INCIDENT.opened_ms - 26 * 3_600_000)
)

TOPIC = msgspec.structs.replace(
    INCIDENT,
    id="lacocinera-topic-1360840080",
    kind=Kind.TOPIC,
    figures=msgspec.structs.replace(FIGURES, unusual=Unusual(0.213, 0.004, "safety")),
)
ASKING = msgspec.structs.replace(
    TOPIC,
    severity=Severity.WARNING,
    peak_severity=Severity.WARNING,
    rising=False,
    timeline=INCIDENT.timeline[:1],
    figures=msgspec.structs.replace(
        FIGURES,
        negative=54,
        categories={"question": 301, "safety": 38, "complaint": 33},
        negative_per_min=[0] * 40 + [1, 0, 2, 1, 0, 1, 2, 1, 3, 2, 4, 3, 5, 4, 3, 5, 4, 4, 5, 4],
        unusual=Unusual(0.726, 0.148, "question"),
    ),
)
BAD_DAY = msgspec.structs.replace(
    INCIDENT,
    id="lacocinera-negativity-1360840080",
    kind=Kind.NEGATIVITY,
    severity=Severity.WARNING,
    evidence_window_s=86_400,
    figures=msgspec.structs.replace(FIGURES, unusual=Unusual(0.413, 0.22)),
)
INFLUENCER = msgspec.structs.replace(
    INCIDENT,
    id="lacocinera-influencer-1360840080",
    kind=Kind.INFLUENCER,
    severity=Severity.WARNING,
    figures=msgspec.structs.replace(FIGURES, unusual=Unusual(1_234_567, 48_000)),
)
SILENCE = msgspec.structs.replace(
    INCIDENT,
    id="lacocinera-silence-1360840080",
    kind=Kind.SILENCE,
    severity=Severity.WARNING,
    evidence_window_s=2_700,
    figures=Figures(mentions_expected=30.4, unusual=Unusual(0, 88.2)),
)

UNANSWERED = msgspec.structs.replace(
    INCIDENT,
    id="lacocinera-unanswered-1360840080",
    kind=Kind.UNANSWERED,
    evidence_window_s=7_200,
    figures=msgspec.structs.replace(
        FIGURES, waiting=Waiting(64, 4.5, 12, NOON_MS - 21 * MINUTE_MS, 1_800, 71, 5, 0, 61, 0.1, 180, 40, usual_asked=11.6)
    ),
)
IN_HOURS = msgspec.structs.replace(
    UNANSWERED,
    id="lacocinera-unanswered-1360840081",
    figures=msgspec.structs.replace(
        FIGURES, waiting=Waiting(31, 4.5, 0, NOON_MS - 63 * 3_600_000, 7_200, 28, 1, 0, 30, 0.1, 600, 1, 9, 900, 11.6)
    ),
)
ANSWERED = msgspec.structs.replace(
    UNANSWERED,
    state=IncidentState.RESOLVED,
    resolved_ms=NOON_MS + 131 * MINUTE_MS,
    resolved_why="calm",
    updated_ms=NOON_MS + 131 * MINUTE_MS,
    peak_ms=NOON_MS + 26 * MINUTE_MS,
    peak_figures=UNANSWERED.figures,
    figures=msgspec.structs.replace(
        FIGURES,
        windows={900: (33, 7)},
        waiting=Waiting(3, 4.5, 0, NOON_MS + 120 * MINUTE_MS, 1_800, 9, 12, 0, 3, 0.1, usual_asked=11.6),
    ),
)
ACKNOWLEDGED = msgspec.structs.replace(
    INCIDENT,
    state=IncidentState.ACKNOWLEDGED,
    acked_by="Ana",
    acked_until_ms=NOON_MS + 240 * MINUTE_MS,
    learning=True,
    revision=3,
)

ACK_OVER = msgspec.structs.replace(
    INCIDENT,
    rounds=1,
    revision=5,
    timeline=[
        *INCIDENT.timeline,
        Entry(NOON_MS + 20 * MINUTE_MS, "acknowledged", Severity.CRITICAL, "Ana"),
        Entry(NOON_MS + 260 * MINUTE_MS, "acknowledgement expired", Severity.CRITICAL, "Ana"),
        Entry(NOON_MS + 260 * MINUTE_MS, "reminder", Severity.CRITICAL),
    ],
)
SECOND_WAVE = msgspec.structs.replace(
    INCIDENT,
    revision=9,
    learning=True,
    timeline=[
        *INCIDENT.timeline,
        Entry(NOON_MS + 40 * MINUTE_MS, "resolved", Severity.CRITICAL),
        Entry(NOON_MS + 58 * MINUTE_MS, "second wave", Severity.CRITICAL),
    ],
)
FALSE_ALARM = msgspec.structs.replace(RESOLVED, resolved_why="false_alarm")
FORGOTTEN = msgspec.structs.replace(RESOLVED, resolved_why="not_restated")
AT_NIGHT = msgspec.structs.replace(INCIDENT, since_ms=NOON_MS + 785 * MINUTE_MS, figures=Figures(900, 9, 1.0, 1, 0.2, 1, 1))
"""From five past one on, and hardly anybody."""
REFUSED = Trouble(Fault.CONFIG, "rebato.yaml", "line 3 brands[0].nmaes: there is no such setting; did you mean `names`?")
OWN = Incident(
    v=1,
    id="rebato-config-system-201302141108",
    brand="rebato-config",
    group="rebato",
    kind=Kind.SYSTEM,
    state=IncidentState.OPEN,
    severity=Severity.WARNING,
    peak_severity=Severity.WARNING,
    opened_ms=SINCE_MS,
    since_ms=SINCE_MS,
    revision=1,
    figures=Figures(),
    evidence=1.0,
    false_alarms_per_month=0.0,
    budget_per_month=1.0,
    brands=["rebato-config"],
    updated_ms=SINCE_MS,
    timeline=[Entry(SINCE_MS, "opened", Severity.WARNING)],
    config_hash="9f3c21aa7700bb",
    trouble=REFUSED,
)
TROUBLES = [
    Trouble(Fault.LOST, "mentions", "12000"),
    Trouble(Fault.DESTINATION, "slack", "http_404"),
    Trouble(Fault.LAG, "intake", "7 min, 12400"),
    Trouble(Fault.STALLED, "mentions/3", "4 min"),
    Trouble(Fault.QUIET, "digests/3", "25 min"),
    Trouble(Fault.CLOCK, "watch", "3 min"),
    Trouble(Fault.AUDIT, "incidents", "no_reminder la-cocinera-surge-1360840080"),
]
QUIET_NETWORK = Trouble(Fault.QUIET, "instagram", "20 min")
OWN_OVER = msgspec.structs.replace(
    OWN,
    state=IncidentState.RESOLVED,
    resolved_ms=NOON_MS + 19 * MINUTE_MS,
    resolved_why="not_restated",
    revision=2,
    timeline=[*OWN.timeline, Entry(NOON_MS + 19 * MINUTE_MS, "resolved", Severity.WARNING)],
)
