"""The local workspace as an object: start it, act in it as people, look at what came about, make trouble."""

import asyncio
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.workspace.acting import Acting
from bot.workspace.api import Tokens
from bot.workspace.clock import Clock, Ids, system_now
from bot.workspace.delivery import Delivery, NotDelivered
from bot.workspace.journal import Journal
from bot.workspace.limits import Timing
from bot.workspace.live import Live
from bot.workspace.looking import Looking
from bot.workspace.manifest import DEFAULT_MANIFEST, Manifest, read_manifest
from bot.workspace.methods.chat import LATER_BY, post_due
from bot.workspace.modals import Modals
from bot.workspace.pacing import Pacer, Pacing
from bot.workspace.people import move_in
from bot.workspace.routes import build_application
from bot.workspace.signed_http import SignedHttp
from bot.workspace.socket_mode import SocketMode
from bot.workspace.state import State
from bot.workspace.team import Team
from bot.workspace.triggers import ResponseUrls, Triggers
from bot.workspace.trouble import Trouble

HOST = "127.0.0.1"
CHALLENGE = "local-challenge"


class _Protocol(H11Protocol):
    """Lets an endpoint reach its connection, so that it can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Workspace(Acting, Looking, Trouble):
    """A Slack workspace on this machine; every method may be called from any thread but its own."""

    bot_token = "xoxb-local-recovery"  # noqa: S105
    app_token = "xapp-local-recovery"  # noqa: S105
    signing_secret = "local-signing-secret"  # noqa: S105

    def __init__(
        self,
        *,
        port: int = 0,
        journal: Path | None = None,
        manifest: Path | None = None,
        pacing: Pacing = Pacing.OFF,
        clock: Callable[[], datetime] | None = None,
        timing: Timing | None = None,
    ) -> None:
        super().__init__()
        offered = read_manifest(manifest or DEFAULT_MANIFEST)
        self._journal = Journal(journal) if journal else None
        state = _settled(offered, clock or system_now, self._journal)
        self._listening = _listen(port)
        self._port = int(self._listening.getsockname()[1])
        self._team = _found(self.url, offered, state, timing or Timing())
        self._team.pacer = Pacer(pacing)
        self._team.live.on_change = self._note_change
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        """The `base_url` for slack_sdk's clients."""
        return f"{self.url}/api/"

    def start(self) -> None:
        """Serve from a thread of its own; returns once it listens."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="workspace", daemon=True)
        self._thread.start()
        while not ready.wait(0.1):
            if not self._thread.is_alive():
                raise RuntimeError("the workspace could not start; its own error is above")

    def stop(self) -> None:
        """End every connection and stop serving."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = self._thread = self._loop = None
        self._listening.close()
        if self._journal is not None:
            self._journal.close()

    def deliver_to(self, request_url: str) -> None:
        """Deliver by signed HTTP to this address instead of by Socket Mode."""
        self._run(self._deliver_to(request_url))

    async def _deliver_to(self, request_url: str) -> None:
        transport = SignedHttp(request_url, self.signing_secret, self._team.clock)
        try:
            await transport.verify(CHALLENGE, self._team.timing.acknowledge_within)
        except NotDelivered:
            await transport.close()
            raise
        await self._team.delivery.change_transport(transport)

    def _serve(self, ready: threading.Event) -> None:
        asyncio.run(self._serve_until_stopped(ready))

    async def _serve_until_stopped(self, ready: threading.Event) -> None:
        tokens = Tokens(self.bot_token, self.app_token)
        config = uvicorn.Config(
            build_application(self._team, tokens),
            http=_Protocol,
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._loop = asyncio.get_running_loop()
        posting = asyncio.create_task(_post_scheduled(self._team))
        self._loop.call_soon(ready.set)
        await self._server.serve(sockets=[self._listening])
        posting.cancel()
        await self._team.delivery.close()


async def _post_scheduled(team: Team) -> None:
    while True:
        await team.delivery.alarm.wait_until(team.clock.now() + LATER_BY)
        post_due(team)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise SystemExit(f"Port {port} is taken; choose another, such as WORKSPACE_PORT=8030.") from error
    listening.listen(1024)
    return listening


def _settled(manifest: Manifest, now: Callable[[], datetime], journal: Journal | None) -> State:
    """What the journal remembers; the sample people and channels where it remembers nothing."""
    state = State(Clock(now), Ids())
    if journal is not None:
        state.restore(journal)
    if not state.users:
        move_in(state, manifest)
    return state


def _found(url: str, manifest: Manifest, state: State, timing: Timing) -> Team:
    clock, ids = state.clock, state.ids
    live, sockets = Live(clock.now), SocketMode(ids, timing)
    return Team(
        base_url=url,
        manifest=manifest,
        timing=timing,
        clock=clock,
        ids=ids,
        state=state,
        live=live,
        delivery=Delivery(clock, timing, live, sockets),
        sockets=sockets,
        modals=Modals(clock, ids),
        triggers=Triggers(clock, ids, timing),
        response_urls=ResponseUrls(clock, ids, timing, url),
    )
