"""The bot is killed while customers write and the team works; when it runs again nothing is lost or doubled.

RECOVERY_KILLS=20 runs the long variant: so many kills for each of several seeds, and for a fleet of roles.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.database import sqlalchemy_url
from bot.workspace.errors import ActError
from bot.workspace.limits import Timing
from bot.workspace.server import Workspace
from tests.builders import ANA, BEN
from tests.scenarios.processes import PATIENCE, RunningBot, until
from tests.story import words_of

CARDS, ALARMS = "#recovery-deliveries", "#recovery-supervisors"
TOKEN = "a-token-for-tests"
KILLS = int(os.environ.get("RECOVERY_KILLS", "6"))
SEEDS = [1] if KILLS <= 6 else [1, 2, 3]
PIECES_A_ROUND = 8
SIGNS = {"🙋": "claimed", "📝": "noted", "⏳": "pinged", "🚨": "escalated"}

RULES = f"""\
time_zone: Europe/Berlin
admins: {{members: [U0LEA], channel: "#recovery-admins"}}
sources:
  email: {{name: E-mail}}
teams:
  deliveries:
    name: Deliveries
    channel: "{CARDS}"
    members: [U0ANA, U0BEN]
    supervisors: [U0SAM]
    escalation_channel: "{ALARMS}"
    hours: 24/7
promises:
  short: {{acknowledge: 6 seconds, ping_at: [50 %], hours: always}}
rules:
  - name: Whatever it is
    when: true
    open: complaint
    team: deliveries
    priority: high
    promise: short
    because: Every word of a customer is a case here
compensation:
  currency: EUR
  options: [voucher]
  limits_per_case: {{agent: 50}}
imports: {{open_cases_for: 7 days, at_most: 25}}
"""


@pytest.fixture
def busy_workspace() -> Iterator[Workspace]:
    """A Slack that brings an event again every few seconds until it is acknowledged."""
    workspace = Workspace(timing=Timing(event_retries=(timedelta(), *[timedelta(seconds=3)] * 100)))
    workspace.start()
    yield workspace
    workspace.stop()


@pytest.fixture
def settings(busy_workspace: Workspace, tmp_path: Path) -> dict[str, str]:
    """As in production: Slack's tokens, an address for Slack, rules of one's own."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES)
    return {
        "RULES_FILE": str(rules),
        "SLACK_BOT_TOKEN": busy_workspace.bot_token,
        "SLACK_APP_TOKEN": busy_workspace.app_token,
        "SLACK_API_URL": busy_workspace.api_url,
        "FEEDBACK_TOKEN": TOKEN,
    }


@pytest.fixture
def bot(settings: dict[str, str], tmp_path: Path) -> Iterator[RunningBot]:
    """All roles in one process, with its own PostgreSQL."""
    bot = RunningBot(tmp_path, **settings)
    yield bot
    bot.clean_up()


@pytest.fixture
def fleet(settings: dict[str, str], database_url: str, tmp_path: Path) -> Iterator["Fleet"]:
    """Each role in processes of its own, on a PostgreSQL that is there already."""
    fleet = Fleet(tmp_path, DATABASE_URL=database_url, **settings)
    yield fleet
    fleet.clean_up()


@pytest.fixture
def shop(bot: RunningBot, busy_workspace: Workspace) -> Iterator["Shop"]:
    """A shop whose customers write and whose team works, whatever becomes of the bot."""
    shop = Shop(bot, busy_workspace)
    yield shop
    shop.close()


@pytest.fixture
def large_shop(fleet: "Fleet", busy_workspace: Workspace) -> Iterator["Shop"]:
    """The same with a fleet."""
    shop = Shop(fleet, busy_workspace)
    yield shop
    shop.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_or_doubled_however_often_the_bot_is_killed(shop: "Shop", seed: int) -> None:
    shop.opens()

    shop.lives_through(KILLS, Random(seed))

    shop.has_everything_once()
    assert shop.bot.end() == 0


@pytest.mark.timeout(900)
def test_a_killed_postgresql_is_started_again_and_nothing_is_lost_or_doubled(
    shop: "Shop", bot: RunningBot
) -> None:
    shop.opens()
    shop.writes(PIECES_A_ROUND)

    psutil.Process(bot.postmaster).kill()  # as a system short of memory does
    shop.writes(PIECES_A_ROUND)
    shop.becomes_quiet()

    shop.has_everything_once()
    assert shop.bot.end() == 0


@pytest.mark.skipif(KILLS <= 6, reason="RECOVERY_KILLS=20 runs this")
@pytest.mark.timeout(1800)
def test_nothing_is_lost_or_doubled_by_a_fleet_that_loses_one_after_the_other(large_shop: "Shop") -> None:
    large_shop.opens()

    large_shop.lives_through(KILLS, Random(1))

    large_shop.has_everything_once()
    assert large_shop.bot.end() == 0


class Fleet:
    """One web, two workers and two schedulers; a kill takes one of them, in turn."""

    ROLES = ("web", "worker", "scheduler", "worker", "scheduler")

    def __init__(self, folder: Path, **settings: str) -> None:
        self.database_url = settings["DATABASE_URL"]
        self._bots = [
            RunningBot(folder / f"{number}", role, **settings) for number, role in enumerate(self.ROLES)
        ]
        self._turn = cycle(self._bots)

    def start(self) -> "Fleet":
        """Start those that do not run."""
        for bot in self._bots:
            bot.folder.mkdir(exist_ok=True)
            if not bot.is_running:
                bot.start()
        return self

    def wait_until_ready(self) -> None:
        """Wait for each of them."""
        for bot in self._bots:
            bot.wait_until_ready()

    def kill(self) -> None:
        """One of them."""
        next(self._turn).kill()

    def end(self) -> int:
        """End all; the worst exit code."""
        return max(bot.end() for bot in self._bots)

    def clean_up(self) -> None:
        """Leave nothing running."""
        for bot in self._bots:
            bot.clean_up()

    @property
    def is_running(self) -> bool:
        """Whether all of them run."""
        return all(bot.is_running for bot in self._bots)

    @property
    def web_url(self) -> str | None:
        """Where feedback is taken."""
        return self._bots[0].web_url

    @property
    def complaints(self) -> str:
        """What all of them wrote to standard error."""
        return "\n".join(bot.complaints for bot in self._bots)


class Shop:
    """Customers, a team, and the bot between them."""

    def __init__(self, bot: RunningBot | Fleet, workspace: Workspace) -> None:
        self.bot, self.workspace = bot, workspace
        self.customers, self.team = Customers(bot), Team(workspace)
        self._threads = ThreadPoolExecutor(max_workers=2)
        self._at_work: list[Future[None]] = []

    def opens(self) -> None:
        """Start the bot, and let people begin."""
        self.bot.start().wait_until_ready()
        self._at_work = [self._threads.submit(people.work) for people in (self.customers, self.team)]

    def close(self) -> None:
        """Send everybody home."""
        self.customers.go_home()
        self.team.go_home()
        self._threads.shutdown()

    def writes(self, pieces: int) -> None:
        """Let customers write so much more, until all of it was answered 202."""
        self.customers.may_write(pieces)
        until(lambda: self._is_well() and self.customers.have_written_all())

    def lives_through(self, kills: int, dice: Random) -> None:
        """Kill the bot so many times at moments that the dice choose, then let everything become quiet."""
        for _ in range(kills):
            self.customers.may_write(PIECES_A_ROUND)
            self._make_trouble(dice)
            self._await_a_moment(dice)
            self.bot.kill()
            self.bot.start()
        self.workspace.clear_faults()
        self.bot.wait_until_ready()
        self.becomes_quiet()

    def becomes_quiet(self) -> None:
        """Wait until nothing is left to be done, neither by people nor by the bot."""
        until(lambda: self._is_well() and self.customers.have_written_all())
        until(lambda: self._is_well() and self._is_quiet(), within=2 * PATIENCE)

    def has_everything_once(self) -> None:
        """Compare what people did, what the books say and what hangs in Slack."""
        books, wall = Books(self.bot), Wall(self.workspace)
        numbers = books.column("select id from cases order by id")
        events = books.rows("select case_id, kind, count(*) from case_events group by 1, 2")

        assert set(self.customers.accepted) <= set(books.column(HEARD))
        assert books.column("select count(*) from cases") == books.column("select count(*) from feedback")
        assert wall.cards == Counter(numbers)
        assert wall.keys == Counter(books.column("select key::text from messages"))
        assert wall.lines == Counter({(case, kind): n for case, kind, n in events if kind in SIGNS.values()})
        assert wall.alarms == Counter(books.column("select case_id from escalations"))
        assert books.rows(MARKS_WITHOUT_A_ROW) == []
        assert books.rows(MARKS_NOT_TOLD) == []
        assert sorted(books.column("select text from notes")) == sorted(self.team.noted)
        assert sorted(books.column(CLAIMED)) == sorted(self.team.claimed)

    def _make_trouble(self, dice: Random) -> None:
        """Let Slack's answers to some of the next calls be lost, or late, although it did what was asked."""
        trouble: list[Callable[[], None]] = [
            lambda: self.workspace.drop_after("chat.postMessage", times=2),
            lambda: self.workspace.drop_after("chat.update", times=1),
            lambda: self.workspace.late("chat.postMessage", timedelta(seconds=0.5), times=2),
            lambda: None,
        ]
        dice.choice(trouble)()

    def _await_a_moment(self, dice: Random) -> None:
        """Mostly a few more messages in Slack, or a few more pieces accepted, or a start just begun."""
        moments: list[tuple[Callable[[], int], int]] = [
            *[(self._count_writes, dice.randint(1, 15)) for _ in range(4)],
            (lambda: len(self.customers.accepted), dice.randint(1, PIECES_A_ROUND)),
            (lambda: len(self.workspace.calls("apps.connections.open")), 1),
        ]
        counted, wanted = dice.choice(moments)
        begin = counted()
        until(lambda: self._is_well() and (counted() >= begin + wanted or self._is_idle()))

    def _count_writes(self) -> int:
        return sum(len(self.workspace.calls(method)) for method in ("chat.postMessage", "chat.update"))

    def _is_idle(self) -> bool:
        """Whether the moment may never come: all was written, and all was done."""
        return self.customers.have_written_all() and self.bot.web_url is not None and self._is_quiet()

    def _is_well(self) -> bool:
        """Whether everybody is still at work; raises what went wrong with them."""
        for work in self._at_work:
            if work.done():
                work.result()
        assert self.bot.is_running, self.bot.complaints
        return True

    def _is_quiet(self) -> bool:
        books = Books(self.bot)
        return (
            books.rows(UNDONE) == [(0,)]
            and self.workspace.on_the_way() == 0
            and self.team.has_seen_to(books.column("select id from cases"))
        )


HEARD = "select external_id from feedback join decisions on feedback_id = feedback.id"
CLAIMED = "select case_id from case_events where kind = 'claimed'"
UNDONE = """
    select (select count(*) from procrastinate_jobs where status <> 'succeeded')
         + (select count(*) from messages where ts is null or shown_version < wanted_version)
         + (select count(*) from sla_clocks where next_mark_at is not null)
         + (select count(*) from feedback where id not in (select feedback_id from decisions))
"""
MARKS_WITHOUT_A_ROW = """
    select id, case_id from sla_clocks
     where stopped_at is null
       and ((select count(*) from sla_pings where clock_id = sla_clocks.id) <> 1
         or (select count(*) from escalations where clock_id = sla_clocks.id) <> 1)
"""
MARKS_NOT_TOLD = """
    select case_id, sla_pings.at from sla_pings join sla_clocks on id = clock_id
     where (select count(*) from case_events
             where case_events.case_id = sla_clocks.case_id and case_events.at = sla_pings.at
               and kind in ('pinged', 'escalated')) <> 1
    union all
    select case_id, at from escalations
     where (select count(*) from case_events
             where case_events.case_id = escalations.case_id and kind = 'escalated') <> 1
"""
"""What was reached at one look is told once, by the gravest of it."""


class Customers:
    """They write one thing after the other, and each again until it is answered 202."""

    def __init__(self, bot: RunningBot | Fleet) -> None:
        self.accepted: list[str] = []
        self._bot = bot
        self._wanted = 0
        self._home = threading.Event()

    def may_write(self, pieces: int) -> None:
        """So many more."""
        self._wanted += pieces

    def have_written_all(self) -> bool:
        """Whether everything was answered 202."""
        return len(self.accepted) >= self._wanted

    def go_home(self) -> None:
        """Write no more."""
        self._home.set()

    def work(self) -> None:
        """Write until it is time to go home."""
        with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5) as client:
            while not self._home.wait(0.02):
                number = len(self.accepted)
                if number < self._wanted and self._post(client, f"mail-{number}"):
                    self.accepted.append(f"mail-{number}")

    def _post(self, client: httpx.Client, external_id: str) -> bool:
        said = {"external_id": external_id, "text": f"My parcel {external_id} never arrived, I am angry."}
        try:
            return client.post(f"{self._bot.web_url}/feedback/email", json=said).status_code == 202
        except (httpx.TransportError, httpx.UnsupportedProtocol):  # the second: it has not said where yet
            return False


class Team:
    """Ana claims the cases with even numbers; Ben notes something in every third."""

    def __init__(self, workspace: Workspace) -> None:
        self.claimed: list[int] = []
        self.noted: list[str] = []
        self._seen: set[int] = set()
        self._workspace = workspace
        self._home = threading.Event()

    def go_home(self) -> None:
        """Work no more."""
        self._home.set()

    def has_seen_to(self, numbers: list[int]) -> bool:
        """Whether these cases are all done with."""
        return self._seen >= set(numbers)

    def work(self) -> None:
        """See to one card after the other, the new ones first, until it is time to go home."""
        while not self._home.wait(0.05):
            for card in reversed(self._workspace.messages(CARDS)):
                number = number_of(card)
                if number is not None and number not in self._seen and self._see_to(card, number):
                    self._seen.add(number)

    def _see_to(self, card: dict[str, Any], number: int) -> bool:
        if number % 3 == 0:
            note = f"Look at {number}"
            if note not in self.noted:
                self.noted.append(note)
                self._workspace.say(BEN, CARDS, f"@recovery note #{number} {note}", thread_ts=card["ts"])
        return number % 2 == 1 or self._claim(card["ts"], number)

    def _claim(self, ts: str, number: int) -> bool:
        """Whether the card says that she has it: what her click was answered may have been lost."""
        card = next(each for each in self._workspace.messages(CARDS) if each["ts"] == ts)
        if f"<@{ANA}>" in words_of(card):
            self.claimed.append(number)
            return True
        try:
            self._workspace.click(ANA, CARDS, ts, "case_claim")
        except ActError:
            return False
        return False


class Books:
    """What the bot's database says."""

    def __init__(self, bot: RunningBot | Fleet) -> None:
        self._url = sqlalchemy_url(bot.database_url)

    def rows(self, statement: str) -> list[Any]:
        """The rows of a query; none while PostgreSQL is away."""
        engine = create_engine(self._url)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(statement))]
        except OperationalError:
            return []
        finally:
            engine.dispose()

    def column(self, statement: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.rows(statement)]


class Wall:
    """What hangs in Slack, counted: each thing should be there once."""

    def __init__(self, workspace: Workspace) -> None:
        cards = [message for message in workspace.messages(CARDS) if message.get("bot_id")]
        alarms = [message for message in workspace.messages(ALARMS) if message.get("bot_id")]
        replies = {card["ts"]: workspace.thread(CARDS, card["ts"])[1:] for card in cards}
        everything = [*cards, *alarms, *(reply for thread in replies.values() for reply in thread)]
        self.cards = Counter(number_of(card) for card in cards)
        self.alarms = Counter(number_of(alarm) for alarm in alarms)
        self.keys = Counter(key for message in everything for key in keys_of(message))
        self.lines = Counter(
            (number_of(card), SIGNS[line[0]])
            for card in cards
            for reply in replies[card["ts"]]
            if reply.get("bot_id")
            for line in words_of(reply).splitlines()
            if line[0] in SIGNS
        )


def keys_of(message: dict[str, Any]) -> list[str]:
    """The keys that the bot put into a message."""
    return list(message.get("metadata", {}).get("event_payload", {}).get("keys", ()))


def number_of(message: dict[str, Any]) -> int | None:
    """The number of the case that a card or an alarm is about."""
    values = [
        element.get("value", "")
        for block in message.get("blocks", ())
        for element in block.get("elements", ())
    ]
    return next((int(value) for value in values if str(value).isdecimal()), None)
