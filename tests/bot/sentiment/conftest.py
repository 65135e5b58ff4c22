"""The shipped model, loaded once for all the tests of the bot's ear."""

import pytest

from bot.sentiment import Scorer


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return Scorer(threads=1)
