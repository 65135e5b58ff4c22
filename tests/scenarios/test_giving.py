"""What is given and taken back, from Slack: a form, a command, a mention."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.schedule import expire_gifts
from bot.slack.listeners.threads import on_mention
from models.policies.catalogue import AsGiven, Fixed, Offer, PercentOf
from models.policies.rights import Role
from models.vocabulary import CompensationKind
from tests.builders import ANA, BEN, a_rulebook, euro
from tests.story import CHANNEL, Story, words_of

BUTTON = "\nHand over G2…"
TAKEN_BACK = f"↩️ <@{ANA}> took back the voucher of *20.00 EUR* (G1): wrong case"


@pytest.fixture
def story(story: Story) -> Story:
    """Ana gave twenty euro."""
    story.receives("My parcel never came")
    story.types(ANA, "/recovery compensate 1 20 EUR voucher late")
    return story


OFFERS = (
    Offer(
        "off",
        "Percent off",
        CompensationKind.DISCOUNT,
        PercentOf(Decimal(80)),
        most=Decimal(25),
        expires=timedelta(days=30),
        text="{amount} off until {until} with {code}",
    ),
    Offer("old", "Summer voucher", CompensationKind.VOUCHER, AsGiven(), until=date(2026, 1, 31)),
    Offer("large", "Money back", CompensationKind.REFUND, AsGiven(), given_by=Role.SUPERVISOR),
    Offer("delivery", "Free delivery", CompensationKind.FREE_SERVICE, Fixed(Decimal("4.90"))),
    Offer(
        "repair",
        "Free repair",
        CompensationKind.FREE_SERVICE,
        Fixed(Decimal(9)),
        for_themes=frozenset({"quality"}),
    ),
)


@pytest.fixture
def shop(story: Story) -> Story:
    """The same with a catalogue in place of the options."""
    plain = a_rulebook()
    rules = replace(plain.compensation, catalogue={offer.key: offer for offer in OFFERS})
    story.rules.rulebook = replace(plain, compensation=rules)
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


HANDED_OVER = f"📦 <@{ANA}> handed over the voucher of *20.00 EUR* (G1): "


def test_a_gift_is_handed_over_by_command(story: Story) -> None:
    answer = story.types(ANA, "/recovery handover 1 G1 code SUMMER-20 sent by e-mail")

    assert answer == "Case #1: it is handed over; the thread tells with what."
    assert story.thread[-1] == f"{HANDED_OVER}code *SUMMER-20*, sent by e-mail"


def test_a_gift_is_handed_over_by_mention_with_a_link(story: Story) -> None:
    story.says(ANA, "@recovery handover transfer 4711 <https://shop.example/r/9.pdf|receipt>")

    assert story.thread[-1] == f"{HANDED_OVER}transfer 4711, <https://shop.example/r/9.pdf|📎 9.pdf>"


def test_a_file_that_is_shared_with_a_mention_shows_the_handover_by_its_link(story: Story) -> None:
    place = {"channel": story.slack.channel_id(CHANNEL), "thread_ts": story.card["ts"]}
    file = {"title": "Receipt <9>", "permalink": "https://files.example/F9"}
    event = {"user": ANA, "text": "<@U0BOT> handover", "ts": "1772442000.000900", "files": [file]} | place

    on_mention(story.desk, {"event_id": "Ev0FILE", "event": event}, "U0BOT")
    story.settle()

    assert story.thread[-1] == f"{HANDED_OVER}<https://files.example/F9|📎 Receipt &lt;9&gt;>"


def test_a_gift_is_handed_over_from_the_menu(story: Story) -> None:
    story.clicks(ANA, "case_more", "handover 1")

    errors = story.submits(ANA, gift="1", code="SUMMER-20", reference=None, link=None)

    assert errors == {}
    assert story.thread[-1] == f"{HANDED_OVER}code *SUMMER-20*"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({}, "code", "Say with what it was handed over, a code or a reference"),
        ({"link": "ftp://x"}, "link", "is no link; it begins with https://"),
    ],
)
def test_a_handover_that_shows_nothing_is_refused_at_its_field(
    story: Story, fields: dict[str, str], field: str, said: str
) -> None:
    story.clicks(ANA, "case_more", "handover 1")

    errors = story.submits(ANA, **{"gift": "1", "code": None, "reference": None, "link": None} | fields)

    assert said in errors[field]


def test_what_is_taken_back_after_the_handover_says_that_its_code_is_out(story: Story) -> None:
    story.types(ANA, "/recovery handover 1 code SUMMER-20")

    story.types(ANA, "/recovery revoke 1 wrong case")

    assert (
        story.thread[-1]
        == f"{TAKEN_BACK}\nThe customer may have its code *SUMMER-20*: see that it is blocked."
    )


def test_the_customer_is_told_in_the_words_of_the_catalogue_with_the_code(shop: Story) -> None:
    shop.types(ANA, "/recovery compensate 1 off 10 % late")
    told_before = shop.thread[-1]

    shop.types(ANA, "/recovery handover 1 G2 code `A1`")

    assert "For the customer" not in told_before
    assert shop.thread[-1].endswith("💬 For the customer: “10 % off until 01 Apr 2026 with 'A1'”")


def test_what_the_customer_does_not_use_in_time_expires_once(shop: Story) -> None:
    shop.types(ANA, "/recovery compensate 1 off 10 % late")
    shop.clock.forward(timedelta(days=30))

    expire_gifts(shop.desk)
    expire_gifts(shop.desk)
    shop.settle()

    said = "⌛ Nobody used the Percent off, 10 %, worth *8.00 EUR* (G2) in time"
    assert [said in line for line in shop.thread].count(True) == 1
    assert "20.00 EUR" in shop.card_words
    assert "28.00 EUR" not in shop.card_words
    assert "or it is over" in shop.types(ANA, "/recovery handover 1 G2 code A1")


def test_an_entry_of_the_catalogue_is_given_by_command(shop: Story) -> None:
    answer = shop.types(ANA, "/recovery compensate 1 off 15 % came late")

    assert answer == "Case #1: it is given; the thread tells what."
    assert shop.thread[-1] == f"🎁 <@{ANA}> gave Percent off, 15 %, worth *12.00 EUR* (G2): came late{BUTTON}"
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
    assert shop.thread[-1] == f"🎁 <@{ANA}> gave Free delivery of *4.90 EUR* (G2): late{BUTTON}"


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


def test_a_limit_that_was_lowered_while_the_form_was_open_holds(story: Story) -> None:
    story.clicks(ANA, "case_compensate")
    plain = a_rulebook()
    lower = replace(plain.compensation, limits_per_case={Role.AGENT: euro(25)})
    story.rules.rulebook = replace(plain, compensation=lower)

    story.submits(ANA, kind="voucher", amount="10", reason="late")

    told = words_of(story.workspace.views(ANA)[-1])
    assert "10.00 EUR is over your limit of 25.00 EUR for one case: 20.00 EUR was given" in told
    assert "20.00 EUR" in story.card_words


def test_the_form_tells_what_came_of_a_gift_in_like_cases(story: Story) -> None:
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a voucher")
    story.receives("My parcel never came either")
    story.clicks(ANA, "case_compensate")

    (view,) = story.workspace.views(ANA)
    (what,) = [block for block in view["blocks"] if block["block_id"] == "kind"]
    told = {each["value"]: each.get("description", {}).get("text") for each in what["element"]["options"]}

    assert told["voucher"] == "Worked in 1 of 1 like cases, 20.00 EUR each"
    assert told["refund"] is None


def test_a_form_that_was_opened_on_a_stale_card_has_no_gift_and_says_so(story: Story) -> None:
    story.workspace.command(ANA, CHANNEL, "/recovery revoke 1 wrong case")  # the card is not edited yet
    story.clicks(ANA, "case_more", "revoke 1")

    errors = story.submits(ANA, reason="wrong case")

    assert "case #1" in errors["reason"].lower()


def test_an_entry_for_a_theme_is_given_once_a_person_said_what_the_case_is_about(shop: Story) -> None:
    refused = shop.types(ANA, "/recovery compensate 1 repair it broke")
    shop.clicks(ANA, "case_compensate")
    form = shop.form_words(ANA)
    shop.types(ANA, "/recovery correct 1 quality")
    shop.clicks(ANA, "case_compensate")

    errors = shop.submits(ANA, kind="repair", amount="", reason="it broke")

    assert "cases about Quality, and what this one is about is not known" in refused
    assert "`/recovery correct 1 quality`" in refused
    assert "For some themes only: Free repair. `/recovery correct 1 …`" in form
    assert errors == {}
    assert "Free repair" in shop.thread[-1]


USED = f"🛍️ <@{ANA}> says that the customer used the voucher of *20.00 EUR* (G1), "


def test_a_person_says_by_command_what_was_used_and_when(story: Story) -> None:
    answer = story.types(ANA, "/recovery redeemed 1 G1 2026-03-02 00:30, Order <12>")
    again = story.types(ANA, "/recovery redeemed 1 G1")
    back = story.types(ANA, "/recovery revoke 1 G1 wrong case")

    assert answer.startswith("Case #1: it is in the ledger as used, <!date^")
    assert story.thread[-1].startswith(USED)
    assert story.thread[-1].endswith(", Order &lt;12&gt;.")
    assert again == "✋ G1 is in the ledger as used already."
    assert "Nothing was given in case #1 that could be taken back" in back


def test_a_person_says_by_mention_what_was_used(story: Story) -> None:
    story.says(ANA, "@recovery redeemed Order 12")

    assert story.thread[-1].startswith(USED)


def test_a_person_says_in_a_form_what_was_used_also_after_the_case_is_over(story: Story) -> None:
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent it again")
    story.clicks(ANA, "case_more", "redeemed 1")
    now = int(story.clock.now().timestamp())
    too_soon = story.submits(ANA, gift="1", at=now + 3600, reference="")

    errors = story.submits(ANA, gift="1", at=now, reference="<!channel> Order 12")

    assert "has not come yet" in too_soon["at"]
    assert errors == {}
    assert story.thread[-1].startswith(USED)
    assert "&lt;!channel&gt; Order 12" in story.thread[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("G9", "G9 is not given in case #1, or it is over. There is G1"),
        ("G1 2020-01-01", "G1 was given only at"),
        ("G1 02/03/2026", "can be read in two ways. Write it as yesterday"),
        (f"G1 {'x' * 201}", "A reference has at most 200 characters"),
    ],
)
def test_what_cannot_have_been_used_so_is_answered_in_words(story: Story, words: str, said: str) -> None:
    assert said in story.types(ANA, f"/recovery redeemed 1 {words}")
    assert "used" not in story.thread[-1]


def hands_over(story: Story, who: str, number: int) -> None:
    """Somebody presses the button below what was given."""
    reply = next(
        reply
        for reply in story.workspace.thread(CHANNEL, story.card["ts"])
        if f"Hand over G{number}…" in words_of(reply)
    )
    story.workspace.click(who, CHANNEL, reply["ts"], "case_handover", f"1 G{number}")
    story.settle()


def test_the_line_of_a_gift_has_a_button_to_hand_over_just_that_one(story: Story) -> None:
    story.types(ANA, "/recovery compensate 1 10 EUR voucher late again")
    hands_over(story, ANA, 2)
    form = story.form_words(ANA)

    errors = story.submits(ANA, gift="2", code="B-2", reference="", link="")

    assert "G1" not in form
    assert errors == {}
    assert story.thread[-1] == f"📦 <@{ANA}> handed over the voucher of *10.00 EUR* (G2): code *B-2*"


def test_the_button_of_a_gift_that_is_over_opens_nothing(story: Story) -> None:
    story.types(ANA, "/recovery compensate 1 10 EUR voucher late again")
    story.types(ANA, "/recovery revoke 1 G1 wrong case")

    hands_over(story, ANA, 1)

    assert story.workspace.views(ANA) == []
    assert "G1 is not given in case #1, or it is over. There is G2." in story.heard_by(ANA)[-1]
