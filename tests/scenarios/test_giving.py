"""What is given and taken back, from Slack: a form, a command, a mention."""

import pytest

from tests.builders import ANA, BEN
from tests.story import Story

TAKEN_BACK = f"↩️ <@{ANA}> took back the voucher of *20.00 EUR* (G1): wrong case"


@pytest.fixture
def story(story: Story) -> Story:
    """Ana gave twenty euro."""
    story.receives("My parcel never came")
    story.types(ANA, "/recovery compensate 1 20 EUR voucher late")
    return story


def test_a_gift_is_taken_back_by_command(story: Story) -> None:
    answer = story.types(ANA, "/recovery revoke 1 G1 wrong case")

    assert answer == "Case #1: it is taken back; the ledger has a line against it."
    assert story.thread[-1] == TAKEN_BACK
    assert "Compensation" not in story.card_words


def test_a_gift_is_taken_back_by_mention(story: Story) -> None:
    story.says(ANA, "@recovery revoke wrong case")

    assert story.thread[-1] == TAKEN_BACK


def test_a_gift_is_taken_back_from_the_menu(story: Story) -> None:
    story.clicks(ANA, "case_more", "revoke 1")

    errors = story.submits(ANA, gift="1", reason="wrong case")

    assert errors == {}
    assert story.thread[-1] == TAKEN_BACK


def test_somebody_elses_gift_is_not_taken_back(story: Story) -> None:
    answer = story.types(BEN, "/recovery revoke 1 wrong case")

    assert f"Only <@{ANA}>, who gave it" in answer


def test_the_figures_leave_out_what_was_taken_back(story: Story) -> None:
    story.types(ANA, "/recovery compensate 1 5 EUR voucher late")
    story.types(ANA, "/recovery revoke 1 G1 wrong case")

    answer = story.types(ANA, "/recovery-stats this week deliveries")

    assert "5.00 EUR in 1 gift" in answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-5 EUR voucher late", "above zero"),
        ("0 EUR voucher late", "above zero"),
        ("5 CHF voucher late", "We compensate in EUR; CHF was given"),
        ("1.000,50 EUR voucher late", "1,000.50 EUR is over your limit of 50.00 EUR"),
        ("1.005,005 EUR voucher late", "EUR has 2 decimals"),
        ("999999999999 EUR voucher late", "more than anybody gives"),
        ("5 EUR voucher", "Say why"),
    ],
)
def test_an_amount_that_cannot_be_given_is_answered_in_words(story: Story, words: str, said: str) -> None:
    answer = story.types(ANA, f"/recovery compensate 1 {words}")

    assert said in answer
