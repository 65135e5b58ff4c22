"""How a command ends that cannot do its work: with a sentence on standard error, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from bot.database import PostgresDown, UnknownSchema
from bot.rulebook import RulebookError
from bot.sentiment import ModelMissing
from bot.sources.files import UnreadableFile

NOT_DONE = 2
"""The exit code of a command that could not do its work."""

errors = Console(stderr=True, highlight=False, soft_wrap=True)


class CannotGoOn(Exception):
    """A command was asked for something that it cannot do; the text says what would be right."""


def check_file(file: Path) -> None:
    """Raise CannotGoOn for a folder, and for what is not there."""
    if file.is_dir():
        raise CannotGoOn(f"{file} is a folder; name a file in it.")
    if not file.exists():
        raise CannotGoOn(f"There is no file {file}.")


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what may go wrong outside of the program into a sentence; a bug stays a traceback."""
    try:
        yield
    except (CannotGoOn, RulebookError, ModelMissing, UnreadableFile, PostgresDown, UnknownSchema) as problem:
        _end(str(problem), problem)
    except DBAPIError as error:
        _end(f"{database_words(error)} `recovery doctor` looks at everything.", error)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _end(f"{place}{error.strerror or error}.", error)


def _was_stopped(error: BaseException | None) -> bool:
    """Whether it came of Ctrl-C: that cuts a statement off, and what is done after it then fails."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def database_words(error: DBAPIError) -> str:
    """What the database said, without the statement and what was in it."""
    said = str(error.orig).strip().split("\n")[0] or type(error).__name__
    return f"The database does not do its work: {said}."


def _end(words: str, because: Exception) -> None:
    if _was_stopped(because):
        raise KeyboardInterrupt from because
    errors.print(words, style="red", markup=False)
    raise typer.Exit(NOT_DONE)
