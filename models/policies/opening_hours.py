"""When a desk is open: opening-hours syntax, a time zone, public holidays, extra days off.

    Mo-Fr 08:00-18:00; Sa 09:00-12:00; PH off; Dec 24 off

A rule after `;` replaces what earlier rules said for the days that it takes, one after `,` adds to it,
`off` with hours is a break. `PH` are the public holidays of the country and its region; without a rule
for them they are days like any other, and the rule belongs after those that it is to overrule.

A desk is open while the clock on its wall shows a time within a window: the hour that is skipped in
spring is never open, the hour that is repeated in autumn counts both times. A shift over midnight
belongs to the day on which it opens: a day off removes the shift that starts on it, and leaves alone
what began the evening before. A break is cut out of both.
"""

import difflib
import re
import zoneinfo
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

import holidays
from opening_hours import OpeningHours as Expression
from opening_hours import ParserError  # type: ignore[attr-defined]  # its stub leaves the exception out

HORIZON = timedelta(days=3660)
"""How far ahead an opening is looked for: ten years."""

Span = tuple[datetime, datetime]
"""[from, to) in UTC."""

_Moment = TypeVar("_Moment", datetime, timedelta)
_Window = tuple[timedelta, timedelta]  # since local midnight; beyond 24 hours it is the next day

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class OpeningHours:
    """When a desk is open; equal ones share what was read and worked out.

    `time_zone` is a name such as Europe/Berlin, `country` an ISO code such as DE, `region` one of that
    country's such as BY. No shift opens on `days_off`, which are local dates.
    Raises ValueError, in words for whoever wrote it, where any of this cannot be used.
    """

    expression: str
    time_zone: str
    country: str | None = None
    region: str | None = None
    days_off: Iterable[date] = ()
    _calendar: "_Calendar" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days_off = frozenset(self.days_off)
        place = _Place(self.time_zone, self.country, self.region)
        object.__setattr__(self, "days_off", days_off)
        object.__setattr__(self, "_calendar", _read_calendar(self.expression, place, days_off))

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at this instant: yes at an opening, no at a closing."""
        return any(self.open_spans(at, at + timedelta.resolution))

    def open_spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """What of [start, end) is open, in order; spans that touch are one."""
        return self._calendar.open_spans(in_utc(start), in_utc(end))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open instant from `at` on, `at` itself if it is open; None when ten years have none."""
        return next((opened for opened, _ in self.open_spans(at, at + HORIZON)), None)


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a time without a zone."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone; add one, such as {at.isoformat()}+00:00")
    return at.astimezone(UTC)


def merged(spans: Iterable[tuple[_Moment, _Moment]]) -> list[tuple[_Moment, _Moment]]:
    """The same time in as few spans as possible, in order."""
    together: list[tuple[_Moment, _Moment]] = []
    for begin, end in sorted(spans):
        if together and begin <= together[-1][1]:
            together[-1] = together[-1][0], max(together[-1][1], end)
        else:
            together.append((begin, end))
    return together


def without(
    span: tuple[_Moment, _Moment], cuts: Iterable[tuple[_Moment, _Moment]]
) -> list[tuple[_Moment, _Moment]]:
    """What is left of a span when every cut is taken out of it, in order."""
    pieces = [span]
    for cut_begin, cut_end in cuts:
        before = [(begin, min(end, cut_begin)) for begin, end in pieces]
        after = [(max(begin, cut_end), end) for begin, end in pieces]
        pieces = sorted((begin, end) for begin, end in before + after if begin < end)
    return pieces


# The calendar: the shifts of a local day, the open spans of a year


@dataclass(frozen=True)
class _Place:
    time_zone: str
    country: str | None
    region: str | None


@dataclass(frozen=True)
class _Rule:
    """One rule of an expression: which days it takes, and what it says about them."""

    on_workdays: Expression
    on_holidays: Expression
    windows: list[_Window]  # none: the whole day
    is_off: bool
    is_added: bool

    def takes(self, day: date, *, is_holiday: bool) -> bool:
        noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - the library reads local time
        return (self.on_holidays if is_holiday else self.on_workdays).is_open(noon)

    def applied_to(self, shifts: list[_Window]) -> list[_Window]:
        """The shifts of a day that it takes, given what the rules before it made of them."""
        windows = self.windows or [(timedelta(0), _DAY)]
        if self.is_off and not self.windows:
            return []
        if self.is_off:
            return [piece for shift in shifts for piece in without(shift, windows)]
        return merged([*shifts, *windows] if self.is_added else windows)


@dataclass(frozen=True, eq=False)
class _Calendar:
    """Rules at a place. Years are worked out when they are reached, and kept."""

    rules: list[_Rule]
    zone: zoneinfo.ZoneInfo
    holiday_place: tuple[str, str | None] | None  # country and region, where the rules ask for holidays
    days_off: frozenset[date]
    is_always_open: bool
    _years: dict[int, tuple[list[datetime], list[Span]]] = field(default_factory=dict)

    def open_spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        held: Span | None = None
        for opened, closed in self._pieces(start, end):
            if held and held[1] < opened:
                yield held
                held = None
            held = held[0] if held else opened, closed
        if held:
            yield held

    def _pieces(self, start: datetime, end: datetime) -> Iterator[Span]:
        """What of [start, end) is open; a span over the turn of a year comes in two pieces."""
        if start >= end:
            return
        if self.is_always_open:
            yield start, end
            return
        for year in range(start.year, end.year + 1):
            openings, spans = self._year(year)
            for opened, closed in spans[max(bisect_right(openings, start) - 1, 0) :]:
                if opened >= end:
                    return
                if closed > start:
                    yield max(opened, start), min(closed, end)

    def _year(self, year: int) -> tuple[list[datetime], list[Span]]:
        """The open spans of a year by UTC, and their beginnings to search in."""
        if year not in self._years:
            spans = self._worked_out(year)
            self._years[year] = [opened for opened, _ in spans], spans
        return self._years[year]

    def _worked_out(self, year: int) -> list[Span]:
        begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        other_years = [(datetime.min.replace(tzinfo=UTC), begin), (end, datetime.max.replace(tzinfo=UTC))]
        first = begin.date() - 3 * _DAY  # a shift may run for two days, and a zone be one away from UTC
        days = [first + n * _DAY for n in range(372)]
        spans = merged(
            span for day in days for shift in self.shifts(day) for span in self._in_utc(day, shift)
        )
        return [piece for span in spans for piece in without(span, other_years)]

    def shifts(self, day: date) -> list[_Window]:
        """What opens on this local day, breaks taken out, those of the days beside it too."""
        if day in self.days_off:
            return []
        shifts: list[_Window] = []
        for rule in self.rules:
            if rule.takes(day, is_holiday=self._is_holiday(day)):
                shifts = rule.applied_to(shifts)
        breaks = [*self._breaks(day - _DAY, moved=-_DAY), *self._breaks(day + _DAY, moved=_DAY)]
        return [piece for shift in shifts for piece in without(shift, breaks)]

    def _breaks(self, day: date, *, moved: timedelta) -> list[_Window]:
        rules = [rule for rule in self.rules if rule.is_off and rule.windows]
        taken = [rule for rule in rules if rule.takes(day, is_holiday=self._is_holiday(day))]
        return [(begin + moved, end + moved) for rule in taken for begin, end in rule.windows]

    def _is_holiday(self, day: date) -> bool:
        place = self.holiday_place
        return place is not None and day in _public_holidays(*place, day.year)

    def _in_utc(self, day: date, shift: _Window) -> list[Span]:
        """When the clock on the wall shows the shift; where the clocks change, in two parts or never."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        opened, closed = midnight + shift[0], midnight + shift[1]  # wall time, not yet moved to UTC
        before, after = self._offset(opened - _DAY), self._offset(closed + _DAY)
        if before == after:
            return [(opened - before, closed - before)]
        change = self._change(opened - _DAY, closed + _DAY)
        parts = [
            (opened - before, min(closed - before, change)),
            (max(opened - after, change), closed - after),
        ]
        return [(begin, end) for begin, end in parts if begin < end]

    def _change(self, early: datetime, late: datetime) -> datetime:
        """The first instant after `early` that has another offset, to the second."""
        offset = self._offset(early)
        while late - early > _SECOND:
            middle = early + (late - early) // (2 * _SECOND) * _SECOND
            early, late = (middle, late) if self._offset(middle) == offset else (early, middle)
        return late

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta(0)


@lru_cache(maxsize=4096)
def _public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    # One set a year: the library's own set fills itself when asked, and a second thread sees it half full.
    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


# Reading: what an admin wrote, or a ValueError that says what is wrong with it

_EXAMPLE = "write it like 'Mo-Fr 08:00-18:00; Sa 09:00-12:00; PH off; Dec 24 off'"
_TIMES = re.compile(r"(?:\d\d:\d\d-\d\d:\d\d,?)+")
_WINDOW = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_DATE = re.compile(r"\b([A-Z][a-z][a-z]) (\d\d?)(?![\d:])")
_LENGTHS = {"Feb": 29, "Apr": 30, "Jun": 30, "Sep": 30, "Nov": 30}
_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\[[^]]*\])?"
_REFUSED = [
    # The library takes a rule that is only a comment for round the clock.
    (r'"', "has a comment in quotes, which is not read here; put it behind a # in the file"),
    # The library takes a space between these two for a comma, and so `Mo-Fr PH off` for never.
    (rf"\bPH\s+{_WEEKDAY}|{_WEEKDAY}\s+PH\b", "has PH beside a weekday; write 'PH,Su' for either of them"),
    (r"\bPH [+-]", "counts days from a holiday; write the dates, such as 'Dec 24 off'"),
    # The library knows no school holidays and passes over the rule without a word.
    (r"\bSH\b", "has school holidays (SH), which are not known here; write the dates"),
    # Without a place on the map the library lets the sun rise at 07:00 and set at 19:00.
    (r"sunrise|sunset|dawn|dusk", "follows the sun; write the hours"),
    (r"\d\d:\d\d[+/]", "has hours without an end or repeated; write when it opens and closes"),
    (
        r"\|\||\bunknown\b",
        "leaves open what holds ('||' or 'unknown'); write rules one after another with ';'",
    ),
]


@lru_cache(maxsize=1024)
def _read_calendar(expression: str, place: _Place, days_off: frozenset[date]) -> _Calendar:
    zone = _read_zone(place.time_zone)
    _check_country(place)
    parsed = _read_expression(" ".join(expression.split()))
    names_holidays = re.search(r"\bPH\b", str(parsed))
    if names_holidays and not place.country:
        raise ValueError(f"opening hours '{expression}' name public holidays (PH); add a country, such as DE")
    read = _Calendar(
        rules=_read_rules(str(parsed)),
        zone=zone,
        holiday_place=(place.country, place.region) if names_holidays and place.country else None,
        days_off=days_off,
        is_always_open=str(parsed.normalize()) == "24/7" and not days_off,
    )
    if not _ever_opens(read):
        raise ValueError(f"opening hours '{expression}' never open; {_EXAMPLE}")
    return read


def _read_zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as problem:
        near = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1)
        hint = f"did you mean {near[0]}?" if near else "write it like Europe/Berlin"
        raise ValueError(f"unknown time zone '{name}'; {hint}") from problem


def _check_country(place: _Place) -> None:
    regions = holidays.list_supported_countries(include_aliases=True)
    if place.country is None and place.region is None:
        return
    if place.country is None:
        raise ValueError(f"region '{place.region}' needs its country, such as DE")
    if place.country not in regions:
        raise ValueError(f"unknown country '{place.country}'; write its ISO code, such as DE or US")
    if place.region is not None and place.region not in regions[place.country]:
        known = ", ".join(regions[place.country]) or "none"
        raise ValueError(f"unknown region '{place.region}' of {place.country}; known: {known}")


def _read_expression(expression: str) -> Expression:
    try:
        parsed = Expression(expression)
    except ParserError as problem:
        column = re.search(r"--> 1:(\d+)", str(problem))
        rest = expression[int(column[1]) - 1 :] if column else expression
        where = f"at '{rest}'" if rest else "at its end"
        raise ValueError(f"opening hours '{expression}' cannot be read {where}; {_EXAMPLE}") from problem
    for pattern, words in _REFUSED:
        if re.search(pattern, expression) or re.search(pattern, str(parsed)):
            raise ValueError(f"opening hours '{expression}': this {words}")
    for month, day in _DATE.findall(str(parsed)):
        if int(day) > _LENGTHS.get(month, 31):
            raise ValueError(f"opening hours '{expression}': there is no {month} {day}")
    return parsed


def _read_rules(canonical: str) -> list[_Rule]:
    """The rules in order, from the library's own spelling: `; ` and `, ` stand nowhere but between rules."""
    first, *rest = re.split(r"(; |, )", canonical)
    pairs = zip([";", *(separator.strip() for separator in rest[::2])], [first, *rest[1::2]], strict=True)
    return [_read_rule(text, is_added=separator == ",") for separator, text in pairs]


def _read_rule(text: str, *, is_added: bool) -> _Rule:
    # The library judges dates only: it would let a day off cut the night shift of the evening before,
    # and leave standing the morning of the shift that the day off should have removed.
    days = _TIMES.sub("", text.removesuffix("closed")).strip() or "24/7"
    return _Rule(
        on_workdays=Expression(days),
        on_holidays=Expression(re.sub(r"\bPH\b", "Mo-Su", days)),
        windows=[_read_window(*map(int, numbers)) for numbers in _WINDOW.findall(text)],
        is_off=text.endswith("closed"),
        is_added=is_added,
    )


def _read_window(hour: int, minute: int, end_hour: int, end_minute: int) -> _Window:
    begin = timedelta(hours=hour, minutes=minute)
    end = timedelta(hours=end_hour, minutes=end_minute)
    return begin, end if end > begin else end + _DAY


def _ever_opens(read: _Calendar) -> bool:
    """Whether any day of sixty years has a shift; twenty-eight hold every weekday of every date."""
    return any(read.shifts(date(2000, 1, 1) + n * _DAY) for n in range(60 * 366))


ALWAYS = OpeningHours("24/7", "UTC")
"""Round the clock."""
