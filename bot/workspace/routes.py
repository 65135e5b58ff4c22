"""Every address of the local workspace."""

from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.workspace import responses
from bot.workspace.api import Api, Tokens
from bot.workspace.arguments import MULTIPART, read_parts
from bot.workspace.conversations import Json
from bot.workspace.errors import SlackError
from bot.workspace.methods import files
from bot.workspace.page_endpoints import Page
from bot.workspace.people import TEAM_ID
from bot.workspace.team import Team


def build_application(team: Team, tokens: Tokens) -> Starlette:
    """The web application: Web API, sockets, response_urls, uploads and the page."""
    page, api = Page(team), Api(team, tokens)
    routes: list[BaseRoute] = [
        Route("/api/{method}", api.endpoint, methods=["GET", "POST"]),
        WebSocketRoute("/link/", team.sockets.serve),
        Route("/", page.index),
        Route("/page/state", page.state),
        Route("/page/history", page.history),
        Route("/page/act", page.act, methods=["POST"]),
        WebSocketRoute("/page/live", page.live),
        Route("/page/{path:path}", page.asset),
        *_answers(team),
        *_uploads(team, tokens),
    ]
    only_here = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[only_here])


def _answers(team: Team) -> list[BaseRoute]:
    async def answer(request: Request) -> Response:
        return await responses.endpoint(team, request)

    kinds = ("commands", "actions", "app")
    path = f"/{TEAM_ID}/{{name}}"
    return [Route(f"/{kind}{path}", answer, methods=["POST"]) for kind in kinds]


def _uploads(team: Team, tokens: Tokens) -> list[BaseRoute]:
    async def upload(request: Request) -> Response:
        content = await _uploaded(request)
        try:
            files.receive(team, request.path_params["file_id"], content)
        except SlackError as refusal:
            return PlainTextResponse(refusal.error, 404)
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(request: Request) -> Response:
        """Only with the bot's token, or from the page on this machine."""
        bearer = request.headers.get("authorization")
        file = team.state.files.get(request.path_params["file"].partition("-")[2])
        if file is None or (bearer is not None and bearer != f"Bearer {tokens.bot}"):
            return PlainTextResponse("not here", 404)
        return Response(file.content, media_type=_harmless(file.described), headers=NO_SNIFFING)

    async def archive(request: Request) -> Response:
        """A permalink: the page opens at the message, in its thread if it names one."""
        asked = {**request.query_params, **request.path_params}
        return RedirectResponse(f"/?{urlencode(asked)}")

    return [
        Route("/upload/v1/{file_id}", upload, methods=["POST"]),
        Route("/files-pri/{file}/{name:path}", download),
        Route("/archives/{channel}/{message}", archive),
    ]


NO_SNIFFING = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
SHOWN_AS_IS = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/pdf")


def _harmless(described: Json) -> str:
    """What a browser may show by itself; anything else, such as HTML, is only saved."""
    mimetype = str(described["mimetype"])
    return mimetype if mimetype in SHOWN_AS_IS else "application/octet-stream"


async def _uploaded(request: Request) -> bytes:
    content_type, body = request.headers.get("content-type", ""), await request.body()
    if not content_type.startswith(MULTIPART):
        return body
    return next(iter(read_parts(content_type, body).values()), b"")
