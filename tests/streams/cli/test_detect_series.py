"""`rebato detect-series`."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas.config.model import Sensitivity
from streams.cli.detect_series import alarm_threshold
from tests.streams.cli.conftest import Rebato

START = datetime(2024, 1, 1)


def _series(rows: int, burst_at: int | None = None) -> str:
    """A calm series of 5-min rows, with one burst."""
    values = [f"{START + timedelta(minutes=5 * n)},{900 if n == burst_at else 20 + n % 7}" for n in range(rows)]
    return "timestamp,value\n" + "".join(f"{value}\n" for value in values)


def _scores(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_each_row_gets_a_score_and_the_burst_alarms(rebato: Rebato, tmp_path: Path) -> None:
    """Columns timestamp, value, score, alarm; the first two as they came."""
    (tmp_path / "in.csv").write_text(_series(2_000, burst_at=1_500), encoding="utf-8")
    code, _, err = rebato("detect-series", "--input", "in.csv", "--output", "out.csv")
    rows = _scores(tmp_path / "out.csv")
    assert (code, err) == (0, "2,000 rows scored, 0 broken, 1 alarms.\n")
    assert list(rows[0]) == ["timestamp", "value", "score", "alarm"]
    assert [n for n, row in enumerate(rows) if row["alarm"] == "1"] == [1_500]
    assert rows[1_500]["timestamp"] == "2024-01-06 05:00:00"
    assert all(0 <= float(row["score"]) <= 1 for row in rows)


def test_a_score_depends_on_its_row_and_earlier_ones_only(rebato: Rebato, tmp_path: Path) -> None:
    """Causal: cutting the file changes nothing before the cut."""
    for name, rows in (("long", 1_200), ("short", 700)):
        (tmp_path / f"{name}.csv").write_text(_series(rows, burst_at=650), encoding="utf-8")
        assert rebato("detect-series", "--input", f"{name}.csv", "--output", f"{name}.out").code == 0
    assert _scores(tmp_path / "long.out")[:700] == _scores(tmp_path / "short.out")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("yesterday,3", "timestamp `yesterday` isn't ISO 8601."),
        ("2024-01-01T00:05:00,many", "value `many` isn't a number."),
        ("2024-01-01T00:05:00,", "value `` isn't a number."),
        ("2024-01-01T00:05:00", "1 field(s) where 2 are needed."),
        (f"2024-01-01T00:05:00,{'9' * 200_000}", "field larger than field limit"),
    ],
)
def test_a_broken_row_is_told_with_its_line_and_left_out(row: str, reason: str, rebato: Rebato, tmp_path: Path) -> None:
    """The others are scored."""
    text = f"timestamp,value\n2024-01-01T00:00:00Z,1\n{row}\n\n2024-01-01T00:10:00+01:00,2\n"
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    code, _, err = rebato("detect-series", "--input", "in.csv", "--output", "out.csv")
    assert code == 0
    assert err.startswith(f"in.csv line 3: {reason}")
    assert [row["value"] for row in _scores(tmp_path / "out.csv")] == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("timestamp,count", "in.csv has no column `value`; its columns are: timestamp, count. Name it in the first line."),
        ("timestamp;value", "in.csv has no column `timestamp`; its columns are: timestamp;value. Separate them by commas."),
        ("", "in.csv has no column `timestamp`; its columns are: none. Name it in the first line."),
    ],
)
def test_a_missing_column_is_wrong_use(header: str, message: str, rebato: Rebato, tmp_path: Path) -> None:
    """Exit code 2, and no output."""
    (tmp_path / "in.csv").write_text(f"{header}\n" if header else "", encoding="utf-8")
    assert rebato("detect-series", "--input", "in.csv", "--output", "out.csv") == (2, "", f"{message}\n")
    assert not (tmp_path / "out.csv").exists()


def test_columns_are_found_by_their_name(rebato: Rebato, tmp_path: Path) -> None:
    """In any order and case, with others between, after a byte order mark."""
    (tmp_path / "in.csv").write_bytes(b"\xef\xbb\xbfValue,host,Timestamp\n5,a,2024-01-01\n")
    assert rebato("detect-series", "--input", "in.csv", "--output", "out.csv").code == 0
    assert _scores(tmp_path / "out.csv") == [{"timestamp": "2024-01-01", "value": "5", "score": "0", "alarm": "0"}]


def test_a_config_sets_the_budget(rebato: Rebato, tmp_path: Path) -> None:
    """Fewer false alarms a month, a higher threshold."""
    (tmp_path / "in.csv").write_text(_series(1_000, burst_at=900), encoding="utf-8")
    alarms = {}
    for level in ("quiet", "sensitive"):
        (tmp_path / "rebato.yaml").write_text(f"brands: auto\nsensitivity: {level}\n", encoding="utf-8")
        done = rebato("detect-series", "--input", "in.csv", "--output", "out.csv", "--config", "rebato.yaml")
        assert done.code == 0
        alarms[level] = sum(row["alarm"] == "1" for row in _scores(tmp_path / "out.csv"))
    assert alarms["quiet"] <= alarms["sensitive"]
    assert alarm_threshold(Sensitivity(false_alarms=0.25)) > alarm_threshold(Sensitivity(false_alarms=4))
