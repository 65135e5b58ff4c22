"""The bot as a process of its own: started as people start it, killed, ended, and looked at from outside."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = timedelta(minutes=3)
"""So long anything may take; a machine with other work to do needs a multiple of what ours needs."""
READY = re.compile(r"/feedback/|roles: (scheduler|worker)\.")
WEB_URL = re.compile(r"(http://\S+)/feedback/")
PAGE_URL = re.compile(r"Open (http://\S+?)/?\s")


def until(look: Callable[[], T], within: timedelta = PATIENCE) -> T:
    """What `look` sees, as soon as it is something (not None, empty or False); raises TimeoutError."""
    deadline = time.monotonic() + within.total_seconds()
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing of the kind came about within {within}")
        time.sleep(0.02)
    return seen


def recovery(folder: Path, *words: str, **settings: str) -> "subprocess.Popen[bytes]":
    """Start `recovery` with these words, and nothing in its environment but these settings.

    What it says goes to two files in the folder, told-1.txt and complained-1.txt for the first, and so on.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept, "VAR_DIR": str(folder / "var"), **settings}
    number = len(list(folder.glob("told-*.txt"))) + 1
    with (
        (folder / f"told-{number}.txt").open("wb") as told,
        (folder / f"complained-{number}.txt").open("wb") as ill,
    ):
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words], env=environment, cwd=ROOT, stdout=told, stderr=ill
        )


class RunningBot:
    """`recovery run`, with nothing in its environment but what the test says.

    What it says goes to files in `folder`. What it keeps is in `var`, which stays when it is killed or ended
    and started again. That is not below pytest's own folder: where root runs the tests, PostgreSQL runs as
    somebody else, whom every further run of pytest locks out there.
    """

    def __init__(self, folder: Path, *words: str, **settings: str) -> None:
        self.folder = folder
        self.var = Path(tempfile.mkdtemp(prefix="recovery-"))
        self._words = words
        self._settings = {"PORT": "0", "WORKSPACE_PORT": "0", **settings}
        self._starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "RunningBot":
        """Start it, without waiting until it is ready."""
        settings = {"VAR_DIR": str(self.var), **self._settings}
        self._process = recovery(self.folder, "run", *self._words, **settings)
        self._starts += 1  # its files are there by now: somebody else may be reading them
        return self

    def wait_until_ready(self) -> "RunningBot":
        """Wait until it says where feedback is taken, the last thing that it says."""
        until(lambda: not self.is_running or READY.search(self.told))
        assert self.is_running, f"it ended with {self.process.returncode}: {self.complaints}"
        return self

    def kill(self) -> None:
        """SIGKILL: no farewell."""
        self.process.kill()
        self.process.wait()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and wait; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE.total_seconds())

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code."""
        return self.process.wait(PATIENCE.total_seconds())

    def clean_up(self) -> None:
        """Leave nothing running, whatever the test came to."""
        for process in self.household():
            process.kill()
        psutil.wait_procs(self.household(), PATIENCE.total_seconds())
        if self._process is not None:
            self._process.wait()
        shutil.rmtree(self.var, ignore_errors=True)

    def household(self) -> list[psutil.Process]:
        """Every process that runs because of this bot: itself, its workspace, its PostgreSQL."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process of the last start."""
        assert self._process is not None, "start() it first"
        return self._process

    @property
    def is_running(self) -> bool:
        """Whether the bot itself runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def told(self) -> str:
        """What the last start wrote for people to read."""
        return self._told.read_text()

    @property
    def complaints(self) -> str:
        """What the last start wrote to standard error."""
        return self._complained.read_text()

    @property
    def web_url(self) -> str | None:
        """Where it takes feedback; None before it says so."""
        found = WEB_URL.search(self.told)
        return found[1] if found else None

    @property
    def page_url(self) -> str | None:
        """Where its local workspace is; None before it says so."""
        found = PAGE_URL.search(self.told)
        return found[1] if found else None

    @property
    def postmaster(self) -> int:
        """The process id of its PostgreSQL."""
        return int((self._cluster / "postmaster.pid").read_text().splitlines()[0])

    @property
    def database_url(self) -> str:
        """Where its PostgreSQL is reached."""
        socket_folder = (self._cluster / "postmaster.pid").read_text().splitlines()[4]
        return f"postgresql://postgres:@/recovery?host={socket_folder}"

    @property
    def _cluster(self) -> Path:
        return self.var / "postgres"

    @property
    def _told(self) -> Path:
        return self.folder / f"told-{self._starts}.txt"

    @property
    def _complained(self) -> Path:
        return self.folder / f"complained-{self._starts}.txt"

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            words = process.cmdline()
        except psutil.Error:
            return False
        is_itself = process.pid == (self._process.pid if self._process else None)
        return (is_itself and self.is_running) or any(str(self.var) in word for word in words)
