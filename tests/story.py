"""Tells whole stories through Bolt, the local workspace and the real database, without waiting."""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.app import teach
from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue
from bot.rosters import StaffedRules
from bot.rulebook import FileProblem
from bot.schedule import look_after_bursts, retry_failed_messages, sweep_clocks
from bot.shop import Shop
from bot.slack.app import build_app
from bot.slack.client import SlackApi
from bot.slack.socket import close_socket, open_socket
from bot.workspace.server import Workspace
from handlers import intake
from models.policies.rulebook import Rulebook
from models.policies.themes import Theme
from models.vocabulary import NearTheme, SentimentScore
from tests.builders import a_feedback, a_rulebook, a_score
from tests.clock import TestClock

CHANNEL = "#recovery-deliveries"


class KnownRules:
    """A rulebook that a test can exchange."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.problem: FileProblem | None = None

    def current(self) -> Rulebook:
        """The one in force."""
        return self.rulebook

    def look_again(self) -> None:
        """It is what it is."""


class ToldEar:
    """Hears what the test says that it hears."""

    def __init__(self) -> None:
        self.feelings: dict[str, float] = {}
        self.about: dict[str, tuple[NearTheme, ...]] = {}
        self.signals: dict[str, tuple[str, ...]] = {}
        self.unread: set[str] = set()
        self.sketches: dict[str, bytes] = {}

    def score(self, texts: Sequence[str], themes: Collection[Theme] = ()) -> list[SentimentScore]:
        """The feeling that was told for each text; refuses a text that nobody told."""
        scores = [
            replace(
                a_score(self.feelings[text]),
                themes=self.about.get(text, ()),
                signals=self.signals.get(text, ()),
                is_read=text not in self.unread,
                sketch=self.sketches.get(text, b""),
            )
            for text in texts
        ]
        known = {theme.key for theme in themes}
        assert all(theme.key in known for score in scores for theme in score.themes)
        return scores


class Story:
    """A bot at work in a local workspace; `settle` does all the jobs that are due."""

    def __init__(
        self, database_url: str, clock: TestClock, workspace: Workspace, shop: Shop | None = None
    ) -> None:
        self.clock, self.workspace = clock, workspace
        self.rules, self.ear = KnownRules(a_rulebook()), ToldEar()
        self.queue = JobQueue(database_url)
        self.database = Database(database_url, self.queue)
        self.slack = SlackApi(workspace.bot_token, workspace.api_url)
        rules = StaffedRules(self.rules, self.database)
        self.desk = Desk(self.database, self.slack, rules, clock, self.ear, has_shop=shop is not None)
        teach(self.queue, self.desk, shop)
        app = build_app(
            self.desk, identity=self.slack.who_am_i(), token=workspace.bot_token, signing_secret=None
        )
        self._ending = ExitStack()
        self._drain = self._ending.enter_context(self.queue.draining())
        self._socket = open_socket(app, workspace.app_token)

    def close(self) -> None:
        """End the connections."""
        close_socket(self._socket)
        self._ending.close()
        self.database.close()

    def receives(self, text: str, sentiment: float = -0.8, **feedback: Any) -> None:
        """A customer says something, and the bot hears it."""
        self.ear.feelings[text] = sentiment
        with self.desk.transaction() as session:
            intake.receive_feedback(session, a_feedback(text, **feedback), self.clock.now())
        self.settle()

    def receives_all(self, texts: Sequence[str], sentiment: float = -0.8) -> None:
        """As many customers say something at once."""
        with self.desk.transaction() as session:
            for text in texts:
                self.ear.feelings[text] = sentiment
                intake.receive_feedback(session, a_feedback(text), self.clock.now())
        self.settle()

    def looks_after_bursts(self, length: timedelta = timedelta(seconds=2)) -> None:
        """Let time pass, and count what many customers say."""
        self.clock.forward(length)
        look_after_bursts(self.desk)
        self.settle()

    def settle(self) -> None:
        """Do every job that is due."""
        self._drain()

    def waits(self, length: timedelta) -> None:
        """Let time pass; the clocks are looked at once, at its end."""
        self.clock.forward(length)
        sweep_clocks(self.desk)
        self.settle()

    def mends(self, length: timedelta) -> None:
        """Let time pass, and owe again what Slack refused."""
        self.clock.forward(length)
        retry_failed_messages(self.desk)
        self.settle()

    def types(self, who: str, text: str, channel: str = CHANNEL) -> str:
        """Somebody types a slash command; the answer that only they see."""
        seen = len(self.workspace.ephemerals(who))
        self.workspace.command(who, channel, text)
        self.settle()
        answers = self.workspace.until(lambda: self.workspace.ephemerals(who)[seen:])
        return words_of(answers[-1])

    def clicks(self, who: str, action: str, value: str | None = None) -> None:
        """Somebody presses a button on the latest card."""
        self.workspace.click(who, CHANNEL, self.card["ts"], action, value)
        self.settle()

    def opens_home(self, who: str) -> str:
        """Somebody opens their Home tab; what it says."""
        self.workspace.open_home(who)
        self.workspace.until(self.is_quiet)
        self.settle()
        return self.home_words(who)

    def clicks_at_home(self, who: str, action: str, value: str | None = None, *, case: int = 0) -> None:
        """Somebody presses a button on their Home: of that case, or the first of its kind."""
        blocks = (self.workspace.home(who) or {})["blocks"]
        named = (f"case_{case}", f"actions_{case}_", f"free_{case}", f"kept_{case}")
        ids = [each["block_id"] for each in blocks if each["block_id"].startswith(named) and case]
        self.workspace.click_at_home(who, action, value, block_id=ids[-1] if ids else None)
        self.settle()

    def home_words(self, who: str) -> str:
        """What somebody's Home says."""
        return words_of(self.workspace.home(who) or {})

    def submits(self, who: str, **values: Any) -> dict[str, str]:
        """Somebody fills in the form that is open and hands it in; what is wrong for each field."""
        view = self.workspace.until(lambda: self.workspace.views(who))[-1]
        errors = self.workspace.submit(who, view["id"], values)
        self.settle()
        return errors

    def form_words(self, who: str) -> str:
        """What the form says that somebody has open."""
        return words_of(self.workspace.views(who)[-1])

    def says(self, who: str, text: str) -> None:
        """Somebody writes in the thread of the latest card; whoever is named with @ is mentioned."""
        self.workspace.say(who, CHANNEL, text, thread_ts=self.card["ts"])
        self.workspace.until(self.is_quiet)
        self.settle()

    def is_quiet(self) -> bool:
        """Whether the bot has acknowledged everything that it was sent."""
        return self.workspace.on_the_way() == 0

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards in the team's channel, oldest first."""
        return [message for message in self.workspace.messages(CHANNEL) if message.get("bot_id")]

    @property
    def card(self) -> dict[str, Any]:
        """The latest card."""
        return self.cards[-1]

    @property
    def card_words(self) -> str:
        """What the latest card says."""
        return words_of(self.card)

    @property
    def thread(self) -> list[str]:
        """What stands below the latest card, oldest first."""
        return [words_of(reply) for reply in self.workspace.thread(CHANNEL, self.card["ts"])[1:]]

    def told(self, who: str) -> list[str]:
        """What the bot told that person by direct message."""
        return [words_of(message) for message in self.workspace.dms(who)]

    def heard_by(self, who: str) -> list[str]:
        """What was said to that person only."""
        return [words_of(message) for message in self.workspace.ephemerals(who)]


def words_of(message: dict[str, Any]) -> str:
    """Every text of a message, block by block; its plain text where it has no blocks."""
    blocks = message.get("blocks") or []
    found = [text for block in blocks for text in _texts(block)]
    return "\n".join(found) if found else str(message.get("text", ""))


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for each in part.values() if isinstance(each, dict | list) for text in _texts(each)]
