"""`recovery run`: everything in one process, or one role; without Slack tokens, a Slack of our own."""

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from rich.console import Console
from sqlalchemy import select

from bot.app import (
    Bot,
    LazyEar,
    Role,
    SlackTokens,
    build_desk,
    feedback_secrets,
    open_database,
    tokens_of,
)
from bot.database import ROOT
from bot.desk import Desk
from bot.learning import KnownLessons
from bot.logs import set_up_logs
from bot.rulebook import RulebookKeeper
from bot.samples.player import PostResult, Sample, load_samples, play
from bot.settings import Settings, SlackMode
from models.feedback import Feedback

console = Console(highlight=False, soft_wrap=True)

FAREWELLS = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}
"""Ctrl-C, a supervisor, and the window that is closed, of which Windows has no signal."""


def run(settings: Settings, role: Role | None, *, speed: float, play_samples: bool) -> None:
    """Run until Ctrl-C or SIGTERM. `speed` is seconds between two pieces of sample feedback."""
    is_local = settings.slack_mode is SlackMode.LOCAL
    rules = RulebookKeeper(settings.rules_file)  # whoever wrote a bad one waits for nothing to hear of it
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    set_up_logs(settings.log_level, settings.var_dir / "recovery.log" if is_local else None)
    for number in FAREWELLS - {signal.SIGINT}:  # Python itself makes an exception of that one
        signal.signal(number, _end)
    workspace = _local_workspace(settings) if is_local and role is None else _real_workspace(settings)
    with workspace as find_tokens, open_database(settings) as (database, queue):
        tokens = find_tokens()
        ear = LazyEar(settings.models, KnownLessons(database))
        desk = build_desk(database, tokens, settings, rules, ear)
        bot = Bot(settings, tokens, desk, queue, frozenset(Role) if role is None else frozenset({role}))
        for number in FAREWELLS:
            signal.signal(number, lambda _number, _frame: bot.halt())
        try:
            bot.start()
            _greet(settings, bot, tokens)
            if is_local and play_samples and bot.web_url:
                _start_samples(desk, settings, bot.web_url, speed, bot.stopping)
            bot.wait()
            console.print("Stopping…")
        finally:
            bot.stop()
    gc.freeze()  # the interpreter would look through everything once more before it ends: seconds


def _end(number: int, _frame: object) -> None:
    """Leave in order although nothing runs yet: PostgreSQL would stay behind."""
    raise SystemExit(128 + number)


@contextmanager
def _real_workspace(settings: Settings) -> Iterator[Callable[[], SlackTokens]]:
    if settings.slack_mode is SlackMode.LOCAL:
        raise SystemExit(
            "A single role needs a Slack to work with: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN "
            "(or SLACK_SIGNING_SECRET), or run everything at once with `recovery run`."
        )
    tokens = tokens_of(settings)
    yield lambda: tokens


@contextmanager
def _local_workspace(settings: Settings) -> Iterator[Callable[[], SlackTokens]]:
    """A local Slack in a process of its own, which ends with ours, however ours ends.

    It starts while the database does; who asks for its tokens waits for it.
    """
    command = [sys.executable, "-m", "bot.workspace", "--port", str(settings.workspace_port), "--watch-stdin"]
    command += ["--journal", str(settings.var_dir.absolute() / "workspace.jsonl")]
    process = subprocess.Popen(  # noqa: S603  (our own program)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, cwd=ROOT, text=True
    )
    try:
        yield lambda: _tokens_of_local(process)
    finally:
        if process.stdin:
            process.stdin.close()
        _wait_or_kill(process)


def _tokens_of_local(process: "subprocess.Popen[str]") -> SlackTokens:
    from bot.workspace.server import Workspace

    url = process.stdout.readline().strip() if process.stdout else ""  # it says where it is once it listens
    if not url:
        raise SystemExit("The local workspace did not start; the lines above say why.")
    return SlackTokens(f"{url}/api/", Workspace.bot_token, Workspace.app_token, Workspace.signing_secret)


def _wait_or_kill(process: "subprocess.Popen[str]") -> None:
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _greet(settings: Settings, bot: Bot, tokens: SlackTokens) -> None:
    if settings.slack_mode is SlackMode.LOCAL:
        console.print(f"\nOpen [bold]{tokens.api_url.removesuffix('api/')}[/bold]\n")
        console.print("Sample feedback arrives there every few seconds. Ctrl-C stops everything.")
        console.print(f"What happens inside is told in {settings.var_dir / 'recovery.log'}.")
    else:
        console.print(
            f"Connected to Slack by {settings.slack_mode.value}; roles: {', '.join(sorted(bot.roles))}."
        )
    if bot.web_url:
        console.print(
            f"Feedback is taken at {bot.web_url}/feedback/<source>, health is told at {bot.web_url}/health."
        )
        if settings.feedback_token is None and settings.feedback_secret is None:
            console.print(f"The bearer token is in {settings.var_dir / 'feedback-token'}.")


def _start_samples(desk: Desk, settings: Settings, url: str, speed: float, stop: threading.Event) -> None:
    samples = load_samples()
    with desk.transaction() as session:
        wanted = [sample.external_id for sample in samples]
        already = set(session.scalars(select(Feedback.external_id).where(Feedback.external_id.in_(wanted))))
    if len(already) == len(samples):
        console.print("All sample feedback has arrived at an earlier start; `make clean` begins anew.")
        return
    token = feedback_secrets(settings).token
    thread = threading.Thread(
        target=play,
        args=(samples, _poster(url, token)),
        kwargs={"every": timedelta(seconds=speed), "stop": stop, "already": already},
        name="samples",
        daemon=True,
    )
    thread.start()


def _poster(url: str, token: str | None) -> Callable[[Sample], PostResult]:
    headers = {"Authorization": f"Bearer {token}"}

    def post(sample: Sample) -> PostResult:
        try:
            answer = httpx.post(
                f"{url}/feedback/{sample.source}", json=dict(sample.body), headers=headers, timeout=10
            )
        except httpx.TransportError:
            return PostResult.FAILED
        return PostResult.STORED if answer.status_code == 202 else PostResult.FAILED

    return post
