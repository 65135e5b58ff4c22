"""The embedded PostgreSQL starts whatever a kill or a reboot left behind, and comes back when it dies."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text

from bot.database import EmbeddedPostgres, sqlalchemy_url

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder, but not below pytest's own, which it closes to everybody but its user."""
    place = Path(tempfile.mkdtemp(prefix="recovery-"))
    yield place
    shutil.rmtree(place)


@pytest.fixture
def folder(place: Path) -> Path:
    """A folder with a server that was stopped."""
    EmbeddedPostgres(place / "postgres").stop()
    return place / "postgres"


def test_a_first_start_that_was_killed_half_way_is_begun_anew(place: Path) -> None:
    half_made = place / "postgres.new-7"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")

    server = EmbeddedPostgres(place / "postgres")

    assert answers(server)
    assert not half_made.exists()
    server.stop()


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(
            "{other}\n{folder}\n1772442000\n5432\n{folder}\n\n  1 2\nready   \n", id="another program"
        ),
        pytest.param("{gone}\n{folder}\n1772442000\n5432\n{folder}\n\n  1 2\nready   \n", id="nobody"),
        pytest.param("{gone}\n{folder}\n1772442000\n", id="half written"),
    ],
)
def test_the_number_of_a_dead_server_is_not_taken_for_a_living_one(folder: Path, left: str) -> None:
    gone = psutil.Popen(["true"])
    gone.wait()
    (folder / "postmaster.pid").write_text(left.format(other=os.getpid(), gone=gone.pid, folder=folder))

    server = EmbeddedPostgres(folder)

    assert answers(server)
    server.stop()


def test_a_server_that_was_killed_comes_back(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    killed = psutil.Process(pid_in(folder))
    killed.kill()
    psutil.wait_procs([killed], timeout=30)

    came_back = server.revive()

    assert came_back
    assert answers(server)
    assert not server.revive()
    server.stop()


def test_a_user_who_was_killed_does_not_keep_the_server_running(folder: Path) -> None:
    gone = psutil.Popen(["true"])
    gone.wait()
    (folder / ".handle_pids.json").write_text(f"[{gone.pid}]")
    server = EmbeddedPostgres(folder)
    process = psutil.Process(pid_in(folder))

    server.stop()

    assert psutil.wait_procs([process], timeout=30)[1] == []


def answers(server: EmbeddedPostgres) -> bool:
    """Whether it does what it is for."""
    engine = create_engine(sqlalchemy_url(server.url))
    with engine.connect() as connection:
        answer = connection.scalar(text("select 1"))
    engine.dispose()
    return bool(answer == 1)


def pid_in(folder: Path) -> int:
    """The process id of the server that runs there."""
    return int((folder / "postmaster.pid").read_text().splitlines()[0])
