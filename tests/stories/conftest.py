"""The story told once, undisturbed; the tests look at it from different sides."""

import pytest

from tests.driver import Driver, demo_config
from tests.stories.telling import Mention, all_mentions, learn, live
from tests.streams.intake.making import scorer


@pytest.fixture(scope="session")
def mentions() -> list[Mention]:
    """What people wrote."""
    return all_mentions()


@pytest.fixture(scope="session")
def undisturbed(mentions: list[Mention]) -> Driver:
    """The pipeline after the whole story; nobody died."""
    driver = Driver(demo_config(), scorer())
    learn(driver, mentions)
    live(driver, mentions, driver.advance)
    return driver
