"""Who may post feedback: a sender with the token, or one that signs as Standard Webhooks say."""

import hmac
from dataclasses import dataclass

from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError
from starlette.datastructures import Headers

LONGEST_DELIVERY_ID = 400
"""Characters; a longer one is of no use as an external id, which a unique index holds."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a sender may prove itself with; None where that way is closed.

    `gift_secret` is that of the system which tells what was redeemed.
    """

    token: str | None
    signing_secret: str | None
    gift_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who may post; `delivery_id` is signed, and the same when the same is sent again."""

    delivery_id: str | None = None


class Gate:
    """Lets known senders in. A bearer token that is wrong is refused, whatever else the request brings."""

    def __init__(self, secrets: Secrets) -> None:
        """Raises ValueError when nothing could ever be signed with the secret."""
        self._token = (secrets.token or "").strip().encode()
        self._webhook = _webhook(secrets.signing_secret) if secrets.signing_secret else None

    def is_closed_to(self, headers: Headers) -> bool:
        """Whether no body could make this request welcome, so that none needs to be read."""
        has_token = self._has_token(headers)
        is_signed = self._webhook is not None and "webhook-signature" in headers
        return not (is_signed if has_token is None else has_token)

    def find_sender(self, headers: Headers, body: bytes) -> Sender | None:
        """Who sent this; None for a stranger."""
        has_token = self._has_token(headers)
        if has_token is not None:
            return Sender() if has_token else None
        if self._webhook is None or not _is_signed(self._webhook, headers, body):
            return None
        delivery_id = headers["webhook-id"].strip()
        return Sender(delivery_id if 0 < len(delivery_id) <= LONGEST_DELIVERY_ID else None)

    def _has_token(self, headers: Headers) -> bool | None:
        """None when the request does not come with a token, or none is set."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._token:
            return None
        # Headers are read as Latin-1: encoded so again, they are the bytes that were sent.
        return hmac.compare_digest(token.strip().encode("latin-1"), self._token)


def _webhook(secret: str) -> Webhook:
    try:
        return Webhook(secret.strip())
    except (ValueError, EmptyWebhookSecretError) as unfit:
        raise ValueError("FEEDBACK_SECRET: must be whsec_ and then the secret's bytes in Base64") from unfit


def _is_signed(webhook: Webhook, headers: Headers, body: bytes) -> bool:
    """Whether one of the signatures is ours, and not older than five minutes."""
    try:
        webhook.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # the second: a header or a body that is not even text
        return False
    return True
