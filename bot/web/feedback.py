"""POST /feedback/<source>: a customer's words come in, and 202 means that they are stored."""

import logging
from datetime import timedelta
from functools import partial

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.database import AWAY
from bot.desk import Desk
from bot.web.bodies import field_at, is_plain_utf8, parse_json
from bot.web.feedback_body import FeedbackBody, to_incoming, unread
from bot.web.patience import PATIENCE, Patience
from bot.web.senders import Gate, Secrets, Sender
from handlers import intake
from models.policies.intake import IncomingFeedback

__all__ = ["FeedbackBody", "FeedbackEndpoint", "Secrets", "to_incoming"]

log = logging.getLogger(__name__)

LARGEST = 1_000_000
"""Bytes of a request's body."""
AT_A_TIME = 10
"""Pieces being stored at once: a flood of feedback leaves threads and connections to Slack's requests."""
TRY_AGAIN_AFTER = timedelta(seconds=10)
MOST_TOLD = 10
"""Fields that one answer names: what is wrong with them, or that nobody reads them."""

WORDS_FOR = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_long": "must have at most {max_length} characters",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "datetime_type": "must be a time in ISO 8601, or unix seconds",
    "datetime_parsing": "must be a time in ISO 8601, or unix seconds",
    "datetime_from_date_parsing": "must be a time in ISO 8601, or unix seconds",
}


class FeedbackEndpoint:
    """The address that other systems post to."""

    def __init__(self, desk: Desk, secrets: Secrets, *, patience: timedelta = PATIENCE) -> None:
        self._desk = desk
        self._gate = Gate(secrets)
        self._patience = Patience(AT_A_TIME, patience)

    async def __call__(self, request: Request) -> Response:
        """Answer 202 once it is stored, or say what is wrong; nothing is stored then."""
        if self._gate.is_closed_to(request.headers):
            return _stranger()
        if not is_plain_utf8(request.headers):
            return _no(415, "send it as UTF-8 and not compressed", "body", {"Accept-Encoding": "identity"})
        try:
            body = await self._patience.read(request, LARGEST)
        except TimeoutError:
            return _no(408, "the body did not come", "body")
        if body is None:
            return _no(413, f"at most {LARGEST:,} bytes", "body")
        sender = self._gate.find_sender(request.headers, body)
        if sender is None:
            return _stranger()
        try:
            take = partial(self._take, request.path_params["source"], body, sender)
            return await self._patience.wait_for(take)
        except TimeoutError:
            log.warning("feedback was not stored in time")
            return _away()

    def _take(self, source: str, body: bytes, sender: Sender) -> Response:
        sources = self._desk.rules.current().sources
        if source not in sources:
            return _no(404, f"unknown source; rules.yaml knows: {', '.join(sources)}", "source")
        try:
            sent = parse_json(body)
            said = FeedbackBody.model_validate(sent, context={"now": self._desk.now()})
        except ValidationError as error:
            return _refused([_named(each) for each in error.errors(include_url=False, include_input=False)])
        except ValueError as broken:
            return _no(422, str(broken), "body")
        return self._store(to_incoming(source, said, sender.delivery_id), unread(sent, MOST_TOLD))

    def _store(self, incoming: IncomingFeedback, ignored: list[str]) -> Response:
        try:
            with self._desk.transaction() as session:
                feedback_id = intake.receive_feedback(session, incoming, self._desk.now())
        except AWAY as error:
            log.warning("feedback was not stored: no database", extra={"why": type(error).__name__})
            return _away()
        status = "stored" if feedback_id is not None else "already stored"
        answer: dict[str, object] = {"status": status, "external_id": incoming.external_id}
        if ignored:
            answer["ignored"] = ignored
        return JSONResponse(answer, status_code=202)


def _named(problem: ErrorDetails) -> dict[str, str]:
    """Where it is and what would be right."""
    ours = WORDS_FOR.get(problem["type"])
    words = ours.format(**problem.get("ctx", {})) if ours else problem["msg"].removeprefix("Value error, ")
    return {"field": field_at(problem["loc"]), "problem": words}


def _refused(problems: list[dict[str, str]]) -> Response:
    content = {"error": "invalid feedback", "problems": problems[:MOST_TOLD]}
    return JSONResponse(content, status_code=422)


def _stranger() -> Response:
    proof = "send `Authorization: Bearer …` or a Standard Webhooks signature"
    return _no(401, proof, "authorization", {"WWW-Authenticate": "Bearer"})


def _away() -> Response:
    again = {"Retry-After": str(round(TRY_AGAIN_AFTER.total_seconds()))}
    return _no(503, "the database does not answer: send it again later", "database", again)


def _no(status: int, problem: str, field: str, headers: dict[str, str] | None = None) -> Response:
    content = {"error": problem, "problems": [{"field": field, "problem": problem}]}
    return JSONResponse(content, status_code=status, headers=headers)
