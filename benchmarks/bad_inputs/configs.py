"""Config files that are none, or not quite: every problem said with its place, no secret repeated."""

import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.bad_inputs.damage import damaged
from benchmarks.bad_inputs.tally import Outcome, Tally
from schemas.config.load import load_config
from schemas.errors import ConfigError, UsageError

EXAMPLES = Path(__file__).resolve().parents[2] / "deploy" / "examples"
CANARY = "c4n4ry-s3cret"
_ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{before}'] * 9)}]\n" for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
_ODD = (
    "", "null", "~", "true", "-1", "0", "1e999", ".nan", ".inf", "99999999999999999999", "'x", '"\\q"', "[", "{", "[]", "{}",
    "- a", "*nowhere", "&a a", "!!python/object/apply:os.system [id]", "!!binary x", "2013-02-25", "1:30", "'\\0'", "\x07",
    "a: b: c", "|", ">", "%", "@x", "`x`", "\t", "no", "5 lightyears", "http://", "x" * 5_000, "[[[[[[[[[[1]]]]]]]]]]",
    "é" * 300,
)  # fmt: skip


def spoil_configs(tally: Tally, rng: random.Random, count: int) -> None:
    """Both examples, with secrets in them and without, spoilt by line, value or byte, and settings of the environment."""
    examples = [path.read_text() for path in sorted(EXAMPLES.glob("*.yaml"))]
    texts = [*examples, *map(_with_canaries, examples)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rebato.yaml"
        for _ in range(count):
            raw = _spoilt(rng, rng.choice(texts))
            env = _environment(rng) if rng.random() < 0.2 else {}
            file.write_bytes(raw)
            tally.judge("config", raw, partial(_read, file, env))


def _read(file: Path, env: dict[str, str]) -> tuple[Outcome, str]:
    try:
        load_config(file, env)
    except UsageError as error:
        said = str(error)
        if CANARY in said:
            return Outcome.LEAKED, said.replace(CANARY, "(the secret)")[:200]
        problems = error.problems if isinstance(error, ConfigError) else []
        vague = [problem for problem in problems if not problem.message or not (problem.line or problem.field)]
        if file.name not in said or vague:
            return Outcome.SILENT, f"says not where: {said[:160]}"
        return Outcome.REFUSED, f"{type(error).__name__}"
    return Outcome.TAKEN, "valid"


def _with_canaries(text: str) -> str:
    """Every secret of the examples, and some where they have only a file, is the canary."""
    out = []
    for line in text.splitlines():
        name, colon, _ = line.partition(":")
        bare = name.strip().removeprefix("- ").removesuffix("_file")
        if colon and bare in ("password", "webhook_url", "routing_key", "secret", "token"):
            name = name.removesuffix("_file")
            line = f"{name}: https://hooks.example/{CANARY}" if bare == "webhook_url" else f"{name}: {CANARY}"
        out.append(line)
    return "\n".join(out) + "\n"


def _spoilt(rng: random.Random, text: str) -> bytes:
    lines = text.splitlines()
    at = rng.randrange(len(lines))
    name, colon, value = lines[at].partition(":")
    odd = rng.choice(_ODD)
    ways: tuple[Callable[[], str | bytes], ...] = (
        lambda: _joined(lines[:at], lines[at + 1 :]),
        lambda: _joined(lines[: at + 1], lines[at:]),
        lambda: _joined(lines[:at], [f"{name}{colon} {odd}"], lines[at + 1 :]),
        lambda: _joined(lines[:at], [f"{name}{colon} {odd}"], lines[at + 1 :]),
        lambda: _joined(lines[:at], [f"{name}x{colon}{value}"], lines[at + 1 :]),
        lambda: _joined(lines[:at], [" " * rng.randint(1, 4) + lines[at]], lines[at + 1 :]),
        lambda: _joined(lines[:at], [lines[at].lstrip()], lines[at + 1 :]),
        lambda: _joined(lines[:at], [lines[at].replace(":", "", 1)], lines[at + 1 :]),
        lambda: _joined(lines[:at]),
        lambda: damaged(rng, text.encode()),
        lambda: text.encode("utf-16"),
        lambda: _ALIASES,
        lambda: "[" * rng.randint(1, 5_000),
        lambda: "a:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1, rng.randint(2, 1_500))),
        lambda: text.replace(" ", "\t", rng.randint(1, 9)),
    )
    spoilt = rng.choice(ways)()
    return spoilt if isinstance(spoilt, bytes) else spoilt.encode(errors="replace")


def _joined(*parts: list[str]) -> str:
    return "\n".join(line for part in parts for line in part) + "\n"


def _environment(rng: random.Random) -> dict[str, str]:
    if rng.random() < 0.5:
        names = (
            "KAFKA__PASSWORD",
            "ALERTS__SLACK__WEBHOOK_URL",
            "ALERTS__SLACK",
            "ALERTS",
            "SOURCES__HTTP__TOKEN",
            "X",
            "_",
        )
        value = rng.choice([CANARY, f"{{{CANARY}", f'{{"x": "{CANARY}"}}', f'["{CANARY}"]'])
    else:
        names = ("KAFKA__PARTITIONS", "BRANDS__0__ID", "BRANDS__99__ID", "BRANDS", "TIME", "KAFKA", "STATE__CHECKPOINT")
        value = rng.choice(_ODD)
    return {f"REBATO__{rng.choice(names)}": value}
