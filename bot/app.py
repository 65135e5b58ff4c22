"""Where everything is put together: settings in, running parts out."""

import contextlib
import errno
import gc
import logging
import secrets as random_secrets
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import uvicorn
from pydantic import SecretStr
from slack_bolt import App

from bot.carrying import carry
from bot.clock import SystemClock
from bot.database import Database, EmbeddedPostgres, PostgresDown, migrate
from bot.delivering import deliver
from bot.desk import Desk, Ear
from bot.hearing import hear
from bot.jobs import JobQueue, TryAgain
from bot.learning import KnownLessons, learn_themes
from bot.meters import SCORED, SCORING, serve_own_metrics
from bot.rosters import StaffedRules, read_roster
from bot.rulebook import RulebookKeeper
from bot.schedule import start_schedule, ticks_for
from bot.sentiment import Interpreter, ModelMissing, Models
from bot.settings import Settings, SlackMode
from bot.shop import Shop, hand_over
from bot.slack.app import build_app
from bot.slack.client import SlackApi, SlackBusy, SlackRefused
from bot.slack.delivery import deliver_message
from bot.slack.homes import publish_home
from bot.slack.socket import close_socket, open_socket
from bot.sources.x import XMentions
from bot.web.app import build_web
from bot.web.feedback import Secrets
from handlers.jobs import Job
from models.policies.themes import Theme
from models.vocabulary import SentimentScore

log = logging.getLogger(__name__)

RESTART_AFTER_SECONDS = 2.0
"""A part that broke (PostgreSQL restarted, say) begins anew after this."""
WATCH_POSTGRES_EVERY_SECONDS = 1.0
LAST_ANSWERS_WITHIN_SECONDS = 5
"""So long requests that were begun may take when the bot stops."""

T = TypeVar("T")


class Role(StrEnum):
    """What one process does; without a role it does everything."""

    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


@dataclass(frozen=True, slots=True)
class SlackTokens:
    """How the bot reaches Slack, and Slack the bot."""

    api_url: str
    bot_token: str
    app_token: str | None
    signing_secret: str | None


class LazyEar:
    """Loads the models in the background at start, and again and again while files are missing."""

    def __init__(self, models: Models | None = None, lessons: KnownLessons | None = None) -> None:
        self._models, self._lessons = models, lessons
        self._lock = threading.Lock()
        self._interpreter: Interpreter | None = None

    def warm_up(self) -> None:
        """Load the model now; what is wrong with it is told when something is to be scored."""
        with contextlib.suppress(TryAgain):
            self.interpreter()
        spare_what_stays()

    def score(self, texts: Sequence[str], themes: Collection[Theme] = ()) -> list[SentimentScore]:
        """One score for each text, and the nearest of these themes; raises TryAgain while a model is away."""
        interpreter = self.interpreter()
        lessons = self._lessons.current(interpreter.themes.name) if self._lessons else None
        with SCORING.time():
            scores = interpreter.score(texts, themes, lessons)
        SCORED.inc(len(texts))
        return scores

    def interpreter(self) -> Interpreter:
        """All the models; raises TryAgain while one is away."""
        with self._lock:
            if self._interpreter is None:
                try:  # jobs run side by side: two threads each only wait
                    self._interpreter = Interpreter(self._models, threads=1)
                except ModelMissing as missing:
                    log.error("the sentiment model cannot be loaded", extra={"why": str(missing)})  # noqa: TRY400
                    raise TryAgain(str(missing)) from missing
            return self._interpreter


def spare_what_stays() -> None:
    """Let no garbage collection look through what is there by now: libraries and models stay anyway.

    Each look at all of it held every click up for half a second.
    """
    gc.freeze()


@contextlib.contextmanager
def open_database(settings: Settings) -> Iterator[tuple[Database, JobQueue]]:
    """The database that the settings name, or the bot's own, migrated."""
    with _address_of_database(settings) as url:
        migrate(url)
        queue = JobQueue(url)
        database = Database(url, queue)
        try:
            yield database, queue
        finally:
            database.close()


@contextlib.contextmanager
def _address_of_database(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.var_dir / "postgres")
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(server, ended), name="postgres", daemon=True)
    watcher.start()
    try:
        yield server.url
    finally:
        ended.set()
        watcher.join()
        server.stop()


def _watch(server: EmbeddedPostgres, ended: threading.Event) -> None:
    """Start the embedded server again when it was killed: nobody else looks after it."""
    while not ended.wait(WATCH_POSTGRES_EVERY_SECONDS):
        try:
            if server.revive():
                log.error("the embedded postgresql had died and was started again")
        except PostgresDown:
            log.exception("the embedded postgresql died and does not start")


def build_desk(
    database: Database, tokens: SlackTokens, settings: Settings, rules: RulebookKeeper, ear: Ear
) -> Desk:
    """What listeners and jobs are handed."""
    return Desk(
        database=database,
        slack=SlackApi(tokens.bot_token, tokens.api_url),
        rules=StaffedRules(rules, database),
        clock=SystemClock(),
        ear=ear,
        has_shop=shop_of(settings) is not None,
    )


def teach(queue: JobQueue, desk: Desk, shop: Shop | None = None) -> None:
    """Tell the queue how each job is done; without a shop people hand over what is given."""
    queue.can_do(Job.HAND_OVER, lambda gift_id: hand_over(desk, shop, gift_id))
    queue.can_do_with_others(
        Job.HEAR, lambda feedback_id, is_alone: hear(desk, queue, feedback_id, is_alone=is_alone)
    )
    queue.can_do_with_others(
        Job.DELIVER_CASE, lambda case_id, is_alone: deliver(desk, queue, case_id, is_alone=is_alone)
    )
    queue.can_do(Job.CARRY, lambda carry_id: carry(desk, carry_id))
    queue.can_do(Job.READ_ROSTER, lambda roster_id: read_roster(desk, roster_id))
    queue.can_do(Job.PUBLISH_HOME, lambda home_id: publish_home(desk, home_id))
    if isinstance(desk.ear, LazyEar):
        ear = desk.ear
        queue.can_do(Job.LEARN_THEMES, lambda told: learn_themes(desk, ear.interpreter(), told))
    queue.can_do(Job.DELIVER_MESSAGE, lambda message_id: deliver_message(desk, message_id))


@dataclass
class Bot:
    """The running parts of one process; `start` returns once all of them run."""

    settings: Settings
    tokens: SlackTokens
    desk: Desk
    queue: JobQueue
    roles: frozenset[Role]

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self._endings: list[Callable[[], object]] = []
        self.web_url: str | None = None

    def start(self) -> None:
        """Start the parts that this process's roles need; raises SystemExit in words for who started it.

        Some parts may run when it raises: stop() ends them.
        """
        listening = _listen(self.settings) if Role.WEB in self.roles else None
        if listening is None and self.settings.metrics_port is not None:
            self._show_own_metrics(self.settings.metrics_port)
        teach(self.queue, self.desk, shop_of(self.settings))
        self.desk.rules.current()  # reads who is who, before anybody asks in the middle of a transaction
        if Role.WORKER in self.roles:
            if isinstance(self.desk.ear, LazyEar):
                self._load_models(self.desk.ear)
            self._keep_running("worker", self._work)
        if Role.SCHEDULER in self.roles:
            scheduler = start_schedule(
                self.desk, ticks_for(mentions_of(self.settings), self.settings.heartbeat_url)
            )
            self._endings.append(scheduler.shutdown)
        if listening is not None:
            self._start_web(listening)
        spare_what_stays()

    def halt(self) -> None:
        """Ask the bot to stop; `wait` returns and `stop` is to be called."""
        self.stopping.set()

    def stop(self) -> None:
        """Stop every part, the last started first; running jobs are finished."""
        self.stopping.set()
        for end in reversed(self._endings):
            end()

    def wait(self) -> None:
        """Until somebody stops the bot."""
        self.stopping.wait()

    def _show_own_metrics(self, port: int) -> None:
        try:
            self._endings.append(serve_own_metrics(self.settings.host, port))
        except OSError as error:
            raise SystemExit(f"{_trouble_with(port, error)}; choose another METRICS_PORT.") from error

    def _work(self) -> None:
        self.queue.work(self.stopping, concurrency=self.settings.worker_concurrency)

    def _load_models(self, ear: LazyEar) -> None:
        thread = threading.Thread(target=ear.warm_up, name="ear")
        thread.start()
        self._endings.append(thread.join)  # a process that ends while weights are read is aborted

    def _keep_running(self, name: str, part: Callable[[], None]) -> None:
        def run() -> None:
            while not self.stopping.is_set():
                try:
                    part()
                except Exception:
                    log.exception("a part broke and begins anew", extra={"part": name})
                    self.stopping.wait(RESTART_AFTER_SECONDS)

        thread = threading.Thread(target=run, name=name)
        thread.start()
        self._endings.append(thread.join)

    def _start_web(self, listening: socket.socket) -> None:
        if self.tokens.app_token:
            self._serve(listening, None)  # what customers say is taken even while Slack does not answer
            app, app_token = self._build_app(signing_secret=None), self.tokens.app_token
            handler = self._until_slack_answers(lambda: open_socket(app, app_token))
            self._endings.append(lambda: close_socket(handler))
        else:
            self._serve(listening, self._build_app(signing_secret=self.tokens.signing_secret))

    def _build_app(self, *, signing_secret: str | None) -> App:
        identity = self._until_slack_answers(self.desk.slack.who_am_i)
        token = self.tokens.bot_token
        return build_app(self.desk, identity=identity, token=token, signing_secret=signing_secret)

    def _until_slack_answers(self, ask: Callable[[], T]) -> T:
        while True:
            try:
                return ask()
            except SlackRefused as refusal:
                words = f"Slack refuses the bot: {refusal.error}. `recovery doctor` says how to mend it."
                raise SystemExit(words) from refusal
            except SlackBusy as busy:
                log.warning("slack does not answer; asked again", extra={"why": str(busy)})
                wait = busy.retry_after.total_seconds() if busy.retry_after else RESTART_AFTER_SECONDS
                if self.stopping.wait(wait):
                    raise SystemExit("Stopped before Slack had answered.") from busy

    def _serve(self, listening: socket.socket, slack_app: App | None) -> None:
        web = build_web(self.desk, feedback_secrets(self.settings), slack_app)
        config = uvicorn.Config(
            web, log_config=None, access_log=False, timeout_graceful_shutdown=LAST_ANSWERS_WITHIN_SECONDS
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), name="web")
        thread.start()

        def end() -> None:
            server.should_exit = True
            thread.join()

        self._endings.append(end)
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        self.web_url = "http://{}:{}".format(*listening.getsockname())


def feedback_secrets(settings: Settings) -> Secrets:
    """What senders prove themselves with; a token of the bot's own where none is set."""
    signing, gifts = _reveal(settings.feedback_secret), _reveal(settings.compensation_secret)
    if settings.feedback_token is not None:
        return Secrets(settings.feedback_token.get_secret_value(), signing, gifts)
    if signing is not None:
        return Secrets(None, signing, gifts)
    return Secrets(own_token(settings.var_dir / "feedback-token"), None, gifts)


def shop_of(settings: Settings) -> Shop | None:
    """The system that hands over what is given; None where people do."""
    if settings.compensation_url is None or settings.compensation_secret is None:
        return None
    return Shop(settings.compensation_url, settings.compensation_secret)


def mentions_of(settings: Settings) -> XMentions | None:
    """Who reads our mentions on X; None where no token is set."""
    if settings.x_bearer_token is None or settings.x_user is None:
        return None
    return XMentions(
        bearer_token=settings.x_bearer_token.get_secret_value(),
        user_id_or_handle=settings.x_user,
        api_url=settings.x_api_url,
    )


def own_token(path: Path) -> str:
    """A token made at the first start and kept, readable by the bot's user only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")  # a kill must not leave half a token
        fresh.touch(mode=0o600)
        fresh.write_text(random_secrets.token_urlsafe(24))
        fresh.replace(path)
    return path.read_text().strip()


def tokens_of(settings: Settings) -> SlackTokens:
    """The tokens of a real workspace."""
    return SlackTokens(
        api_url=settings.slack_api_url,
        bot_token=_reveal(settings.slack_bot_token) or "",
        app_token=_reveal(settings.slack_app_token) if settings.slack_mode is SlackMode.SOCKET else None,
        signing_secret=_reveal(settings.slack_signing_secret),
    )


def _reveal(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        words = f"{_trouble_with(settings.port, error)}; choose another, such as PORT=8031."
        raise SystemExit(words) from error


def _trouble_with(port: int, error: OSError) -> str:
    is_taken = error.errno == errno.EADDRINUSE
    return f"Port {port} is taken" if is_taken else f"Port {port}: {error.strerror}"
