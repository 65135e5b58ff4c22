"""A bot as in production and a Slack for it, each a process of its own, in a folder that goes away."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from ruamel.yaml import YAML

from bench.machine import MIB, Part
from bot.database import ROOT
from bot.workspace.server import Workspace

PATIENCE_SECONDS = 60.0
"""A process that is not up, or not down, by then never will be."""
LONG = "100 hours"
"""A promise that does not run out while we measure: pings are not what we count."""


class Broken(Exception):
    """There is nothing to measure: a part did not start or did not end."""


class Stage:
    """Where one bench plays: a workspace that is open, and a bot that starts and stops."""

    def __init__(
        self, folder: Path, workspace: subprocess.Popen[str], workspace_url: str, slack_channels: list[str]
    ) -> None:
        self.folder, self.workspace_url = folder, workspace_url
        self.slack_channels = slack_channels
        self._workspace = workspace
        self._bot: subprocess.Popen[bytes] | None = None
        self._port = _free_port()
        self.token = "bench-token"

    @property
    def bot_url(self) -> str:
        """Where the bot takes feedback."""
        return f"http://127.0.0.1:{self._port}"

    def start_bot(self) -> float:
        """Run the bot, and wait until /health is green; how many seconds that took."""
        began = time.monotonic()
        with (self.folder / "bot.log").open("ab") as told:
            self._bot = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self._environment(),
                stdout=told,
                stderr=told,
            )
        while not self._is_green():
            if self._bot.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                raise Broken(f"the bot did not become ready; its last words:\n{self.last_words()}")
            time.sleep(0.02)
        return time.monotonic() - began

    def stop_bot(self) -> None:
        """Ask the bot to end, as a service manager does, and wait for it; it takes its PostgreSQL along."""
        if self._bot is None:
            return
        self._bot.send_signal(signal.SIGTERM)
        try:
            self._bot.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as late:
            self._bot.kill()
            raise Broken(f"the bot did not end; its last words:\n{self.last_words()}") from late
        finally:
            self._bot = None

    def parts(self) -> dict[str, Part]:
        """The processes on this stage, by what they are called in the table."""
        if self._bot is None:
            raise Broken("the bot does not run")
        postmaster = int((self.folder / "var" / "postgres" / "postmaster.pid").read_text().split()[0])
        return {
            "bot": Part(psutil.Process(self._bot.pid)),
            "PostgreSQL": Part(psutil.Process(postmaster), has_children=True),
            "workspace": Part(psutil.Process(self._workspace.pid)),
            "load generator": Part(psutil.Process()),
        }

    def memory(self) -> float:
        """MiB that the bot's process holds, without PostgreSQL's."""
        return float(self.parts()["bot"].process.memory_info().rss / MIB)

    def last_words(self) -> str:
        """The end of what the bot logged."""
        return "\n".join((self.folder / "bot.log").read_text(errors="replace").splitlines()[-20:])

    def _is_green(self) -> bool:
        try:
            return httpx.get(f"{self.bot_url}/health", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        own = {
            "SLACK_BOT_TOKEN": Workspace.bot_token,
            "SLACK_APP_TOKEN": Workspace.app_token,
            "SLACK_API_URL": f"{self.workspace_url}/api/",
            "FEEDBACK_TOKEN": self.token,
            "RULES_FILE": str(self.folder / "rules.yaml"),
            "VAR_DIR": str(self.folder / "var"),
            "PORT": str(self._port),
            "LOG_LEVEL": "INFO",
        }
        return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own


@contextmanager
def open_stage(*, gathers_bursts: bool = False) -> Iterator[Stage]:
    """A stage of one's own; whatever happens on it, nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        slack_channels = _write_rules(folder / "rules.yaml", gathers_bursts=gathers_bursts)
        with _open_workspace() as (workspace, url):
            stage = Stage(folder, workspace, url, slack_channels)
            try:
                yield stage
            finally:
                stage.stop_bot()


@contextmanager
def _open_workspace() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """It ends when its standard input does, so also when this process is killed."""
    command = [sys.executable, "-m", "bot.workspace", "--port", "0", "--watch-stdin"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise Broken("the workspace has no pipes")
        url = process.stdout.readline().strip()
        if not url:
            raise Broken("the local workspace did not start")
        try:
            yield process, url
        finally:
            process.stdin.close()


def _write_rules(path: Path, *, gathers_bursts: bool) -> list[str]:
    """The sample rules, with promises that outlast the bench; the teams' channels.

    Nobody is asked how anything feels, for nobody would answer. Nothing is gathered into bursts unless the
    bench measures those: the pieces of the others repeat a few texts, and each is to have a card of its own.
    """
    yaml = YAML()
    rules = yaml.load((ROOT / "rules.yaml").read_text())
    rules.pop("review", None)
    if not gathers_bursts:
        rules.pop("bursts")
    for promise in rules["promises"].values():
        for clock in set(promise) & {"acknowledge", "contact", "update", "resolve"}:
            promise[clock] = LONG
    with path.open("w") as file:
        yaml.dump(rules, file)
    return [str(team["channel"]) for team in rules["teams"].values()]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
