"""What customers say to us on X becomes feedback, once, however often we ask."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.sources.polling import EVERY, poll_mentions
from bot.sources.x import XMentions
from models.feedback import Feedback
from models.source import SourceCursor
from tests.bot.sources.x_double import HANDLE, TOKEN, Answer, XDouble, a_post, a_user
from tests.story import Story

COLD_ROOM = "@acmehotels my room was cold"
POSTED_AT = datetime(2026, 11, 20, 9, 15, 30, tzinfo=UTC)


@pytest.fixture
def x() -> Iterator[XDouble]:
    """A local X with one guest."""
    with XDouble() as double:
        double.users = [a_user()]
        yield double


@pytest.fixture
def reader(x: XDouble) -> XMentions:
    """The bot's reader of that X."""
    return XMentions(bearer_token=TOKEN, user_id_or_handle=HANDLE, api_url=x.url)


@pytest.fixture
def told(story: Story) -> Story:
    """A bot that hears the guest as angry, a minute after the post."""
    story.ear.feelings[COLD_ROOM] = -0.9
    story.clock.forward(POSTED_AT + timedelta(minutes=1) - story.clock.now())
    return story


def _poll(story: Story, reader: XMentions) -> None:
    story.clock.forward(EVERY)
    poll_mentions(story.desk, reader)
    story.settle()


def _stored(story: Story) -> int:
    with story.desk.transaction() as session:
        return len(session.scalars(select(Feedback)).all())


def _newest(story: Story) -> str | None:
    with story.desk.transaction() as session:
        return session.scalar(select(SourceCursor.newest_id))


def test_a_mention_opens_a_case(told: Story, x: XDouble, reader: XMentions) -> None:
    x.posts = [a_post(1001)]

    _poll(told, reader)

    assert "my room was cold" in told.card_words
    assert "by <https://x.com/" in told.card_words or "X" in told.card_words


def test_the_next_poll_asks_only_for_what_is_newer(told: Story, x: XDouble, reader: XMentions) -> None:
    x.posts = [a_post(1001)]
    _poll(told, reader)

    _poll(told, reader)

    assert _newest(told) == "1001"
    assert x.asked[-1].query["since_id"] == "1001"
    assert _stored(told) == 1


def test_the_same_mention_read_twice_is_one_feedback(told: Story, x: XDouble, reader: XMentions) -> None:
    x.posts = [a_post(1001)]
    _poll(told, reader)
    with told.desk.transaction() as session:
        session.get_one(SourceCursor, "x").newest_id = None

    _poll(told, reader)

    assert (_stored(told), len(told.cards)) == (1, 1)


def test_nobody_asks_twice_within_the_interval(told: Story, x: XDouble, reader: XMentions) -> None:
    _poll(told, reader)
    asked = len(x.asked)

    poll_mentions(told.desk, reader)

    assert len(x.asked) == asked


def test_old_mentions_of_the_first_poll_open_nothing(told: Story, x: XDouble, reader: XMentions) -> None:
    x.posts = [a_post(1001, created_at="2026-10-01T09:15:30.000Z")]

    _poll(told, reader)

    assert (_stored(told), told.cards) == (1, [])


def test_a_rate_limit_moves_the_next_poll(told: Story, x: XDouble, reader: XMentions) -> None:
    reset = told.clock.now() + timedelta(minutes=10)
    limited = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(reset.timestamp()))}
    x.posts = [a_post(1001)]
    _poll(told, reader)
    x.next_answers = [Answer(429, {"title": "Too Many Requests"}, limited)]

    _poll(told, reader)

    with told.desk.transaction() as session:
        assert session.get_one(SourceCursor, "x").poll_again_at >= reset.replace(microsecond=0)


def test_a_refused_token_is_told_to_the_admins_once(told: Story, x: XDouble, reader: XMentions) -> None:
    x.next_answers = [Answer(401, {"title": "Unauthorized"}), Answer(401, {"title": "Unauthorized"})]

    _poll(told, reader)
    told.clock.forward(timedelta(minutes=20))
    _poll(told, reader)

    assert len(told.workspace.messages("#recovery-admins")) == 1


def test_a_cut_line_is_tried_again_at_the_next_turn(told: Story, x: XDouble, reader: XMentions) -> None:
    x.posts = [a_post(1001)]
    x.next_answers = [Answer(503), Answer(503), Answer(503), Answer(503)]
    _poll(told, reader)
    x.next_answers = []

    _poll(told, reader)

    assert len(told.cards) == 1
