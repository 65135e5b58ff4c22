"""What is given is handed over by another system, which may fail in every way, and is done once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.jobs import TryAgain
from bot.shop import hand_over
from bot.workspace.server import Workspace
from handlers import compensation, handover_orders
from models.compensation import HandoverOrder, LedgerEntry
from models.policies.catalogue import AsGiven, Free, Offer
from models.policies.handover_orders import MOST_TRIES, Answer
from models.vocabulary import SYSTEM, CompensationKind, LedgerState
from tests.builders import ANA, a_rulebook, an_act
from tests.clock import TestClock
from tests.shop_double import DIES, DRIPS, HANGS_UP, ShopDouble
from tests.story import Story, words_of

OFFERS = (
    Offer("voucher", "Voucher", CompensationKind.VOUCHER, AsGiven(), text="{amount}: use {code}"),
    Offer("card", "Card", CompensationKind.GESTURE, Free()),
)
RULES = replace(
    a_rulebook(),
    compensation=replace(a_rulebook().compensation, catalogue={offer.key: offer for offer in OFFERS}),
)
GIVE = "/recovery compensate 1 voucher 5 EUR late"


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[ShopDouble]:
    """A system that makes codes, for which the bot waits as the test says."""
    with ShopDouble(*getattr(request, "param", ())) as shop:
        yield shop


@pytest.fixture
def story(database_url: str, clock: TestClock, workspace: Workspace, shop: ShopDouble) -> Iterator[Story]:
    """A bot that knows this system, with a case."""
    story = Story(database_url, clock, workspace, shop.shop)
    story.rules.rulebook = RULES
    story.receives("My parcel never came", attributes={"order": "A-41"})
    yield story
    story.close()


def handed_over(story: Story) -> int:
    """How many lines of the ledger say so."""
    with story.desk.transaction() as session:
        counted = select(func.count()).where(LedgerEntry.state == LedgerState.HANDED_OVER)
        return session.scalar(counted.select_from(LedgerEntry)) or 0


def tries_again(story: Story, shop: ShopDouble, times: int) -> None:
    """The job comes again so many times, and each time it is put off or done."""
    for _ in range(times):
        try:
            hand_over(story.desk, shop.shop, 1)
        except TryAgain:
            continue
    story.settle()


def admins_read(story: Story) -> list[str]:
    """What stands in the admins' channel."""
    return [words_of(message) for message in story.workspace.messages("#recovery-admins")]


def test_a_code_of_the_answer_comes_into_the_case_and_the_customers_text(
    story: Story, shop: ShopDouble
) -> None:
    story.types(ANA, GIVE)

    assert story.thread[-1] == (
        "📦 the bot handed over the Voucher of *5.00 EUR* (G1): code *CODE-1*\n"
        "💬 For the customer: “5.00 EUR: use CODE-1”"
    )
    (told,) = shop.received
    assert told["type"] == "compensation.granted"
    assert told["data"] | {"idempotency_key": "", "customer": {}} == {
        "idempotency_key": "",
        "gift": 1,
        "case": 1,
        "kind": "voucher",
        "offer": "voucher",
        "name": "Voucher",
        "quantity": None,
        "amount": "5.00",
        "currency": "EUR",
        "expires_at": None,
        "granted_by": ANA,
        "customer": {},
        "attributes": {"order": "A-41"},
    }
    assert told["data"]["customer"]["name"] == "Ottilie Fenwick"


def test_what_costs_nothing_is_for_a_person_to_do(story: Story, shop: ShopDouble) -> None:
    story.types(ANA, "/recovery compensate 1 card with a drawing")

    assert shop.received == []
    assert "Hand over G1…" in story.thread[-1]


def test_what_the_system_does_has_no_button_until_it_refuses(story: Story, shop: ShopDouble) -> None:
    shop.troubles = [400]
    story.types(ANA, GIVE)

    with_button = ["Hand over G1…" in told for told in story.thread]

    assert [("gave" in told, "not handed over" in told) for told in story.thread] == [
        (True, False),
        (False, True),
    ]
    assert with_button == [False, True]


LONG, SHORT = (), (timedelta(seconds=3),)


@pytest.mark.parametrize(
    ("trouble", "shop"),
    [(trouble, LONG) for trouble in (500, 503, 429, 409, HANGS_UP, DIES)] + [(DRIPS, SHORT)],
    indirect=["shop"],
)
def test_whatever_goes_wrong_on_the_way_it_is_made_once_and_handed_over_once(
    story: Story, shop: ShopDouble, trouble: int | str
) -> None:
    shop.troubles = [trouble]
    story.types(ANA, GIVE)
    before = handed_over(story)

    tries_again(story, shop, 2)

    assert before == 0
    assert list(shop.codes.values()) == ["CODE-1"]
    assert handed_over(story) == 1


def test_an_answer_that_comes_twice_counts_once(story: Story, shop: ShopDouble) -> None:
    story.types(ANA, GIVE)

    with story.desk.transaction() as session:
        handover_orders.keep_answer(session, 1, story.desk.act(SYSTEM), Answer(200, '{"code": "OTHER"}'))
    story.settle()

    assert handed_over(story) == 1
    assert "CODE-1" in story.thread[-1]


def test_a_system_that_refuses_is_told_on_each_case_and_to_the_admins_once(
    story: Story, shop: ShopDouble
) -> None:
    shop.troubles = [400, 400]
    story.types(ANA, GIVE)
    story.types(ANA, GIVE)

    refused = "⚠️ The Voucher of *5.00 EUR* (G1) was not handed over by your system: it answered 400"
    assert [refused in told for told in story.thread].count(True) == 1
    assert "Do it, and say so: `/recovery handover 1 G2 code …`" in story.thread[-1]
    assert ["does not take what is given: it answered 400" in told for told in admins_read(story)] == [True]

    story.types(ANA, GIVE)
    story.types(ANA, "/recovery handover 1 G1 code BY-HAND")

    assert admins_read(story)[-1] == "✅ Your system takes what is given again."
    assert handed_over(story) == 2


def test_a_system_that_is_away_for_long_is_given_up_and_told_once(story: Story, shop: ShopDouble) -> None:
    shop.troubles = [500] * 100
    story.types(ANA, GIVE)

    tries_again(story, shop, MOST_TRIES + 5)

    assert 100 - len(shop.troubles) == MOST_TRIES
    assert ["it answered 500" in told for told in story.thread].count(True) == 1
    assert len(admins_read(story)) == 1


def test_what_a_person_handed_over_meanwhile_is_not_made_again(story: Story, shop: ShopDouble) -> None:
    shop.troubles = [500]
    story.types(ANA, GIVE)
    story.types(ANA, "/recovery handover 1 code BY-HAND")

    tries_again(story, shop, 1)

    assert shop.codes == {}
    assert handed_over(story) == 1


def test_what_is_taken_back_while_it_is_asked_for_is_told_with_the_code_to_block(
    story: Story, shop: ShopDouble
) -> None:
    shop.troubles = [DIES]
    story.types(ANA, GIVE)
    with story.desk.transaction() as session:
        compensation.revoke(session, 1, an_act(ANA, rulebook=RULES), gift=1, reason="wrong case")
        handover_orders.keep_answer(session, 1, story.desk.act(SYSTEM), Answer(200, '{"code": "CODE-1"}'))
    story.settle()

    tries_again(story, shop, 1)

    assert handed_over(story) == 0
    assert "your system made CODE-1, which is to be blocked" in story.thread[-1]
    assert len(shop.received) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"code": "<!channel> `A1`"}, "code *&lt;!channel&gt; 'A1'*"),
        ({"code": 4711, "reference": "Order 9"}, "code *4711*, Order 9"),
        ({"code": "x" * 50_000}, "(G1): delivery "),
        ({"code": {"a": 1}}, "(G1): delivery "),
        ("no JSON \u0000 at all", "(G1): delivery "),
        ("[" * 60_000, "(G1): delivery "),
        ("x" * 900_000, "(G1): delivery "),
    ],
)
def test_whatever_is_answered_is_kept_and_shown_harmless(
    story: Story, shop: ShopDouble, body: dict[str, object] | str, said: str
) -> None:
    shop.body = body

    story.types(ANA, GIVE)

    assert said in story.thread[-1]
    with story.desk.transaction() as session:
        order = session.scalars(select(HandoverOrder)).one()
        assert 0 < len(order.answer or "") <= handover_orders.ANSWER_LENGTH


def test_an_address_that_leads_elsewhere_is_not_followed(story: Story, shop: ShopDouble) -> None:
    shop.troubles = [302]

    story.types(ANA, GIVE)

    assert "it answered 302" in story.thread[-1]
