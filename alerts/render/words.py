"""The phrases of an alert in Spanish and English; `{…}` are filled in by `facts`. mypy sees to it that both are whole."""

from dataclasses import dataclass

from alerts.story import Story
from schemas.config.model import Language
from schemas.enums import Category, Fault, Kind, Severity


@dataclass(frozen=True, slots=True)
class Words:
    """All phrases of one language."""

    severity: dict[Severity, str]
    kind: dict[Kind, str]
    categories: dict[Category, str]
    story: dict[Story, str]
    why: dict[str, str]
    since: str
    rising: str
    easing: str
    resolved: str
    acknowledged: str
    volume: str
    normally: str
    times: str
    negative: str
    negative_normally: str
    topic: str
    bad_day: str
    below: str
    influencer: str
    an_account: str
    silent: str
    peak: str
    confidence: str
    about_once: str
    times_a_month: str
    rarer: str
    months: str
    years: str
    rise: str
    second_wave: str
    reminder: str
    update: str
    ack_line: str
    learning: str
    merged: str
    merged_title: str
    spread: str
    spread_words: str
    closely: str
    closely_words: str
    calm: str
    new: str
    where: str
    who: str
    about: str
    others: str
    course: str
    people: str
    texts: str
    loudest: str
    followers: str
    samples: str
    copies: str
    chart: str
    acknowledge: str
    silence: str
    false_alarm: str
    open: str
    footer: str
    repeat: str
    subject: str
    troubles: dict[Fault, str]
    trouble_again: str
    trouble_over: str
    trouble_footer: str


ES = Words(
    severity={Severity.WATCH: "vigilancia", Severity.WARNING: "aviso", Severity.CRITICAL: "crítica"},
    kind={
        Kind.SURGE: "oleada negativa",
        Kind.NEGATIVITY: "más negatividad de lo normal",
        Kind.VOLUME: "más volumen, sin enfado",
        Kind.UNANSWERED: "preguntas sin responder",
        Kind.INFLUENCER: "una cuenta con mucho alcance",
        Kind.TOPIC: "crece un tipo de queja",
        Kind.CONTAGION: "contagio entre marcas",
        Kind.SILENCE: "silencio inesperado",
        Kind.SYSTEM: "problema de rebato",
    },
    categories={
        Category.COMPLAINT: "quejas",
        Category.QUESTION: "preguntas",
        Category.PRAISE: "elogios",
        Category.THREAT: "amenazas",
        Category.SAFETY: "salud y seguridad",
        Category.LEGAL: "legales",
        Category.OUTAGE: "caídas del servicio",
        Category.FRAUD: "fraude",
        Category.CHURN: "se van a otra marca",
        Category.URGENT: "urgentes",
    },
    story={
        Story.OPENED: "se abre",
        Story.ESCALATED: "sube",
        Story.EASED: "baja",
        Story.SECOND_WAVE: "segunda ola",
        Story.ACKNOWLEDGED: "confirmada",
        Story.ACK_EXPIRED: "caduca la confirmación",
        Story.REMINDER: "recordatorio",
        Story.SILENCED: "silenciada",
        Story.UNSILENCED: "vuelve a sonar",
        Story.MUTED: "no suena: está silenciada",
        Story.CONFIRMED: "es real",
        Story.FALSE_ALARM: "falsa alarma",
        Story.VERDICT_WITHDRAWN: "juicio retirado",
        Story.BUDGET: "falsas alarmas permitidas al mes",
        Story.SPREAD: "se extiende a",
        Story.NOT_DELIVERED: "un aviso no llegó",
        Story.RESOLVED: "resuelta",
    },
    why={
        "calm": "Ha vuelto a la normalidad.",
        "false_alarm": "Alguien la ha marcado como falsa alarma.",
        "brand_removed": "La marca ya no está en la configuración.",
        "not_restated": "Nada la ha vuelto a indicar; puede deberse a un cambio de configuración.",
    },
    since="desde las {time} ({ago})",
    rising="sigue subiendo",
    easing="ya no sube",
    resolved="resuelta tras {duration}",
    acknowledged="confirmada por {who}",
    volume="{mentions} menciones en {window}",
    normally=", lo normal son unas {expected}",
    times=" ({ratio}x)",
    negative="{share} negativas",
    negative_normally=", lo normal es {expected}",
    topic="El {share} habla de esto: {what}; lo normal es {expected}.",
    bad_day="En las últimas 24 h el {share} de la gente opina en negativo; lo normal es {expected}.",
    below="menos del {share}",
    influencer="{who} la critica y tiene {reach} seguidores; quien más tiene de los que la critican en un mes suele tener "
    "{expected}.",
    an_account="Una cuenta",
    silent="Casi nadie habla de la marca: {people} personas en {window}, lo normal son unas {expected}. Si nada lo explica, "
    "hay que mirar si la fuente que la trae sigue viva: rebato doctor",
    peak="En su peor momento ({time}): {mentions} menciones en {window} ({ratio}x), {share} negativas.",
    confidence="Con esta marca, algo así es falsa alarma {often}.",
    about_once="una vez cada {span}, más o menos",
    times_a_month="unas {count} veces al mes",
    rarer="menos de una vez cada 100 años",
    months="{n} meses",
    years="{n} años",
    second_wave="Segunda ola: se había dado por resuelta y vuelve a subir.",
    rise="Sube de {before} a {after}.",
    reminder="Sigue abierta y nadie la ha confirmado.",
    update="Novedades de la misma crisis.",
    ack_line="{who} la ha confirmado; vuelve a sonar a partir de las {until} si sigue abierta.",
    learning="Aún conocemos poco lo que es normal para esta marca (menos de una semana): más prudencia con este aviso.",
    merged="No ha terminado: sigue en la crisis {other}.",
    merged_title="es la misma crisis que {brand}",
    spread="Se extiende a {brands}.",
    spread_words="Se extiende a {brands}, con las mismas palabras: {words}.",
    closely="Vigilada más de cerca: {brand}, de su grupo, saltó {ago}.",
    closely_words="Vigilada más de cerca: {brand} saltó {ago} con las mismas palabras: {words}.",
    calm="ya en calma",
    new="Lo nuevo",
    where="Dónde",
    who="Quién",
    about="De qué",
    others="También",
    course="Historia",
    people="{authors} personas",
    texts="{texts} textos distintos",
    loudest="con más alcance: {names}",
    followers="{handle} ({reach} seguidores)",
    samples="Lo que dicen",
    copies="{count} veces",
    chart="Negativas por minuto, última hora",
    acknowledge="Confirmar",
    silence="Silenciar",
    false_alarm="Falsa alarma",
    open="Abrir",
    footer="regla {kind} · falsas alarmas admitidas: {budget} al mes · config. {config} · horas de {zone} · incidente {id}",
    repeat="(puede ser una repetición: no sabemos si el mensaje anterior llegó)",
    subject="[rebato] {brand}: {kind}, {time}",
    troubles={
        Fault.CONFIG: "La configuración nueva ({about}) tiene errores y sigue la anterior: {note}. Todos los errores: "
        "rebato config check",
        Fault.LOST: "Kafka borró {note} registros de {about} antes de que los leyéramos: faltan en las cuentas. "
        "Hay que revisar la retención del topic y si algún proceso estuvo parado: rebato doctor",
        Fault.DESTINATION: "El destino {about} no recibe los avisos ({note}): quien los espera ahí no se entera de nada. "
        "Hay que revisar alerts.{about} en la configuración; para ver el motivo: rebato doctor",
        Fault.LAG: "El proceso {about} va por detrás (tiempo y registros en espera: {note}): las alarmas llegan tarde. Hace "
        "falta otro proceso más, o que Kafka vuelva a ir bien; para verlo: rebato doctor",
        Fault.STALLED: "Nadie lee la partición {about}, o su lector va muy retrasado (última hora conocida: hace {note}): "
        "lo que se dice ahí no cuenta hasta que vuelva. Hay que mirar los procesos de intake: rebato doctor",
        Fault.QUIET: "Todas las marcas de {about} han callado a la vez (casi nada desde hace {note}): no es el público, es "
        "una fuente que ya no trae nada. Hay que mirar las fuentes y lo que escribe en el topic de menciones: rebato doctor",
        Fault.CLOCK: "A {about} no le llega nada nuevo desde hace {note}: no puede saltar ninguna alarma. Hay que mirar si "
        "los procesos de intake funcionan: rebato doctor",
        Fault.AUDIT: "Una promesa incumplida en {about} ({note}): puede que alguna crisis no vuelva a sonar o no se cierre. "
        "Hay que mirar las abiertas, y avisar a quien mantiene rebato: rebato incidents list",
    },
    trouble_again="Ha vuelto a pasar.",
    trouble_over="Lleva 5 minutos sin pasar.",
    trouble_footer="regla {kind} · config. {config} · horas de {zone} · incidente {id}",
)
EN = Words(
    severity={Severity.WATCH: "watch", Severity.WARNING: "warning", Severity.CRITICAL: "critical"},
    kind={
        Kind.SURGE: "negative surge",
        Kind.NEGATIVITY: "more negative than normal",
        Kind.VOLUME: "more talk, without anger",
        Kind.UNANSWERED: "questions unanswered",
        Kind.INFLUENCER: "an account with a wide reach",
        Kind.TOPIC: "one kind of complaint grows",
        Kind.CONTAGION: "contagion between brands",
        Kind.SILENCE: "unexpected silence",
        Kind.SYSTEM: "a problem of rebato itself",
    },
    categories={
        Category.COMPLAINT: "complaints",
        Category.QUESTION: "questions",
        Category.PRAISE: "praise",
        Category.THREAT: "threats",
        Category.SAFETY: "health and safety",
        Category.LEGAL: "legal",
        Category.OUTAGE: "outages",
        Category.FRAUD: "fraud",
        Category.CHURN: "leaving for another brand",
        Category.URGENT: "urgent",
    },
    story={
        Story.OPENED: "opened",
        Story.ESCALATED: "up",
        Story.EASED: "eased",
        Story.SECOND_WAVE: "second wave",
        Story.ACKNOWLEDGED: "acknowledged",
        Story.ACK_EXPIRED: "acknowledgement expired",
        Story.REMINDER: "reminder",
        Story.SILENCED: "silenced",
        Story.UNSILENCED: "silence lifted",
        Story.MUTED: "not rung: silenced",
        Story.CONFIRMED: "real",
        Story.FALSE_ALARM: "false alarm",
        Story.VERDICT_WITHDRAWN: "verdict withdrawn",
        Story.BUDGET: "false alarms allowed a month",
        Story.SPREAD: "spreads to",
        Story.NOT_DELIVERED: "an alert did not arrive",
        Story.RESOLVED: "resolved",
    },
    why={
        "calm": "It is back to normal.",
        "false_alarm": "Somebody marked it as a false alarm.",
        "brand_removed": "The brand is no longer in the config.",
        "not_restated": "Nothing has stated it again; a change of config may be why.",
    },
    since="since {time} ({ago})",
    rising="still rising",
    easing="no longer rising",
    resolved="resolved after {duration}",
    acknowledged="acknowledged by {who}",
    volume="{mentions} mentions in {window}",
    normally=", normally about {expected}",
    times=" ({ratio}x)",
    negative="{share} negative",
    negative_normally=", normally {expected}",
    topic="{share} speak of this: {what}; normally {expected}.",
    bad_day="Over the last 24 h {share} of the people were negative; normally {expected}.",
    below="less than {share}",
    influencer="{who} is angry and has {reach} followers; the loudest angry account of a month usually has {expected}.",
    an_account="An account",
    silent="Hardly anybody speaks of the brand: {people} people in {window}, normally about {expected}. If nothing explains "
    "it, see whether the source that brings them is alive: rebato doctor",
    peak="At its worst ({time}): {mentions} mentions in {window} ({ratio}x), {share} negative.",
    confidence="For this brand, something like this is a false alarm {often}.",
    about_once="about once in {span}",
    times_a_month="about {count} times a month",
    rarer="less than once in 100 years",
    months="{n} months",
    years="{n} years",
    second_wave="Second wave: it was resolved and is rising again.",
    rise="Up from {before} to {after}.",
    reminder="Still open, and nobody has acknowledged it.",
    update="News of the same crisis.",
    ack_line="{who} has acknowledged it; it rings again after {until} if it is still open.",
    learning="We have known this brand for less than a week: what is normal is still being learned, so trust this less.",
    merged="It is not over: it goes on as crisis {other}.",
    merged_title="is the same crisis as {brand}",
    spread="It spreads to {brands}.",
    spread_words="It spreads to {brands}, with the same words: {words}.",
    closely="Watched more closely: {brand}, of its group, rang {ago}.",
    closely_words="Watched more closely: {brand} rang {ago} with the same words: {words}.",
    calm="calm by now",
    new="What is new",
    where="Where",
    who="Who",
    about="About",
    others="Also hit",
    course="Story",
    people="{authors} people",
    texts="{texts} different texts",
    loudest="loudest: {names}",
    followers="{handle} ({reach} followers)",
    samples="What they say",
    copies="{count} times",
    chart="Negative mentions a minute, last hour",
    acknowledge="Acknowledge",
    silence="Silence",
    false_alarm="False alarm",
    open="Open",
    footer="rule {kind} · false alarms allowed: {budget} a month · config {config} · times in {zone} · incident {id}",
    repeat="(may be a repeat: we can't tell whether the message before arrived)",
    subject="[rebato] {brand}: {kind}, {time}",
    troubles={
        Fault.CONFIG: "The new config ({about}) has mistakes, so the one before stays in force: {note}. All of them: "
        "rebato config check",
        Fault.LOST: "Kafka deleted {note} records of {about} before we read them: they are missing in the counts. "
        "Check the retention of the topic, and whether a process was down: rebato doctor",
        Fault.DESTINATION: "The destination {about} does not get its alerts ({note}): whoever waits for them there hears "
        "nothing. Check alerts.{about} in the config; to see why: rebato doctor",
        Fault.LAG: "The process {about} is behind (time, and records that wait: {note}): alarms come late. It needs one "
        "more process, or a Kafka that is well again; to look at it: rebato doctor",
        Fault.STALLED: "Nobody reads partition {about}, or its reader is far behind (last heard of {note} ago): what is "
        "said there does not count until it is back. Look at the intake processes: rebato doctor",
        Fault.QUIET: "All brands of {about} have fallen silent at once (hardly anything for {note}): that isn't the public, "
        "it is a source that brings nothing any more. Look at the sources, and at what writes the mentions: rebato doctor",
        Fault.CLOCK: "{about} has heard nothing new for {note}: no alarm can go off. See whether the intake processes work: "
        "rebato doctor",
        Fault.AUDIT: "A promise was broken in {about} ({note}): a crisis may not ring again, or not close. Look at what is "
        "open, and tell whoever maintains rebato: rebato incidents list",
    },
    trouble_again="It has happened again.",
    trouble_over="It has not happened for 5 minutes.",
    trouble_footer="rule {kind} · config {config} · times in {zone} · incident {id}",
)

WORDS: dict[Language, Words] = {"es": ES, "en": EN}
