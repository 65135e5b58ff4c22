"""Whoever does not work for a private team sees nothing of its cases, in whatever way they ask."""

from dataclasses import replace

import pytest

from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import Story

SECRET = "The courier broke into my house"
PRIVATE = a_team(members=(BEN,), supervisors=(), leads=(), is_private=True)
OPEN = a_team(key="billing", name="Billing", channel="#recovery-billing", members=(ANA,))


@pytest.fixture
def private(story: Story) -> Story:
    """A case of a team of Ben's, at which Ana and Sam may not look."""
    story.rules.rulebook = a_rulebook(teams={"deliveries": PRIVATE, "billing": OPEN})
    story.receives(SECRET)
    return story


@pytest.mark.parametrize(
    "words", ["show 1", "show 1 history", "note 1 Hm", "list deliveries", "claim 1", "claim 1 P9"]
)
def test_who_does_not_work_there_is_told_who_does(private: Story, words: str) -> None:
    answer = private.types(SAM, f"/recovery {words}")

    assert answer.startswith("✋ Only people of Deliveries can ")
    assert f"<@{BEN}>, <@{LEA}>" in answer
    assert SECRET not in answer


def test_a_button_shows_no_more_than_words_do(private: Story) -> None:
    private.clicks(SAM, "case_more", "show 1")
    private.clicks(SAM, "case_note")

    assert [told.partition(":")[0] for told in private.heard_by(SAM)] == [
        "✋ Only people of Deliveries can look at its cases",
        "✋ Only people of Deliveries can note on its cases",
    ]


def test_lists_leave_them_out_for_others_and_have_them_for_its_people(private: Story) -> None:
    told = {who: private.types(who, "/recovery list all") for who in (ANA, SAM, BEN, LEA)}

    assert {who: SECRET in words for who, words in told.items()} == {
        ANA: False,
        SAM: False,
        BEN: True,
        LEA: True,
    }


def test_whoever_can_write_in_its_thread_is_heard(private: Story) -> None:
    private.says(SAM, "I saw the van")

    assert "1, in the thread" in private.card_words


def test_where_a_case_went_is_told_to_who_may_look_there(story: Story) -> None:
    teams = {"deliveries": a_team(), "billing": replace(OPEN, is_private=True)}
    story.rules.rulebook = a_rulebook(teams=teams)
    story.receives("Charged twice")
    thread = story.card["ts"]
    story.types(SAM, "/recovery move 1 billing")

    story.workspace.say(BEN, "#recovery-deliveries", "@recovery claim", thread_ts=thread)

    story.workspace.until(lambda: story.workspace.ephemerals(BEN))
    assert "Only people of Billing can look at its cases" in story.heard_by(BEN)[-1]
