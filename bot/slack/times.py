"""Lengths of time and moments as people type them; what could be read in two ways is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from handlers.errors import CannotDo

MORNING = time(9)
"""When a day begins for who names no hour."""
FARTHEST = timedelta(days=366)
MOST_WORDS = 6
"""Of a moment: "on 1 december at 9:30 am" has them all."""
LENGTHS = "2h, 1h30, 90 min or 2 days"
PAST_MOMENTS = "yesterday, today 14:00, 2 days ago or 2026-12-01 10:00"
MOMENTS = "2h, 90 min, tomorrow 9am, friday 14:00 or 2026-12-01 10:00"

_MINUTES = {"min": 1, "mins": 1, "minute": 1, "minutes": 1, "m": 1}
_HOURS = {"h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60}
_DAYS = {"d": 1440, "day": 1440, "days": 1440, "w": 10080, "week": 10080, "weeks": 10080}
_UNITS = _MINUTES | _HOURS | _DAYS
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_PIECE = re.compile(rf"(\d{{1,5}}(?:\.\d{{1,2}})?) ?({_UNIT})(?![a-z])(?:,? and |, | )?")
_SPOKEN = {"half an hour": "30 min", "an hour": "1 h", "a day": "1 d", "a week": "1 w"}
_HOUR_AND_MINUTES = re.compile(r"(\d{1,3}) ?h([0-5]\d)")
_MOST_PIECES = 4

_TIME = re.compile(r"(\d{1,2})(?::([0-5]\d))? ?(am|pm)?")
_TIME_WORDS = {"morning": MORNING, "noon": time(12), "midday": time(12), "evening": time(18)}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    "|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_ISO = re.compile(r"(20\d\d)-(\d{1,2})-(\d{1,2})")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)? ({_MONTH})(?: (20\d\d))?")
_MONTH_DAY = re.compile(rf"({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (20\d\d))?")
_TWO_WAYS = re.compile(r"\d{1,2}[/.]\d{1,2}\b|next (?:mon|tue|wed|thu|fri|sat|sun)")


_LIKE_A_DAY = (
    r"\d{1,2}[/.]\d{1,2}\b|20\d\d[/.-]\d{1,2}\b",
    rf"(?:last |this )?(?:{'|'.join(_WEEKDAYS)}|mon|tue|wed|thu|fri|sat|sun)\b",
    r"(?:last (?:week|month|night)|tomorrow)\b",
    rf"\d{{1,2}}(?:st|nd|rd|th|\.)? (?:{_MONTH})\b",
    rf"(?:{_MONTH}) \d{{1,2}}\b",
)
_LIKE_A_MOMENT = re.compile("|".join(_LIKE_A_DAY))
"""How words begin that may tell when, and not what."""


@dataclass(frozen=True, slots=True)
class Now:
    """The moment at which somebody writes, and where their clock stands."""

    at: datetime
    zone: tzinfo

    @property
    def local(self) -> datetime:
        """What their clock shows."""
        return self.at.astimezone(self.zone)


def read_length(words: str, *, field: str | None = None) -> timedelta:
    """A length of time such as "2h" or "90 min"; raises CannotDo, at that field of a form."""
    length = _length(_plain(words))
    if length is None:
        raise CannotDo(f"“{words.strip()}” is no length of time. Write it as {LENGTHS}.", field=field)
    if not timedelta(0) < length <= FARTHEST:
        raise CannotDo(
            f"“{words.strip()}” must be more than nothing and at most {FARTHEST.days} days.", field=field
        )
    return length


def read_moment(words: str, now: Now, *, field: str | None = None) -> datetime:
    """A moment that lies ahead, in UTC, as the person means it where they are; raises CannotDo.

    A length counts from now. A day alone is its MORNING; an hour alone, a weekday, or a date without its
    year is the next that comes. A moment that the clocks leave out is as much later as they leap.
    """
    moment = _moment(_plain(words), now)
    if moment is None:
        raise CannotDo(_why_no_moment(words.strip()), field=field)
    if moment <= now.at:
        raise CannotDo(
            f"“{words.strip()}” is past: it is {now.local:%A %Y-%m-%d %H:%M} for you.", field=field
        )
    if moment > now.at + FARTHEST:
        raise CannotDo(
            f"“{words.strip()}” is more than {FARTHEST.days} days ahead. Name a day before.", field=field
        )
    return moment


def split_moment(words: str, now: Now) -> tuple[datetime, str]:
    """The moment that the words begin with, and what follows it: "2h They call back"; raises CannotDo."""
    parts = words.split()
    for size in range(min(len(parts), MOST_WORDS), 0, -1):
        beginning = " ".join(parts[:size])
        if _moment(_plain(beginning), now) is not None:
            return read_moment(beginning, now), " ".join(parts[size:])
    return read_moment(" ".join(parts[:2]), now), ""


def split_past(words: str, now: Now) -> tuple[datetime, str]:
    """The moment behind us that the words begin with, and what follows it; now where they begin with none.

    A day alone is its beginning. What may be meant for a moment and cannot be read for certain is refused.
    """
    parts = words.split()
    for size in range(min(len(parts), MOST_WORDS), 0, -1):
        beginning = " ".join(parts[:size])
        moment = _past(_plain(beginning.rstrip(",;:")), now)
        if moment is not None and moment > now.at:
            raise CannotDo(f"“{beginning}” has not come yet: it is {now.local:%A %Y-%m-%d %H:%M} for you.")
        if moment is not None:
            return moment, " ".join(parts[size:])
    if _LIKE_A_MOMENT.match(_plain(words)):
        raise CannotDo(f"“{' '.join(parts[:2])}” can be read in two ways. Write it as {PAST_MOMENTS}.")
    return now.at, words.strip()


def split_length(words: str) -> tuple[timedelta, str]:
    """The length that the words begin with, and what follows it: "2h They asked"; raises CannotDo."""
    parts = words.split()
    for size in range(min(len(parts), MOST_WORDS), 0, -1):
        beginning = " ".join(parts[:size])
        if _length(_plain(beginning)) is not None:
            return read_length(beginning), " ".join(parts[size:])
    return read_length(" ".join(parts[:2])), ""


def _plain(words: str) -> str:
    """In small letters, without the little word before it."""
    lowered = " ".join(words.lower().split())
    return re.sub(r"^(?:until|till|to|for|in|on|at|by) ", "", lowered)


def _length(words: str) -> timedelta | None:
    words = _SPOKEN.get(words, words)
    found = _HOUR_AND_MINUTES.fullmatch(words)
    if found:
        return timedelta(hours=int(found[1]), minutes=int(found[2]))
    pieces = _PIECE.findall(words)
    if not 0 < len(pieces) <= _MOST_PIECES or _PIECE.sub("", words):
        return None
    return timedelta(minutes=sum(float(amount) * _UNITS[unit] for amount, unit in pieces))


def _moment(words: str, now: Now) -> datetime | None:
    length = _length(words)
    if length is not None:
        return _later(now, length)
    day_words, hour = _split_hour(words)
    if not day_words:
        return _in_utc(_next_hour(hour, now), now) if hour else None
    for read in _DAYS_AS:
        day = read(day_words, hour or MORNING, now)
        if day is not None:
            return _in_utc(datetime.combine(day, hour or MORNING), now)
    return None


def _past(words: str, now: Now) -> datetime | None:
    """A day with or without its hour, an hour of today, or so long ago."""
    length = _length(words.removesuffix(" ago")) if words.endswith(" ago") else None
    if length is not None:
        return now.at - min(length, 20 * FARTHEST)
    day_words, hour = _split_hour(words)
    today = now.local.date()
    if not day_words:
        return _in_utc(datetime.combine(today, hour), now) if hour else None
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    iso, day_month = _ISO.fullmatch(day_words), _DAY_MONTH.fullmatch(day_words)
    day = days.get(day_words)
    if iso:
        day = _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if day_month and day_month[3]:
        day = _date(int(day_month[3]), _MONTHS.index(day_month[2][:3]) + 1, int(day_month[1]))
    return _in_utc(datetime.combine(day, hour or time()), now) if day else None


def _later(now: Now, length: timedelta) -> datetime:
    """Whole days keep the hour of the day, also where the clocks change; anything else is counted."""
    length = min(length, 2 * FARTHEST)  # what is more could not even be added, and is refused anyway
    if length % timedelta(days=1):
        return now.at + length
    return (now.local + length).astimezone(UTC)


def _split_hour(words: str) -> tuple[str, time | None]:
    """A time of day at the end of the words and what stands before it; without one, all words."""
    parts = words.replace("t", " ", 1).split() if re.match(r"\d{4}-\d+-\d+t", words) else words.split()
    for size in (2, 1):
        hour = _hour(" ".join(parts[-size:])) if len(parts) >= size else None
        if hour is not None:
            return " ".join(parts[:-size]).removesuffix(" at"), hour
    return words, None


def _hour(words: str) -> time | None:
    """ "14:00", "9am", "9:30 pm", "noon"; a bare number is no hour."""
    if words in _TIME_WORDS:
        return _TIME_WORDS[words]
    found = _TIME.fullmatch(words)
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 else None


def _next_hour(hour: time, now: Now) -> datetime:
    today = datetime.combine(now.local.date(), hour)
    return today if _in_utc(today, now) > now.at else today + timedelta(days=1)


def _named(words: str, _hour: time, now: Now) -> date | None:
    today = now.local.date()
    ahead = {
        "today": 0,
        "this": 0,
        "tomorrow": 1,
        "the day after tomorrow": 2,
        "next week": 7 - today.weekday(),
    }
    return today + timedelta(days=ahead[words]) if words in ahead else None


def _weekday(words: str, hour: time, now: Now) -> date | None:
    found = [n for n, name in enumerate(_WEEKDAYS) if words in {name, name[:3], name[:4], name[:5]}]
    if not found:
        return None
    today = now.local.date()
    day = today + timedelta(days=(found[0] - today.weekday()) % 7)
    is_ahead = _in_utc(datetime.combine(day, hour), now) > now.at
    return day if is_ahead else day + timedelta(days=7)


def _dated(words: str, hour: time, now: Now) -> date | None:
    iso, day_month, month_day = (each.fullmatch(words) for each in (_ISO, _DAY_MONTH, _MONTH_DAY))
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if day_month:
        return _yearly(day_month[3], day_month[2], int(day_month[1]), hour, now)
    if month_day:
        return _yearly(month_day[3], month_day[1], int(month_day[2]), hour, now)
    return None


def _yearly(year: str | None, month: str, day: int, hour: time, now: Now) -> date | None:
    """That day of that year; without a year the next one that is ahead."""
    number = _MONTHS.index(month[:3]) + 1
    if year:
        return _date(int(year), number, day)
    this_year = now.local.year
    days = [found for each in (this_year, this_year + 1) if (found := _date(each, number, day))]
    return next((each for each in days if _in_utc(datetime.combine(each, hour), now) > now.at), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


_DAYS_AS: tuple[Callable[[str, time, Now], date | None], ...] = (_named, _weekday, _dated)


def _in_utc(local: datetime, now: Now) -> datetime:
    return local.replace(tzinfo=now.zone).astimezone(UTC)


def _why_no_moment(words: str) -> str:
    if not words:
        return f"Say until when: {MOMENTS}."
    if _TWO_WAYS.search(_plain(words)):
        return f"“{words}” can be read in two ways. Write the day as 2026-12-01, or as {MOMENTS}."
    return f"“{words}” is no time that I can read. Write it as {MOMENTS}."
