"""The top of the page: what was read, what was refused and why, what is allowed and what came of it. Pure."""

from alerts.render.clean import clean
from streams.backtest.achieved import counted
from streams.backtest.chance import interval, is_wide
from streams.backtest.page.html import Html, join, own, tag, text
from streams.backtest.page.incident import lines
from streams.backtest.page.subject import Subject

MOST_FILES = 8
MOST_RANG = 8
MOST_TIMES = 3
FILE_CHARS = 120
DAY_MS = 86_400_000


def head(about: Subject) -> Html:
    """Title, span of time and the account."""
    run, words = about.run, about.words
    rows = [
        (words.files, _files(about)),
        (words.mentions, text(about.view.count(run.mentions))),
        (words.refused, _refused(about)),
        (words.duplicates, text(about.view.count(run.duplicates) if run.duplicates else words.none)),
        (words.late, text(about.view.count(run.late) if run.late else words.none)),
    ]
    if run.brands:
        rows += [(words.budget, text(_budget(about))), (words.achieved, text(_achieved(about)))]
    account = [tag("div", tag("dt", text(label)), tag("dd", value)) for label, value in rows]
    title = tag("h1", text(words.title))
    return tag("header", title, tag("p", text(_span(about)), class_="lead"), _verdict(about), tag("dl", *account))


def _verdict(about: Subject) -> Html:
    """What would have rung, brand by brand."""
    words = about.words
    brands = len(about.run.brands)
    if not about.rung:
        return (
            tag("p", text(words.verdict_none.format(brands=about.brands(brands))), class_="verdict") if brands else text("")
        )
    ordered = about.ordered()[: len(about.rung)]
    said = [tag("li", tag("a", *_rang(about, brand), href=f"#b{place}")) for place, brand in enumerate(ordered[:MOST_RANG])]
    if rest := len(ordered) - len(said):
        said.append(tag("li", text(words.and_more.format(n=about.view.count(rest)))))
    if calm := brands - len(ordered):
        said.append(tag("li", text(words.verdict_rest.format(brands=about.brands(calm)))))
    return tag("ul", *said, class_="verdict")


def _rang(about: Subject, brand: str) -> list[Html]:
    when = lines(about, about.rung[brand], MOST_TIMES)
    return [own(about.name(brand)), text(f" {about.rang(brand)}: {when}.")]


def _span(about: Subject) -> str:
    run, words = about.run, about.words
    if not run.last_ms:
        return words.no_brand
    pattern = "d MMM y H:mm"
    span = words.span.format(first=about.date(run.first_ms, pattern), last=about.date(run.last_ms, pattern))
    return f"{span}. {words.zone.format(zone=about.view.zone, config=about.config_hash)}"


def _files(about: Subject) -> Html:
    shown = [own(clean(name, FILE_CHARS)) for name in about.files[:MOST_FILES]]
    rest = len(about.files) - len(shown)
    more = [text(about.words.and_more.format(n=about.view.count(rest)))] if rest else []
    return join([tag("div", each) for each in [*shown, *more]])


def _refused(about: Subject) -> Html:
    """How many, and why; what stood in the lines isn't repeated."""
    run = about.run
    count = sum(run.refused.values())
    if not count:
        return text(about.words.none)
    reasons = ", ".join(f"{about.words.reasons[reason]} {about.view.count(n)}" for reason, n in run.refused.most_common())
    return text(f"{about.view.count(count)} ({reasons})")


def _budget(about: Subject) -> str:
    budgets = sorted({about.budget(brand) for brand in about.run.brands})
    low, high = about.view.figure(budgets[0]), about.view.figure(budgets[-1])
    return about.words.budget_each.format(budget=low if low == high else f"{low}–{high}")


def _achieved(about: Subject) -> str:
    count, months = len(counted(about.run.rings)), about.months
    length_ms = about.run.last_ms - about.run.first_ms
    if length_ms < DAY_MS:  # a rate a month would be a fancy
        return about.view.count(count)
    figure = about.view.figure
    said = about.words.achieved_note.format(
        rate=figure(count / months),
        count=about.view.count(count),
        brands=about.brands(len(about.run.brands)),
        length=about.view.duration(length_ms),
    )
    low, high = interval(count)
    if is_wide(low, high):
        said += " " + about.words.chance.format(low=figure(low / months), high=figure(high / months))
    return said
