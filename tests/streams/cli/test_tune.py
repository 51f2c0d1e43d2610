"""`rebato tune`: shows first, writes only when told to, and then all or nothing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from streams.cli.options import read_config
from tests.streams.cli.conftest import Rebato
from tests.streams.months import START, good_line, write_lines

CONFIG = """# ours
brands:
  - id: ikea        # furniture
    names: [IKEA]
  - id: delta
    names: [Delta]
    sensitivity: quiet  # shh
language: es
"""
SHARED = """brands:
  - { id: ikea, names: [IKEA], sensitivity: &ours sensitive }
  - { id: zara, names: [Zara], sensitivity: *ours }
"""
ASKED = ("--budget", "0.25 per brand-month")


@pytest.fixture
def mentions(tmp_path: Path) -> Path:
    """Nine quiet days."""
    said = [(n, brand) for n in range(216) for brand in ("IKEA", "Delta")]
    lines = [good_line(place, START + timedelta(hours=n), f"{brand} {n}") for place, (n, brand) in enumerate(said)]
    return write_lines(tmp_path / "in.jsonl", lines)


def _config(tmp_path: Path, text: str = CONFIG) -> Path:
    path = tmp_path / "rebato.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_nothing_is_written_without_being_told(rebato: Rebato, tmp_path: Path, mentions: Path) -> None:
    """What would be written is shown."""
    path = _config(tmp_path)
    code, out, _ = rebato("tune", "--input", mentions, *ASKED)
    assert code == 0
    assert "ikea: 0 alarms at 0.25 a month, 0.1 allowed: fits. Proposed: 1 a month → 0.25 a month (0 alarms)." in out
    assert "delta: 0 alarms at 0.25 a month, 0.1 allowed: fits. Stays at 0.25 a month." in out
    assert "Nothing is written. With --write it goes into rebato.yaml:" in out
    assert "    brand ikea: sensitivity: { false_alarms: 0.25, per: brand-month }" in out
    assert path.read_text(encoding="utf-8") == CONFIG


def test_what_is_written_keeps_comments_order_and_rights(rebato: Rebato, tmp_path: Path, mentions: Path) -> None:
    """One line more; a second run has nothing to change."""
    path = _config(tmp_path)
    code, out, _ = rebato("tune", "--input", mentions, *ASKED, "--write")
    assert code == 0
    assert "rebato.yaml is changed." in out.splitlines()[-1]
    line = "    sensitivity: { false_alarms: 0.25, per: brand-month }\n"
    assert f"    +{line}" in out
    assert path.read_text(encoding="utf-8") == CONFIG.replace("# furniture\n", f"# furniture\n{line}")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["in.jsonl", "rebato.yaml"]
    assert read_config(path).config.brands[0].sensitivity.per_month == 0.25  # type: ignore[union-attr]
    assert "Nothing is proposed." in rebato("tune", "--input", mentions, *ASKED, "--write").out


def test_planned_events_in_a_file_of_their_own_are_in_nobodys_way(rebato: Rebato, tmp_path: Path, mentions: Path) -> None:
    """What is written is read back beside them."""
    path = _config(tmp_path)
    assert rebato("events", "add", "Feria", "--start", "2026-12-05").code == 0
    code, out, err = rebato("tune", "--input", mentions, *ASKED, "--write")
    assert (code, err) == (0, "")
    assert "is changed" in out
    assert read_config(path).config.events_file is None


def test_a_form_that_cannot_be_changed_safely_is_left_alone(rebato: Rebato, tmp_path: Path, mentions: Path) -> None:
    """Here the other brand would change with it. What to write by hand is said."""
    path = _config(tmp_path, SHARED)
    code, _, err = rebato("tune", "--input", mentions, *ASKED, "--write")
    assert code == 2
    assert "rebato.yaml is left as it is" in err
    assert "brand ikea: sensitivity: { false_alarms: 0.25, per: brand-month }" in err
    assert path.read_text(encoding="utf-8") == SHARED


def test_scripts_get_json(rebato: Rebato, tmp_path: Path, mentions: Path) -> None:
    """And nothing else on stdout."""
    _config(tmp_path)
    code, out, _ = rebato("tune", "--input", mentions, *ASKED, "--json", "-")
    assert code == 0
    report = json.loads(out)
    assert (report["changes"], report["written"]) == (1, None)
    assert [advice["brand"] for advice in report["advice"]] == ["ikea", "delta"]
    assert report["advice"][0]["proposed"] == {"false_alarms": 0.25, "per": "brand-month"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--budget", "few"), "--budget few: isn't a number of false alarms in a time"),
        (("--real", "ikea-surge-1"), "--real ikea-surge-1: these files have no such incident."),
    ],
)
def test_wrong_use_is_one_line(
    arguments: tuple[str, str], message: str, rebato: Rebato, tmp_path: Path, mentions: Path
) -> None:
    """Exit code 2."""
    _config(tmp_path)
    code, out, err = rebato("tune", "--input", mentions, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_short_files_say_so(rebato: Rebato, tmp_path: Path) -> None:
    """And how long they must be."""
    _config(tmp_path)
    short = write_lines(tmp_path / "short.jsonl", [good_line(n, START + timedelta(hours=n), "IKEA") for n in range(48)])
    code, out, _ = rebato("tune", "--input", short, *ASKED, "--write")
    assert code == 0
    assert "Give files of 7 days or more." in out
    assert "Nothing is proposed." in out
