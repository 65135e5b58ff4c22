"""What every listener and job is handed: database, Slack, rulebook, clock, ear."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.rulebook import FileProblem
from bot.slack.client import SlackApi
from handlers.act import Act
from models.policies.rulebook import Rulebook
from models.policies.themes import Theme
from models.vocabulary import AgentId, SentimentScore


class Ear(Protocol):
    """Something that hears how texts feel."""

    def score(self, texts: Sequence[str], themes: Collection[Theme] = ()) -> list[SentimentScore]:
        """One score for each text, in the same order, with the nearest of these themes."""


class Rules(Protocol):
    """Something that knows which rulebook is in force."""

    @property
    def problem(self) -> FileProblem | None:
        """Why the file on the disk is not the one in force; None where it is."""

    def current(self) -> Rulebook:
        """The rulebook in force at this moment."""

    def look_again(self) -> None:
        """Who is who has just been written anew: the next rulebook knows it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a listener or a job works with; `has_shop`: a system hands over what costs something."""

    database: Database
    slack: SlackApi
    rules: Rules
    clock: Clock
    ear: Ear
    has_shop: bool = False

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with self.database.transaction() as session:
            yield session

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self.clock.now()

    def act(self, by: AgentId) -> Act:
        """Somebody acting at this moment, under the rulebook in force."""
        return Act(by=by, at=self.now(), rulebook=self.rules.current())
