"""`rebato score`: the language, negativity, categories and deciding words of texts in a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from detectors.text.languages import LANGS
from detectors.text.scorer import TextScorer
from schemas.enums import Category
from schemas.errors import CheckFailedError, UsageError
from streams.cli.broken import BrokenLines
from streams.cli.files import open_input, open_output
from streams.cli.lazy import command_app
from streams.cli.options import Json
from streams.cli.progress import progress
from streams.files import STANDARD

BATCH = 1_000
DIGITS = 4  # of a probability
app = command_app()


@dataclass(frozen=True, slots=True)
class Line:
    """A usable line of the input."""

    fields: dict[str, Any]
    text: str
    lang: str | None


@app.command("score", epilog="Example: rebato score --input mentions.jsonl --output scored.jsonl")
def score(
    named: Annotated[
        list[Path], typer.Option("--input", "-i", help="JSON lines with `text` and optionally `lang`; `-` is stdin.")
    ] = [],  # noqa: B006 (typer copies it)
    more: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="The same: `--input` may be left out.")] = None,
    target: Annotated[
        Path, typer.Option("--output", "-o", help="The same lines with what was found; `-` is stdout.")
    ] = STANDARD,
    as_json: Json = False,
) -> None:
    """Says how negative texts are, in which language and about what.

    Adds to each line: `lang`, `negativity` (probability, 0–1), `categories` (complaint, question, praise, threat, safety,
    legal, outage, fraud, churn, urgent) and `terms` (the words that decided). Broken lines are told and left out.
    """
    source = _one_of([*named, *(more or [])])
    broken = BrokenLines(str(source))
    scorer = TextScorer.packaged()
    with open_input(source) as lines, open_output(target, [source]) as output, progress("scored") as steps:
        usable = read_lines(lines, broken)
        while batch := list(islice(usable, BATCH)):
            output.writelines(score_batch(scorer, batch))
            steps.advance(len(batch))
    broken.summary("lines scored", steps.done, as_json, on_stderr=target == STANDARD)
    if broken.count and not steps.done:
        raise CheckFailedError(f"{source}: no line could be used. Each must be an object with a `text`.")


def _one_of(files: list[Path]) -> Path:
    if len(files) != 1:
        given = f"{len(files)} files are given, and one is read" if files else "no file is given"
        raise UsageError(f"{given}. Name one: rebato score mentions.jsonl")
    return files[0]


def read_lines(lines: Iterable[bytes], broken: BrokenLines) -> Iterator[Line]:
    """The usable lines; blank ones are passed over."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            fields = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            broken.add(number, f"not JSON: {error}")
            continue
        if reason := _unusable(fields):
            broken.add(number, reason)
        else:
            yield Line(fields, fields["text"], fields.get("lang") or None)


def _unusable(fields: object) -> str:
    if not isinstance(fields, dict):
        return 'not an object. Write {"text": "…"}.'
    if not isinstance(fields.get("text"), str):
        return "`text` is missing, or no text."
    return "" if isinstance(fields.get("lang"), str | None) else '`lang` must be text such as "es".'


def score_batch(scorer: TextScorer, batch: list[Line]) -> list[bytes]:
    """The lines with what was found, encoded. A line's own `lang` stays; an unknown language is null."""
    texts, langs = [line.text for line in batch], [line.lang for line in batch]
    scores, deciding = scorer.score(texts, langs), scorer.explain_all(texts, langs)
    told = [LANGS[index] if index < len(LANGS) else None for index in scores.lang.tolist()]
    return [
        msgspec.json.encode(
            {
                **line.fields,
                "lang": line.lang or lang,
                "negativity": round(negativity, DIGITS),
                "categories": [category.value for category in Category if mask & category.bit],
                "terms": terms,
            }
        )
        + b"\n"
        for line, lang, negativity, mask, terms in zip(
            batch, told, scores.negativity.tolist(), scores.categories.tolist(), deciding, strict=True
        )
    ]
