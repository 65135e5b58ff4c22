"""Which promise a case is under follows from what it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.policies.opening_hours import ALWAYS, OpeningHours
from models.policies.promises import Choice, Fit, Promise, Terms, Traits, choose_promise, which_change
from models.vocabulary import CaseKind, ClockKind, Priority

PLAIN = Traits(CaseKind.COMPLAINT, Priority.HIGH, "care", segment=None)
GOLD = Traits(CaseKind.COMPLAINT, Priority.HIGH, "care", segment="gold")


def a_promise(name: str, fits: Fit | None = None) -> Promise:
    return Promise(name, {ClockKind.RESOLVE: timedelta(hours=1)}, (), is_round_the_clock=True, fits=fits)


def fit(**asked: str) -> Fit:
    """One value for each trait that is asked for."""
    return Fit(**{trait: frozenset({value}) for trait, value in asked.items()})  # type: ignore[arg-type]


def among(*promises: Promise) -> dict[str, Promise]:
    return {promise.name: promise for promise in promises}


@pytest.mark.parametrize(
    ("fits", "case", "covers"),
    [
        (fit(kind="complaint"), PLAIN, True),
        (fit(kind="query"), PLAIN, False),
        (fit(kind="complaint", priority="high", team="care"), PLAIN, True),
        (fit(kind="complaint", priority="high", team="billing"), PLAIN, False),
        (fit(segment="gold"), GOLD, True),
        (fit(segment="gold"), PLAIN, False),
        (Fit(priority=frozenset({Priority.LOW, Priority.HIGH})), PLAIN, True),
        (Fit(), PLAIN, True),
    ],
)
def test_a_promise_is_for_the_cases_that_have_all_that_it_asks(fits: Fit, case: Traits, covers: bool) -> None:
    assert fits.covers(case) is covers


def test_the_first_promise_that_fits_is_chosen() -> None:
    promises = among(
        a_promise("queries", fit(kind="query")),
        a_promise("gold", fit(segment="gold")),
        a_promise("care", fit(team="care")),
    )

    assert choose_promise(promises, GOLD) == Choice("gold", "for segment gold")
    assert choose_promise(promises, PLAIN) == Choice("care", "for team care")


def test_where_none_fits_the_one_named_as_the_priority_is_chosen() -> None:
    promises = among(a_promise("normal"), a_promise("high"), a_promise("gold", fit(segment="gold")))

    assert choose_promise(promises, PLAIN) == Choice("high", "named as the priority")


def test_a_promise_that_says_what_it_is_for_is_not_chosen_for_its_name() -> None:
    promises = among(a_promise("high", fit(kind="query")))

    assert choose_promise(promises, PLAIN) is None


def test_what_a_promise_is_for_is_said_in_words() -> None:
    fits = Fit(priority=frozenset({Priority.URGENT, Priority.HIGH}), segment=frozenset({"gold"}))

    assert str(fits) == "priority high or urgent; segment gold"


HOUR = timedelta(hours=1)
ACKNOWLEDGE, UPDATE, RESOLVE = ClockKind.ACKNOWLEDGE, ClockKind.UPDATE, ClockKind.RESOLVE


def terms(length: timedelta) -> Terms:
    return Terms(length, (0.5,), ALWAYS, is_round_the_clock=True)


@pytest.mark.parametrize(
    ("running", "wanted", "over", "changed"),
    [
        ({RESOLVE: 2}, {RESOLVE: 2}, set(), []),
        ({RESOLVE: 2}, {RESOLVE: 1}, set(), [RESOLVE]),
        ({RESOLVE: 2, ACKNOWLEDGE: 1}, {RESOLVE: 2}, set(), [ACKNOWLEDGE]),
        ({RESOLVE: 2}, {RESOLVE: 1, UPDATE: 1}, set(), [UPDATE, RESOLVE]),
        ({RESOLVE: 2}, {RESOLVE: 2, ACKNOWLEDGE: 1}, {ACKNOWLEDGE}, []),
        ({}, {RESOLVE: 2}, {RESOLVE}, []),
    ],
)
def test_another_promise_changes_the_clocks_that_it_makes_run_otherwise(
    running: dict[ClockKind, int],
    wanted: dict[ClockKind, int],
    over: set[ClockKind],
    changed: list[ClockKind],
) -> None:
    before = {kind: terms(hours * HOUR) for kind, hours in running.items()}
    after = {kind: terms(hours * HOUR) for kind, hours in wanted.items()}

    assert which_change(before, after, over) == changed


def test_a_promise_counts_in_the_hours_of_another_team_unless_it_is_round_the_clock() -> None:
    office = OpeningHours("Mo-Fr 09:00-17:00", "Europe/Berlin")
    by_team = replace(terms(HOUR), is_round_the_clock=False)

    assert by_team.in_hours_of(office).hours == office
    assert terms(HOUR).in_hours_of(office).hours == ALWAYS
