"""POST /compensation/redeemed: another system tells, signed, that a customer used what was given."""

import logging
from datetime import UTC, timedelta
from functools import partial
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.database import AWAY
from bot.desk import Desk
from bot.web.bodies import field_at, is_plain_utf8, parse_json
from bot.web.patience import PATIENCE, Patience
from bot.web.senders import Gate, Secrets
from handlers.errors import CannotDo
from handlers.redeeming import NoSuchGift, Used, redeem
from models.policies.handover import PROOF_LENGTH
from models.policies.intake import clean_text
from models.vocabulary import SYSTEM

log = logging.getLogger(__name__)

LARGEST = 64_000
"""Bytes of a body."""
AT_A_TIME = 4
"""Redemptions being kept at once: threads and connections are left to everybody else."""
TRY_AGAIN_AFTER = {"Retry-After": "10"}

Told = Annotated[str, Field(max_length=PROOF_LENGTH)]


class UsedBody(BaseModel):
    """`data` of the delivery: which gift, by number or code."""

    model_config = ConfigDict(strict=True)

    gift: Annotated[int, Field(ge=1)] | None = None
    code: Told = ""
    reference: Told = ""
    at: Annotated[AwareDatetime, Field(strict=False)] | None = None

    @model_validator(mode="after")
    def check_which(self) -> "UsedBody":
        """A gift has a number or a code."""
        if self.gift is None and not self.code.strip():
            raise ValueError("name the gift: its number as gift, or its code")
        return self


class RedeemedBody(BaseModel):
    """The whole of a delivery."""

    type: Literal["compensation.redeemed"]
    data: UsedBody


class RedeemedEndpoint:
    """The address that the system which redeems posts to."""

    def __init__(self, desk: Desk, secret: str, *, patience: timedelta = PATIENCE) -> None:
        self._desk, self._gate = desk, Gate(Secrets(None, secret))
        self._patience = Patience(AT_A_TIME, patience)

    async def __call__(self, request: Request) -> Response:
        """Answer 200 once it is in the ledger, also the second time; else say what is wrong."""
        if self._gate.is_closed_to(request.headers):
            return _stranger()
        if not is_plain_utf8(request.headers):
            return _no(415, "send it as UTF-8 and not compressed", {"Accept-Encoding": "identity"})
        try:
            body = await self._patience.read(request, LARGEST)
        except TimeoutError:
            return _no(408, "the body did not come")
        if body is None:
            return _no(413, f"at most {LARGEST:,} bytes")
        if self._gate.find_sender(request.headers, body) is None:
            return _stranger()
        try:
            return await self._patience.wait_for(partial(self._take, body))
        except TimeoutError:  # if it is kept after that, it is there already when it is told again
            log.warning("a redemption was not kept in time")
            return _away()

    def _take(self, body: bytes) -> Response:
        try:
            told = RedeemedBody.model_validate(parse_json(body))
        except ValidationError as error:
            return _no(422, "; ".join(_words(each["loc"], each["msg"]) for each in error.errors()[:5]))
        except ValueError as broken:
            return _no(422, str(broken))
        try:
            return self._keep(told.data)
        except NoSuchGift as nothing:
            return _no(404, str(nothing))
        except CannotDo as refusal:
            return _no(409, str(refusal))
        except AWAY as away:
            log.warning("a redemption was not kept: no database", extra={"why": type(away).__name__})
            return _away()

    def _keep(self, told: UsedBody) -> Response:
        """Nobody used it after now, whatever their clock says."""
        now = self._desk.now()
        at = min(told.at.astimezone(UTC), now) if told.at else now
        used = Used(told.gift, clean_text(told.code).strip(), at, clean_text(told.reference).strip())
        with self._desk.transaction() as session:
            is_new = redeem(session, self._desk.act(SYSTEM), used)
        return JSONResponse({"status": "redeemed" if is_new else "already redeemed"})


def _words(place: tuple[int | str, ...], problem: str) -> str:
    return f"{field_at(place)}: {problem.removeprefix('Value error, ')}"


def _stranger() -> Response:
    return _no(401, "send a Standard Webhooks signature")


def _away() -> Response:
    return _no(503, "the database does not answer: send it again later", TRY_AGAIN_AFTER)


def _no(status: int, problem: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": problem}, status_code=status, headers=headers)
