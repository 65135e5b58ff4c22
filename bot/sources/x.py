"""Mentions of our account on X, read with tweepy."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from models.policies.intake import IncomingFeedback, clean_text

log = logging.getLogger(__name__)
# At DEBUG it writes every request with our token and every answer with customers' words.
logging.getLogger("tweepy.client").setLevel(logging.INFO)

SOURCE = "x"
POSTS_IN_A_PAGE = 100
MOST_PAGES = 8
"""X itself reaches back no further than 800 mentions."""

RATE_WINDOW = timedelta(minutes=15)
SHORTEST_WAIT = timedelta(minutes=1)
PATIENCE = (5.0, 20.0)
"""Seconds to wait for a connection, and for an answer on it."""

_BUILT_IN_ADDRESS = "https://api.twitter.com"
_ASKED = {
    "max_results": POSTS_IN_A_PAGE,
    "expansions": ["author_id"],
    "tweet_fields": [
        "author_id",
        "conversation_id",
        "created_at",
        "edit_history_tweet_ids",
        "lang",
        "note_tweet",
        "public_metrics",
        "referenced_tweets",
    ],
    "user_fields": ["name", "public_metrics", "username", "verified"],
}

# What X counts and what we call it.
_COUNTS = {
    "like_count": "likes",
    "retweet_count": "reposts",
    "reply_count": "replies",
    "quote_count": "quotes",
    "impression_count": "views",
}
_REFERENCES = {"replied_to": "in_reply_to_post", "quoted": "quoted_post"}
_OLD_LANGUAGE_CODES = {"in": "id", "iw": "he", "ji": "yi"}
_NO_LANGUAGE = re.compile(r"und|zxx|art|q[a-z]{2}")

# What a person can do about an answer of this status; for any other, what 404 says.
_ADVICE = {
    401: "Check the bearer token: the developer portal shows it under the app's keys and tokens.",
    402: "Add credit to the app's account in the developer portal.",
    403: "Check in the developer portal that the app belongs to a project and may read posts.",
    404: "Check the account {account} and the address of the API.",
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MentionsPage:
    """New mentions, oldest first; `newest_id` is the since_id of the next poll, None while there was none."""

    feedback: list[IncomingFeedback]
    newest_id: str | None


@dataclass(frozen=True, slots=True)
class PollAgainAt:
    """X wants us to wait; nothing was taken, so the since_id stays."""

    at: datetime


class XRefused(Exception):
    """X will go on refusing until somebody changes something; the text says what."""


class XUnavailable(Exception):
    """X cannot be reached or is broken at the moment; trying again later is right."""


class XMentions:
    """Whoever mentions one account; keeps nothing between polls but the account's id."""

    def __init__(
        self, *, bearer_token: str, user_id_or_handle: str, api_url: str = "https://api.x.com"
    ) -> None:
        """`user_id_or_handle`: "783214", "acme" or "@acme"; the @ tells a handle of digits from an id."""
        if not re.fullmatch(r"[0-9]{1,19}|@?\w{1,15}", user_id_or_handle, re.ASCII):
            raise ValueError(f"X account {user_id_or_handle!r}: give its handle (@acme) or its numeric id")
        self._account = user_id_or_handle
        self._account_id = user_id_or_handle if user_id_or_handle.isdigit() else None
        self._client = tweepy.Client(bearer_token, return_type=dict)
        self._client.session.mount(_BUILT_IN_ADDRESS, _Elsewhere(api_url))

    def mentions_since(self, since_id: str | None, *, at: datetime) -> MentionsPage | PollAgainAt:
        """What came after the post `since_id`; with None, the latest page only.

        All or nothing: where a page fails, none is taken. Raises XRefused or XUnavailable.
        """
        try:
            return self._take(since_id)
        except tweepy.TooManyRequests as told:
            return PollAgainAt(_opens_again(told.response.headers, at))
        except tweepy.TwitterServerError as error:
            raise XUnavailable(
                f"X has trouble of its own ({error.response.status_code}); we try again"
            ) from error
        except tweepy.HTTPException as error:
            raise XRefused(_what_to_do(error, self._account)) from error
        except requests.RequestException as error:
            raise XUnavailable(f"X cannot be reached ({type(error).__name__}); we try again") from error

    def _take(self, since_id: str | None) -> MentionsPage:
        account_id = self._account_id = self._account_id or self._find_account()
        pages = self._pages_since(account_id, since_id)
        posts = [post for post in _posts(pages) if int(post["id"]) > int(since_id or 0)]
        authors = {
            author["id"]: author for page in pages for author in page.get("includes", {}).get("users", ())
        }
        feedback = _feedback((post for post in posts if _is_feedback(post, account_id)), authors)
        return MentionsPage(feedback, newest_id=posts[-1]["id"] if posts else since_id)

    def _find_account(self) -> str:
        answer = _checked(self._client.get_user(username=self._account.removeprefix("@")))
        if "data" not in answer:
            raise XRefused(
                f"X knows no account {self._account}. Give the handle or the id of an account that exists."
            )
        return str(answer["data"]["id"])

    def _pages_since(self, account_id: str, since_id: str | None) -> list[Json]:
        if since_id is None:
            return list(self._pages(account_id, None, most=1))
        try:
            return list(self._pages(account_id, since_id, most=MOST_PAGES))
        except tweepy.BadRequest as error:
            if "since_id" not in str(error):
                raise
            # X no longer looks back that far: take all that it does, of which we keep what is newer.
            log.warning("since_id too old for x", extra={"since_id": since_id})
            return list(self._pages(account_id, None, most=MOST_PAGES))

    def _pages(self, account_id: str, since_id: str | None, *, most: int) -> Iterator[Json]:
        """The newest page first, as X gives them."""
        next_token = None
        for _ in range(most):
            page = _checked(
                self._client.get_users_mentions(
                    account_id, since_id=since_id, pagination_token=next_token, **_ASKED
                )
            )
            yield page
            next_token = page.get("meta", {}).get("next_token")
            if next_token is None:
                return
        if since_id is not None:
            log.error("mentions on x beyond reach", extra={"pages": most, "since_id": since_id})


class _Elsewhere(HTTPAdapter):
    """Sends to another address what tweepy means for the one that is built into it."""

    def __init__(self, api_url: str) -> None:
        super().__init__()
        self._address = urlsplit(api_url.rstrip("/"))

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        meant = urlsplit(str(request.url))
        request.url = self._address._replace(path=self._address.path + meant.path, query=meant.query).geturl()
        kwargs["proxies"] = get_environ_proxies(request.url)  # they were chosen for the built-in address
        kwargs["timeout"] = PATIENCE
        return super().send(request, *args, **kwargs)


def _checked(answer: object) -> Json:
    if not isinstance(answer, dict):
        raise XUnavailable("X answered with something that is not its own; we try again")
    return answer


def _posts(pages: Iterable[Json]) -> list[Json]:
    """Every post that can be read, oldest first; one that X withholds has no text."""
    posts = [post for page in pages for post in page.get("data", ()) if post.get("id") and post.get("text")]
    return sorted(posts, key=lambda post: int(post["id"]))


def _is_feedback(post: Json, account_id: str) -> bool:
    """Not what we wrote ourselves, and not what somebody only passed on."""
    return post.get("author_id") != account_id and "retweeted" not in _references(post)


def _feedback(posts: Iterable[Json], authors: Mapping[str, Json]) -> list[IncomingFeedback]:
    """One for each post; of a post that was edited in between only the last wording, at its first place."""
    feedback: dict[str, IncomingFeedback] = {}
    for post in posts:
        incoming = _read(post, authors.get(post.get("author_id", ""), {}))
        feedback[incoming.external_id] = incoming
    return list(feedback.values())


def _read(post: Json, author: Json) -> IncomingFeedback:
    """`author` is empty when X does not tell: suspended, protected, gone."""
    handle = author.get("username")
    name = author.get("name")
    return IncomingFeedback(
        source=SOURCE,
        external_id=_versions(post)[0],
        text=_plain(post.get("note_tweet", {}).get("text") or post["text"]),
        author_handle=handle,
        author_name=clean_text(name) if name else None,
        occurred_at=datetime.fromisoformat(post["created_at"]) if "created_at" in post else None,
        language=_language(post.get("lang")),
        permalink=f"https://x.com/{handle or 'i'}/status/{post['id']}",
        attributes=_attributes(post, author),
    )


def _attributes(post: Json, author: Json) -> dict[str, str | int | float | bool]:
    references = _references(post)
    counts = post.get("public_metrics", {})
    told: dict[str, str | int | float | bool | None] = {
        "post_id": post["id"],
        "conversation_id": post.get("conversation_id"),
        "author_id": post.get("author_id"),
        "author_followers": author.get("public_metrics", {}).get("followers_count"),
        "author_is_verified": author.get("verified"),
        "is_edited": len(_versions(post)) > 1,
    }
    told |= {ours: references.get(theirs) for theirs, ours in _REFERENCES.items()}
    told |= {ours: counts.get(theirs) for theirs, ours in _COUNTS.items()}
    return {name: value for name, value in told.items() if value is not None}


def _versions(post: Json) -> list[str]:
    """The ids of all wordings of one post, from the first to this one."""
    return post.get("edit_history_tweet_ids") or [post["id"]]


def _references(post: Json) -> dict[str, str]:
    return {reference["type"]: reference["id"] for reference in post.get("referenced_tweets") or ()}


def _plain(text: str) -> str:
    """As the customer typed it: X escapes these three characters and no others."""
    return clean_text(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _language(code: str | None) -> str | None:
    if code is None or _NO_LANGUAGE.fullmatch(code):
        return None
    return _OLD_LANGUAGE_CODES.get(code, code)


def _opens_again(headers: Mapping[str, str], at: datetime) -> datetime:
    """When the last of the used-up limits is filled again; X has one for 15 minutes and some for a day."""
    resets = [
        datetime.fromtimestamp(int(value), UTC)
        for name, value in headers.items()
        if name.lower().endswith("-reset") and headers.get(f"{name[:-6]}-remaining", "0") == "0"
    ]
    return max([*resets, at + SHORTEST_WAIT] if resets else [at + RATE_WINDOW])


def _what_to_do(error: tweepy.HTTPException, account: str) -> str:
    status = error.response.status_code
    advice = _ADVICE.get(status, _ADVICE[404]).format(account=account)
    said = "; ".join(error.api_messages) or error.response.reason
    return f"X refuses us ({status}: {said}). {advice}"
