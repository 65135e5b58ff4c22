"""Lengths of time and moments, read as the person who types them means them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.times import Now, read_length, read_moment, split_moment, split_past
from handlers.errors import CannotDo

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = Now(datetime(2026, 11, 25, 14, 0, tzinfo=BERLIN).astimezone(UTC), BERLIN)


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("2h", 120),
        ("1h30", 90),
        ("1 h 30 min", 90),
        ("90 min", 90),
        ("30m", 30),
        ("1.5 hours", 90),
        ("2 hours and 5 minutes", 125),
        ("an hour", 60),
        ("half an hour", 30),
        ("for 2 days", 2880),
        ("1 WEEK", 10080),
    ],
)
def test_a_length_is_read_as_people_write_it(words: str, minutes: int) -> None:
    assert read_length(words) == timedelta(minutes=minutes)


@pytest.mark.parametrize("words", ["", "soon", "2", "2 lamps", "h", "2h foo", "1 month", "-2h", "2h1h1h1h1h"])
def test_what_is_no_length_is_refused_with_how_to_write_it(words: str) -> None:
    with pytest.raises(CannotDo, match="Write it as 2h, 1h30"):
        read_length(words)


@pytest.mark.parametrize("words", ["0 min", "367 days", "9999 weeks"])
def test_a_length_is_more_than_nothing_and_at_most_a_year(words: str) -> None:
    with pytest.raises(CannotDo, match="more than nothing and at most 366 days"):
        read_length(words)


@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("2h", "2026-11-25 16:00"),
        ("in 90 min", "2026-11-25 15:30"),
        ("2 days", "2026-11-27 14:00"),
        ("15:30", "2026-11-25 15:30"),
        ("9am", "2026-11-26 09:00"),
        ("at 2:05 pm", "2026-11-25 14:05"),
        ("12 am", "2026-11-26 00:00"),
        ("noon", "2026-11-26 12:00"),
        ("today 17:00", "2026-11-25 17:00"),
        ("this evening", "2026-11-25 18:00"),
        ("tomorrow", "2026-11-26 09:00"),
        ("Tomorrow 9am", "2026-11-26 09:00"),
        ("tomorrow at 9 am", "2026-11-26 09:00"),
        ("tomorrow morning", "2026-11-26 09:00"),
        ("the day after tomorrow", "2026-11-27 09:00"),
        ("friday 14:00", "2026-11-27 14:00"),
        ("until fri", "2026-11-27 09:00"),
        ("wednesday", "2026-12-02 09:00"),
        ("wednesday 14:01", "2026-11-25 14:01"),
        ("next week", "2026-11-30 09:00"),
        ("2026-12-01 10:00", "2026-12-01 10:00"),
        ("2026-12-01T10:00", "2026-12-01 10:00"),
        ("2026-12-01", "2026-12-01 09:00"),
        ("on 1 december at 9:30 am", "2026-12-01 09:30"),
        ("1st Dec", "2026-12-01 09:00"),
        ("dec 1 10:00", "2026-12-01 10:00"),
        ("January 7, 2027", "2027-01-07 09:00"),
        ("7 jan", "2027-01-07 09:00"),
        ("nov 25", "2027-11-25 09:00"),
    ],
)
def test_a_moment_is_the_next_one_of_its_name_where_the_person_is(words: str, local: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=BERLIN)

    assert read_moment(words, WEDNESDAY) == expected


def test_the_same_words_are_another_moment_elsewhere() -> None:
    in_new_york = Now(WEDNESDAY.at, ZoneInfo("America/New_York"))

    assert read_moment("9am", in_new_york) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def test_days_keep_the_hour_where_the_clocks_change() -> None:
    saturday = Now(datetime(2026, 10, 24, 12, 0, tzinfo=UTC), BERLIN)

    assert read_moment("1 day", saturday) == datetime(2026, 10, 25, 13, 0, tzinfo=UTC)
    assert read_moment("23h", saturday) == datetime(2026, 10, 25, 11, 0, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out_comes_as_much_later() -> None:
    saturday = Now(datetime(2027, 3, 27, 12, 0, tzinfo=UTC), BERLIN)

    assert read_moment("tomorrow 02:30", saturday) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say until when"),
        ("soon", "no time that I can read. Write it as 2h"),
        ("17", "no time that I can read"),
        ("25:00", "no time that I can read"),
        ("13 pm", "no time that I can read"),
        ("friday the 13th", "no time that I can read"),
        ("31 nov", "no time that I can read"),
        ("2026-02-30", "no time that I can read"),
        ("1/12", "two ways. Write the day as 2026-12-01"),
        ("1.12. 10:00", "two ways"),
        ("next friday", "two ways"),
        ("today 9am", "is past: it is Wednesday 2026-11-25 14:00 for you"),
        ("2026-11-24", "is past"),
        ("0 min", "is past"),
        ("2027-12-24", "more than 366 days ahead"),
        ("9999 weeks", "more than 366 days ahead"),
    ],
)
def test_a_refused_moment_says_what_would_be_right(words: str, why: str) -> None:
    with pytest.raises(CannotDo, match=why):
        read_moment(words, WEDNESDAY)


@pytest.mark.parametrize(
    ("words", "local", "rest"),
    [
        ("2h They call back", "2026-11-25 16:00", "They call back"),
        ("2 h 30 lamps are missing", "2026-11-25 16:00", "30 lamps are missing"),
        ("tomorrow 9am", "2026-11-26 09:00", ""),
        ("until friday 14:00 The courier comes", "2026-11-27 14:00", "The courier comes"),
        ("friday The courier comes", "2026-11-27 09:00", "The courier comes"),
    ],
)
def test_a_moment_is_split_from_the_words_after_it(words: str, local: str, rest: str) -> None:
    expected = datetime.fromisoformat(local).replace(tzinfo=BERLIN)

    assert split_moment(words, WEDNESDAY) == (expected, rest)


def test_words_without_a_moment_are_refused_by_their_beginning() -> None:
    with pytest.raises(CannotDo, match="“the courier” is no time"):
        split_moment("the courier comes", WEDNESDAY)


@given(st.integers(1, 366 * 24 * 60))
def test_a_number_of_minutes_is_that_many(minutes: int) -> None:
    words = f"{minutes // 60}h {minutes % 60} min"

    assert read_length(words) == timedelta(minutes=minutes)
    assert read_moment(words, WEDNESDAY) - WEDNESDAY.at in {
        timedelta(minutes=minutes),
        timedelta(minutes=minutes) - timedelta(hours=1),
    }


@given(st.integers(1, 365 * 24 * 60))
def test_a_moment_written_in_full_is_that_one(minutes: int) -> None:
    wanted = WEDNESDAY.at + timedelta(minutes=minutes)
    local = wanted.astimezone(BERLIN)

    moment = read_moment(f"{local:%Y-%m-%d %H:%M}", WEDNESDAY)

    assert moment == wanted - timedelta(hours=local.fold)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_moment_ahead_or_refused_in_words(words: str) -> None:
    with suppress(CannotDo):
        assert read_moment(words, WEDNESDAY) > WEDNESDAY.at


@pytest.mark.parametrize(
    ("words", "local", "rest"),
    [
        ("", "2026-11-25 14:00", ""),
        ("Order 12", "2026-11-25 14:00", "Order 12"),
        ("4711 at the till", "2026-11-25 14:00", "4711 at the till"),
        ("yesterday Order 12", "2026-11-24 00:00", "Order 12"),
        ("Yesterday 9:30 pm, Order 12", "2026-11-24 21:30", "Order 12"),
        ("4711-12 at the till", "2026-11-25 14:00", "4711-12 at the till"),
        ("today", "2026-11-25 00:00", ""),
        ("13:59 till 4", "2026-11-25 13:59", "till 4"),
        ("2026-03-29", "2026-03-29 00:00", ""),
        ("on 2026-03-02 09:00 Order 12", "2026-03-02 09:00", "Order 12"),
        ("2026-03-02T09:00 Order 12", "2026-03-02 09:00", "Order 12"),
        ("2 march 2026 at 9am", "2026-03-02 09:00", ""),
        ("3 days ago", "2026-11-22 14:00", ""),
        ("9999 weeks ago", "2006-11-10 14:00", ""),
    ],
)
def test_a_moment_that_is_past_is_read_before_what_follows(words: str, local: str, rest: str) -> None:
    at, after = split_past(words, WEDNESDAY)

    assert (f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}", after) == (local, rest)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("15:00", "has not come yet: it is Wednesday"),
        ("2027-01-01", "has not come yet"),
        ("02/03/2026 Order 12", "in two ways. Write it as yesterday, today 14:00"),
        ("2.3.2026", "in two ways"),
        ("monday", "in two ways"),
        ("last friday", "in two ways"),
        ("2 march", "in two ways"),
        ("march 2 Order", "in two ways"),
        ("2026-13-01", "in two ways"),
        ("tomorrow", "in two ways"),
    ],
)
def test_what_may_mean_another_moment_is_refused_and_not_taken_for_a_reference(words: str, said: str) -> None:
    with pytest.raises(CannotDo, match=said):
        split_past(words, WEDNESDAY)
