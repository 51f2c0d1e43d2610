"""The whole page: text as HTML, numbers as one block of JSON, and the style and script that stand beside this file.

It loads nothing: a content security policy allows this one style and this one script, by their hashes, and nothing else.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files

from alerts.render.quote import Quote
from schemas.config.model import Config
from streams.backtest.curves import CALMEST, RAREST, Curves
from streams.backtest.page.brand import drawing, section
from streams.backtest.page.head import head
from streams.backtest.page.html import Html, for_script, tag, text
from streams.backtest.page.subject import MOST_BRANDS, Subject, subject
from streams.backtest.run import Backtest
from streams.planned_view import Row

FILTER_FROM = 7  # fewer brands are found by scrolling


def as_page(
    run: Backtest,
    curves: Curves,
    config: Config,
    config_hash: str,
    inputs: list[str],
    planned: Sequence[Row],
    quotes: Mapping[str, list[Quote]],
) -> str:
    """The page's HTML; `quotes`: what people said, by incident.

    At most 40 brands with at most 1,500 points each are on it; it says what was left out.
    """
    about = subject(run, curves, config, config_hash, inputs, planned, quotes)
    brands = about.ordered()
    shown = brands[:MOST_BRANDS]
    body = [
        head(about),
        *_filter(about, shown),
        tag("main", *(section(about, brand, place) for place, brand in enumerate(shown)), *_nothing(about)),
        _foot(about, brands[MOST_BRANDS:]),
        tag(
            "script", for_script(json.dumps(_data(about, shown), separators=(",", ":"))), type="application/json", id="data"
        ),
    ]
    return _document(about, body)


def _document(about: Subject, body: list[Html]) -> str:
    style, script = _beside("page.css"), _beside("page.js")
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    top = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", text(f"rebato · {about.words.title}")),
        tag("style", Html(style)),
    ]
    whole = tag("html", tag("head", *top), tag("body", *body, tag("script", Html(script))), lang=about.view.language)
    return f"<!doctype html>\n{whole}\n"


def _data(about: Subject, shown: list[str]) -> dict[str, object]:
    words = about.words
    return {
        "language": about.view.language,
        "zone": about.view.zone,
        "width": about.curves.width_ms,
        "first": about.run.first_ms // about.curves.width_ms * about.curves.width_ms,
        "last": about.run.last_ms,
        "rarest": RAREST,
        "calmest": CALMEST,
        "words": {
            "charts": words.charts,
            "usual": words.usual,
            "budget": words.budget_line,
            "whole": words.whole,
            "hint": words.hint,
            "scale": words.scale,
        },
        "brands": [drawing(about, brand) for brand in shown],
    }


def _filter(about: Subject, shown: list[str]) -> list[Html]:
    if len(shown) < FILTER_FROM:
        return []
    label = about.words.filter
    return [tag("input", type="search", id="filter", placeholder=label, aria_label=label, hidden=True)]


def _nothing(about: Subject) -> list[Html]:
    return [] if about.run.brands or not about.run.last_ms else [tag("p", text(about.words.no_brand))]


def _foot(about: Subject, rest: list[str]) -> Html:
    words, count = about.words, about.view.count
    charts = [words.each_point.format(width=about.view.duration(about.curves.width_ms)), words.end_of_alarm]
    said = [*(charts if about.run.brands else []), words.made_by]
    if rest:
        mentions = sum(about.run.brands[brand].mentions for brand in rest)
        incidents = sum(len(about.rung.get(brand, [])) for brand in rest)
        left_out = words.left_out_brands.format(
            n=count(len(rest)), mentions=count(mentions), incidents=count(incidents), shown=MOST_BRANDS
        )
        said.insert(0, left_out)
    return tag("footer", *(tag("p", text(each)) for each in said), tag("noscript", tag("p", text(words.no_script))))


def _beside(name: str) -> str:
    return files("streams.backtest.page").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
