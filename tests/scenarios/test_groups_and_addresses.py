"""Roles by user groups and e-mail addresses: who is behind them is read from Slack, and followed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.jobs import TryAgain
from bot.rosters import StaffedRules, ask_for_rosters, read_roster
from models.policies.rulebook import Admins
from models.roster import Roster
from models.vocabulary import AgentId
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import Story

CARE = AgentId("S0CARE")
HOUR = timedelta(hours=1)


def names(story: Story, *members: str, supervisors: tuple[str, ...] = ()) -> None:
    """From now on rules.yaml says so of Deliveries, and the scheduler has looked."""
    team = a_team(members=members, supervisors=supervisors)
    story.rules.rulebook = a_rulebook(teams={"deliveries": team})
    look(story)


def look(story: Story) -> None:
    """The scheduler looks which names are due, and the worker asks Slack for them."""
    ask_for_rosters(story.desk)
    story.settle()


def hears(story: Story) -> None:
    """The bot has taken in what Slack told, and done what follows."""
    story.workspace.until(story.is_quiet)
    story.settle()


def asked(story: Story, method: str) -> int:
    """How often Slack was asked for this."""
    return len(story.workspace.calls(method))


def test_who_is_in_the_group_works_the_cases_and_who_leaves_it_does_not(story: Story) -> None:
    names(story, CARE)
    story.receives("My parcel never came")
    number = story.card_words.partition("#")[2].split()[0].rstrip("*:")

    claimed = story.types(BEN, f"/recovery claim {number}")
    story.workspace.change_usergroup(CARE, [ANA], by=LEA)
    hears(story)
    refused = story.types(BEN, f"/recovery release {number}")

    assert claimed == f"Case #{number} is yours."
    assert f"Only people of Deliveries can release its cases: <@{ANA}>, <@{LEA}>." in refused


def test_an_address_stands_for_who_has_it_and_follows_them(story: Story) -> None:
    names(story, ANA, supervisors=("sam@harbourpine.example",))

    before = story.desk.rules.current().teams["deliveries"].supervisors
    story.workspace.change_user(SAM, profile={"email": "s.lindqvist@harbourpine.example"})
    hears(story)
    without = story.desk.rules.current().teams["deliveries"]
    story.workspace.change_user(BEN, profile={"email": "sam@harbourpine.example"})
    hears(story)

    assert before == (SAM,)
    assert (without.supervisors, without.unread) == ((), ("sam@harbourpine.example",))
    assert story.desk.rules.current().teams["deliveries"].supervisors == (BEN,)


def test_a_changed_status_line_asks_slack_nothing(story: Story) -> None:
    names(story, CARE, supervisors=("sam@harbourpine.example",))
    before = asked(story, "usergroups.users.list"), asked(story, "users.lookupByEmail")

    story.workspace.change_user(SAM, profile={"status_text": "At lunch"})
    hears(story)

    assert (asked(story, "usergroups.users.list"), asked(story, "users.lookupByEmail")) == before == (1, 1)


def test_a_disabled_group_is_told_to_the_admins_once_and_nobody_of_it_may(story: Story) -> None:
    names(story, CARE)

    story.workspace.switch_usergroup(CARE, by=LEA, is_on=False)
    hears(story)
    story.clock.forward(2 * HOUR)
    look(story)

    told = [message["text"] for message in story.workspace.messages("#recovery-admins")]
    team = story.desk.rules.current().teams["deliveries"]
    assert (team.members, team.unread) == ((), ("S0CARE",))
    assert len(told) == 1
    assert told[0].startswith("⚠️ rules.yaml names `S0CARE`, of which Slack says `no_such_subteam`")


def test_a_token_that_may_not_look_takes_nobody_away(story: Story) -> None:
    names(story, CARE)

    story.workspace.fail("usergroups.users.list", "missing_scope")
    story.clock.forward(2 * HOUR)
    look(story)

    assert BEN in story.desk.rules.current().teams["deliveries"].members
    assert "who was known by it stays known" in story.workspace.messages("#recovery-admins")[-1]["text"]


def test_a_busy_slack_is_asked_again(story: Story) -> None:
    names(story, CARE)
    with story.desk.transaction() as session:
        roster = session.scalars(select(Roster)).one()
    story.workspace.fail("usergroups.users.list", "ratelimited", retry_after=timedelta(seconds=7))

    with pytest.raises(TryAgain) as again:
        read_roster(story.desk, roster.id)

    assert again.value.after == timedelta(seconds=7)


def test_slack_is_asked_again_after_an_hour_and_not_before(story: Story) -> None:
    names(story, CARE)
    story.clock.forward(HOUR / 2)
    look(story)
    early = asked(story, "usergroups.users.list")
    story.clock.forward(HOUR / 2)
    look(story)

    assert (early, asked(story, "usergroups.users.list")) == (1, 2)


def test_another_process_sees_within_a_second_who_was_read(story: Story) -> None:
    names(story, CARE)

    other = StaffedRules(story.rules, story.database)

    assert BEN in other.current().teams["deliveries"].members


def test_admins_may_stand_in_a_group(story: Story) -> None:
    story.workspace.change_usergroup(CARE, [SAM], by=LEA)
    hears(story)
    story.rules.rulebook = replace(a_rulebook(), admins=Admins((CARE,), "#recovery-admins"))
    look(story)

    assert story.types(SAM, "/recovery help").startswith("*What you can do* as an admin")
