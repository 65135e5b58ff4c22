"""Another team does something for a case: a card of its own in step with the case's, and its own clock."""

from datetime import timedelta

import pytest

from models.policies.rulebook import Admins
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import CHANNEL, Story, words_of

BILLING, ADMINS = "#recovery-billing", "#recovery-admins"
ASKED = "/recovery involve 1 billing Please check the invoice"


@pytest.fixture
def story(story: Story) -> Story:
    """Ana works for Deliveries, Ben for Billing, which Lea leads; a case of Deliveries."""
    deliveries = a_team(members=(ANA,), supervisors=(SAM,))
    billing = a_team(key="billing", name="Billing", channel=BILLING, members=(BEN,), supervisors=(LEA,))
    story.rules.rulebook = a_rulebook(
        teams={"deliveries": deliveries, "billing": billing}, admins=Admins(members=(SAM,), channel=ADMINS)
    )
    story.receives("Charged twice")
    return story


def cards_in(story: Story, channel: str) -> list[dict[str, str]]:
    return [message for message in story.workspace.messages(channel) if message.get("bot_id")]


def part_words(story: Story) -> str:
    """What Billing's latest card says."""
    return words_of(cards_in(story, BILLING)[-1])


def part_thread(story: Story) -> list[str]:
    """What stands below it."""
    ts = cards_in(story, BILLING)[-1]["ts"]
    return [words_of(reply) for reply in story.workspace.thread(BILLING, ts)[1:]]


def click_part(story: Story, who: str, action: str, value: str | None = None) -> None:
    """Somebody presses a button on Billing's card."""
    story.workspace.click(who, BILLING, cards_in(story, BILLING)[-1]["ts"], action, value)
    story.settle()


def say_in_part(story: Story, who: str, text: str) -> None:
    """Somebody writes in the thread of Billing's card."""
    story.workspace.say(who, BILLING, text, thread_ts=cards_in(story, BILLING)[-1]["ts"])
    story.workspace.until(story.is_quiet)
    story.settle()


def link_in(story: Story, channel: str) -> str:
    (card,) = cards_in(story, channel)
    return f"/archives/{story.workspace.channel(channel)['id']}/p{card['ts'].replace('.', '')}"


# A card of its own


def test_a_team_that_is_brought_in_has_a_card_that_leads_to_the_cases_and_back(story: Story) -> None:
    answer = story.types(ANA, ASKED)

    assert answer == "billing is on case #1 now; its card stands in their channel too."
    assert "👥 *Deliveries* asks *Billing*: Please check the invoice" in part_words(story)
    assert "Charged twice" in part_words(story)
    assert f"{link_in(story, CHANNEL)}|the case's card>" in part_words(story)
    assert f"{link_in(story, BILLING)}|Billing>*: “Please check the invoice”" in story.card_words
    assert f"👥 <@{ANA}> brought in *Billing*: Please check the invoice" in story.thread[-1]


def test_the_cards_stay_in_step(story: Story) -> None:
    story.types(ANA, ASKED)

    story.types(ANA, "/recovery claim 1")
    click_part(story, BEN, "case_claim")

    assert f"*Its owner*\n<@{ANA}>" in part_words(story)
    assert f"🛠️ <@{BEN}>" in part_words(story)
    assert f"🛠️ <@{BEN}>" in story.card_words
    assert part_thread(story) == [f"🙋 <@{ANA}> claimed the case.", f"🙋 <@{BEN}> takes *Billing*'s part."]


def test_a_team_is_brought_in_from_the_menu(story: Story) -> None:
    story.clicks(ANA, "case_more", "involve 1")

    errors = story.submits(ANA, team="billing", words="Please check the invoice")

    assert errors == {}
    assert "Please check the invoice" in part_words(story)


def test_a_team_is_brought_in_by_mention_and_once(story: Story) -> None:
    story.says(ANA, "@recovery involve Billing please check it")

    refused = [story.types(ANA, ASKED), story.types(ANA, "/recovery involve 1 deliveries Look at it")]

    assert len(cards_in(story, BILLING)) == 1
    assert "billing is on case #1 already" in refused[0]
    assert "Name another team" in refused[1]


# Threads


def test_what_is_written_in_one_thread_is_a_note_and_a_line_in_the_other(story: Story) -> None:
    story.types(ANA, ASKED)

    say_in_part(story, BEN, "It was booked twice")
    story.says(ANA, "Thank you, Ben")

    assert story.thread[-2:] == [f"📝 <@{BEN}>: It was booked twice", "Thank you, Ben"]
    assert part_thread(story)[-2:] == ["It was booked twice", f"📝 <@{ANA}>: Thank you, Ben"]
    assert "2, in the threads" in part_words(story)


def test_a_mention_in_the_teams_thread_is_about_its_part(story: Story) -> None:
    story.types(ANA, ASKED)

    say_in_part(story, BEN, "@recovery claim")
    say_in_part(story, BEN, "@recovery contacted phone We pay it back")
    say_in_part(story, BEN, "@recovery done Paid back")

    assert f"☑️ <@{BEN}> finished *Billing*'s part: Paid back" in part_thread(story)[-1]
    assert "☑️ done" in story.card_words
    assert f"📞 <@{BEN}> contacted the customer" in story.thread[-2]


# Done, sent back, needed no more


def test_a_part_is_done_by_its_form_and_who_has_the_case_hears_of_it(story: Story) -> None:
    story.types(ANA, "/recovery claim 1")
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_done")

    errors = story.submits(BEN, words="It was booked twice; paid back.")
    story.waits(timedelta(seconds=1))

    assert errors == {}
    assert "It was booked twice; paid back." in story.card_words
    assert "finished *Billing*'s part" in story.told(ANA)[-1]


def test_only_the_team_that_is_asked_finishes_its_part_and_only_the_cases_resolves_it(story: Story) -> None:
    story.types(ANA, ASKED)

    said = [
        story.types(ANA, "/recovery done 1 Paid"),
        story.types(BEN, "/recovery resolve 1 recovered other Paid back"),
    ]

    assert "Only people of Billing can finish its part" in said[0]
    assert "Only people of Deliveries can resolve its cases" in said[1]


def test_a_part_is_sent_back_or_needed_no_more_and_the_team_can_be_asked_again(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(BEN, "/recovery uninvolve 1 Not our invoice")
    story.types(ANA, ASKED)

    story.types(ANA, "/recovery uninvolve 1 billing The customer found it")

    assert f"👋 <@{ANA}> does not need *Billing* any more: The customer found it" in story.thread[-1]
    assert any(f"↩️ <@{BEN}> sent *Billing*'s part back: Not our invoice" in line for line in story.thread)
    assert len(cards_in(story, BILLING)) == 2
    assert "No other team than Deliveries" not in story.types(BEN, "/recovery done 1 Late")


def test_a_case_that_is_resolved_ends_the_part_and_says_so_before(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(BEN, "/recovery claim 1")
    story.clicks(ANA, "case_resolve")
    warned = story.form_words(ANA)

    story.submits(ANA, outcome="recovered", theme="delivery", what_was_done="Paid back")
    story.waits(timedelta(seconds=1))
    late = story.types(BEN, "/recovery done 1 Paid back")

    assert "*Billing* has not finished its part yet, which ends with the case" in warned
    assert part_thread(story)[-1].splitlines() == [
        f"✅ <@{ANA}> resolved the case as *recovered* (Late or lost delivery): Paid back",
        "👋 *Billing*'s part is over: the case was resolved.",
    ]
    assert "*Billing*'s part is over: the case was resolved" in story.told(BEN)[-1]
    assert f"Billing's part of case #1 ended with the case: <@{ANA}> resolved it" in late
