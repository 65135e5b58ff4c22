"""A local X: enough of its API v2 for mentions, on a loopback port, and strict where X is strict."""

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

TOKEN = "invented-bearer-token"
ACCOUNT_ID = "900100"
HANDLE = "acmehotels"

PROBLEM = "https://api.x.com/2/problems/"
KNOWN_PARAMETERS = {
    "end_time",
    "expansions",
    "max_results",
    "media.fields",
    "pagination_token",
    "place.fields",
    "poll.fields",
    "since_id",
    "start_time",
    "tweet.fields",
    "until_id",
    "user.fields",
}
DEFAULT_FIELDS = {"id", "text", "edit_history_tweet_ids"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `body` is JSON unless it is a str; status 0 hangs up without a word."""

    status: int
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)


HANGS_UP = Answer(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    path: str
    query: dict[str, str]


class XDouble:
    """Posts that mention the account, newest first, in pages; `next_answers` go out before anything else."""

    def __init__(self, prefix: str = "") -> None:
        self.posts: list[dict[str, Any]] = []
        self.users: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.next_answers: list[Answer] = []
        self.asked: list[Asked] = []
        self._prefix = prefix
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{self._prefix}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: Asked, token: str | None) -> Answer:
        self.asked.append(asked)
        if token != f"Bearer {TOKEN}":
            return Answer(
                401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
            )
        if self.next_answers:
            return self.next_answers.pop(0)
        if found := re.fullmatch(rf"{self._prefix}/2/users/by/username/(\w+)", asked.path):
            return _account(found[1])
        if asked.path == f"{self._prefix}/2/users/{ACCOUNT_ID}/mentions":
            return self._mentions(asked.query)
        return Answer(
            404, {"title": "Not Found", "detail": f"{asked.path} is not here", "type": "about:blank"}
        )

    def _mentions(self, query: dict[str, str]) -> Answer:
        if refused := _refused(query):
            return refused
        first = int(query.get("pagination_token", "0"))
        size = int(query.get("max_results", "10"))
        newest_first = sorted(self.posts, key=lambda post: int(post["id"]), reverse=True)
        newer = [post for post in newest_first if int(post["id"]) > int(query.get("since_id", "0"))]
        return Answer(
            200, self._page(newer[first : first + size], query, next_token=first + size, of=len(newer))
        )

    def _page(
        self, posts: list[dict[str, Any]], query: dict[str, str], *, next_token: int, of: int
    ) -> dict[str, Any]:
        if not posts:
            return {"meta": {"result_count": 0}}
        fields = DEFAULT_FIELDS | set(query.get("tweet.fields", "").split(","))
        meta: dict[str, Any] = {
            "result_count": len(posts),
            "newest_id": posts[0]["id"],
            "oldest_id": posts[-1]["id"],
        }
        if next_token < of:
            meta["next_token"] = str(next_token)
        page: dict[str, Any] = {"data": [_only(post, fields) for post in posts], "meta": meta}
        if "author_id" in query.get("expansions", ""):
            fields = {"id", "name", "username", *query.get("user.fields", "").split(",")}
            writers = {post["author_id"] for post in posts}
            page["includes"] = {
                "users": [_only(user, fields) for user in self.users if user["id"] in writers]
            }
        return page | ({"errors": self.errors} if self.errors else {})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        double = self

        class Handler(BaseHTTPRequestHandler):
            """Turns requests and answers into bytes."""

            def do_GET(self) -> None:
                split = urlsplit(self.path)
                asked = Asked(split.path, dict(parse_qsl(split.query)))
                answer = double.answer(asked, self.headers.get("Authorization"))
                if answer.status:
                    self._send(answer)

            def _send(self, answer: Answer) -> None:
                is_text = isinstance(answer.body, str)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header(
                    "content-type", "text/html" if is_text else "application/json; charset=utf-8"
                )
                self.end_headers()
                self.wfile.write(answer.body.encode() if is_text else json.dumps(answer.body).encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing: `asked` keeps what came in."""

        return Handler


def _account(handle: str) -> Answer:
    if handle.lower() == HANDLE:
        return Answer(200, {"data": {"id": ACCOUNT_ID, "name": "Acme Hotels", "username": HANDLE}})
    detail = f"Could not find user with username: [{handle}]."
    return Answer(200, {"errors": [{"resource_type": "user", "title": "Not Found Error", "detail": detail}]})


def _refused(query: dict[str, str]) -> Answer | None:
    """X answers 400 to a parameter that it does not know and to a value out of bounds."""
    wrong = [
        *(
            f"The query parameter [{name}] is not one of the known ones"
            for name in query.keys() - KNOWN_PARAMETERS
        ),
        *(["The `since_id` is not a number"] if not query.get("since_id", "0").isdigit() else []),
        *(
            ["`max_results` is not between 5 and 100"]
            if not 5 <= int(query.get("max_results", "10")) <= 100
            else []
        ),
    ]
    if not wrong:
        return None
    return bad_request(wrong[0])


def bad_request(message: str) -> Answer:
    detail = "One or more parameters to your request was invalid."
    errors = [{"parameters": {}, "message": message}]
    return Answer(
        400,
        {"errors": errors, "title": "Invalid Request", "detail": detail, "type": f"{PROBLEM}invalid-request"},
    )


def _only(thing: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if name in fields}


def a_post(post_id: int, text: str = "@acmehotels my room was cold", **more: Any) -> dict[str, Any]:
    """A post by an invented guest, as X would give it with all the fields that we ask for."""
    return {
        "id": str(post_id),
        "text": text,
        "author_id": "700200",
        "conversation_id": str(post_id),
        "created_at": "2026-11-20T09:15:30.000Z",
        "edit_history_tweet_ids": [str(post_id)],
        "lang": "en",
        "public_metrics": {
            "retweet_count": 1,
            "reply_count": 2,
            "like_count": 3,
            "quote_count": 4,
            "bookmark_count": 5,
            "impression_count": 600,
        },
    } | more


def a_user(**more: Any) -> dict[str, Any]:
    """An invented guest."""
    return {
        "id": "700200",
        "username": "guest_sample",
        "name": "Gwen Sample",
        "verified": False,
        "public_metrics": {
            "followers_count": 1200,
            "following_count": 3,
            "tweet_count": 40,
            "listed_count": 0,
        },
    } | more
