"""A workspace whose clock stands still, the SDK's client for it, and bots that keep what they hear."""

from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from bot.workspace.server import Workspace
from tests.bot.workspace.bots import HearingBot
from tests.clock import TestClock


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace], clock: TestClock) -> Workspace:
    """A workspace with the time of the test."""
    return open_workspace(clock=clock.now)


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    """The SDK's client with the bot's token, which retries nothing."""
    return WebClient(workspace.bot_token, base_url=workspace.api_url, retry_handlers=[])


@pytest.fixture
def deaf_bot(workspace: Workspace) -> Iterator[HearingBot]:
    """A bot on a socket that answers nothing but what the test lets it listen for."""
    bot = HearingBot(workspace)
    bot.connect()
    yield bot
    bot.close()


@pytest.fixture
def bot(deaf_bot: HearingBot) -> HearingBot:
    """A bot on a socket that acknowledges everything."""
    deaf_bot.hears_everything()
    return deaf_bot
