"""`recovery run` with nothing set, as somebody runs it who has just cloned the repository."""

import json
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, text

from bot.database import sqlalchemy_url
from bot.samples.player import load_samples
from tests.builders import ANA
from tests.scenarios.processes import RunningBot, until
from tests.story import words_of

TEAMS = ("C0DELIVERY", "C0PRODUCT", "C0BILLING", "C0CARE")
"""The channels of the sample teams."""
STOPS_WITHIN = timedelta(seconds=30)
"""It takes two to four seconds; the machine may have other work to do."""

pytestmark = pytest.mark.timeout(900)


MakeBot = Callable[..., RunningBot]


@pytest.fixture
def make_bot(tmp_path: Path) -> Iterator[MakeBot]:
    """A bot with these words after `recovery run` and these settings; it has free ports of its own."""
    with ExitStack() as stack:

        def make(*words: str, **settings: str) -> RunningBot:
            bot = RunningBot(tmp_path, *words, **settings)
            stack.callback(bot.clean_up)
            return bot

        yield make


@pytest.fixture
def bot(make_bot: MakeBot) -> RunningBot:
    """A bot with samples that hurry."""
    return make_bot("--speed", "0.05")


def test_samples_arrive_as_cards_in_several_channels_and_a_button_claims_one(bot: RunningBot) -> None:
    bot.start().wait_until_ready()
    page = Page(bot)
    until(lambda: len([team for team in TEAMS if page.cards(team)]) >= 3)
    channel, ts = page.card_to_claim()

    page.presses(ANA, channel, ts, "case_claim")
    until(lambda: f"<@{ANA}>" in words_of(page.message(channel, ts)))
    until(lambda: page.thread(channel, ts))

    assert page.thread(channel, ts)[0] == f"🙋 <@{ANA}> claimed the case."


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_with_everything_that_it_started(bot: RunningBot, number: signal.Signals) -> None:
    bot.start().wait_until_ready()
    page = Page(bot)
    until(lambda: any(page.cards(team) for team in TEAMS))
    household = bot.household()
    began = time.monotonic()

    exit_code = bot.end(number)

    assert exit_code == 0
    assert bot.told.endswith("Stopping…\n")
    assert "Traceback" not in bot.complaints
    assert len(household) > 2
    _, left = psutil.wait_procs(household, timeout=5)
    assert left == []
    assert timedelta(seconds=time.monotonic() - began) < STOPS_WITHIN


def test_a_second_start_shows_the_earlier_cards_and_doubles_nothing(bot: RunningBot) -> None:
    bot.start().wait_until_ready()
    page = Page(bot)
    until(lambda: sum(len(page.cards(team)) for team in TEAMS) >= 5)
    before = {team: page.cards(team) for team in TEAMS}
    bot.end()

    bot.start().wait_until_ready()
    page = Page(bot)
    shown_again = {team: page.cards(team)[: len(cards)] for team, cards in before.items()}
    until(lambda: rows(bot, UNDONE) == [(0,)])

    assert shown_again == before
    assert rows(bot, "select count(*) from feedback") == [(len(load_samples()),)]
    everywhere = Counter(number for team in TEAMS for number in page.cards(team))
    assert everywhere == Counter(number for (number,) in rows(bot, "select id from cases"))


def test_stopping_while_it_starts_leaves_nothing_behind(bot: RunningBot) -> None:
    bot.start()
    until(lambda: len(bot.household()) > 1)

    bot.end()

    _, left = psutil.wait_procs(bot.household(), timeout=5)
    assert left == []
    assert "Traceback" not in bot.complaints


def test_a_first_start_that_was_killed_is_followed_by_a_good_one(bot: RunningBot) -> None:
    bot.start()
    until(lambda: list(bot.var.glob("postgres.new-*/PG_VERSION")))
    bot.kill()

    bot.start().wait_until_ready()

    assert rows(bot, "select 1") == [(1,)]


@pytest.mark.parametrize("name", ["PORT", "WORKSPACE_PORT"])
def test_a_port_that_is_taken_is_told_in_a_sentence(make_bot: MakeBot, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bot = make_bot(**{name: str(port)})

        exit_code = bot.start().wait()

    assert exit_code in {1, 2}
    assert f"Port {port} is taken; choose another, such as {name}=" in bot.complaints
    assert "Traceback" not in bot.complaints
    assert bot.household() == []


@pytest.mark.parametrize(
    ("words", "settings", "told"),
    [
        (["nonsense"], {}, "'worker'"),
        (["worker"], {}, "needs a Slack to work with"),
        ([], {"SLACK_BOT_TOKEN": "xoxb-7"}, "set SLACK_APP_TOKEN"),
        ([], {"RULES_FILE": "/nowhere/rules.yaml"}, "cannot be read"),
        ([], {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "Connection refused"),
    ],
)
def test_what_cannot_run_is_refused_in_a_sentence(
    make_bot: MakeBot, words: list[str], settings: dict[str, str], told: str
) -> None:
    bot = make_bot(*words, **settings)

    exit_code = bot.start().wait()

    assert exit_code in {1, 2}
    assert told in bot.complaints
    assert "Traceback" not in bot.complaints
    assert bot.household() == []


def test_a_slack_that_refuses_the_token_is_told_in_a_sentence(make_bot: MakeBot, local_slack: str) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-somebody-else", "SLACK_APP_TOKEN": "xapp-somebody-else"}
    bot = make_bot(SLACK_API_URL=local_slack, **tokens)

    exit_code = bot.start().wait()

    assert exit_code == 1
    assert "Slack refuses the bot: invalid_auth" in bot.complaints
    assert bot.household() == []


@pytest.fixture
def local_slack(workspace: Any) -> str:
    """The address of a Slack that knows another bot."""
    return str(workspace.api_url)


UNDONE = f"""
    select (select count(*) from procrastinate_jobs where status <> 'succeeded')
         + (select count(*) from messages where ts is null)
         + {len(load_samples())} - (select count(*) from decisions)
         - (select count(*) from reviews where settled_at is null)
"""


def rows(bot: RunningBot, statement: str) -> list[Any]:
    """What a query of the bot's database answers."""
    engine = create_engine(sqlalchemy_url(bot.database_url))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


class Page:
    """The page of the local workspace, by the addresses that the browser uses."""

    def __init__(self, bot: RunningBot) -> None:
        self._url = bot.page_url

    def cards(self, channel: str) -> list[int]:
        """The numbers of the cases whose cards hang in a channel, oldest first."""
        return [number_of(message) for message in self._history(channel) if message.get("bot_id")]

    def card_to_claim(self) -> tuple[str, str]:
        """Where a card is that nobody has claimed."""
        return next(
            (team, message["ts"])
            for team in TEAMS
            for message in self._history(team)
            if "case_claim" in json.dumps(message.get("blocks"))
        )

    def message(self, channel: str, ts: str) -> dict[str, Any]:
        """One message."""
        return next(message for message in self._history(channel) if message["ts"] == ts)

    def thread(self, channel: str, ts: str) -> list[str]:
        """What stands below a message."""
        return [words_of(reply) for reply in self._history(channel, thread_ts=ts)[1:]]

    def presses(self, who: str, channel: str, ts: str, action_id: str) -> None:
        """Press a button of a message."""
        act = {"as": who, "do": "action", "channel": channel, "ts": ts, "action_id": action_id}
        answer = httpx.post(f"{self._url}/page/act", json=act, timeout=30).json()
        assert answer["ok"], answer

    def _history(self, channel: str, **place: str) -> list[dict[str, Any]]:
        asked = {"as": ANA, "channel": channel, **place}
        answer = httpx.get(f"{self._url}/page/history", params=asked, timeout=30).json()
        return list(answer["messages"])


def number_of(card: dict[str, Any]) -> int:
    """The number of the case that a card is about."""
    return int(words_of(card).removeprefix("#").split(" ", 1)[0])
