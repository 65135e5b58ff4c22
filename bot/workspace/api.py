"""The Web API's front door: token, scope, pace and fault of a call, then the method, then the envelope."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.workspace.arguments import Arguments, read_arguments
from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError
from bot.workspace.faults import Fault, FaultKind
from bot.workspace.live import Call
from bot.workspace.methods import app, chat, conversations, files, marks, people, views
from bot.workspace.methods.method import Method
from bot.workspace.pacing import TooManyCalls
from bot.workspace.team import Team

METHODS: dict[str, Method] = {
    **app.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **marks.METHODS,
    **people.METHODS,
    **views.METHODS,
}
QUIET = frozenset({"auth.test", "apps.connections.open"})
UNAVAILABLE = "<html><body>Service Unavailable</body></html>"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two tokens of the app: for the Web API, and for opening sockets."""

    bot: str
    app: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """Answers the Web API calls of one team."""

    def __init__(self, team: Team, tokens: Tokens) -> None:
        self._team = team
        self._tokens = tokens

    async def endpoint(self, request: Request) -> Response:
        """Answer one call, faults included."""
        method = request.path_params["method"]
        fault = self._team.faults.take(method)
        if fault is not None and fault.kind is FaultKind.TIMEOUT:
            self._note(method, {}, Answer({}, 0))
            return await _never_answer(request, self._team.timing.unanswered_call)
        if fault is not None and fault.kind is FaultKind.UNAVAILABLE:
            self._note(method, {}, Answer({}, 503))
            return Response(UNAVAILABLE, 503, media_type="text/html")
        answer = await self._answer(method, request, fault)
        return await self._send(request, answer, fault)

    async def _answer(self, method: str, request: Request, fault: Fault | None) -> Answer:
        began = time.monotonic()
        given: Json = {}
        try:
            given = await read_arguments(request)
            _fail_if_asked(fault)
            answer = Answer({"ok": True, **self._run(method, given, _bearer(request))})
        except TooManyCalls as refusal:
            headers = {"Retry-After": str(refusal.retry_after)}
            answer = Answer(refusal.envelope(), 429, headers)
        except SlackError as refusal:
            answer = Answer(refusal.envelope())
        self._note(method, given, answer, timedelta(seconds=time.monotonic() - began))
        return answer

    def _run(self, name: str, given: Json, bearer: str) -> Json:
        team, method = self._team, METHODS.get(name)
        token = bearer or str(given.get("token", ""))
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        self._check_token(token, method)
        self._check_scope(method)
        team.pacer.take_call(name, method.tier, team.clock.now())
        return method.run(team, Arguments({key: value for key, value in given.items() if key != "token"}))

    def _check_token(self, token: str, method: Method) -> None:
        if not token:
            raise SlackError("not_authed")
        if token in self._team.revoked_tokens:
            raise SlackError("token_revoked")
        if token not in (self._tokens.bot, self._tokens.app):
            raise SlackError("invalid_auth")
        if (token == self._tokens.app) is not method.takes_app_token:
            raise SlackError("not_allowed_token_type")

    def _check_scope(self, method: Method) -> None:
        provided = self._team.manifest.scopes
        if method.scopes and not provided.intersection(method.scopes):
            needed = ",".join(method.scopes)
            raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(provided)))

    def _note(self, name: str, given: Json, answer: Answer, took: timedelta = timedelta()) -> None:
        live = self._team.live
        arguments = {key: value for key, value in given.items() if key != "token"}
        live.calls.append(Call(name, arguments, answer.body, answer.status, self._team.clock.now()))
        if name not in QUIET:
            status = "ok" if answer.body.get("ok") else answer.body.get("error", f"status {answer.status}")
            body = {"arguments": arguments, "response": answer.body}
            live.wire("from_bot", name, summary=_summary(arguments, took), status=status, body=body)
        live.changed()

    async def _send(self, request: Request, answer: Answer, fault: Fault | None) -> Response:
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            return drop(request)
        if fault is not None and fault.kind is FaultKind.LATE:
            await asyncio.sleep(fault.wait.total_seconds())
        headers = {
            "X-OAuth-Scopes": ",".join(sorted(self._team.manifest.scopes)),
            "X-Slack-Req-Id": self._team.ids.next("req"),
            **answer.headers,
        }
        return json_response(answer.body, answer.status, headers)


def json_response(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A response as compact JSON."""
    content = json.dumps(body, separators=(",", ":"))
    return Response(content, status, headers, "application/json; charset=utf-8")


def drop(request: Request) -> Response:
    """Cut the connection; the response is never sent."""
    request.scope["state"]["transport"].close()
    return Response()


async def _never_answer(request: Request, hold: timedelta) -> Response:
    await request.body()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(request.receive(), hold.total_seconds())
    return drop(request)


def _fail_if_asked(fault: Fault | None) -> None:
    if fault is not None and fault.kind is FaultKind.RATE_LIMITED:
        raise TooManyCalls(max(1, int(fault.wait.total_seconds())))
    if fault is not None and fault.kind is FaultKind.ERROR:
        raise SlackError(fault.error)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _summary(arguments: Json, took: timedelta) -> str:
    place = arguments.get("channel") or arguments.get("user_id") or arguments.get("view_id") or ""
    return f"{place} in {round(took.total_seconds() * 1000)} ms".strip()
