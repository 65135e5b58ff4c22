"""Who does not want to be disturbed in Slack is not chosen for a case meanwhile."""

from datetime import timedelta

from sqlalchemy import delete

from bot.quiet import learn_quiet_times
from models.policies.assignment import AssignmentRules, Strategy
from models.quiet import QuietTime
from tests.builders import ANA, BEN, a_rulebook, a_team
from tests.story import Story

HOUR = timedelta(hours=1)


def go_round(story: Story) -> None:
    """From now on cases go to one after the other."""
    rules = AssignmentRules(Strategy.ROUND_ROBIN)
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(assignment=rules)})


def is_silent(story: Story, who: str, *, after: timedelta, until: timedelta) -> None:
    """Slack is told when not to disturb somebody, and tells the bot."""
    at = story.clock.now()
    story.workspace.set_dnd(who, at + after, at + until)
    story.workspace.until(story.is_quiet)


def asked(story: Story) -> int:
    """How often Slack was asked when somebody is not to be disturbed."""
    return len(story.workspace.calls("dnd.info"))


def test_slack_says_at_once_that_somebody_is_not_to_be_disturbed(story: Story) -> None:
    go_round(story)
    is_silent(story, ANA, after=-HOUR, until=HOUR)

    story.receives("My parcel never came")

    assert f"<@{BEN}>, not claimed yet" in story.card_words


def test_afterwards_they_have_their_turn(story: Story) -> None:
    go_round(story)
    is_silent(story, ANA, after=-HOUR, until=HOUR)
    story.receives("My parcel never came")

    story.clock.forward(HOUR)
    story.receives("Mine neither")

    assert f"<@{ANA}>, not claimed yet" in story.card_words


def test_a_time_that_is_still_ahead_disturbs_nothing(story: Story) -> None:
    go_round(story)
    is_silent(story, ANA, after=HOUR, until=2 * HOUR)

    story.receives("My parcel never came")

    assert f"<@{ANA}>, not claimed yet" in story.card_words


def test_where_everybody_is_silent_the_case_waits_for_the_team(story: Story) -> None:
    go_round(story)
    is_silent(story, ANA, after=-HOUR, until=HOUR)
    is_silent(story, BEN, after=-HOUR, until=HOUR)

    story.receives("My parcel never came")

    assert "nobody yet" in story.card_words


def test_slack_is_asked_of_those_of_whom_it_said_nothing_yet(story: Story) -> None:
    is_silent(story, ANA, after=-HOUR, until=9 * HOUR)
    with story.desk.transaction() as session:
        session.execute(delete(QuietTime))
    go_round(story)

    learn_quiet_times(story.desk)
    story.receives("My parcel never came")

    assert f"<@{BEN}>, not claimed yet" in story.card_words


def test_slack_is_asked_again_when_what_it_said_is_over_or_old_and_not_before(story: Story) -> None:
    go_round(story)
    story.workspace.set_dnd(BEN, story.clock.now(), story.clock.now() + timedelta(minutes=10))
    story.workspace.until(story.is_quiet)
    with story.desk.transaction() as session:
        session.execute(delete(QuietTime))

    learn_quiet_times(story.desk)
    asked_first = asked(story)
    learn_quiet_times(story.desk)
    asked_at_once = asked(story)
    story.clock.forward(timedelta(minutes=20))
    learn_quiet_times(story.desk)
    asked_when_over = asked(story)
    story.clock.forward(HOUR)
    learn_quiet_times(story.desk)

    assert asked_first == asked_at_once == 3
    assert (asked_when_over, asked(story)) == (4, 7)


def test_without_a_strategy_slack_is_not_asked(story: Story) -> None:
    learn_quiet_times(story.desk)

    assert asked(story) == 0
