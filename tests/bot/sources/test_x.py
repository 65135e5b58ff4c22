"""Mentions on X: tweepy itself, against a local X."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sources.x import MentionsPage, PollAgainAt, XMentions, XRefused, XUnavailable
from models.policies.intake import IncomingFeedback
from tests.bot.sources.x_double import (
    ACCOUNT_ID,
    HANDLE,
    HANGS_UP,
    TOKEN,
    Answer,
    XDouble,
    a_post,
    a_user,
    bad_request,
)

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def x() -> Iterator[XDouble]:
    with XDouble() as double:
        double.users = [a_user()]
        yield double


@pytest.fixture
def mentions(x: XDouble) -> XMentions:
    return XMentions(bearer_token=TOKEN, user_id_or_handle=ACCOUNT_ID, api_url=x.url)


def taken(mentions: XMentions, since_id: str | None = "1") -> MentionsPage:
    page = mentions.mentions_since(since_id, at=AT)
    assert isinstance(page, MentionsPage)
    return page


def texts(page: MentionsPage) -> list[str]:
    return [incoming.text for incoming in page.feedback]


def test_a_mention_becomes_feedback_with_all_that_x_tells(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5001)]

    page = taken(mentions)

    assert page == MentionsPage(
        newest_id="5001",
        feedback=[
            IncomingFeedback(
                source="x",
                external_id="5001",
                text="@acmehotels my room was cold",
                author_handle="guest_sample",
                author_name="Gwen Sample",
                occurred_at=datetime(2026, 11, 20, 9, 15, 30, tzinfo=UTC),
                language="en",
                permalink="https://x.com/guest_sample/status/5001",
                attributes={
                    "post_id": "5001",
                    "conversation_id": "5001",
                    "author_id": "700200",
                    "author_followers": 1200,
                    "author_is_verified": False,
                    "is_edited": False,
                    "likes": 3,
                    "reposts": 1,
                    "replies": 2,
                    "quotes": 4,
                    "views": 600,
                },
            )
        ],
    )


def test_only_what_came_after_the_last_poll_is_taken(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5001, "old"), a_post(5002, "newer"), a_post(5003, "newest")]

    page = taken(mentions, since_id="5001")

    assert texts(page) == ["newer", "newest"]
    assert page.newest_id == "5003"
    assert x.asked[0].query["since_id"] == "5001"


def test_a_poll_without_news_keeps_its_place(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5001)]

    assert taken(mentions, since_id="5001") == MentionsPage([], newest_id="5001")


def test_nobody_has_ever_mentioned_us(mentions: XMentions) -> None:
    assert taken(mentions, since_id=None) == MentionsPage([], newest_id=None)


def test_every_page_is_followed_and_the_oldest_comes_first(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5000 + i, f"mention {i}") for i in range(250)]

    page = taken(mentions)

    assert texts(page) == [f"mention {i}" for i in range(250)]
    assert [asked.query.get("pagination_token") for asked in x.asked] == [None, "100", "200"]


def test_ids_are_compared_as_numbers(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(999, "old"), a_post(1000, "new")]

    page = taken(mentions, since_id="998")

    assert texts(page) == ["old", "new"]
    assert page.newest_id == "1000"


def test_the_first_poll_takes_the_latest_page_only(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5000 + i, f"mention {i}") for i in range(250)]

    page = taken(mentions, since_id=None)

    assert texts(page) == [f"mention {i}" for i in range(150, 250)]
    assert len(x.asked) == 1


def test_what_lies_beyond_the_reach_of_x_is_reported(
    x: XDouble, mentions: XMentions, caplog: pytest.LogCaptureFixture
) -> None:
    x.posts = [a_post(5000 + i) for i in range(850)]

    page = taken(mentions)

    assert len(page.feedback) == 800
    assert page.newest_id == "5849"
    assert "mentions on x beyond reach" in caplog.messages


def test_a_since_id_that_x_has_forgotten_loses_nothing_newer(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5001, "old"), a_post(5002, "newer")]
    x.next_answers = [bad_request("'since_id' must be a tweet id created after [DATE]")]

    page = taken(mentions, since_id="5001")

    assert texts(page) == ["newer"]
    assert page.newest_id == "5002"


def test_a_long_post_is_read_to_its_end(x: XDouble, mentions: XMentions) -> None:
    whole = f"@acmehotels {'lovely hotel, ' * 30}but you charged my card twice"
    x.posts = [a_post(5001, f"{whole[:270]}… https://t.co/abc", note_tweet={"text": whole})]

    assert texts(taken(mentions)) == [whole]


@pytest.mark.parametrize(
    "nothing_new",
    [
        pytest.param(
            a_post(5002, "RT @guest: cold", referenced_tweets=[{"type": "retweeted", "id": "1"}]),
            id="passed on",
        ),
        pytest.param(a_post(5002, "@guest_sample so sorry!", author_id=ACCOUNT_ID), id="our own"),
        pytest.param(a_post(5002, ""), id="withheld"),
    ],
)
def test_what_no_customer_said_is_no_feedback(
    x: XDouble, mentions: XMentions, nothing_new: dict[str, Any]
) -> None:
    x.posts = [a_post(5001, "my room was cold"), nothing_new]

    assert texts(taken(mentions)) == ["my room was cold"]


def test_a_retweet_still_moves_the_poll_on(x: XDouble, mentions: XMentions) -> None:
    x.posts = [a_post(5001), a_post(5002, "RT", referenced_tweets=[{"type": "retweeted", "id": "5001"}])]

    assert taken(mentions).newest_id == "5002"


def test_a_reply_that_quotes_keeps_its_own_words(x: XDouble, mentions: XMentions) -> None:
    references = [{"type": "replied_to", "id": "41"}, {"type": "quoted", "id": "42"}]
    x.posts = [a_post(5001, "@acmehotels still cold", referenced_tweets=references)]

    (incoming,) = taken(mentions).feedback

    assert incoming.text == "@acmehotels still cold"
    assert incoming.attributes["in_reply_to_post"] == "41"
    assert incoming.attributes["quoted_post"] == "42"


def test_an_edited_post_is_one_feedback_under_its_first_id(x: XDouble, mentions: XMentions) -> None:
    x.posts = [
        a_post(5001, "my rom was cold"),
        a_post(5002, "another guest"),
        a_post(5003, "my room was cold", edit_history_tweet_ids=["5001", "5003"]),
    ]

    page = taken(mentions)

    assert [(incoming.external_id, incoming.text) for incoming in page.feedback] == [
        ("5001", "my room was cold"),
        ("5002", "another guest"),
    ]
    assert page.feedback[0].permalink == "https://x.com/guest_sample/status/5003"
    assert page.feedback[0].attributes["is_edited"] is True


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        pytest.param("cold &amp; damp, 5 &lt; 6 &gt; 4", "cold & damp, 5 < 6 > 4", id="escaped by X"),
        pytest.param("I typed &amp;lt; and &copy;", "I typed &lt; and &copy;", id="typed so"),
        pytest.param("cold\x00 and \ud83d damp 🥶", "cold and  damp 🥶", id="what cannot be stored"),
    ],
)
def test_a_text_is_what_the_customer_typed(x: XDouble, mentions: XMentions, sent: str, text: str) -> None:
    x.posts = [a_post(5001, sent)]

    assert texts(taken(mentions)) == [text]


@pytest.mark.parametrize(
    ("told", "language"),
    [("fr", "fr"), ("in", "id"), ("iw", "he"), ("und", None), ("qme", None), ("zxx", None)],
)
def test_a_language_is_told_only_where_x_knows_one(
    x: XDouble, mentions: XMentions, told: str, language: str | None
) -> None:
    x.posts = [a_post(5001, lang=told)]

    (incoming,) = taken(mentions).feedback

    assert incoming.language == language


def test_an_author_whom_x_withholds_does_not_stop_the_post(x: XDouble, mentions: XMentions) -> None:
    x.users = []
    x.errors = [
        {"resource_type": "user", "resource_id": "700200", "title": "Forbidden", "detail": "suspended"}
    ]
    x.posts = [a_post(5001)]

    (incoming,) = taken(mentions).feedback

    assert (incoming.author_handle, incoming.author_name) == (None, None)
    assert incoming.permalink == "https://x.com/i/status/5001"
    assert incoming.attributes["author_id"] == "700200"


@pytest.mark.parametrize("handle", [HANDLE, f"@{HANDLE}", "AcmeHotels"])
def test_a_handle_is_looked_up_once(x: XDouble, handle: str) -> None:
    x.posts = [a_post(5001)]
    mentions = XMentions(bearer_token=TOKEN, user_id_or_handle=handle, api_url=x.url)

    taken(mentions)
    taken(mentions)

    lookup = f"/2/users/by/username/{handle.removeprefix('@')}"
    mentioned = f"/2/users/{ACCOUNT_ID}/mentions"
    assert [asked.path for asked in x.asked] == [lookup, mentioned, mentioned]


def test_an_account_that_x_does_not_know_is_named(x: XDouble) -> None:
    mentions = XMentions(bearer_token=TOKEN, user_id_or_handle="@acmehotel", api_url=x.url)

    with pytest.raises(XRefused, match="X knows no account @acmehotel"):
        mentions.mentions_since(None, at=AT)


@pytest.mark.parametrize("account", ["", "@", "acme hotels", "../2/tweets", "a_handle_too_long"])
def test_what_can_be_no_account_is_refused_at_once(account: str) -> None:
    with pytest.raises(ValueError, match="give its handle"):
        XMentions(bearer_token=TOKEN, user_id_or_handle=account)


def test_the_address_may_have_a_path() -> None:
    with XDouble(prefix="/proxied/x") as x:
        x.posts = [a_post(5001)]
        mentions = XMentions(bearer_token=TOKEN, user_id_or_handle=ACCOUNT_ID, api_url=f"{x.url}/")

        page = taken(mentions)

    assert page.newest_id == "5001"


def seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


SOON = AT + timedelta(minutes=7)
TOMORROW = AT + timedelta(hours=20)


@pytest.mark.parametrize(
    ("headers", "again_at"),
    [
        pytest.param(
            {"x-rate-limit-remaining": "0", "x-rate-limit-reset": seconds(SOON)}, SOON, id="15 minutes"
        ),
        pytest.param({"x-rate-limit-reset": seconds(SOON)}, SOON, id="no count"),
        pytest.param(
            {
                "x-rate-limit-remaining": "12",
                "x-rate-limit-reset": seconds(SOON),
                "x-app-limit-24hour-remaining": "0",
                "x-app-limit-24hour-reset": seconds(TOMORROW),
            },
            TOMORROW,
            id="the day's limit",
        ),
        pytest.param({}, AT + timedelta(minutes=15), id="X does not say when"),
        pytest.param(
            {"x-rate-limit-reset": seconds(AT - timedelta(minutes=5))},
            AT + timedelta(minutes=1),
            id="already over",
        ),
    ],
)
def test_a_used_up_limit_moves_the_next_poll(
    x: XDouble, mentions: XMentions, headers: dict[str, str], again_at: datetime
) -> None:
    x.posts = [a_post(5001)]
    x.next_answers = [Answer(429, {"title": "Too Many Requests", "status": 429}, headers)]

    assert mentions.mentions_since("1", at=AT) == PollAgainAt(again_at)
    assert len(x.asked) == 1


def test_a_limit_in_the_middle_of_the_pages_takes_nothing(x: XDouble, mentions: XMentions) -> None:
    x.next_answers = [
        Answer(200, {"data": [a_post(5002)], "meta": {"result_count": 1, "next_token": "100"}}),
        Answer(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": seconds(SOON)}),
    ]

    assert mentions.mentions_since("1", at=AT) == PollAgainAt(SOON)


@pytest.mark.parametrize(
    ("status", "detail", "advice"),
    [
        (401, "Unauthorized", "Check the bearer token"),
        (402, "No credits left", "Add credit"),
        (403, "Client forbidden", "may read posts"),
        (404, "Not here", f"Check the account {ACCOUNT_ID} and the address"),
        (400, "Odd request", f"Check the account {ACCOUNT_ID} and the address"),
    ],
)
def test_a_refusal_says_what_to_do(
    x: XDouble, mentions: XMentions, status: int, detail: str, advice: str
) -> None:
    x.next_answers = [Answer(status, {"title": "Refused", "detail": detail, "status": status})]

    with pytest.raises(XRefused, match=rf"X refuses us \({status}: {detail}\)\. .*{advice}"):
        mentions.mentions_since("1", at=AT)


def test_a_wrong_token_is_refused(x: XDouble) -> None:
    mentions = XMentions(bearer_token="wrong", user_id_or_handle=ACCOUNT_ID, api_url=x.url)

    with pytest.raises(XRefused, match="Check the bearer token"):
        mentions.mentions_since("1", at=AT)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(HANGS_UP, id="dropped connection"),
        pytest.param(Answer(503, "<html>Service Unavailable</html>"), id="503"),
        pytest.param(Answer(500, {"title": "Internal Server Error"}), id="500"),
        pytest.param(Answer(200, "<html>Log in to the hotel's network</html>"), id="not JSON"),
        pytest.param(Answer(200, ["surprise"]), id="not an object"),
    ],
)
def test_x_in_trouble_is_tried_again_later(x: XDouble, mentions: XMentions, answer: Answer) -> None:
    x.posts = [a_post(5001)]
    x.next_answers = [answer]

    with pytest.raises(XUnavailable, match="we try again"):
        mentions.mentions_since("1", at=AT)

    assert taken(mentions).newest_id == "5001"


def test_nobody_at_the_address_is_tried_again_later() -> None:
    with XDouble() as gone:
        address = gone.url
    mentions = XMentions(bearer_token=TOKEN, user_id_or_handle=ACCOUNT_ID, api_url=address)

    with pytest.raises(XUnavailable, match=r"X cannot be reached \(ConnectionError\)"):
        mentions.mentions_since("1", at=AT)


def test_neither_our_token_nor_customers_words_are_logged(
    x: XDouble, mentions: XMentions, caplog: pytest.LogCaptureFixture
) -> None:
    x.posts = [a_post(5001, "my room was cold")]

    with caplog.at_level(logging.DEBUG):
        taken(mentions)

    assert TOKEN not in caplog.text
    assert "cold" not in caplog.text


RECORDED = Path(__file__).resolve().parents[3] / ".." / "shared" / "payloads" / "2-x"
needs_recorded = pytest.mark.skipif(
    not RECORDED.exists(), reason="the recorded answers of X are not beside the project"
)


def recorded(file: str) -> Any:
    return json.loads((RECORDED / file).read_text(encoding="utf-8"))


def expectation(file: str) -> list[dict[str, Any]]:
    lines = (RECORDED.parent / "index.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["file"] == f"2-x/{file}"]
    return list(rows[0]["expect"])


@needs_recorded
@pytest.mark.parametrize("kind", ["emoji", "non_english", "quotes", "replies", "retweets", "rtl", "withheld"])
def test_a_recorded_page_is_read_as_expected(x: XDouble, mentions: XMentions, kind: str) -> None:
    file = f"search_pages/{kind}.json"
    written = [post for post in expectation(file) if "retweeted" not in post["refs"]]
    x.next_answers = [Answer(200, recorded(file))]

    page = taken(mentions, since_id=None)

    assert [
        (incoming.external_id, incoming.attributes["author_id"], incoming.occurred_at)
        for incoming in page.feedback
    ] == [
        (post["id"], post["author_id"], datetime.fromisoformat(post["created_at"]))
        for post in sorted(written, key=lambda post: int(post["id"]))
    ]
    assert all(incoming.author_handle and incoming.text for incoming in page.feedback)


@needs_recorded
def test_recorded_mentions_with_nothing_but_a_text_are_read(x: XDouble, mentions: XMentions) -> None:
    (call,) = recorded("tweepy/test_client_get_users_mentions.json")
    body = call["response"]["body"]
    x.next_answers = [Answer(200, body, call["response"]["headers"])]

    page = taken(mentions, since_id=None)

    assert [incoming.external_id for incoming in page.feedback] == sorted(post["id"] for post in body["data"])
    assert page.newest_id == body["meta"]["newest_id"]


@needs_recorded
def test_a_recorded_long_post_is_read_to_its_end(x: XDouble, mentions: XMentions) -> None:
    x.next_answers = [Answer(200, recorded("long_form/note_tweet_en.json"))]

    (incoming,) = taken(mentions).feedback

    assert incoming.text.endswith("nobody answers the phone. I want my 412.50 EUR back today.")


@needs_recorded
def test_a_recorded_edited_post_keeps_its_first_id(x: XDouble, mentions: XMentions) -> None:
    x.next_answers = [Answer(200, json.loads((RECORDED / "pages/edited.jsonl").read_text().splitlines()[0]))]

    (incoming,) = taken(mentions).feedback

    assert incoming.external_id == "1576994746135764992"
    assert incoming.language is None


@needs_recorded
@pytest.mark.parametrize(
    ("name", "reset"),
    [("429_v2", 1665183229), ("429_24h_app_limit", 1665269629), ("stream_too_many_connections", None)],
)
def test_a_recorded_429_moves_the_next_poll(
    x: XDouble, mentions: XMentions, name: str, reset: int | None
) -> None:
    at = datetime(2022, 10, 7, 22, 50, tzinfo=UTC)
    (told,) = [
        answer for answer in recorded("errors/responses_with_headers_a.json") if answer["name"] == name
    ]
    x.next_answers = [Answer(429, told["body"], told["headers"])]

    answer = mentions.mentions_since("1", at=at)

    assert answer == PollAgainAt(datetime.fromtimestamp(reset, UTC) if reset else at + timedelta(minutes=15))


@needs_recorded
def test_a_recorded_partial_answer_is_used(x: XDouble, mentions: XMentions) -> None:
    (told,) = [each for each in recorded("errors/responses_with_headers_a.json") if each["name"] == "partial"]
    x.next_answers = [Answer(200, told["body"])]

    assert texts(taken(mentions)) == ["Hello"]
