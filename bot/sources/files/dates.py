"""Dates as exports write them; one that may mean two days is never guessed."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.sources.files.layout import DateOrder, ImportOptions
from bot.sources.files.refusals import Unusable

_WEEKDAY = r"(?:[a-z]{3,9}\b[., ]*)?"
_NUMERALS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[t ,]\s*(.+))?", re.IGNORECASE)
_DAY_FIRST = re.compile(
    _WEEKDAY + r"(\d{1,2})(?:st|nd|rd|th|\.)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})(?:,? (.+))?", re.IGNORECASE
)
_MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9},? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? (.+))?", re.IGNORECASE
)
_YEAR_LAST = re.compile(
    r"[a-z]{3},? ([a-z]{3}) (\d{1,2}) (\d\d:\d\d:\d\d(?: [+-]\d{4})?) (\d{4})", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:([ap])\.?m\.?)? ?"
    r"(z|utc|gmt)?(?:([+-])(\d\d):?(\d\d)?)?",
    re.IGNORECASE,
)
_MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June")
_MONTHS += ("July", "August", "September", "October", "November", "December")
_EXCEL_BEGINS = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def read_date(cell: str, options: ImportOptions) -> datetime:
    """A moment in UTC from a date as exports write them; raises when it cannot be read for certain.

    A date alone is the beginning of that day in the options' time zone.
    """
    try:
        found = _moment(" ".join(cell.split()), options.date_order)
        moment = found if found.tzinfo else _place(found, options.time_zone, is_day_alone=":" not in cell)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as no_date:
        right = "2024-05-31 14:30 would be right"
        raise Unusable(f"{cell[:40]!r} is not a date that can be read; {right}.") from no_date
    if moment < _EARLIEST or moment > options.at + timedelta(days=1):
        raise Unusable(f"{cell[:40]!r} is before 1970 or after this import.")
    return moment


def _moment(cell: str, order: DateOrder | None) -> datetime:
    """Aware where the cell names its offset; raises ValueError."""
    if re.fullmatch(r"\d+([.,]\d+)?", cell):
        return _from_number(cell.replace(",", "."))
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        day, clock = _from_words(cell) or _from_numerals(cell, order)
    return datetime.combine(day, _clock(clock) if clock else time())


def _from_number(digits: str) -> datetime:
    whole = digits.partition(".")[0]
    match len(whole):
        case 5:
            return _EXCEL_BEGINS + timedelta(days=float(digits))
        case 8:
            return datetime.fromisoformat(digits)
        case 10:
            return datetime.fromtimestamp(float(digits), UTC)
        case 13:
            return datetime.fromtimestamp(int(whole) / 1000, UTC)
        case _:
            raise ValueError(digits)


def _from_words(cell: str) -> tuple[date, str | None] | None:
    if found := _DAY_FIRST.fullmatch(cell):
        return date(int(found[3]), _month(found[2]), int(found[1])), found[4]
    if found := _MONTH_FIRST.fullmatch(cell):
        return date(int(found[3]), _month(found[1]), int(found[2])), found[4]
    if found := _YEAR_LAST.fullmatch(cell):
        return date(int(found[4]), _month(found[1]), int(found[2])), found[3]
    return None


def _month(name: str) -> int:
    numbers = [n for n, full in enumerate(_MONTHS, start=1) if full.lower().startswith(name.lower())]
    if not numbers:
        raise ValueError(name)
    return numbers[0]


def _from_numerals(cell: str, order: DateOrder | None) -> tuple[date, str | None]:
    found = _NUMERALS.fullmatch(cell)
    if not found:
        raise ValueError(cell)
    first, separator, second, third, clock = found.groups()
    order = _order_of(first, second, third, separator=separator, order=order)
    parts = dict(zip(order, (first, second, third), strict=True))
    return date(_year(parts["y"]), int(parts["m"]), int(parts["d"])), clock


def _order_of(first: str, second: str, third: str, *, separator: str, order: DateOrder | None) -> DateOrder:
    """Which part is which; a guess is never made."""
    if len(first) == 4:
        return "ymd"
    if order is not None and (len(third) == 2 or order != "ymd"):
        return order
    if len(third) != 4:
        raise Unusable(
            f"Which part of {first}{separator}{second}{separator}{third} is the year? Say --date-order."
        )
    if separator == "." or int(first) > 12 or int(first) == int(second):
        return "dmy"
    if int(second) > 12:
        return "mdy"
    if not int(first) or not int(second):
        raise ValueError(first, second)
    raise Unusable(
        f"{first}{separator}{second}{separator}{third} may be a day in {_MONTHS[int(second) - 1]} "
        f"or in {_MONTHS[int(first) - 1]}. Say --date-order dmy or mdy."
    )


def _year(digits: str) -> int:
    """A year of two digits lies in 1970 to 2069."""
    match len(digits):
        case 4:
            return int(digits)
        case 2:
            return int(digits) + (2000 if int(digits) < 70 else 1900)
        case _:
            raise ValueError(digits)


def _clock(words: str) -> time:
    found = _CLOCK.fullmatch(words)
    if not found:
        raise ValueError(words)
    hour, minute, second, fraction, half, utc, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    return time(
        _hour_of_day(int(hour), half),
        int(minute),
        int(second or 0),
        int((fraction or "0")[:6].ljust(6, "0")),
        tzinfo=timezone(offset) if utc or sign else None,
    )


def _hour_of_day(hour: int, half: str | None) -> int:
    """`half`: a or p, before or after noon; None on a clock of 24 hours."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "pP" else 0)


def _place(local: datetime, zone: ZoneInfo, *, is_day_alone: bool) -> datetime:
    """The moment at which a clock in this zone shows that; the first of the two when it does so twice."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if not is_day_alone and moment.astimezone(zone).replace(tzinfo=None) != local:
        raise Unusable(f"{local:%Y-%m-%d %H:%M} did not exist in {zone.key}: the clocks went forward.")
    return moment
