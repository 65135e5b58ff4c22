"""What is given and taken back, from Slack: a form, a command, a mention."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.policies.catalogue import AsGiven, Fixed, Offer, PercentOf
from models.policies.rights import Role
from models.vocabulary import CompensationKind
from tests.builders import ANA, BEN, a_rulebook
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


OFFERS = (
    Offer("off", "Percent off", CompensationKind.DISCOUNT, PercentOf(Decimal(80)), most=Decimal(25)),
    Offer("old", "Summer voucher", CompensationKind.VOUCHER, AsGiven(), until=date(2026, 1, 31)),
    Offer("large", "Money back", CompensationKind.REFUND, AsGiven(), given_by=Role.SUPERVISOR),
    Offer("delivery", "Free delivery", CompensationKind.FREE_SERVICE, Fixed(Decimal("4.90"))),
)


@pytest.fixture
def shop(story: Story) -> Story:
    """The same with a catalogue in place of the options."""
    plain = a_rulebook()
    rules = replace(plain.compensation, catalogue={offer.key: offer for offer in OFFERS})
    story.rules.rulebook = replace(plain, compensation=rules)
    return story


def test_an_entry_of_the_catalogue_is_given_by_command(shop: Story) -> None:
    answer = shop.types(ANA, "/recovery compensate 1 off 15 % came late")

    assert answer == "Case #1: it is given; the thread tells what."
    assert shop.thread[-1] == f"🎁 <@{ANA}> gave Percent off, 15 %, worth *12.00 EUR* (G2): came late"
    assert "32.00 EUR" in shop.card_words


def test_the_form_offers_what_may_be_given_here_with_what_keeps_the_customer_first(shop: Story) -> None:
    shop.clicks(ANA, "case_compensate")

    (view,) = shop.workspace.views(ANA)
    (what,) = [block for block in view["blocks"] if block["block_id"] == "kind"]
    errors = shop.submits(ANA, kind="delivery", amount=None, reason="late")

    assert [option["text"]["text"] for option in what["element"]["options"]] == [
        "Percent off: up to 25 %",
        "Free delivery: 4.90 EUR",
    ]
    assert errors == {}
    assert shop.thread[-1] == f"🎁 <@{ANA}> gave Free delivery of *4.90 EUR* (G2): late"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("off 26 % late", "Percent off is given up to 25 %; 26 is not"),
        ("off 20 EUR late", "is given in percent: say how many"),
        ("old 5 EUR late", "Summer voucher was given until 31 Jan 2026; choose another"),
        ("large 5 EUR late", "is given by a supervisor or somebody above"),
        ("delivery 5 EUR late", "always costs 4.90 EUR; leave the amount out"),
        ("points 500 late", "A points is not among the options of rules.yaml: off, old, large, delivery"),
    ],
)
def test_what_the_catalogue_does_not_allow_is_answered_in_words(shop: Story, words: str, said: str) -> None:
    answer = shop.types(ANA, f"/recovery compensate 1 {words}")

    assert said in answer
    assert "20.00 EUR" in shop.card_words


def test_an_entry_that_left_the_file_while_the_form_was_open_is_refused_at_its_field(shop: Story) -> None:
    shop.clicks(ANA, "case_compensate")
    shop.rules.rulebook = a_rulebook()

    errors = shop.submits(ANA, kind="delivery", amount=None, reason="late")

    assert "A delivery is not among the options of rules.yaml: refund" in errors["kind"]
    assert "20.00 EUR" in shop.card_words


def test_the_form_tells_what_came_of_a_gift_in_like_cases(story: Story) -> None:
    story.types(ANA, "/recovery resolve 1 recovered Sent a voucher")
    story.receives("My parcel never came either")
    story.clicks(ANA, "case_compensate")

    (view,) = story.workspace.views(ANA)
    (what,) = [block for block in view["blocks"] if block["block_id"] == "kind"]
    told = {each["value"]: each.get("description", {}).get("text") for each in what["element"]["options"]}

    assert told["voucher"] == "Worked in 1 of 1 like cases, 20.00 EUR each"
    assert told["refund"] is None
