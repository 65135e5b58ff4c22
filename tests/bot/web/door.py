"""A bot's web part on a real database, with nothing behind it that may be called."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import text
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from bot.database import Database
from bot.desk import Desk
from models.policies.rulebook import Rulebook
from models.policies.themes import Theme
from models.vocabulary import SentimentScore
from tests.builders import a_rulebook
from tests.clock import TestClock

TOKEN = "a-token-that-is-only-for-tests"
SIGNING_SECRET = "whsec_b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHM="
BEARER = {"Authorization": f"Bearer {TOKEN}"}

NOTHING = {"feedback": 0, "customers": 0, "profiles": 0, "procrastinate_jobs": 0}


class KnownRules:
    """The rulebook of the builders."""

    problem = None

    def current(self) -> Rulebook:
        """The one in force."""
        return a_rulebook()


class DeafEar:
    """Feedback is heard by a job, never while its sender waits."""

    def score(self, texts: Sequence[str], themes: Collection[Theme] = ()) -> list[SentimentScore]:
        """Refuse to."""
        raise AssertionError("feedback is not heard at the door")


class NoSlack:
    """Refuses every call."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"nobody may ask Slack: {name}")


def a_desk(database: Database, clock: TestClock, **parts: Any) -> Desk:
    """A desk where only the database works."""
    plain = {"slack": NoSlack(), "rules": KnownRules(), "ear": DeafEar()}
    return Desk(database=database, clock=clock, **(plain | parts))


class Door:
    """Posts to the bot, and looks at what came of it."""

    def __init__(self, client: TestClient, database: Database) -> None:
        self.client, self.database = client, database

    def post(self, body: Any, source: str = "email", **headers: str) -> Response:
        """One piece of feedback, as a sender with the token posts it."""
        return self.send(json.dumps(body), source, BEARER | headers)

    def send(self, content: Any, source: str = "email", headers: Any = None) -> Response:
        """The bytes or text as they are, with these headers and no other (BEARER where none are given)."""
        return self.client.post(
            f"/feedback/{source}", content=content, headers=BEARER if headers is None else headers
        )

    def stored(self) -> list[dict[str, Any]]:
        """Every piece of feedback, the oldest first."""
        return self.rows("select * from feedback order by id")

    def stored_texts(self) -> list[str]:
        """What the customers said."""
        return [row["text"] for row in self.stored()]

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """What the database answers."""
        with self.database.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(statement)).mappings()]

    def counts(self) -> dict[str, int]:
        """How many rows stand in each table that a piece of feedback fills."""
        return {table: self.rows(f"select count(*) from {table}")[0]["count"] for table in NOTHING}


def client_of(web: Starlette) -> TestClient:
    """A client that raises what the bot raises: an answer of 500 fails the test with its cause."""
    return TestClient(web, follow_redirects=False)


def signed(
    body: str | bytes,
    *,
    secret: str = SIGNING_SECRET,
    delivery: str = "msg-1",
    age: timedelta = timedelta(0),
) -> dict[str, str]:
    """The headers of a delivery as Standard Webhooks say; the library looks at the real time."""
    at = datetime.now(UTC) - age
    words = body if isinstance(body, str) else body.decode()
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, at, words),
    }


def problems(answer: Response) -> dict[str, str]:
    """What is wrong, by field."""
    return {each["field"]: each["problem"] for each in answer.json()["problems"]}  # type: ignore[attr-defined]
