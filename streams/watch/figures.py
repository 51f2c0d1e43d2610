"""What a level is made of, in numbers and words that an alert can show. Pure."""

from detectors.calibration import MONTH_MIN
from detectors.evidence import Evidence
from detectors.minute_block import CATEGORIES, merged
from detectors.rows import MINUTE_MS
from schemas.series import Point
from schemas.signal import Figures, Unusual
from streams.watch.brand import BrandWatch
from streams.watch.counts import RECENT_MIN
from streams.watch.news import Said, shown

HOUR_MIN = 60
WINDOWS_S = (60, 300, 900, 3600)
RISING = 1.2  # the last 5 minutes against the last 15: below, the anger is steady or easing
MOST_TERMS = 6
MOST_NEW = 16  # words that are compared with those of other brands
MOST_SAMPLES = 8


def figures(
    brand: BrandWatch, level: Evidence, now_ms: int, evidence_min: int = 0, unusual: Unusual | None = None
) -> Figures:
    """The last 15 minutes, or the last hour when the evidence lies in a longer window (`evidence_min`, 0: `level`'s)."""
    window_min = RECENT_MIN if (evidence_min or level.window_min) <= RECENT_MIN else HOUR_MIN
    block = merged(brand.talk.window(window_min, now_ms))
    windows = {window_s: brand.counts.window(window_s, now_ms) for window_s in WINDOWS_S}
    mentions, negative = windows[window_min * 60]
    expected, negative_expected = brand.expected(level, window_min)
    new = brand.talk.emerging(block.terms, negative, MOST_NEW)
    return Figures(
        window_s=window_min * 60,
        mentions=mentions,
        mentions_expected=round(expected, 2),
        negative=negative,
        negative_expected=round(negative_expected, 2),
        authors=min(block.authors.count(), mentions),
        texts=min(block.texts.count(), mentions),
        reach=block.reach,
        networks=dict(sorted(block.networks.items(), key=lambda i: (-i[1], i[0]))[:6]),
        categories={c.value: n for c, n in zip(CATEGORIES, block.categories, strict=True) if n},
        terms=shown([Said(word, each.count) for word, each in new.items()], MOST_TERMS),
        novelty={word: each.bits for word, each in new.items()},
        loudest=block.loud,
        samples=block.samples[:MOST_SAMPLES],
        negative_per_min=brand.counts.chart[-HOUR_MIN:],
        windows=windows,
        unusual=unusual,
        planned=brand.plan.current(now_ms // MINUTE_MS + brand.zone_min) if brand.plan else None,
        quarter_usual=round(brand.quarter_usual(level), 2),
    )


def rising(shown: Figures) -> bool:
    """Whether the last 5 minutes brought negative mentions faster than the last 15."""
    (_, last_5), (_, last_15) = shown.windows[300], shown.windows[900]
    return last_5 * 3 > RISING * last_15


def point(brand: BrandWatch, level: Evidence | None, now_ms: int) -> Point:
    """Where the brand stands, for tables and pages; nothing is expected of one that is only counted or quite new."""
    mentions, negative = brand.counts.window(RECENT_MIN * 60, now_ms)
    expected, negative_expected = brand.expected(level, RECENT_MIN) if level else (0.0, 0.0)
    return Point(
        brand=brand.brand,
        group=brand.group,
        at_ms=now_ms,
        mentions=mentions,
        mentions_expected=round(expected, 2),
        negative=negative,
        negative_expected=round(negative_expected, 2),
        negative_last_min=sum(brand.counts.chart[-1:]),
        false_alarms_per_month=level.false_alarms_per_month if level else MONTH_MIN,
        learning=brand.judged and brand.evidence.learning,
    )
