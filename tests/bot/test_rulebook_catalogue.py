"""The catalogue of rules.yaml is read entry by entry, and each mistake is told with its line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.rulebook import RulebookError
from bot.rulebook.loading import read_rulebook
from models.policies.catalogue import AsGiven, Fixed, Free, Offer, PercentOf, PerPoint
from models.policies.rights import Role
from models.vocabulary import CaseKind, CompensationKind
from tests.bot.rules_text import GOOD, good_but

CATALOGUE = """\
  catalogue:
    percent-off:
      name: Percent off the next order
      kind: discount
      cost: {percent_of: 80}
      from: 5
      to: 25
      for: {kind: [complaint, query], rule: Late parcel, theme: delivery}
      by: supervisor
      until: 2026-12-31
      expires: 90 days
      text: "We take {amount} off, until {until}: {code}"
    share:
      name: Share of the order
      kind: refund
      cost: {percent_of: order_total}
    points: {name: Points, kind: points, cost: {per_point: 0.01}, to: 500}
    delivery: {name: Free delivery, kind: free service, cost: {fixed: 4.90}}
    voucher: {name: Voucher, kind: voucher, cost: amount, from: 5.5}
    card: {name: Card by hand, kind: gesture, cost: none}
"""
THEMES = """\
themes:
  delivery: {name: Late or lost delivery, description: It came late or not at all}
  other: {name: Something else, description: None of these}
"""
WITH_CATALOGUE = GOOD.replace("  options: [refund, free service]\n", CATALOGUE) + THEMES


def test_each_entry_is_read_with_its_cost_and_its_bounds() -> None:
    offers = read_rulebook(WITH_CATALOGUE.encode()).compensation.offers

    assert offers["percent-off"] == Offer(
        key="percent-off",
        name="Percent off the next order",
        kind=CompensationKind.DISCOUNT,
        cost=PercentOf(Decimal(80)),
        given_by=Role.SUPERVISOR,
        for_kinds=frozenset({CaseKind.COMPLAINT, CaseKind.QUERY}),
        for_rules=frozenset({"Late parcel"}),
        for_themes=frozenset({"delivery"}),
        least=Decimal(5),
        most=Decimal(25),
        until=date(2026, 12, 31),
        expires=timedelta(days=90),
        text="We take {amount} off, until {until}: {code}",
    )
    assert [(key, offer.cost) for key, offer in offers.items()][1:] == [
        ("share", PercentOf("order_total")),
        ("points", PerPoint(Decimal("0.01"))),
        ("delivery", Fixed(Decimal("4.9"))),
        ("voucher", AsGiven()),
        ("card", Free()),
    ]


def test_without_a_catalogue_each_option_is_given_in_any_amount() -> None:
    offers = read_rulebook(GOOD.encode()).compensation.offers

    assert {key: offer.cost for key, offer in offers.items()} == {
        "refund": AsGiven(),
        "free service": AsGiven(),
    }


MISTAKES = [
    ("kind: refund", "kind: refunds", "share: kind: unknown kind of compensation 'refunds'; did you mean"),
    ("{fixed: 4.90}", "{fixed: -1}", "delivery: cost: fixed: -1 is not between 0 and 1,000,000"),
    ("{fixed: 4.90}", "{fixed: 4.905}", "delivery: cost: 4.905 has more than 2 decimals for EUR"),
    (
        "{per_point: 0.01}",
        "{per_points: 0.01}",
        "cost: {'per_points': 0.01} is no cost; write amount",
    ),
    ("cost: amount", "cost: nothing", "voucher: cost: 'nothing' is no cost; write amount, none, {fixed"),
    ("cost: none", "cost: amount", "card: cost: a gesture costs nothing; write none"),
    ("cost: amount", "cost: none", "voucher: cost: a voucher costs something; write what it costs"),
    ("from: 5.5", "from: 5.505", "voucher: from: 5.505 has more than 2 decimals for EUR"),
    ("from: 5.5", "from: 0", "voucher: from: it: 0 is not between 0 and 1,000,000"),
    ("to: 25", "to: 4", "percent-off: to: 4 is below 'from', 5"),
    ("to: 25", "to: 101", "percent-off: to: no share is above 100 percent"),
    ("{fixed: 4.90}", "{fixed: 4.90}, to: 5", "delivery: to: it always costs the same; delete this"),
    ("by: supervisor", "by: boss", "percent-off: by: unknown role 'boss'; known: agent, supervisor"),
    ("[complaint, query]", "[complaints]", "for: kind: unknown kind of case 'complaints'; did you mean"),
    (
        "rule: Late parcel",
        "rule: Late parcels",
        "rule: unknown rule 'Late parcels'; did you mean Late",
    ),
    (
        "rule: Late parcel",
        "rule: Nothing to do",
        "for: rule: unknown rule 'Nothing to do'; known: Late",
    ),
    (
        "{kind: [complaint, query], rule: Late parcel, theme: delivery}",
        "{}",
        "percent-off: for: names nothing; write kind, rule or theme, or delete it",
    ),
    (
        "theme: delivery",
        "theme: [other, deliveries]",
        "percent-off: for: theme: unknown theme 'deliveries'; did you mean delivery?",
    ),
    ("{kind: [", "{kinds: [", "percent-off: for: kinds: is not known here; did you mean kind?"),
    ("2026-12-31", "2026-02-30", "percent-off: until: '2026-02-30' is no day; write it like 2026-12-31"),
    ("      expires: 90 days\n", "", "percent-off: text: names {until}, and the entry never expires"),
    ("expires: 90 days", "expires: 3 months", "percent-off: expires: "),
    ("{code}", "{kode}", "percent-off: text: {kode} stands for nothing; did you mean code?"),
    ("name: Voucher", "name: free DELIVERY", "voucher: name: 'free DELIVERY' is the name of 'delivery' too"),
    ("name: Voucher, ", "", "voucher: name: is needed"),
    ("    voucher:", "    Voucher!:", "is not a key; write small letters"),
    ("name: Points", "title: Points", "points: title: is not known here"),
    (
        "  catalogue:",
        "  options: [refund]\n  catalogue:",
        "options: the catalogue says what can be given",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES)
def test_a_mistake_in_an_entry_is_told_with_its_line(old: str, new: str, words: str) -> None:
    assert WITH_CATALOGUE.count(old) == 1

    with pytest.raises(RulebookError) as refused:
        read_rulebook(WITH_CATALOGUE.replace(old, new).encode())

    told = [line for line in str(refused.value).splitlines() if words in line]
    assert told, str(refused.value)
    assert told[0].split(":")[1].isdigit()


def test_what_can_be_given_must_be_said() -> None:
    with pytest.raises(RulebookError, match="options: is needed: what can be given; or write a catalogue"):
        read_rulebook(good_but("  options: [refund, free service]\n", ""))
