"""Themes are learned from what people say: now and then one process learns, and every process hears by it."""

import logging
import threading
import time
from typing import TYPE_CHECKING

from bot.database import AWAY, Database
from bot.desk import Desk
from bot.sentiment.themes import shipped_name
from handlers import lessons
from models.lessons import ThemeLessons

if TYPE_CHECKING:
    from bot.sentiment.interpreter import Interpreter
    from bot.sentiment.lessons import Lessons

log = logging.getLogger(__name__)

KNOWN_FOR_SECONDS = 60.0


class KnownLessons:
    """The lessons in force; once a minute the database is asked for newer ones, by any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._read_until = 0.0
        self._latest: int | None = None
        self._known: tuple[str, Lessons] | None = None

    def current(self, model: str) -> "Lessons | None":
        """Those of this model; a database that is away leaves what was known."""
        with self._lock:
            if time.monotonic() >= self._read_until:
                self._read()
            return self._known[1] if self._known is not None and self._known[0] == model else None

    def _read(self) -> None:
        from bot.sentiment.lessons import Lessons  # numpy, which most commands need not

        self._read_until = time.monotonic() + KNOWN_FOR_SECONDS
        try:
            with self._database.transaction() as session:
                if lessons.find_latest(session) == self._latest:
                    return  # a megabyte that is known
                row = lessons.load(session)
                self._latest, self._known = (row.id if row is not None else None), None
                if row is not None and row.weights is not None:
                    self._known = row.model, Lessons.from_bytes(row.keys, row.weights)
        except AWAY as away:
            log.warning("lessons found no database", extra={"error": type(away).__name__})


def ask_for_lessons(desk: Desk) -> None:
    """Learn themes anew where people have said enough more, or where another model hears them now."""
    model = shipped_name()
    if model is None:
        return  # whoever scores says what is wrong; nothing can be learned with it
    with desk.transaction() as session:
        lessons.ask_if_due(session, model)


def learn_themes(desk: Desk, interpreter: "Interpreter", told: int) -> None:
    """Learn from the texts whose themes people said, `told` in all, and keep what is better than nearness."""
    from bot.sentiment.lessons import teach

    finder = interpreter.themes
    with desk.transaction() as session:
        before = lessons.load(session)
        if before is not None and before.model == finder.name and before.told >= told:
            return  # another process asked for the same
        texts = lessons.list_told(session)
    read = [(each.text, each.theme) for each in texts if finder.reads(each.language)]
    taught = teach(finder, read, desk.rules.current().themes.values())
    learned = taught.lessons
    row = ThemeLessons(
        learned_at=desk.now(),
        told=told,
        texts=taught.texts,
        right_before=taught.before,
        right_after=taught.after,
        model=finder.name,
        keys=list(learned.keys) if learned else [],
        weights=learned.to_bytes() if learned else None,
    )
    with desk.transaction() as session:
        lessons.keep(session, row)
    figures = {"texts": taught.texts, "before": round(taught.before, 1), "after": round(taught.after, 1)}
    log.info("themes learned", extra={**figures, "is_used": learned is not None})
