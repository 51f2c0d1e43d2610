"""What holds for one brand, and where it was written."""

import pytest

from schemas.config.effective import resolve
from schemas.config.explain import explain
from schemas.config.load import load_config
from schemas.config.model import Brand, Config
from schemas.errors import ConfigError, UsageError
from tests.schemas.config.conftest import Write

FILE = """\
brands:
  - id: lacocinera
    names: [La Cocinera]
    group: food
    sensitivity: quiet
    promise: { answer_within: 10 min }
    language: es
  - id: ikea
    names: [IKEA]
sensitivity: { false_alarms: 2, per: brand-year }
promise: { at_most: 12 h }
timezone: Europe/Madrid
alerts:
  slack: { webhook_url_file: /run/secrets/slack }
"""


def test_a_brand_overrules_what_it_names_and_keeps_the_rest(write: Write) -> None:
    """Setting by setting: a promise's other half stays the installation's."""
    config = load_config(write(FILE), {}).config
    own, other = resolve(config, "lacocinera"), resolve(config, "ikea")
    assert (own.group_key, own.language, own.timezone) == ("food", "es", "Europe/Madrid")
    assert (own.promise.answer_within.total_seconds(), own.promise.at_most.total_seconds()) == (600, 12 * 3600)
    assert (other.group_key, other.language) == ("ikea", "en")


def test_a_level_means_the_same_under_any_installation(write: Write) -> None:
    """`quiet` is 0.25 a month even where the installation counts by the year."""
    config = load_config(write(FILE), {}).config
    assert resolve(config, "lacocinera").sensitivity.per_month == 0.25
    assert resolve(config, "ikea").sensitivity.per_month == pytest.approx(1 / 6)


def test_any_brand_has_the_installations_settings_when_mentions_name_them() -> None:
    """`brands: auto`."""
    settings = resolve(Config(brands="auto", language="es"), "Whatever & Sons")
    assert (settings.id, settings.group_key, settings.language) == ("Whatever & Sons", "Whatever & Sons", "es")


def test_an_unknown_brand_gets_a_guess_or_the_list() -> None:
    """Wrong use, exit code 2."""
    config = Config(brands=[Brand(id="ikea", names=["IKEA"]), Brand(id="telar", names=["Telar"])])
    with pytest.raises(UsageError, match=r"no brand has the id `ikae`. Did you mean `ikea`\?"):
        resolve(config, "ikae")
    with pytest.raises(UsageError, match=r"There are: ikea, telar\."):
        resolve(config, "zzz")


def test_a_brands_promise_must_fit_the_installations(write: Write) -> None:
    """Half of it may come from each."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(FILE.replace("10 min", "13 h")), {})
    assert [(p.line, p.field) for p in caught.value.problems] == [(6, "brands[0].promise.at_most")]


def test_explain_tells_each_settings_value_and_origin(write: Write) -> None:
    """File line, environment, command line, default, and what is the brand's own."""
    env = {"REBATO__FLOORS__TEXTS": "9", "REBATO__KAFKA__PASSWORD": "s3cret"}
    loaded = load_config(write(FILE), env, {"kafka.replication": "3"})
    told = {setting.path: (setting.value, setting.comes_from) for setting in explain(loaded, "lacocinera")}
    assert told["names"] == ("[La Cocinera]", "rebato.yaml line 3")
    assert told["sensitivity.false_alarms"] == ("0.25", "rebato.yaml line 5, this brand's own")
    assert told["promise.answer_within"] == ("10 min", "rebato.yaml line 6, this brand's own")
    assert told["promise.at_most"] == ("12 h", "rebato.yaml line 11")
    assert told["timezone"] == ("Europe/Madrid", "rebato.yaml line 12")
    assert told["floors.texts"] == ("9", "environment REBATO__FLOORS__TEXTS")
    assert told["kafka.replication"] == ("3", "command line kafka.replication")
    assert told["kafka.partitions"] == ("4", "default")
    assert told["alerts.slack.webhook_url_file"] == ("/run/secrets/slack", "rebato.yaml line 14")
    assert told["kafka.password"] == ("(secret)", "environment REBATO__KAFKA__PASSWORD")


def test_explain_tells_the_same_as_resolve(write: Write) -> None:
    """Two ways to the same settings."""
    loaded = load_config(write(FILE), {})
    for brand in ("lacocinera", "ikea"):
        told = {setting.path: setting.value for setting in explain(loaded, brand)}
        settings = resolve(loaded.config, brand)
        assert told["sensitivity.false_alarms"] == f"{settings.sensitivity.false_alarms:g}"
        assert told["sensitivity.per"] == settings.sensitivity.per
        assert told["language"] == settings.language


def test_explain_works_for_brands_that_mentions_name(write: Write) -> None:
    """`brands: auto` has no brand of its own to show."""
    told = [setting.path for setting in explain(load_config(write("brands: auto\n"), {}), "ikea")]
    assert told[0] == "sensitivity.false_alarms"
