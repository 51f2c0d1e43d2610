"""A config file of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a text to `rebato.yaml` and gives its path as somebody in that folder would."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str) -> Path:
        file = Path("rebato.yaml")
        file.write_text(text, encoding="utf-8")
        return file

    return write_file
