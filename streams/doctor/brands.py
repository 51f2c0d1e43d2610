"""Can each brand ring for all that it should?"""

from collections.abc import Iterator

from schemas.config.model import Config
from streams.doctor.finding import Finding, good, worth_a_look

_NAMED = 5


def check_brands(config: Config) -> Iterator[Finding]:
    """Whether their answers can be told from what others say."""
    if config.brands == "auto":
        return
    mute = [brand.id for brand in config.brands if not brand.handles]
    if not mute:
        yield good("handles", "each brand has an account of its own")
        return
    more = f" and {len(mute) - _NAMED} more" if len(mute) > _NAMED else ""
    yield worth_a_look(
        "handles",
        f"{', '.join(mute[:_NAMED])}{more}: no account of their own",
        "Unanswered questions ring only where answers are seen: name their accounts in `handles`, or let a source set "
        "`direction: outbound`.",
    )
