"""The doctor on the database: whether it is there, of the right schema, and what in it waits to be mended."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.commands.endings import database_words
from bot.commands.findings import Finding, ill, note, well
from bot.database import ROOT, EmbeddedPostgres, PostgresDown, sqlalchemy_url
from bot.sentiment.themes import shipped_name
from bot.settings import Settings
from models.lessons import ThemeLessons
from models.message import Message
from models.source import SourceCursor

CONNECT_SECONDS = 10


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """Whether it answers, and whether this program knows its schema."""
    where = "yours" if settings.database_url else f"embedded, in {settings.var_dir / 'postgres'}"
    try:
        with _connect(settings) as connection:
            yield from _look(connection, where)
    except DBAPIError as error:
        yield ill("database", database_words(error), "Is DATABASE_URL right, and the server up?")
    except ArgumentError as error:
        yield ill(
            "database",
            f"DATABASE_URL cannot be read: {error}.",
            "Write postgresql://user:password@host:5432/database.",
        )
    except PostgresDown as down:
        yield ill("database", str(down), "With DATABASE_URL the bot works on a PostgreSQL of your own.")
    except (OSError, subprocess.SubprocessError) as error:
        mend = "VAR_DIR must name a folder that the bot can write in, on a disk with room."
        yield ill("database", f"the embedded PostgreSQL cannot be started: {error}.", mend)


@contextmanager
def _connect(settings: Settings) -> Iterator[Connection]:
    embedded = None if settings.database_url else EmbeddedPostgres(settings.var_dir / "postgres")
    url = embedded.url if embedded else str(settings.database_url)
    engine = create_engine(sqlalchemy_url(url), connect_args={"connect_timeout": CONNECT_SECONDS})
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        if embedded:
            embedded.stop()


def _look(connection: Connection, where: str) -> Iterator[Finding]:
    version = connection.scalar(text("show server_version"))
    found = f"PostgreSQL {version}, {where}"
    encoding = connection.scalar(text("show server_encoding"))
    if encoding != "UTF8":
        yield ill(
            "database",
            f"{found}, in {encoding}",
            "Create it anew with `encoding 'UTF8'`: customers write emoji.",
        )
        return
    config = Config()
    config.set_main_option("script_location", str(ROOT / "alembic"))
    script = ScriptDirectory.from_config(config)
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in script.walk_revisions()}
    if revision is None:
        yield note("database", f"{found}; no tables yet, the first `recovery run` makes them")
    elif revision not in known:
        yield ill(
            "database",
            f"{found}; its schema {revision} is newer than this program",
            "Run a newer version of the bot.",
        )
    elif revision != script.get_current_head():
        yield note("database", f"{found}; its schema is older, the next `recovery run` brings it up to date")
    else:
        yield well("database", f"{found}, schema up to date")
        yield from _waiting(connection)
        yield from _learned(connection)


def _waiting(connection: Connection) -> Iterator[Finding]:
    """What Slack or X last refused, as it stands in the books."""
    refused = connection.execute(
        select(Message.slack_channel, Message.last_error, func.count())
        .where(Message.failed_at.is_not(None))
        .group_by(Message.slack_channel, Message.last_error)
    )
    for channel, error, count in refused:
        yield note(
            f"messages for {channel or 'a thread'}",
            f"{count} wait, Slack said {error}",
            "They are posted by themselves once that is mended.",
        )
    polled = connection.execute(
        select(SourceCursor.source, SourceCursor.last_error).where(SourceCursor.last_error.is_not(None))
    )
    for source, error in polled:
        yield ill(f"source {source}", f"the last answer was: {error}")


def _learned(connection: Connection) -> Iterator[Finding]:
    """What people's words on themes were good for, once there were enough."""
    model = shipped_name()
    for row in connection.execute(select(ThemeLessons.__table__)):
        learned = f"{row.texts:,} texts whose theme people said, on {row.learned_at:%Y-%m-%d}"
        alone = f"{row.right_before:.0f} of 100 by what rules.yaml says alone"
        if model is not None and row.model != model:
            found = f"what another model learned from {learned} is of no use to this one"
            yield note("themes", found, "It is learned anew by itself, within an hour of the bot's start.")
        elif row.weights is None:
            yield note("themes", f"nothing was learned from {learned}; the first is right in {alone}")
        else:
            found = f"learned from {learned}; the first is right in {row.right_after:.0f} of 100"
            yield well("themes", f"{found}, and in {alone}")
