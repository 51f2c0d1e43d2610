"""How mentions are spread: lengths, bytes, copies, brands, authors, tone. For made-up mentions beside real ones."""

import gzip
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from detectors.text.languages import LANGS
from detectors.text.scorer import TextScorer
from schemas.mention import Mention

_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_BATCH: Final = 2_000


def spread(records: Sequence[bytes], scorer: TextScorer) -> dict[str, str]:
    """Figures of the mentions by name, ready to print."""
    found = [msgspec.json.decode(record, type=Mention) for record in records]
    texts = [mention.text for mention in found]
    chars = np.array([len(text) for text in texts])
    scores = [
        scorer.score(texts[at : at + _BATCH], [None] * len(texts[at : at + _BATCH])) for at in range(0, len(texts), _BATCH)
    ]
    negative = np.concatenate([score.negativity for score in scores]) > 0.5
    langs = np.bincount(np.concatenate([score.lang for score in scores]), minlength=len(LANGS))[: len(LANGS)]
    authors = Counter(mention.author.id for mention in found if mention.author)
    top = sum(times for _, times in authors.most_common(10))
    return {
        "mentions": f"{len(found):,}",
        "characters, mean": f"{chars.mean():.0f}",
        "  5 25 50 75 95 99 %": " ".join(f"{value:.0f}" for value in np.quantile(chars, _QUANTILES)),
        "bytes, mean": f"{np.mean([len(record) for record in records]):.0f}",
        "same text as another": f"{1 - len(set(texts)) / len(texts):.1%}",
        "different authors": f"{len(authors) / len(found):.1%}",
        "by the first 10 authors": f"{top / len(found):.1%}",
        "with an address": f"{np.mean(['http' in text for text in texts]):.1%}",
        "with @": f"{np.mean(['@' in text for text in texts]):.1%}",
        "with #": f"{np.mean(['#' in text for text in texts]):.1%}",
        "told negative": f"{negative.mean():.1%}",
        "told " + " ".join(LANGS): " ".join(f"{share:.2f}" for share in langs / langs.sum()),
        "busiest / laziest hour": _hours(found),
    }


def _hours(found: Sequence[Mention]) -> str:
    hours = Counter(mention.observed_at.hour for mention in found)
    return f"{max(hours.values()) / max(1, min(hours[hour] for hour in range(24))):.1f}"


def print_spreads(made_up: Sequence[bytes], data: Path | None) -> None:
    """A column for the made-up mentions, one for each replay in `data`."""
    scorer = TextScorer.packaged()
    columns = {"made up": spread(made_up, scorer)}
    replays: dict[str, list[bytes]] = {}
    for file in sorted((data / "replays").glob("*.jsonl.gz")) if data else []:
        with gzip.open(file) as lines:
            replays[file.name.partition(".")[0][-18:]] = [line.rstrip(b"\n") for line in lines]
    if replays:
        columns["replays together"] = spread([line for lines in replays.values() for line in lines], scorer)
    columns |= {name: spread(lines, scorer) for name, lines in replays.items()}
    wide = [max(len(name), *map(len, figures.values())) for name, figures in columns.items()]
    print(" " * 24 + "  ".join(name.rjust(width) for name, width in zip(columns, wide, strict=True)))
    for row in columns["made up"]:
        cells = (figures[row].rjust(width) for figures, width in zip(columns.values(), wide, strict=True))
        print(f"{row:24}" + "  ".join(cells))
