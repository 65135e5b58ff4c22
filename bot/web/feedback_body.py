"""What a source may send as one piece of feedback, and how it becomes ours."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from bot.sources.files.scores import TOPS
from bot.web.attributes import Attributes
from bot.web.bodies import field_at
from bot.web.fields import ExternalId, Line, Name, Permalink, Words
from models.policies.intake import IncomingFeedback

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""What is earlier was no time: a zero, a year, or a spreadsheet's day that was taken for unix seconds."""
CLOCKS_DIFFER_BY = timedelta(days=1)
"""So far ahead of ours a sender's clock, or the time zone that it left out, may be."""

NO_END = datetime(9000, 1, 1, tzinfo=UTC)
"""Now, where nobody said when that is; far enough from the last year for every zone."""

_LANGUAGE = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{1,8})*", re.IGNORECASE)


class Author(BaseModel):
    """Who said it, as far as the source tells."""

    model_config = ConfigDict(extra="ignore")

    handle: Name = None
    name: Line = None
    email: Line = None


class FeedbackBody(BaseModel):
    """One piece of feedback as a source sends it; everything but the text may be missing.

    `occurred_at` may not be after the "now" of the validation's context, where one is given.
    """

    model_config = ConfigDict(extra="ignore")

    text: Words
    external_id: ExternalId = None
    title: Line = None
    author: Author | None = None
    occurred_at: datetime | None = None
    score_scale: Line = None
    score: Annotated[float | None, Field(allow_inf_nan=False)] = None  # after its scale, which it is read by
    language: Line = None
    permalink: Permalink = None
    attributes: Attributes = Field(default_factory=dict)

    @field_validator("author", mode="before")
    @classmethod
    def _may_be_a_handle(cls, author: Any) -> Any:
        return {"handle": author} if isinstance(author, str) else author

    @field_validator("occurred_at", mode="before")
    @classmethod
    def _may_name_utc(cls, said: Any) -> Any:
        return f"{said[:-4]}Z" if isinstance(said, str) and said.endswith(" UTC") else said

    @field_validator("occurred_at")
    @classmethod
    def _can_be_true(cls, at: datetime | None, info: ValidationInfo) -> datetime | None:
        """In UTC, which is also the zone of a time that names none; one a little ahead of now is now."""
        if at is None:
            return None
        moment = at if at.tzinfo else at.replace(tzinfo=UTC)
        now: datetime = (info.context or {}).get("now", NO_END)
        if not EARLIEST <= moment <= now + CLOCKS_DIFFER_BY:
            raise ValueError(f"must be between {EARLIEST.year} and now")
        return min(moment, now).astimezone(UTC)

    @field_validator("score_scale")
    @classmethod
    def _is_known(cls, scale: str | None) -> str | None:
        known = scale.lower() if scale else None
        if known is not None and known not in TOPS:
            raise ValueError(f"must be one of: {', '.join(TOPS)}")
        return known

    @field_validator("score", mode="before")
    @classmethod
    def _is_a_number(cls, score: Any) -> Any:
        if isinstance(score, bool):
            raise PydanticCustomError("float_type", "must be a number")
        return score

    @field_validator("score")
    @classmethod
    def _is_on_its_scale(cls, score: float | None, info: ValidationInfo) -> float | None:
        scale = info.data.get("score_scale")
        if score is not None and scale is not None and not 0 <= score <= TOPS[scale]:
            raise ValueError(f"must be between 0 and {TOPS[scale]} on the scale {scale}")
        return score

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, language: str | None) -> str | None:
        """Its ISO 639 code: `en` of `en-GB`."""
        found = _LANGUAGE.fullmatch(language) if language else None
        if language and not found:
            raise ValueError("must be a language's code, such as en")
        return found[1].lower() if found else None


def unread(body: Any, at_most: int) -> list[str]:
    """The names in a valid body that are none of ours, such as `author.phone`: a slip would go unseen."""
    author = body.get("author")
    names: list[tuple[str, ...]] = [(name,) for name in body if name not in FeedbackBody.model_fields]
    if isinstance(author, dict):
        names += [("author", name) for name in author if name not in Author.model_fields]
    return [field_at(name) for name in names[:at_most]]


def to_incoming(source: str, body: FeedbackBody, delivery_id: str | None = None) -> IncomingFeedback:
    """The sender's words as ours.

    Without an external id, what was delivered under one signed id is one piece; else each is a new one.
    """
    author = body.author or Author()
    return IncomingFeedback(
        source=source,
        external_id=body.external_id or (f"delivery-{delivery_id}" if delivery_id else f"ours-{uuid4()}"),
        text=body.text,
        author_handle=author.handle or author.email,
        author_name=author.name,
        occurred_at=body.occurred_at,
        title=body.title,
        score=body.score,
        score_scale=body.score_scale,
        language=body.language,
        permalink=body.permalink,
        attributes=body.attributes,
    )
