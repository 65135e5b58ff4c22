"""The web part: feedback, health, metrics, and Slack's deliveries where they come by HTTP."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.desk import Desk
from bot.web.bodies import read_body
from bot.web.feedback import FeedbackEndpoint, Secrets
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.redeemed import RedeemedEndpoint

LARGEST_DELIVERY = 4_000_000
"""Bytes of a delivery by Slack; a message with all that fits into its blocks takes half a million."""

Endpoint = Callable[[Request], Awaitable[Response]]


def build_web(desk: Desk, secrets: Secrets, slack_app: App | None) -> Starlette:
    """The routes; `slack_app` is given where Slack delivers by HTTP."""
    feedback = FeedbackEndpoint(desk, secrets)
    health, metrics = Health(desk), Metrics(desk)

    async def take_feedback(request: Request) -> Response:
        return await feedback(request)

    async def show_health(_request: Request) -> Response:
        parts = await health.look()
        is_red = any(part.is_red for part in parts)
        body = {"status": "red" if is_red else "green"} | {part.name: part.problem or "ok" for part in parts}
        return JSONResponse(body, status_code=503 if is_red else 200)

    async def show_metrics(_request: Request) -> Response:
        return Response(await metrics.show(), media_type=CONTENT_TYPE_LATEST)

    routes = [
        Route("/feedback/{source}", take_feedback, methods=["POST"]),
        Route("/health", show_health),
        Route("/metrics", show_metrics),
    ]
    if secrets.gift_secret is not None:
        redeemed = RedeemedEndpoint(desk, secrets.gift_secret)

        async def take_redeemed(request: Request) -> Response:
            return await redeemed(request)

        routes.append(Route("/compensation/redeemed", take_redeemed, methods=["POST"]))
    if slack_app is not None:
        routes.append(Route("/slack/events", _slack_endpoint(slack_app), methods=["POST"]))
    return Starlette(routes=routes, exception_handlers={HTTPException: _refuse})


def _slack_endpoint(slack_app: App) -> Endpoint:
    async def deliver(request: Request) -> Response:
        try:
            body = await read_body(request, LARGEST_DELIVERY)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody hears it
        if body is None:
            return Response(status_code=413)
        # Bolt's own handler runs the app on the event loop: 91 requests a second instead of over a thousand.
        answer = await run_in_threadpool(slack_app.dispatch, to_bolt_request(request, body))
        return to_starlette_response(answer)

    return deliver


async def _refuse(_request: Request, error: Exception) -> Response:
    """No such address, or not by this method; in the form of every other answer."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
