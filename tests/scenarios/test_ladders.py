"""Escalations climb a ladder until somebody acknowledges them, or what was wrong is over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from models.policies.ladders import Ladder, Step
from tests.builders import ANA, BEN, LEA, SAM, a_promise, a_rulebook, a_team
from tests.story import Story, words_of

MINUTE = timedelta(minutes=1)
NOW_DUE = text("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
ALARMS, ADMINS, LEADS = "#recovery-supervisors", "#recovery-admins", "#general"
STEEP = Ladder(
    "steep",
    (
        Step(timedelta(0), ("supervisors",)),
        Step(5 * MINUTE, ("leads", "S0CARE")),
        Step(15 * MINUTE, (ALARMS,), reassign="supervisor"),
    ),
)


@pytest.fixture(autouse=True)
def steep(story: Story) -> None:
    """Every promise has a ladder of three steps."""
    story.rules.rulebook = a_rulebook(
        ladders={"steep": STEEP},
        promises={"normal": a_promise(ladder="steep")},
        teams={"deliveries": a_team(leads=(LEA,))},
    )


def alarms(story: Story) -> list[str]:
    """What hangs in the supervisors' channel."""
    return [words_of(message) for message in story.workspace.messages(ALARMS)]


def told_admins(story: Story) -> list[str]:
    """What the admins were told."""
    return [words_of(message) for message in story.workspace.messages(ADMINS)]


def press(story: Story, who: str, action: str) -> None:
    """Somebody presses a button of the latest alarm."""
    ts = story.workspace.messages(ALARMS)[-1]["ts"]
    story.workspace.click(who, ALARMS, ts, action)
    story.settle()


def test_a_case_that_nobody_answers_climbs_to_the_end_and_the_admins_are_told_once(story: Story) -> None:
    story.receives("My parcel never came")

    story.waits(10 * MINUTE)
    story.waits(4 * MINUTE)
    first = alarms(story)
    story.waits(1 * MINUTE)
    second = alarms(story)
    story.waits(10 * MINUTE)
    story.waits(10 * MINUTE)
    story.waits(60 * MINUTE)

    assert [f"<@{SAM}>" in alarm and "Step 1 of 3" in alarm for alarm in first] == [True]
    assert f"<@{LEA}> <!subteam^S0CARE>" in second[1]
    assert ["Step 2 of 3" in alarm for alarm in second] == [True, True]
    assert ["Step 3 of 3" in alarm for alarm in alarms(story)] == [True] * 3
    assert ["Case #1 is escalated since" in told for told in told_admins(story)] == [True]
    assert f"<@{SAM}> has the case now, assigned by the bot: its ladder says so" in "\n".join(story.thread)


def test_who_acknowledges_stops_it_and_the_message_says_who_and_when(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(10 * MINUTE)

    press(story, SAM, "case_ack")
    story.waits(60 * MINUTE)

    (alarm, *later) = alarms(story)
    assert f"👀 Acknowledged by <@{SAM}>" in alarm
    assert "Acknowledge\n" not in alarm
    assert f"👀 <@{SAM}> acknowledged the escalation." in story.thread
    assert [alarm for alarm in later if "Step 2" in alarm] == []
    assert told_admins(story) == []


def test_a_promise_that_is_kept_late_ends_the_climb(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(10 * MINUTE)

    story.types(ANA, "/recovery claim 1")
    story.waits(20 * MINUTE)

    (alarm,) = alarms(story)
    assert "✅ Over since" in alarm
    assert f"<@{ANA}> has it" in alarm


def test_resolving_the_case_ends_the_climb(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery escalate 1 The customer calls the press")

    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")
    story.waits(60 * MINUTE)

    (alarm,) = alarms(story)
    assert "the case was resolved" in alarm
    assert "Acknowledge" not in alarm


def test_a_second_broken_promise_is_told_without_a_second_ladder(story: Story) -> None:
    slow = (Step(timedelta(0), ("supervisors",)), Step(600 * MINUTE, ("leads",)))
    story.rules.rulebook = replace(story.rules.rulebook, ladders={"steep": Ladder("steep", slow)})
    story.receives("My parcel never came")
    story.waits(10 * MINUTE)

    story.waits(50 * MINUTE)

    (alarm,) = alarms(story)
    assert "breached under 1 min ago, escalated to step 1" in alarm
    assert "❗ It was to be resolved by" in story.thread[-1]


def test_a_case_is_escalated_now_by_form_by_command_and_by_mention(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_more", "escalate 1")
    story.submits(ANA, reason="The customer calls the press")
    story.types(SAM, "/recovery ack 1")
    again = story.types(ANA, "/recovery escalate 1 They called again")
    story.says(SAM, "@recovery ack")
    story.says(BEN, "@recovery escalate They stand in the shop")

    assert f"🚨 <@{ANA}> escalated this to <@{SAM}>: The customer calls the press." in story.thread
    assert again == "Case #1 is escalated."
    assert f"🚨 <@{BEN}> escalated this to <@{SAM}>: They stand in the shop." in story.thread
    assert len(alarms(story)) == 3


def test_only_who_leads_acknowledges_and_only_once(story: Story) -> None:
    story.receives("My parcel never came")
    none_yet = story.types(SAM, "/recovery ack 1")
    story.types(ANA, "/recovery escalate 1 The customer calls the press")

    by_agent = story.types(ANA, "/recovery ack 1")
    twice = story.types(BEN, "/recovery escalate 1 Really")
    story.types(SAM, "/recovery ack 1")
    after = story.types(SAM, "/recovery ack 1")

    assert "Case #1 is not escalated" in none_yet
    assert "can acknowledge its escalations" in by_agent
    assert "is escalated already, to step 1 of 3" in twice
    assert f"<@{SAM}> has acknowledged the escalation of case #1 already" in after


def test_escalating_needs_a_reason(story: Story) -> None:
    story.receives("My parcel never came")

    assert "Say why it cannot wait" in story.types(ANA, "/recovery escalate 1")


def test_an_alarm_that_somebody_deleted_is_posted_again(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(10 * MINUTE)
    ts = story.workspace.messages(ALARMS)[-1]["ts"]
    story.slack.writes.chat_delete(channel=story.slack.channel_id(ALARMS), ts=ts)

    story.types(SAM, "/recovery ack 1")
    with story.desk.transaction() as session:
        session.execute(NOW_DUE)
    story.settle()

    assert "Acknowledged by" in alarms(story)[-1]


def test_the_card_and_the_list_say_how_far_it_was_raised(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(10 * MINUTE)
    story.waits(8 * MINUTE)

    listed = story.types(ANA, "/recovery list")

    assert "breached 8 min ago, escalated to step 2" in story.card_words
    assert "breached 8 min ago, escalated to step 2" in listed
