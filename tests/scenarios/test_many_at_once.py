"""Feedback that waits is heard together, and each piece as if it were alone."""

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.slack.delivery import deliver_new_cards
from handlers import intake
from models.message import Message
from models.policies.rules import Answer, Facts, Verdict
from tests.builders import a_feedback, a_rule, a_rulebook
from tests.story import Story

UNFAIR = "This one nobody can score"
NOW_DUE = text("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
LEFT = text("select status, count(*) from procrastinate_jobs group by status")


def test_what_waits_is_heard_and_each_piece_opens_its_case(story: Story) -> None:
    waiting(story, *[f"Parcel {number} never came" for number in range(40)])

    story.settle()

    assert len(story.cards) == 40
    assert left(story) == {}


def test_what_a_customer_wrote_first_is_decided_first(story: Story) -> None:
    again = a_rule(name="Again", condition=_has_an_open_case, effect=None)
    story.rules.rulebook = a_rulebook(rules=(again, a_rule()))
    waiting(story, "Where is it?", "Where is my parcel?", "Hello?", author_handle="ottilie@example.com")

    story.settle()

    (card,) = story.cards
    assert "Where is it?" in card["text"]


def test_what_cannot_be_scored_keeps_nobody_else_from_being_heard(story: Story) -> None:
    waiting(story, UNFAIR, "My parcel never came", "Mine neither")
    del story.ear.feelings[UNFAIR]

    story.settle()
    make_due(story)
    story.settle()

    assert len(story.cards) == 2
    assert left(story) == {"todo": 1}


def test_a_piece_that_failed_is_heard_alone_later(story: Story) -> None:
    waiting(story, UNFAIR, "My parcel never came")
    del story.ear.feelings[UNFAIR]
    story.settle()
    story.ear.feelings[UNFAIR] = -0.8

    make_due(story)
    story.settle()

    assert len(story.cards) == 2
    assert left(story) == {}


def test_a_case_that_slack_puts_off_keeps_no_other_from_being_posted(story: Story) -> None:
    waiting(story, "My parcel never came", "Mine neither", "Nor mine")
    story.workspace.fail("chat.postMessage", "ratelimited", retry_after=timedelta(seconds=30))

    story.settle()

    assert len(story.cards) == 2
    assert left(story) == {"todo": 1}
    make_due(story)
    story.settle()
    assert len(story.cards) == 3
    assert left(story) == {}


def test_cards_whose_answer_was_lost_are_posted_once(story: Story) -> None:
    waiting(story, "My parcel never came", "Mine neither", "Nor mine")
    story.workspace.drop_after("chat.postMessage", times=2)

    story.settle()
    make_due(story)
    story.settle()

    assert len(story.cards) == 3
    assert left(story) == {}


def test_a_card_that_slack_refuses_keeps_no_other_from_being_posted(story: Story) -> None:
    waiting(story, "My parcel never came", "Mine neither", "Nor mine")
    story.workspace.fail("chat.postMessage", "msg_blocks_too_long")

    story.settle()

    assert len(story.cards) == 2
    assert left(story) == {}
    with story.desk.transaction() as session:
        refused = session.scalars(select(Message.last_error).where(Message.failed_at.is_not(None))).all()
    assert refused == ["msg_blocks_too_long"]


def test_a_case_that_somebody_changes_now_is_left_to_be_delivered_alone(story: Story) -> None:
    texts = ["My parcel never came", "Mine neither", "Nor mine"]
    story.ear.feelings |= dict.fromkeys(texts, -0.8)
    with story.desk.transaction() as session:
        ids = [receive(session, words, story.clock.now()) for words in texts]
        scores = {each: story.ear.score([words])[0] for each, words in zip(ids, texts, strict=True)}
        cases = [
            case.id for case in intake.hear_all(session, scores, story.rules.rulebook, at=story.clock.now())
        ]

    with story.desk.transaction() as somebody:
        somebody.scalars(select(Message).where(Message.case_id == cases[1]).with_for_update()).one()
        outcomes = deliver_new_cards(story.desk, cases)

    assert outcomes == {cases[0]: None, cases[2]: None}
    assert len(story.cards) == 2
    story.settle()
    assert len(story.cards) == 3


def receive(session: Session, words: str, at: datetime) -> int:
    """Feedback arrives; its number."""
    feedback_id = intake.receive_feedback(session, a_feedback(words), at)
    assert feedback_id is not None
    return feedback_id


def waiting(story: Story, *texts: str, **feedback: str) -> None:
    """Customers wrote, and no worker has looked yet."""
    for words in texts:
        story.ear.feelings[words] = -0.8
        with story.desk.transaction() as session:
            intake.receive_feedback(session, a_feedback(words, **feedback), story.clock.now())


def make_due(story: Story) -> None:
    """What was put off is due now."""
    with story.desk.transaction() as session:
        session.execute(NOW_DUE)


def left(story: Story) -> dict[str, int]:
    """The jobs that are in the queue, by where they stand."""
    with story.desk.transaction() as session:
        return dict(session.execute(LEFT).all())


def _has_an_open_case(facts: Facts) -> Verdict:
    count = facts.get("customer.open_cases")
    return Verdict(Answer.MATCHED if isinstance(count, int) and count > 0 else Answer.NOT_MATCHED)
