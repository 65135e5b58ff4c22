"""An import that is cut off, by a kill or by Ctrl-C, is taken up by the same command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.commands.endings import in_words
from bot.database import sqlalchemy_url
from tests.bot.commands.conftest import ROOT, CommandLine

ROWS = 1500
WITH_CTRL_C = (  # it is ignored in a process that was started in the background
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from bot.__main__ import main; main()"
)


@pytest.fixture
def many(on_database: CommandLine) -> Path:
    """More rows than are stored at once, said long ago."""
    return on_database.file(
        "many.csv", "id,date,comment", *(f"c{number},2015-02-17,ok" for number in range(ROWS))
    )


def cut_off(command: CommandLine, file: Path, by: signal.Signals) -> tuple[int, str]:
    """End an import from outside once something is stored; its exit code, and what it said last."""
    process = subprocess.Popen(
        [sys.executable, "-c", WITH_CTRL_C, "import", str(file)],
        cwd=ROOT,
        env={**os.environ, **command.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(by)
    said = process.stderr.read()
    process.stderr.close()
    return process.wait(), said


def stored(command: CommandLine) -> int:
    engine = create_engine(sqlalchemy_url(command.environment["DATABASE_URL"]))
    with engine.connect() as connection:
        count = connection.scalar(text("select count(*) from feedback"))
    engine.dispose()
    return int(count or 0)


@pytest.mark.parametrize(
    ("by", "code", "last"), [(signal.SIGKILL, -signal.SIGKILL, ""), (signal.SIGINT, 130, "Stopped.\n")]
)
def test_what_was_stored_stays_and_the_same_command_goes_on(
    on_database: CommandLine, many: Path, by: signal.Signals, code: int, last: str
) -> None:
    ended, said = cut_off(on_database, many, by)
    before = stored(on_database)

    answer = on_database("import", many)

    assert (ended, said.endswith(last), "Traceback" in said) == (code, True, False), said
    assert 0 < before < ROWS
    assert f"Here already, and left as it was: {before:,}." in answer.stdout
    assert stored(on_database) == ROWS


def stop_in_the_middle() -> None:
    try:
        raise KeyboardInterrupt
    finally:
        raise OperationalError("rollback", None, Exception("the connection is lost"))


def test_a_statement_that_ctrl_c_cut_off_is_no_trouble_with_the_database() -> None:
    with pytest.raises(KeyboardInterrupt), in_words():
        stop_in_the_middle()
