"""When a desk is open, by its calendar."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from models.policies.opening_hours import ALWAYS, OpeningHours
from models.policies.sla_clock import Pause
from tests.models.minute_walker import MINUTE, Week, situations

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
OFFICE = "Mo-Fr 08:00-18:00; Sa 09:00-12:00; PH off; Dec 24 off"


def local_spans(hours: OpeningHours, first: str, last: str) -> list[str]:
    """What is open from the midnight that begins `first` to the one that begins `last`, by the wall clock."""
    zone = ZoneInfo(hours.time_zone)
    start, end = (datetime.fromisoformat(day).replace(tzinfo=zone) for day in (first, last))
    spans = hours.open_spans(start, end)
    return [f"{a.astimezone(zone):%a %d %H:%M}-{b.astimezone(zone):%a %d %H:%M}" for a, b in spans]


@pytest.mark.parametrize(
    ("hours", "first", "last", "expected"),
    [
        pytest.param(
            OpeningHours(OFFICE, BERLIN, "DE"),
            "2026-12-22",
            "2026-12-29",
            [
                "Tue 22 08:00-Tue 22 18:00",
                "Wed 23 08:00-Wed 23 18:00",
                "Mon 28 08:00-Mon 28 18:00",
            ],
            id="Christmas Eve and both holidays, the second on a Saturday",
        ),
        pytest.param(
            OpeningHours("Mo-Su 22:00-06:00; PH off", BERLIN, "DE"),
            "2026-12-24",
            "2026-12-28",
            ["Thu 24 00:00-Thu 24 06:00", "Thu 24 22:00-Fri 25 06:00", "Sun 27 22:00-Mon 28 00:00"],
            id="a holiday removes the night that starts on it, not the one that ends on it",
        ),
        pytest.param(
            OpeningHours("Mo-Su 22:00-06:00; Th 08:00-12:00", "UTC"),
            "2026-12-02",
            "2026-12-05",
            [
                "Wed 02 00:00-Wed 02 06:00",
                "Wed 02 22:00-Thu 03 06:00",
                "Thu 03 08:00-Thu 03 12:00",
                "Fri 04 22:00-Sat 05 00:00",
            ],
            id="other hours on Thursday replace the night that starts on it",
        ),
        pytest.param(
            OpeningHours("Mo-Su 22:00-06:00; 01:00-02:00 off", "UTC"),
            "2026-12-02",
            "2026-12-03",
            [
                "Wed 02 00:00-Wed 02 01:00",
                "Wed 02 02:00-Wed 02 06:00",
                "Wed 02 22:00-Thu 03 00:00",
            ],
            id="a break is cut out of the night that began the evening before",
        ),
        pytest.param(
            OpeningHours("Mo-Fr 00:00-08:00; We 23:00-01:00 off", "UTC"),
            "2026-12-03",
            "2026-12-04",
            ["Thu 03 01:00-Thu 03 08:00"],
            id="a break over midnight is cut out of the next day",
        ),
        pytest.param(
            OpeningHours("Mo-Fr 09:00-17:00; 12:00-13:00 off; 2026 Dec 03 11:00-12:30", "UTC"),
            "2026-12-02",
            "2026-12-04",
            [
                "Wed 02 09:00-Wed 02 12:00",
                "Wed 02 13:00-Wed 02 17:00",
                "Thu 03 11:00-Thu 03 12:30",
            ],
            id="the hours of one date replace the day, the break before them too",
        ),
        pytest.param(
            OpeningHours("Mo-Fr 09:00-12:00,13:00-17:00, We 18:00-20:00", "UTC"),
            "2026-12-01",
            "2026-12-03",
            [
                "Tue 01 09:00-Tue 01 12:00",
                "Tue 01 13:00-Tue 01 17:00",
                "Wed 02 09:00-Wed 02 12:00",
                "Wed 02 13:00-Wed 02 17:00",
                "Wed 02 18:00-Wed 02 20:00",
            ],
            id="a rule after a comma adds to the day",
        ),
        pytest.param(
            OpeningHours("PH off; Mo-Fr 09:00-17:00", BERLIN, "DE"),
            "2026-12-25",
            "2026-12-26",
            ["Fri 25 09:00-Fri 25 17:00"],
            id="a later rule overrules the holiday before it",
        ),
        pytest.param(
            OpeningHours("Mo-Fr 09:00-17:00; PH,Su 10:00-12:00", BERLIN, "DE"),
            "2026-12-24",
            "2026-12-28",
            [
                "Thu 24 09:00-Thu 24 17:00",
                "Fri 25 10:00-Fri 25 12:00",
                "Sat 26 10:00-Sat 26 12:00",
                "Sun 27 10:00-Sun 27 12:00",
            ],
            id="hours of their own on holidays and Sundays",
        ),
        pytest.param(
            OpeningHours("Mo-Fr 09:00-17:00", BERLIN, days_off=[date(2026, 12, 2)]),
            "2026-12-01",
            "2026-12-04",
            ["Tue 01 09:00-Tue 01 17:00", "Thu 03 09:00-Thu 03 17:00"],
            id="an extra day off",
        ),
        pytest.param(
            OpeningHours("24/7", BERLIN, days_off=[date(2026, 12, 2)]),
            "2026-12-01",
            "2026-12-04",
            ["Tue 01 00:00-Wed 02 00:00", "Thu 03 00:00-Fri 04 00:00"],
            id="an extra day off of a desk that never closes",
        ),
        pytest.param(
            OpeningHours("Mo-Su 00:00-24:00; Fr off", BERLIN),
            "2026-12-30",
            "2027-01-03",
            ["Wed 30 00:00-Fri 01 00:00", "Sat 02 00:00-Sun 03 00:00"],
            id="open over the turn of the year by UTC in one piece",
        ),
        pytest.param(
            OpeningHours("Mo 20:00-02:00; Tu 09:00-09:00; Th 22:00-26:00; Fr 18:00-00:00", "UTC"),
            "2026-11-30",
            "2026-12-06",
            [
                "Mon 30 20:00-Tue 01 02:00",
                "Tue 01 09:00-Wed 02 09:00",
                "Thu 03 22:00-Fri 04 02:00",
                "Fri 04 18:00-Sat 05 00:00",
            ],
            id="four ways to write an end on the next day",
        ),
        pytest.param(
            OpeningHours("Mo-Su 02:15-02:45,02:30-03:30", BERLIN),
            "2026-03-28",
            "2026-03-30",
            ["Sat 28 02:15-Sat 28 03:30", "Sun 29 03:00-Sun 29 03:30"],
            id="the hour that is skipped is never open",
        ),
        pytest.param(
            OpeningHours("Mo-Su 01:00-02:30", BERLIN),
            "2026-10-25",
            "2026-10-26",
            ["Sun 25 01:00-Sun 25 02:30", "Sun 25 02:00-Sun 25 02:30"],
            id="the hour that is repeated is open both times",
        ),
        pytest.param(
            OpeningHours("Mo-Su 00:00-06:00", "America/Sao_Paulo"),
            "2018-11-03",
            "2018-11-05",
            ["Sat 03 00:00-Sat 03 06:00", "Sun 04 01:00-Sun 04 06:00"],
            id="a midnight that there is not",
        ),
    ],
)
def test_the_desk_is_open_when_its_calendar_says(
    hours: OpeningHours, first: str, last: str, expected: list[str]
) -> None:
    spans = local_spans(hours, first, last)

    assert spans == expected


@pytest.mark.parametrize(
    ("country", "region", "day", "is_open"),
    [
        ("DE", "BY", "2026-01-06", False),  # Epiphany, in Bavaria and not in Berlin
        ("DE", "BE", "2026-01-06", True),
        ("DE", None, "2026-01-06", True),
        ("DE", "BE", "2026-10-26", True),
        ("US", "CA", "2026-03-31", False),  # Cesar Chavez Day, in California and not in Ohio
        ("US", "OH", "2026-03-31", True),
        ("US", None, "2026-07-03", False),  # the fourth is a Saturday
        ("US", None, "2027-12-31", False),  # the first of January is a Saturday
        ("GB", "ENG", "2026-12-28", False),  # the 26th is a Saturday
    ],
)
def test_public_holidays_are_those_of_the_country_and_its_region(
    country: str, region: str | None, day: str, is_open: bool
) -> None:
    hours = OpeningHours("Mo-Fr 09:00-17:00; PH off", "UTC", country, region)

    is_open_at_noon = hours.is_open(datetime.fromisoformat(f"{day}T12:00Z"))

    assert is_open_at_noon is is_open


@pytest.mark.parametrize(
    ("expression", "time_zone", "first", "real_hours"),
    [
        ("Mo-Su 01:00-05:00", BERLIN, "2026-03-29", 3),
        ("Mo-Su 01:00-05:00", BERLIN, "2026-10-25", 5),
        ("24/7", BERLIN, "2026-03-29", 23),
        ("Mo-Su 00:00-24:00", BERLIN, "2026-10-25", 25),
        ("Mo-Su 00:00-24:00; Mo off", NEW_YORK, "2026-03-08", 23),
        ("Mo-Su 01:30-05:00", NEW_YORK, "2026-11-01", 4),
        ("Mo-Su 00:00-02:30", "Australia/Lord_Howe", "2026-04-05", 3),
    ],
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(
    expression: str, time_zone: str, first: str, real_hours: float
) -> None:
    hours = OpeningHours(expression, time_zone)
    midnight = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(time_zone))

    spans = hours.open_spans(midnight, midnight + timedelta(days=1))

    assert sum((closed - opened for opened, closed in spans), timedelta(0)) == timedelta(hours=real_hours)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Mo-Fr 8-18", "UTC"), "'Mo-Fr 8-18' cannot be read at '8-18'; write it like 'Mo-Fr 08:00-18:00"),
        (("Mo-Fr 09:00-17:00; Foo", "UTC"), "cannot be read at 'Foo'"),
        (("Mo-Fr 09:00-17:00;", "UTC"), "cannot be read at its end"),
        (("", "UTC"), "'' cannot be read at its end"),
        (("Mo-Fr 09:00-25:00-26:00", "UTC"), "cannot be read at '-26:00'"),
        (("off", "UTC"), "'off' never open"),
        (("Mo-Fr 09:00-17:00; Mo-Fr off", "UTC"), "never open"),
        (("1999 Mo-Fr 09:00-17:00", "UTC"), "never open"),
        (("Feb 30 09:00-17:00", "UTC"), "there is no Feb 30"),
        (
            ("Mo-Fr 09:00-17:00", "Europe/Berlni"),
            "unknown time zone 'Europe/Berlni'; did you mean Europe/Berlin?",
        ),
        (("Mo-Fr 09:00-17:00", "/etc/hosts"), "unknown time zone '/etc/hosts'; write it like Europe/Berlin"),
        (("Mo-Fr 09:00-17:00", ""), "unknown time zone ''"),
        (("Mo-Fr 09:00-17:00; PH off", BERLIN), "name public holidays .PH.; add a country, such as DE"),
        (("Mo-Fr 09:00-17:00", BERLIN, "XX"), "unknown country 'XX'; write its ISO code"),
        (("Mo-Fr 09:00-17:00", BERLIN, "DE", "XX"), "unknown region 'XX' of DE; known: BB, BE"),
        (("Mo-Fr 09:00-17:00", BERLIN, None, "BY"), "region 'BY' needs its country"),
        (('"on appointment"', BERLIN), "a comment in quotes"),
        (("Mo-Fr 09:00-17:00; Mo-Fr PH off", BERLIN, "DE"), "PH beside a weekday; write 'PH,Su'"),
        (("Mo-Fr 09:00-17:00; PH Mo-Fr off", BERLIN, "DE"), "PH beside a weekday"),
        (("Mo-Fr 09:00-17:00; PH -1 day off", BERLIN, "DE"), "counts days from a holiday"),
        (("Mo-Fr 09:00-17:00; SH off", BERLIN, "DE"), "school holidays"),
        (("Mo-Fr sunrise-sunset", BERLIN), "follows the sun"),
        (("Mo-Fr 09:00+", BERLIN), "hours without an end"),
        (("Mo-Fr 09:00-17:00/02:00", BERLIN), "hours without an end or repeated"),
        (("Mo-Fr 09:00-17:00 unknown", BERLIN), "leaves open what holds"),
        (("Mo-Fr 09:00-17:00 || Sa 09:00-12:00", BERLIN), "leaves open what holds"),
    ],
)
def test_a_calendar_that_cannot_be_used_is_refused_in_words_of_its_author(
    arguments: tuple[Any, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words.replace("?", "[?]").replace("||", "[|][|]")):
        OpeningHours(*arguments)


def test_a_calendar_over_several_lines_is_read_as_one() -> None:
    folded = OpeningHours("Mo-Fr 08:00-18:00;\n  Sa 09:00-12:00\n", "UTC")

    assert folded.is_open(datetime(2026, 12, 5, 11, tzinfo=UTC))


def test_the_desk_is_open_at_its_opening_and_not_at_its_closing() -> None:
    hours = OpeningHours("Mo-Fr 09:00-17:00", "UTC")

    opening, closing = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 17, tzinfo=UTC)

    assert hours.is_open(opening)
    assert hours.is_open(closing - timedelta.resolution)
    assert not hours.is_open(closing)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-12-01T10:00Z", "2026-12-01T10:00Z"),
        ("2026-12-01T17:00Z", "2026-12-02T09:00Z"),
        ("2026-12-04T18:00+01:00", "2026-12-07T09:00Z"),
    ],
)
def test_the_next_opening_is_now_when_the_desk_is_open(at: str, expected: str) -> None:
    hours = OpeningHours("Mo-Fr 09:00-17:00", "UTC")

    opening = hours.next_opening(datetime.fromisoformat(at))

    assert opening == datetime.fromisoformat(expected)


def test_a_desk_that_has_closed_for_good_has_no_next_opening() -> None:
    hours = OpeningHours("2024 Mo-Fr 09:00-17:00", "UTC")

    opening = hours.next_opening(datetime(2026, 1, 1, tzinfo=UTC))

    assert opening is None


def test_round_the_clock_is_one_span_however_long() -> None:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)

    spans = list(ALWAYS.open_spans(start, end))

    assert spans == [(start, end)]


def test_nothing_is_open_between_an_instant_and_an_earlier_one() -> None:
    hours = OpeningHours("Mo-Fr 09:00-17:00", "UTC")

    spans = list(
        hours.open_spans(datetime(2026, 12, 3, 12, tzinfo=UTC), datetime(2026, 12, 3, 10, tzinfo=UTC))
    )

    assert spans == []


def test_calendars_of_the_same_words_are_the_same() -> None:
    one = OpeningHours(OFFICE, BERLIN, "DE", "BY", [date(2026, 12, 31), date(2026, 12, 30)])
    other = OpeningHours(OFFICE, BERLIN, "DE", "BY", (date(2026, 12, 30), date(2026, 12, 31)))

    assert one == other
    assert hash(one) == hash(other)
    assert one != OpeningHours(OFFICE, BERLIN, "DE", "BE")


def test_a_time_without_a_zone_is_refused() -> None:
    hours = OpeningHours("Mo-Fr 09:00-17:00", "UTC")

    with pytest.raises(ValueError, match="2026-12-01T09:00:00 has no time zone"):
        hours.is_open(datetime(2026, 12, 1, 9))  # noqa: DTZ001 - that is the point


@settings(max_examples=60, deadline=None)
@given(situation=situations())
def test_the_desk_is_open_in_just_the_minutes_at_which_the_wall_clock_shows_a_window(
    situation: tuple[Week, datetime, tuple[Pause, ...]],
) -> None:
    week, start, _ = situation
    minutes = [start + n * MINUTE for n in range(4 * 1440)]

    spans = list(week.hours().open_spans(start, minutes[-1] + MINUTE))

    walked = [at for at in minutes if week.is_open(at)]
    assert [at for opened, closed in spans for at in minutes if opened <= at < closed] == walked
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))
