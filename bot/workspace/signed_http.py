"""Signed HTTP: the bot has an address, and everything is posted there with a signature."""

import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlencode

import httpx

from bot.workspace.clock import Clock
from bot.workspace.conversations import Json
from bot.workspace.delivery import NotDelivered, Parcel, ParcelKind

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class SignedHttp:
    """Posts to the bot's request address as Slack does."""

    def __init__(self, request_url: str, secret: str, clock: Clock) -> None:
        self._url = request_url
        self._secret = secret
        self._clock = clock
        self._client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=50))

    async def verify(self, challenge: str, within: timedelta) -> None:
        """Ask the address to answer a challenge, as Slack does when one is entered; raises NotDelivered."""
        body = json.dumps({"token": "local", "challenge": challenge, "type": "url_verification"})
        response = await self._post(body, JSON, {}, within)
        if not response.is_success or challenge not in response.text:
            raise NotDelivered("url_verification_failed")

    async def bring(self, parcel: Parcel, within: timedelta) -> Json | None:
        """Post one parcel; anything but a 2xx in time is a failure."""
        body, content_type = _written(parcel)
        response = await self._post(body, content_type, _retry_headers(parcel), within)
        if not response.is_success:
            may_retry = response.headers.get("x-slack-no-retry") != "1"
            raise NotDelivered("http_error", may_retry=may_retry)
        return _read(response)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _post(
        self, body: str, content_type: str, headers: dict[str, str], within: timedelta
    ) -> httpx.Response:
        signed = {**headers, "Content-Type": content_type, **self._signature(body)}
        try:
            return await self._client.post(
                self._url, content=body.encode(), headers=signed, timeout=within.total_seconds()
            )
        except httpx.TimeoutException:
            raise NotDelivered("http_timeout") from None
        except httpx.HTTPError:
            raise NotDelivered("connection_failed") from None

    def _signature(self, body: str) -> dict[str, str]:
        at = str(self._clock.seconds())
        digest = hmac.new(self._secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def _written(parcel: Parcel) -> tuple[str, str]:
    match parcel.kind:
        case ParcelKind.EVENT:
            return json.dumps(parcel.body), JSON
        case ParcelKind.INTERACTION:
            return urlencode({"payload": json.dumps(parcel.body)}), FORM
        case ParcelKind.COMMAND:
            return urlencode(parcel.body), FORM


def _retry_headers(parcel: Parcel) -> dict[str, str]:
    if not parcel.attempt:
        return {}
    return {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}


def _read(response: httpx.Response) -> Json | None:
    text = response.text
    if not text.strip():
        return None
    if JSON in response.headers.get("content-type", ""):
        answer: Json | None = response.json()
        return answer
    return {"text": text}
