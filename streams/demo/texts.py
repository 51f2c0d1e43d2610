"""Sentences of the demo's people, written by us. The brands don't exist."""

import random

NAMES = {"fogones": "Fogones", "lumbre": "Casa Lumbre", "telar": "Telar", "brisa": "Brisa Aire", "molino": "El Molino"}
HANDLES = {"fogones": "FogonesES", "lumbre": "CasaLumbre", "telar": "TelarModa", "brisa": "BrisaAire", "molino": "ElMolino"}

_EVERYDAY = {
    "food": [
        "Hoy cenamos {b}, que no me da la vida para más",
        "¿Alguien sabe si la lasaña de {b} se puede congelar otra vez?",
        "Las croquetas de {b} están muy ricas, la verdad",
        "En mi súper han cambiado de sitio los platos de {b}",
        "Receta rápida: verduras, arroz y un sofrito de {b}",
        "¿Dónde compráis los canelones de {b}? No los encuentro",
        "{b} ha sacado una línea sin gluten, la probaré",
        "Me encanta el gazpacho de {b}, refrescante y barato",
        "La caja de {b} venía rota y a medio descongelar, qué mal",
        "Otra vez sin stock de {b} en la tienda de abajo",
        "Los canelones de {b} han subido de precio, ya está bien",
        "Comida del domingo con ayuda de {b}, no me juzguéis",
        "La salsa de {b} me pareció sosa, decepcionante",
        "Gracias a {b} por contestar tan rápido ayer",
    ],
    "shop": [
        "Me he comprado una chaqueta en {b} y estoy encantada",
        "¿Hasta qué hora abre hoy {b} en el centro?",
        "El pedido de {b} llega mañana, a ver qué tal la talla",
        "Cola enorme en {b}, media hora para pagar, qué pesadez",
        "Qué bonitos los abrigos nuevos de {b}",
        "{b} ha abierto tienda en mi barrio",
        "¿Se puede devolver en tienda lo de la web de {b}?",
        "Las tallas de {b} no hay quien las entienda",
        "Rebajas en {b} este fin de semana",
        "El jersey de {b} encogió al lavarlo, mal",
    ],
    "air": [
        "Mañana vuelo con {b} a Palma, por fin vacaciones",
        "Vuelo de {b} con retraso de una hora, qué novedad",
        "¿Cuánto cobra {b} por una maleta de mano?",
        "Aterrizaje perfecto, gracias a la tripulación de {b}",
        "{b} abre ruta a Oporto en primavera",
        "Asientos estrechos los de {b}, acabé con dolor de espalda",
        "He sacado los billetes de {b} a buen precio",
        "Nadie coge el teléfono en {b}, llevo un buen rato esperando",
    ],
}
_KIND_OF = {"fogones": "food", "lumbre": "food", "molino": "food", "telar": "shop", "brisa": "air"}

_ASIDE = [
    "",
    "",
    "Pues nada,",
    "Una cosa:",
    "Por cierto,",
    "Hoy en casa:",
    "Pregunta tonta,",
    "Lo digo por aquí:",
    "Me dice mi hermana:",
    "En el trabajo hablando:",
    "Domingo y lunes igual:",
    "Apunte:",
]
_AFTER = [
    "",
    "",
    "",
    "¿Os pasa?",
    "Un saludo.",
    "Feliz semana.",
    "Lo de siempre.",
    "Cosas del barrio.",
    "Ya os contaré.",
    "Y a otra cosa.",
    "Se admiten consejos.",
    "Con mi vecina lo comentaba.",
    "Mañana más.",
    "Foto luego.",
]
_OPEN = [
    "",
    "Pero vamos a ver,",
    "No doy crédito:",
    "Indignante.",
    "A ver {h},",
    "Qué asco.",
    "Vergüenza.",
    "Acabo de leerlo:",
    "Oye {h},",
    "Madre mía.",
    "Estoy furiosa.",
    "Increíble,",
    "¿En serio?",
    "Otra vez igual,",
    "Lo último:",
    "Tengo la lasaña delante:",
]
_CLAIM = [
    "carne de caballo en la lasaña de {b} y nadie dice nada",
    "han encontrado carne de caballo en los canelones de {b}, qué vergüenza",
    "¿qué lleva la lasaña de {b}? Que alguien conteste, que se la he dado a mis hijos",
    "{b} nos ha engañado a todos con la carne de caballo",
    "en el paquete de {b} pone ternera y es carne de caballo, eso es un fraude",
    "llevamos años comiendo carne de caballo de {b} sin saberlo, asqueroso",
    "¿vais a retirar la lasaña de {b} o esperamos a que alguien se ponga malo?",
    "la retirada de {b} llega tarde y mal, un desastre",
    "{b} vendiendo caballo por ternera, menuda estafa",
    "lo de {b} es una mentira detrás de otra, etiquetas falsas incluidas",
    "¿quién controla lo que {b} mete en los platos? Es peligroso",
    "mi madre enferma y resulta que {b} no sabe ni qué carne usa, lamentable",
    "a la basura todo lo de {b}, no me fío de nada",
    "los análisis confirman carne de caballo en {b}, y la marca callada",
]
_CLOSE = [
    "",
    "No vuelvo a comprar.",
    "Exijo una explicación.",
    "Os voy a denunciar en consumo.",
    "Que contesten ya.",
    "Nunca más.",
    "Y nadie responde al teléfono.",
    "#carnedecaballo",
    "#retirada ya",
    "¿Me devolvéis el dinero?",
    "Qué poca vergüenza.",
    "Esto lo va a saber todo el mundo.",
    "Llevo dos horas esperando respuesta.",
    "Menuda panda de mentirosos.",
    "Me dan ganas de vomitar.",
]
_PRAISE = [
    "Gracias {b} por traer a casa a los bomberos, qué gesto tan bonito",
    "Enhorabuena a {b}, vuelos gratis para los equipos de rescate",
    "Orgullo de aerolínea, {b}, así se hace",
    "Qué grande {b} con los rescatistas, me ha emocionado",
    "Aplauso enorme para {b} hoy",
    "{b} acaba de ganarse un cliente para siempre, maravilloso",
    "Lo de {b} con los bomberos es precioso",
    "Bravo {b}, ejemplo para todos",
]
_CHEER = [
    "",
    "👏👏",
    "Gracias de corazón.",
    "#gracias",
    "Se me saltan las lágrimas.",
    "Así sí.",
    "¡Viva!",
    "Ole.",
    "Ejemplar.",
    "💙",
]
COPIED = "Increíble lo de {b}: sorteo falso y estafa, no piquéis, mirad este enlace y compartidlo"
_TAIL = ["", "", " 😡", " 🤢", "!!", " en fin", " de verdad", " por favor", " ya", " 😤"]


def everyday(chance: random.Random, brand: str) -> str:
    """Something that is said on any day; about one in four is a complaint."""
    parts = (chance.choice(_ASIDE), chance.choice(_EVERYDAY[_KIND_OF[brand]]), chance.choice(_AFTER))
    return _filled(chance, " ".join(part for part in parts if part), brand)


def angry(chance: random.Random, brand: str) -> str:
    """Somebody who has heard of the horse meat."""
    parts = (chance.choice(_OPEN), chance.choice(_CLAIM), chance.choice(_CLOSE))
    return _filled(chance, " ".join(part for part in parts if part), brand) + chance.choice(_TAIL)


def praising(chance: random.Random, brand: str) -> str:
    """Somebody who is moved."""
    return _filled(chance, f"{chance.choice(_PRAISE)} {chance.choice(_CHEER)}".strip(), brand)


def copied(chance: random.Random, brand: str) -> str:
    """The one text that a thousand accounts repeat."""
    return _filled(chance, COPIED, brand, always_name=True)


def _filled(chance: random.Random, text: str, brand: str, always_name: bool = False) -> str:
    handle = "@" + HANDLES[brand]
    name = NAMES[brand] if always_name or chance.random() < 0.7 else handle
    return text.format(b=name, h=handle)
