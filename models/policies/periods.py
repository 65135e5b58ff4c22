"""Periods as people say them: today, last week, this month, 30 days."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

KNOWN = "today, yesterday, this week, last week, this month, last month, this year, 30 days"
_LENGTH = re.compile(r"^(?:last |past )?(\d{1,4}) (day|week|month|hour)s?$")


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until just before `end`, both aware; `name` is what people call it."""

    name: str
    start: datetime
    end: datetime


def read_period(words: str, at: datetime, zone: tzinfo) -> Period | None:
    """The period that those words mean at `at` for somebody in `zone`; None where they mean none.

    Days and weeks begin at local midnight, weeks on Monday. "30 days" are today and the 29 days before.
    """
    name = " ".join(words.lower().split())
    today = at.astimezone(zone).date()
    spans = {
        "today": (today, _days(today, 1)),
        "yesterday": (_days(today, -1), today),
        "this week": (_monday(today), _days(_monday(today), 7)),
        "last week": (_days(_monday(today), -7), _monday(today)),
        "this month": (_first(today), _next_first(today)),
        "last month": (_first(_days(_first(today), -1)), _first(today)),
        "this year": (date(today.year, 1, 1), date(today.year + 1, 1, 1)),
    }
    names = {"week": "this week", "month": "this month", "year": "this year"}
    span = spans.get(names.get(name, name)) or _length(name, today)
    if span is None:
        return _hours(name, at)
    return Period(names.get(name, name), _midnight(span[0], zone), _midnight(span[1], zone))


def _length(name: str, today: date) -> tuple[date, date] | None:
    found = _LENGTH.match(name)
    if found is None or found[2] == "hour" or int(found[1]) == 0:
        return None
    days = int(found[1]) * {"day": 1, "week": 7, "month": 30}[found[2]]
    return _days(today, 1 - days), _days(today, 1)


def _hours(name: str, at: datetime) -> Period | None:
    found = _LENGTH.match(name)
    if found is None or found[2] != "hour" or int(found[1]) == 0:
        return None
    return Period(name, at - timedelta(hours=int(found[1])), at + timedelta(minutes=1))


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def _days(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _monday(day: date) -> date:
    return _days(day, -day.weekday())


def _first(day: date) -> date:
    return day.replace(day=1)


def _next_first(day: date) -> date:
    return _first(_days(_first(day), 32))
