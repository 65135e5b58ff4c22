"""Supervisors give promises more time, and take cases over."""

from datetime import timedelta

from sqlalchemy import select

from models.sla import SlaExtension
from tests.builders import ANA, BEN, SAM
from tests.story import Story, words_of

MINUTE = timedelta(minutes=1)
ALARMS = "#recovery-supervisors"


def alarm(story: Story) -> str:
    """What the latest message in the supervisors' channel says."""
    return words_of(story.workspace.messages(ALARMS)[-1])


def press(story: Story, who: str, action: str) -> None:
    """Somebody presses a button of the latest alarm."""
    story.workspace.click(who, ALARMS, story.workspace.messages(ALARMS)[-1]["ts"], action)
    story.settle()


def test_more_time_by_command_moves_what_is_due_next(story: Story) -> None:
    story.receives("My parcel never came")

    answer = story.types(SAM, "/recovery extend 1 2h Customer asked for Monday")

    assert answer == "What is due next has 2 h more for case #1."
    assert "due in 2 h 10 min" in story.card_words
    assert f"➕ <@{SAM}> gave it 2 h more to acknowledge" in story.thread[-1]
    assert story.thread[-1].endswith(": Customer asked for Monday")


def test_more_time_for_a_promise_that_is_named(story: Story) -> None:
    story.receives("My parcel never came")

    story.says(SAM, "@recovery extend resolve 90 min The new lamp comes on Monday")

    assert "due in 10 min" in story.card_words
    assert "due in 2 h 30 min" in story.card_words


def test_a_broken_promise_that_has_time_again_is_broken_no_more_and_its_escalation_over(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(12 * MINUTE)
    broken = "breached 2 min ago" in story.card_words

    press(story, SAM, "case_extend")
    errors = story.submits(SAM, kind="acknowledge", length="20 min", reason="The team is at lunch")

    assert (broken, errors) == (True, {})
    assert "due in 18 min" in story.card_words
    assert "there is more time" in alarm(story)


def test_a_promise_that_breaks_again_after_its_extension_is_escalated_again(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(12 * MINUTE)
    story.types(SAM, "/recovery extend 1 20 min The team is at lunch")

    story.waits(18 * MINUTE)

    assert len(story.workspace.messages(ALARMS)) == 2
    assert "Nobody has acknowledged it yet" in alarm(story)


def test_more_time_survives_a_change_of_promise(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(SAM, "/recovery extend 1 resolve 2h They are away")

    story.types(SAM, "/recovery priority 1 low")

    assert "due in 3 h" in story.card_words


def test_who_has_the_case_is_told_of_more_time(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery claim 1")
    story.types(SAM, "/recovery extend 1 2h Customer asked for Monday")

    story.waits(MINUTE)

    (told,) = story.told(ANA)
    assert "gave it 2 h more to resolve" in told


def test_more_time_is_refused_in_words(story: Story) -> None:
    story.receives("My parcel never came")

    answers = [
        story.types(who, f"/recovery extend 1 {words}")
        for who, words in (
            (ANA, "2h Please"),
            (SAM, "2h"),
            (SAM, "soon Please"),
            (SAM, "contact 2h Please"),
        )
    ]

    assert "can give its promises more time" in answers[0]
    assert "Say why it gets more time" in answers[1]
    assert "is no length of time" in answers[2]
    assert "To contact is not running for case #1. What runs: acknowledge, resolve." in answers[3]
    with story.desk.transaction() as session:
        assert session.scalars(select(SlaExtension)).all() == []


def test_nothing_runs_that_could_have_more_time(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")

    assert "already resolved" in story.types(SAM, "/recovery extend 1 2h Please")


def test_a_supervisor_takes_a_case_over_and_who_had_it_is_told(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery claim 1")
    story.waits(60 * MINUTE)

    press(story, SAM, "case_takeover")
    story.waits(MINUTE)

    assert f"💪 <@{SAM}> took the case over from <@{ANA}>." in story.thread
    assert f"<@{SAM}> has it" in alarm(story)
    assert f"<@{SAM}> took the case over from <@{ANA}>" in story.told(ANA)[-1]


def test_only_who_leads_takes_over_and_only_from_somebody_else(story: Story) -> None:
    story.receives("My parcel never came")
    from_nobody = story.types(SAM, "/recovery takeover 1")
    story.types(ANA, "/recovery claim 1")
    by_agent = story.types(BEN, "/recovery takeover 1")
    story.types(SAM, "/recovery takeover 1")

    again = story.types(SAM, "/recovery takeover 1")

    assert "Take it with `/recovery claim 1`" in from_nobody
    assert "can take over its cases" in by_agent
    assert again == "✋ Case #1 is already yours."


def test_a_refusal_on_a_card_is_told_in_its_channel_though_it_has_a_thread(story: Story) -> None:
    story.receives("My parcel never came")
    story.says(BEN, "I asked the courier")

    story.clicks(ANA, "case_more", "extend 1")

    refusal = story.workspace.until(lambda: story.workspace.ephemerals(ANA))[-1]
    assert "Only supervisors, leads and admins of Deliveries" in words_of(refusal)
    assert "thread_ts" not in refusal
