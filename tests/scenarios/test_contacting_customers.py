"""The first contact with a customer, promised and measured from the alert; kept in three ways."""

from datetime import timedelta

import pytest

from models.vocabulary import ClockKind
from tests.builders import ANA, BEN, a_promise, a_rulebook
from tests.story import Story

MINUTE = timedelta(minutes=1)
LENGTHS = {ClockKind.CONTACT: 15 * MINUTE, ClockKind.UPDATE: 60 * MINUTE}


@pytest.fixture(autouse=True)
def _promises_a_contact(story: Story) -> None:
    story.rules.rulebook = a_rulebook(promises={"normal": a_promise(lengths=LENGTHS)})
    story.receives("My parcel never came")
    story.clock.forward(7 * MINUTE)


def test_a_contact_is_kept_by_command(story: Story) -> None:
    answer = story.types(ANA, "/recovery contacted 1 phone Promised a new lamp by Friday")

    assert answer == "Case #1: kept that you reached the customer by phone."
    assert f"*To contact*\n✔️ kept in 7 min, by phone, <@{ANA}>" in story.card_words
    assert "*First contact*" not in story.card_words
    assert story.thread[-1].startswith(
        f"📞 <@{ANA}> contacted the customer by phone, 7 min after the alert: Promised a new lamp by Friday"
        " _The next update is due"
    )


def test_a_contact_is_kept_in_the_thread(story: Story) -> None:
    story.says(BEN, "@recovery contacted by e-mail: 2 lamps are on their way")

    assert f"📞 <@{BEN}> contacted the customer by email" in story.thread[-1]
    assert ": 2 lamps are on their way" in story.thread[-1]


def test_a_contact_has_a_button_while_one_is_owed_and_a_menu_entry_afterwards(story: Story) -> None:
    story.clicks(ANA, "case_contacted")
    story.submits(ANA, channel="in person", words="Apologised")
    story.clock.forward(30 * MINUTE)
    story.clicks(ANA, "case_more", "contacted 1")
    story.submits(ANA, channel="phone", words="It is on its way")

    assert (
        f"📞 <@{ANA}> contacted the customer in person, 7 min after the alert: Apologised"
        in (story.thread[0])
    )
    assert f"📞 <@{ANA}> contacted the customer by phone: It is on its way" in story.thread[1]
    assert "case_contacted" not in str(story.card["blocks"])


def test_the_figures_tell_how_soon_customers_were_reached(story: Story) -> None:
    story.types(ANA, "/recovery contacted 1 phone Promised a new lamp by Friday")

    figures = story.types(ANA, "/recovery-stats today")

    assert "📞 *First contact* in 1 of 1 · median 7 min after the alert" in figures
    assert "*To contact* in time 100% (1 of 1)" in figures


def test_a_silence_is_escalated_though_the_case_is_paused(story: Story) -> None:
    story.clicks(ANA, "case_claim")
    story.types(ANA, "/recovery pause 1 customer They look for the receipt")

    story.waits(9 * MINUTE)

    assert "🚨" in story.card_words
    assert any("it was to be answered by" in line for line in story.thread)


def test_who_does_not_say_how_is_told(story: Story) -> None:
    answer = story.types(ANA, "/recovery contacted 1 Promised a new lamp")

    assert "Say how you reached them first, one of phone, email" in answer
