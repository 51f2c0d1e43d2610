"""The phrases of the page in Spanish and English; those of incidents are the alerts' (`alerts.render.words`)."""

from dataclasses import dataclass

from schemas.config.model import Language
from schemas.enums import Refusal, Transition


@dataclass(frozen=True, slots=True)
class PageWords:
    """All phrases of one language; `{…}` are filled in."""

    title: str
    span: str
    files: str
    mentions: str
    refused: str
    duplicates: str
    late: str
    budget: str
    budget_each: str
    achieved: str
    achieved_note: str
    chance: str
    none: str
    and_more: str
    filter: str
    brand: str
    brands: tuple[str, str]
    verdict_none: str
    verdict_rest: str
    rang_never: str
    rang_once: str
    rang_twice: str
    rang_often: str
    budget_of: str
    half: str
    double: str
    same: str
    more: str
    fewer: str
    opened: str
    told: str
    went_on: str
    peaked: str
    resolved: str
    still_open: str
    alerts: str
    alerts_to: str
    transitions: dict[Transition, str]
    spread: str
    planned: str
    silent: str
    left_out_brands: str
    left_out_incidents: str
    each_point: str
    end_of_alarm: str
    hint: str
    no_brand: str
    zone: str
    closer: str
    whole: str
    hour: str
    charts: dict[str, str]
    usual: str
    budget_line: str
    scale: dict[float, str]  # by times a year
    no_script: str
    made_by: str
    reasons: dict[Refusal, str]


ES = PageWords(
    title="Qué habría sonado",
    span="Del {first} al {last}",
    files="Ficheros",
    mentions="Menciones",
    refused="Rechazadas",
    duplicates="Repetidas",
    late="Tardías",
    budget="Falsas alarmas admitidas",
    budget_each="{budget} al mes por marca",
    achieved="Alarmas conseguidas",
    achieved_note="{count} en {brands} y {length}: {rate} al mes por marca, crisis reales incluidas.",
    chance="Con tan pocos datos no se puede precisar más: entre {low} y {high}.",
    none="ninguna",
    and_more="y {n} más",
    filter="Filtrar marcas",
    brand="{mentions} menciones, {share} negativas",
    brands=("1 marca", "{n} marcas"),
    verdict_none="No habría sonado nada ({brands}).",
    verdict_rest="Ninguna alarma más en {brands}.",
    rang_never="no habría sonado",
    rang_once="habría sonado una vez",
    rang_twice="habría sonado dos veces",
    rang_often="habría sonado {n} veces",
    budget_of="falsas alarmas admitidas al mes: {budget}",
    half="Con la mitad de falsas alarmas admitidas",
    double="Con el doble",
    same="lo mismo",
    more="sonaría además",
    fewer="no habría sonado",
    opened="Empezó",
    told="Primer aviso",
    went_on="Siguió como: {what}",
    peaked="Lo peor",
    resolved="Resuelta",
    still_open="sigue abierta al final",
    alerts="Alertas",
    alerts_to="Alertas a {destinations}",
    transitions={
        Transition.OPENED: "se abre",
        Transition.ESCALATED: "sube",
        Transition.ACKNOWLEDGED: "alguien se ocupa",
        Transition.REMINDER: "recordatorio",
        Transition.UPDATED: "novedades",
        Transition.RESOLVED: "resuelta",
    },
    spread="se extendió",
    planned="Previsto (en verde)",
    silent="Sin avisar a nadie",
    left_out_brands="Faltan {n} marcas más ({mentions} menciones, {incidents} crisis): la página muestra {shown} como "
    "máximo. El informe completo: --json.",
    left_out_incidents="Faltan {n} más. El informe completo: --json.",
    end_of_alarm="Los indicios miran hasta 6 h atrás: la crisis acaba cuando la última hora es normal, aunque sigan altos.",
    hint="Toque o recorra las gráficas para ver las cifras.",
    each_point="Cada punto es el máximo de {width}; los recuentos son de 15 min.",
    no_brand="Ninguna mención de una marca vigilada: nada podía sonar. Revise los nombres de las marcas en la "
    "configuración.",
    zone="Horas de {zone}. Configuración {config}.",
    closer="Ver de cerca",
    whole="Ver todo",
    hour="Negativas por minuto en la hora hasta lo peor: máximo {peak}",
    charts={
        "mentions": "Menciones en 15 min",
        "negative": "Negativas en 15 min",
        "share": "Porcentaje de negativas",
        "rate": "Indicios, en falsas alarmas",
    },
    usual="lo normal",
    budget_line="umbral",
    scale={1200: "100/mes", 120: "10/mes", 12: "1/mes", 1: "1/año", 0.01: "1/100 a."},
    no_script="Las gráficas necesitan JavaScript; lo demás se lee sin él.",
    made_by="Hecho con rebato backtest. Esta página no carga nada de fuera.",
    reasons={
        Refusal.NOT_UTF8: "no es UTF-8",
        Refusal.NOT_JSON: "no es JSON",
        Refusal.NOT_AN_OBJECT: "no es un objeto",
        Refusal.TOO_LARGE: "demasiado grande",
        Refusal.MISSING_FIELD: "falta un campo",
        Refusal.WRONG_TYPE: "tipo equivocado",
        Refusal.BAD_VALUE: "valor no válido",
        Refusal.EMPTY_ID: "id vacío",
        Refusal.NO_ZONE: "hora sin zona",
        Refusal.OUT_OF_RANGE_TIME: "fecha imposible",
        Refusal.FUTURE: "del futuro",
        Refusal.POISON: "fallo nuestro al leerla",
        Refusal.UNKNOWN_VERSION: "versión desconocida",
        Refusal.UNDECODABLE: "ilegible",
    },
)

EN = PageWords(
    title="What would have rung",
    span="From {first} to {last}",
    files="Files",
    mentions="Mentions",
    refused="Refused",
    duplicates="Repeats",
    late="Too late",
    budget="False alarms allowed",
    budget_each="{budget} per brand and month",
    achieved="Alarms achieved",
    achieved_note="{count} in {brands} and {length}: {rate} per brand and month, real crises included.",
    chance="With so little data it may be anything between {low} and {high}.",
    none="none",
    and_more="and {n} more",
    filter="Filter brands",
    brand="{mentions} mentions, {share} negative",
    brands=("1 brand", "{n} brands"),
    verdict_none="Nothing would have rung ({brands}).",
    verdict_rest="No other alarm, in {brands}.",
    rang_never="would not have rung",
    rang_once="would have rung once",
    rang_twice="would have rung twice",
    rang_often="would have rung {n} times",
    budget_of="false alarms allowed a month: {budget}",
    half="With half the false alarms allowed",
    double="With double",
    same="the same",
    more="would ring too",
    fewer="would not have rung",
    opened="Opened",
    told="First alert",
    went_on="Went on as: {what}",
    peaked="Peak",
    resolved="Resolved",
    still_open="still open at the end",
    alerts="Alerts",
    alerts_to="Alerts to {destinations}",
    transitions={
        Transition.OPENED: "opened",
        Transition.ESCALATED: "up",
        Transition.ACKNOWLEDGED: "acknowledged",
        Transition.REMINDER: "reminder",
        Transition.UPDATED: "news",
        Transition.RESOLVED: "resolved",
    },
    spread="spread",
    planned="Planned (green)",
    silent="Told nobody",
    left_out_brands="{n} more brands ({mentions} mentions, {incidents} incidents) are left out: the page shows {shown} at "
    "most. The whole report: --json.",
    left_out_incidents="{n} more are left out. The whole report: --json.",
    end_of_alarm="Evidence looks up to 6 h back: an incident ends once the last hour is normal, high as it may be.",
    hint="Touch the charts, or move over them, for the figures.",
    each_point="Each point is the most of {width}; counts are over 15 min.",
    no_brand="No mention of a watched brand: nothing could ring. Check the brands' names in the config.",
    zone="Times in {zone}. Config {config}.",
    closer="Look closer",
    whole="Show all",
    hour="Negative mentions a minute in the hour up to the peak: {peak} at most",
    charts={
        "mentions": "Mentions in 15 min",
        "negative": "Negative in 15 min",
        "share": "Share of negative mentions",
        "rate": "Evidence, as false alarms",
    },
    usual="normal",
    budget_line="threshold",
    scale={1200: "100/mo.", 120: "10/mo.", 12: "1/mo.", 1: "1/yr", 0.01: "1/100 yr"},
    no_script="The charts need JavaScript; everything else reads without it.",
    made_by="Made by rebato backtest. This page loads nothing from outside.",
    reasons={
        Refusal.NOT_UTF8: "not UTF-8",
        Refusal.NOT_JSON: "not JSON",
        Refusal.NOT_AN_OBJECT: "not an object",
        Refusal.TOO_LARGE: "too large",
        Refusal.MISSING_FIELD: "a field is missing",
        Refusal.WRONG_TYPE: "wrong type",
        Refusal.BAD_VALUE: "bad value",
        Refusal.EMPTY_ID: "empty id",
        Refusal.NO_ZONE: "time without zone",
        Refusal.OUT_OF_RANGE_TIME: "impossible date",
        Refusal.FUTURE: "in the future",
        Refusal.POISON: "our own code failed on it",
        Refusal.UNKNOWN_VERSION: "unknown version",
        Refusal.UNDECODABLE: "unreadable",
    },
)

PAGE_WORDS: dict[Language, PageWords] = {"es": ES, "en": EN}
