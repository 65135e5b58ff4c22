"""Who is deactivated, and every bot, can have no case; what they had goes back to their team."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.people import learn_people
from models.person import KnownPerson
from models.policies.assignment import AssignmentRules, Strategy
from models.policies.ladders import Ladder, Step
from tests.builders import ANA, BEN, LEA, SAM, a_promise, a_rulebook, a_team
from tests.story import CHANNEL, Story, words_of


def hears(story: Story) -> None:
    """The bot has taken in what Slack told, and done what follows."""
    story.workspace.until(story.is_quiet)
    story.settle()


def leaves(story: Story, who: str) -> None:
    """Slack says that somebody was deactivated."""
    story.workspace.change_user(who, deleted=True)
    hears(story)


def told_to_team(story: Story) -> list[str]:
    """What stands in the team's channel beside the cards."""
    return [words_of(card) for card in story.cards if "no cases any more" in words_of(card)]


def lines(story: Story, number: int) -> list[str]:
    """What stands below the card of a case."""
    ts = story.cards[number - 1]["ts"]
    return [words_of(reply) for reply in story.workspace.thread(CHANNEL, ts)[1:]]


@pytest.mark.parametrize(
    ("change", "what"),
    [({"deleted": True}, "is deactivated in Slack"), ({"is_bot": True}, "is a bot")],
)
@pytest.mark.parametrize(
    "order",
    [
        f"assign 1 <@{BEN}>",
        f"reassign 2 <@{BEN}>",
        f"add 2 <@{BEN}>",
        f"away until friday <@{BEN}>",
    ],
)
def test_nobody_can_be_given_what_is_to_be_worked_who_cannot_work(
    story: Story, change: dict[str, bool], what: str, order: str
) -> None:
    story.receives("My parcel never came")
    story.receives("Mine neither")
    story.types(ANA, "/recovery claim 2")
    story.workspace.change_user(BEN, **change)
    hears(story)

    answer = story.types(ANA, f"/recovery {order}")

    assert f"✋ <@{BEN}> {what} and can have no case. Those who" in answer
    assert f"<@{SAM}>" in answer


def test_a_bot_that_nobody_named_is_refused_with_who_could(story: Story) -> None:
    story.receives("My parcel never came")

    answer = story.types(ANA, "/recovery assign 1 <@U0RECOVERY>")

    who = ", ".join(f"<@{each}>" for each in (ANA, BEN, SAM, LEA))
    assert answer == f"✋ <@U0RECOVERY> does not work for Deliveries. Those who do: {who}."


def test_the_cases_of_who_is_deactivated_wait_for_the_team_which_is_told_once(story: Story) -> None:
    for text in ("My parcel never came", "Mine neither", "And mine", "Nor mine"):
        story.receives(text)
    for number in (1, 2, 4):
        story.types(BEN, f"/recovery claim {number}")
    story.types(BEN, "/recovery resolve 4 recovered delivery Sent a new one")
    story.types(ANA, "/recovery claim 3")
    story.types(ANA, f"/recovery add 3 <@{BEN}>")

    leaves(story, BEN)
    story.workspace.change_user(BEN, profile={"title": "Gone"})
    hears(story)
    learn_people(story.desk)
    story.settle()

    (told,) = told_to_team(story)
    assert told.splitlines() == [
        f"👋 <@{BEN}> is deactivated in Slack, and has no cases any more.",
        "Claim them, they wait for somebody: #1, #2.",
    ]
    assert "nobody yet" in words_of(story.cards[0])
    assert f"<@{BEN}>, who had the case, is deactivated in Slack" in lines(story, 1)[-1]
    assert "To acknowledge again by" in lines(story, 2)[-1]
    assert f"<@{ANA}>" in words_of(story.cards[2])
    assert f"<@{BEN}>" not in words_of(story.cards[2])
    assert len(lines(story, 4)) == 2


def test_a_strategy_finds_another_for_them(story: Story) -> None:
    rules = AssignmentRules(Strategy.NAMED_PERSON, Strategy.LEAST_LOADED, person=BEN)
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(assignment=rules)})
    story.receives("My parcel never came")

    leaves(story, BEN)

    (told,) = told_to_team(story)
    assert told.splitlines()[1:] == [f"Given on: #1 to <@{ANA}>."]
    assert f"<@{ANA}>, not claimed yet" in words_of(story.cards[0])


def test_who_left_while_nobody_listened_is_found(story: Story) -> None:
    story.receives("My parcel never came")
    leaves(story, BEN)
    with story.desk.transaction() as session:
        session.execute(delete(KnownPerson))
    story.desk.rules.look_again()
    story.types(SAM, f"/recovery assign 1 <@{BEN}>")

    learn_people(story.desk)
    story.settle()

    assert len(told_to_team(story)) == 1
    assert "nobody yet" in words_of(story.cards[0])


def test_a_ladder_gives_no_case_to_who_left(story: Story) -> None:
    ladder = Ladder("given on", (Step(timedelta(0), ("supervisors",), reassign=BEN),))
    story.rules.rulebook = a_rulebook(
        ladders={"given on": ladder}, promises={"normal": a_promise(ladder="given on")}
    )
    leaves(story, BEN)
    story.receives("My parcel never came")

    story.waits(timedelta(minutes=10))

    assert "nobody yet" in story.card_words


def test_who_comes_back_may_work_again(story: Story) -> None:
    leaves(story, BEN)
    while_gone = story.desk.rules.current().teams["deliveries"].members

    story.workspace.change_user(BEN, deleted=False)
    hears(story)

    assert while_gone == (ANA,)
    assert story.desk.rules.current().teams["deliveries"].members == (ANA, BEN)


@pytest.mark.parametrize("trouble", ["user_not_found", "missing_scope"])
def test_a_slack_that_does_not_say_frees_no_cases(story: Story, trouble: str) -> None:
    story.receives("My parcel never came")
    story.types(BEN, "/recovery claim 1")

    story.workspace.fail("users.info", trouble, times=9)
    learn_people(story.desk)
    story.settle()

    assert f"<@{BEN}>" in story.card_words


def test_a_changed_status_line_changes_nothing(story: Story) -> None:
    before = story.desk.rules.current()

    story.workspace.change_user(BEN, profile={"status_text": "At lunch"})
    hears(story)

    assert story.desk.rules.current() is before
