"""POST /feedback/<source>: a customer's words come in, and 202 means that they are stored."""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.desk import Desk
from handlers import intake
from models.policies.intake import IncomingFeedback, clean_text

LARGEST = 1_000_000
"""Bytes of a request's body."""

Line = Annotated[str, Field(max_length=500)]


class Author(BaseModel):
    """Who said it, as far as the source tells."""

    model_config = ConfigDict(extra="ignore")

    handle: Line | None = None
    name: Line | None = None
    email: Line | None = None


class FeedbackBody(BaseModel):
    """One piece of feedback as a source sends it; everything but the text may be missing."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, Field(max_length=200_000)]
    external_id: Line | int | None = None
    title: Line | None = None
    author: Author | Line | None = None
    occurred_at: datetime | None = None
    score: float | None = Field(None, allow_inf_nan=False)
    score_scale: Line | None = None
    language: Line | None = None
    permalink: Line | None = None
    attributes: dict[str, str | int | float | bool | None] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _has_words(cls, text: str) -> str:
        if not clean_text(text).strip():
            raise ValueError("must hold words")
        return text

    @field_validator("occurred_at")
    @classmethod
    def _is_aware(cls, at: datetime | None) -> datetime | None:
        """A time without a zone is taken as UTC; nobody can say what it was."""
        return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a sender may prove itself with; None where that way is closed."""

    token: str | None
    signing_secret: str | None


class FeedbackEndpoint:
    """The address that other systems post to."""

    def __init__(self, desk: Desk, secrets: Secrets) -> None:
        self._desk, self._secrets = desk, secrets

    async def __call__(self, request: Request) -> Response:
        """Answer 202 once it is stored, or say what is wrong; nothing is stored then."""
        source = request.path_params["source"]
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return _no(413, f"at most {LARGEST:,} bytes", "body")
        if not self._is_trusted(request, body):
            return _no(
                401, "send `Authorization: Bearer …` or a Standard Webhooks signature", "authorization"
            )
        sources = self._desk.rules.current().sources
        if source not in sources:
            return _no(404, f"unknown source; rules.yaml knows: {', '.join(sources)}", "source")
        return await run_in_threadpool(self._store, source, body)

    def _store(self, source: str, body: bytes) -> Response:
        try:
            incoming = to_incoming(source, FeedbackBody.model_validate(_parse(body)))
        except ValidationError as error:
            return _invalid(error)
        except ValueError as error:
            return _no(422, str(error), "body")
        with self._desk.transaction() as session:
            feedback_id = intake.receive_feedback(session, incoming, self._desk.now())
        answer = {"status": "stored" if feedback_id is not None else "already stored"}
        return JSONResponse(answer | {"external_id": incoming.external_id}, status_code=202)

    def _is_trusted(self, request: Request, body: bytes) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._secrets.token:
            return hmac.compare_digest(token.strip().encode(), self._secrets.token.encode())
        if self._secrets.signing_secret and "webhook-signature" in request.headers:
            try:
                Webhook(self._secrets.signing_secret).verify(body, dict(request.headers))
            except (WebhookVerificationError, json.JSONDecodeError, UnicodeDecodeError):
                return False
            return True
        return False


def to_incoming(source: str, body: FeedbackBody) -> IncomingFeedback:
    """The sender's words as ours; without an external id each piece is a new one."""
    author = Author(handle=body.author) if isinstance(body.author, str) else (body.author or Author())
    handle = author.handle or author.email
    return IncomingFeedback(
        source=source,
        external_id=clean_text(str(body.external_id)) if body.external_id is not None else f"ours-{uuid4()}",
        text=clean_text(body.text),
        author_handle=_clean(handle),
        author_name=_clean(author.name),
        occurred_at=body.occurred_at,
        title=_clean(body.title),
        score=body.score,
        score_scale=_clean(body.score_scale),
        language=_clean(body.language),
        permalink=_clean(body.permalink),
        attributes={
            clean_text(name): clean_text(value) if isinstance(value, str) else value
            for name, value in body.attributes.items()
            if value is not None
        },
    )


async def _read(request: Request) -> bytes | None:
    """The body; None once it is longer than we take, without reading the rest."""
    if int(request.headers.get("content-length") or 0) > LARGEST:
        return None
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("broken JSON: nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("broken JSON: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON: {error.msg} at character {error.pos}") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"broken JSON: {name} is no number")


def _clean(text: str | None) -> str | None:
    cleaned = clean_text(text).strip() if text else ""
    return cleaned or None


def _invalid(error: ValidationError) -> Response:
    problems = [
        {"field": ".".join(str(part) for part in problem["loc"]) or "body", "problem": problem["msg"]}
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return JSONResponse({"error": "invalid feedback", "problems": problems}, status_code=422)


def _no(status: int, problem: str, field: str) -> Response:
    return JSONResponse(
        {"error": problem, "problems": [{"field": field, "problem": problem}]}, status_code=status
    )
