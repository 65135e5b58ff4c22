"""People go away and come back: their cases, their turns, and what everybody is told."""

from datetime import timedelta
from typing import Any

import pytest

from bot.schedule import keep_absences
from models.policies.assignment import AssignmentRules, Strategy
from tests.builders import ANA, BEN, SAM, a_rulebook, a_team
from tests.story import Story, words_of

DAY = timedelta(days=1)


def assign(story: Story, strategy: Strategy, **rules: Any) -> None:
    """From now on the team gives its cases to people."""
    story.rules.rulebook = a_rulebook(
        teams={"deliveries": a_team(assignment=AssignmentRules(strategy, **rules))}
    )


def days_pass(story: Story, days: float) -> None:
    """Time passes, and absences are looked at once, at its end."""
    story.clock.forward(days * DAY)
    keep_absences(story.desk)
    story.settle()


def anas_case(story: Story, text: str = "My parcel never came") -> None:
    story.receives(text)
    story.clicks(ANA, "case_claim")


def test_a_stand_in_has_the_cases_of_who_goes_away(story: Story) -> None:
    anas_case(story)

    answer = story.types(ANA, "/recovery away until friday @ben")

    assert f"<@{ANA}> is away until" in answer
    assert f"*#1* My parcel never came → <@{BEN}>" in answer
    assert f"<@{BEN}>" in story.card_words
    assert f"🌴 <@{ANA}> is away until" in story.thread[-1]
    assert story.thread[-1].endswith(f"<@{BEN}> has the case now, standing in.")


def test_until_friday_means_the_morning_of_who_is_away(story: Story) -> None:
    story.types(ANA, "/recovery away until friday 9am")

    days_pass(story, 4 - 1 / 48)
    early = story.types(ANA, "/recovery back")
    story.types(ANA, "/recovery away until 9:00")
    days_pass(story, 1 / 48)

    assert "is back" in early
    assert "There is no absence to end" in story.types(ANA, "/recovery back")


def test_without_a_stand_in_the_teams_strategy_finds_somebody(story: Story) -> None:
    anas_case(story)
    assign(story, Strategy.ROUND_ROBIN)

    story.types(ANA, "/recovery away")

    assert story.thread[-1] == f"🌴 <@{ANA}> is away: <@{BEN}> has the case now, next in turn."


def test_without_anybody_the_case_waits_for_the_team_and_is_promised_anew(story: Story) -> None:
    anas_case(story)

    answer = story.types(ANA, "/recovery away until friday")

    assert "*#1* My parcel never came → Deliveries, for whoever claims it" in answer
    assert "nobody yet" in story.card_words
    assert "and the case waits for the team" in story.thread[-1]
    assert "To acknowledge again by" in story.thread[-1]
    assert "Claim" in story.card_words


def test_several_cases_are_listed_in_one_answer_and_told_each_in_its_thread(story: Story) -> None:
    anas_case(story)
    anas_case(story, "Mine neither")

    answer = story.types(ANA, "/recovery away until friday @ben")

    assert "2 cases are handed over:" in answer
    told = [story.workspace.thread("#recovery-deliveries", card["ts"])[-1]["text"] for card in story.cards]
    assert ["standing in" in words for words in told] == [True, True]


def test_a_stand_in_is_told_of_all_in_one_direct_message(story: Story) -> None:
    anas_case(story)
    anas_case(story, "Mine neither")

    story.types(ANA, "/recovery away until friday @ben")
    story.waits(timedelta(seconds=1))

    (told,) = story.workspace.dms(BEN)
    assert "Your cases: 2 things to know" in words_of(told)
    assert words_of(told).count("has the case now, standing in.") == 2


def test_whose_absence_ends_by_itself_is_told_of_all_in_one_direct_message(story: Story) -> None:
    anas_case(story)
    anas_case(story, "Mine neither")
    story.types(ANA, "/recovery away until tomorrow @ben")

    days_pass(story, 1.5)
    story.waits(timedelta(seconds=1))

    (told,) = story.workspace.dms(ANA)
    assert words_of(told).count(f"<@{ANA}> is back; <@{BEN}> has the case.") == 2


def test_resolved_cases_stay_with_who_resolved_them(story: Story) -> None:
    anas_case(story)
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")

    answer = story.types(ANA, "/recovery away until friday @ben")

    assert "No case had to be handed over." in answer


def test_a_case_that_is_reopened_while_its_owner_is_away_is_handed_over(story: Story) -> None:
    anas_case(story)
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new lamp")
    story.types(ANA, "/recovery away until friday @ben")

    story.types(BEN, "/recovery reopen 1 It came broken again")
    days_pass(story, 0)

    assert story.thread[-1].endswith(f"<@{BEN}> has the case now, standing in.")


def test_who_is_away_gets_no_new_case(story: Story) -> None:
    assign(story, Strategy.ROUND_ROBIN)
    story.types(ANA, "/recovery away until friday")

    story.receives("My parcel never came")

    assert f"<@{BEN}>, not claimed yet" in story.card_words


def test_who_comes_back_is_told_who_has_their_cases_and_the_threads_are_told_too(story: Story) -> None:
    anas_case(story)
    story.types(ANA, "/recovery away until friday @ben")

    answer = story.types(ANA, "/recovery back")

    assert answer.startswith(f"👋 <@{ANA}> is back.")
    assert f"*#1* My parcel never came → <@{BEN}>" in answer
    assert story.thread[-1] == f"👋 <@{ANA}> is back; <@{BEN}> has the case."


def test_an_absence_ends_by_itself(story: Story) -> None:
    anas_case(story)
    assign(story, Strategy.ROUND_ROBIN)
    story.types(ANA, "/recovery away until tomorrow @ben")

    days_pass(story, 1.5)

    assert story.thread[-1] == f"👋 <@{ANA}> is back; <@{BEN}> has the case."
    story.receives("Mine neither")
    assert f"<@{ANA}>, not claimed yet" in story.card_words


def test_an_absence_that_begins_later_hands_over_when_it_begins(story: Story) -> None:
    anas_case(story)

    answer = story.types(ANA, "/recovery away from wednesday until friday @ben")
    before = story.card_words
    days_pass(story, 2.5)

    assert "The cases are handed over then." in answer
    assert f"<@{ANA}>" in before
    assert "standing in" in story.thread[-1]


def test_an_absence_that_is_over_before_anybody_looked_hands_nothing_over(story: Story) -> None:
    anas_case(story)
    lines = len(story.thread)
    story.types(ANA, "/recovery away from wednesday until friday @ben")

    days_pass(story, 14)

    assert len(story.thread) == lines
    assert f"<@{ANA}>" in story.card_words


def test_a_planned_absence_can_be_given_up(story: Story) -> None:
    story.types(ANA, "/recovery away from wednesday until friday")

    answer = story.types(ANA, "/recovery back")

    assert answer == f"🗓️ <@{ANA}> will not be away."


def test_an_absence_is_made_longer_by_saying_it_again(story: Story) -> None:
    anas_case(story)
    story.types(ANA, "/recovery away until tomorrow @ben")

    story.types(ANA, "/recovery away until friday @ben")
    days_pass(story, 2)
    back = story.types(ANA, "/recovery back")

    assert f"*#1* My parcel never came → <@{BEN}>" in back


def test_a_stand_in_who_is_away_too_is_passed_over(story: Story) -> None:
    anas_case(story)
    story.types(BEN, "/recovery away until friday")

    answer = story.types(ANA, "/recovery away until friday @ben")

    assert "for whoever claims it" in answer


def test_a_supervisor_says_it_of_somebody_of_the_team_and_another_agent_cannot(story: Story) -> None:
    anas_case(story)

    refused = story.types(BEN, "/recovery away @ana until friday")
    said = story.types(SAM, "/recovery away @ana until friday @ben")
    back = story.types(SAM, "/recovery back @ana")

    assert f"Only <@{ANA}>, or who leads their team" in refused
    assert f"*#1* My parcel never came → <@{BEN}>" in said
    assert f"<@{ANA}> is back." in back


def test_a_mention_in_a_thread_does_it_too(story: Story) -> None:
    anas_case(story)

    story.says(ANA, "@recovery away until friday @ben")

    assert "standing in" in story.thread[-1]
    assert "is away until" in story.heard_by(ANA)[-1]


def test_lists_and_cards_show_who_is_away(story: Story) -> None:
    story.receives("My parcel never came")
    story.types(ANA, "/recovery away until friday")
    story.clicks(ANA, "case_claim")

    listed = story.types(BEN, "/recovery list")

    assert f"<@{ANA}> 🌴 away until" in listed
    assert f"<@{ANA}> 🌴 away until" in story.card_words
    story.types(ANA, "/recovery back")
    assert "🌴" not in story.card_words


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("friday", "“friday” does not say until when."),
        ("until yesterday", "“yesterday” is no time that I can read."),
        ("until 2020-01-01", "“2020-01-01” is past"),
        ("until 5/6", "can be read in two ways"),
        ("until friday @lea", "works for no team of"),
        ("until friday @ana", "cannot stand in for themself"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_would_be_right(
    story: Story, words: str, refusal: str
) -> None:
    answer = story.types(ANA, f"/recovery away {words}")

    assert refusal in answer
