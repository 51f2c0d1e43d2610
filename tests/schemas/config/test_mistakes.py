"""Each mistake in a config file and the exact message that it must give: `fixtures/config/NAME.yaml` and `NAME.txt`."""

from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.config.load import load_config
from schemas.errors import ConfigError, UsageError

FOLDER = Path(__file__).parents[2] / "fixtures/config"
MISTAKES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
FULL = (Path(__file__).parents[3] / "deploy/examples/full.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_line_setting_value_and_remedy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is what a person reads: it changes only on purpose."""
    monkeypatch.chdir(FOLDER)
    with pytest.raises(ConfigError) as caught:
        load_config(Path(f"{name}.yaml"), {})
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert str(caught.value) == expected.removesuffix("\n")
    assert caught.value.exit_code == 2


def test_there_is_a_message_for_each_mistake_and_a_mistake_for_each_message() -> None:
    """No fixture stands alone."""
    assert sorted(file.stem for file in FOLDER.glob("*.txt")) == MISTAKES


@pytest.mark.parametrize("name", MISTAKES)
def test_no_message_repeats_a_secret(name: str) -> None:
    """The fixtures call every secret `s3cret` or 123456789."""
    message = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert "s3cret" not in message
    assert "123456789" not in message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda file: None, "can't read the config file rebato.yaml: there is no such file. "),
        (lambda file: file.mkdir(), "can't read the config file rebato.yaml: it is a folder. "),
        (lambda file: file.symlink_to(file), "can't read the config file rebato.yaml: Too many levels of symbolic links."),
    ],
)
def test_a_file_that_cannot_be_read_gives_one_line(
    make: object, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, a folder, a link to itself: what is wrong and how to mend it, exit code 2."""
    monkeypatch.chdir(tmp_path)
    make(Path("rebato.yaml"))  # type: ignore[operator]  # a lambda out of the table
    with pytest.raises(UsageError) as caught:
        load_config(Path("rebato.yaml"), {})
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_huge_file_is_not_read_on(tmp_path: Path) -> None:
    """A log or a video given by mistake ends at once."""
    file = tmp_path / "rebato.yaml"
    file.write_bytes(b"#" * 10_000_001)
    with pytest.raises(UsageError, match=r"has 10,000,001 bytes; at most 10,000,000 are read"):
        load_config(file, {})


def test_aliases_cannot_grow_without_end(tmp_path: Path) -> None:
    """The "billion laughs": each line names the one above ten times."""
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]
    file = tmp_path / "rebato.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigError, match="too many of them"):
        load_config(file, {})


@settings(deadline=None)
@given(st.text(alphabet="brands:idnme[]{}-#@*&!%'\"|>, \n\t0123.~<", max_size=80))
def test_any_text_gives_a_config_or_its_problems(text: str) -> None:
    """Never another exception, whatever the file holds."""
    _load_or_refuse(text)


@settings(deadline=None)
@given(st.integers(0, len(FULL) - 1), st.integers(0, 30), st.text(max_size=8))
def test_any_damage_to_a_full_config_gives_a_config_or_its_problems(begin: int, length: int, replacement: str) -> None:
    """The same for files that are almost right."""
    _load_or_refuse(FULL[:begin] + replacement + FULL[begin + length :])


def _load_or_refuse(text: str) -> None:
    with NamedTemporaryFile("w", encoding="utf-8", errors="surrogatepass", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        try:
            load_config(Path(file.name), {})
        except ConfigError as error:
            assert error.problems  # noqa: PT017 (any text may be valid)
