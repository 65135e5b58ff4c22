"""What may stand behind a key of rules.yaml: each sort of value, read or refused in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from babel.numbers import list_currencies
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.rulebook.cel_errors import ConditionError
from bot.rulebook.conditions import Condition, Vocabularies, compile_condition
from bot.rulebook.lengths import THRESHOLD_EXAMPLE, read_length, read_share, read_threshold
from bot.rulebook.problems import near
from models.policies.ladders import Group, Heir
from models.policies.opening_hours import OpeningHours

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)
"""How every mapping of the file is read; a key that it does not know is a problem."""
LARGEST_AMOUNT = Decimal(1_000_000)
LARGEST_COUNT = 1_000
MOST_IN_A_MENU = 100
"""A menu of Slack offers no more."""

_CHANNEL = re.compile(r"#[^\s#A-Z.,:;!?@]{1,80}|[CG][A-Z0-9]{2,20}")
_DAY_OF_A_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_OF_EVERY_YEAR = re.compile(r"([A-Z][a-z]{2}) ([0-9]{1,2})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
A_LEAP_YEAR = 2028
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
_GROUP = re.compile(r"S[A-Z0-9]{2,20}")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ADDRESSEE = re.compile(rf"{_CHANNEL.pattern}|{_PERSON.pattern}|{_GROUP.pattern}")


@dataclass(frozen=True, slots=True)
class Names:
    """What the file names in one place and uses in another; handed to every check as its context."""

    teams: tuple[str, ...]
    promises: tuple[str, ...]
    ladders: tuple[str, ...]
    time_zone: str
    vocabularies: Vocabularies


def wrong(words: str, **where: object) -> PydanticCustomError:
    """A problem in words; `where` may name a `field` of the entry or a `line` of the text."""
    return PydanticCustomError("wrong", "{words}", {"words": words, **where})


def names_of(info: ValidationInfo) -> Names:
    """The context that every check is handed."""
    if not isinstance(info.context, Names):
        raise TypeError("rules are checked with the names of their file as context")
    return info.context


def one_of(members: type[StrEnum], what: str) -> BeforeValidator:
    """A value that must be one of an enumeration's."""
    known = {member.value: member for member in members}
    return BeforeValidator(lambda written: _known(written, known, what))


def _known(written: object, known: Mapping[str, Any], what: str) -> Any:
    if not isinstance(written, str) or written not in known:
        raise wrong(f"unknown {what} '{written}'; {near(str(written), known)}")
    return known[written]


def _team(written: object, info: ValidationInfo) -> str:
    return str(_known(written, {key: key for key in names_of(info).teams}, "team"))


def _promise(written: object, info: ValidationInfo) -> str:
    return str(_known(written, {key: key for key in names_of(info).promises}, "promise"))


def _condition(written: object, info: ValidationInfo) -> Condition:
    if not isinstance(written, str):
        written = str(written).lower()  # `when: true` is a rule for everything
    try:
        return compile_condition(written, names_of(info).vocabularies)
    except ConditionError as problem:
        raise wrong(problem.words, line=problem.line) from problem


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise wrong(f"{written!r} has no unit; write it like '2 minutes' or '7 days'")
    return written


def _length(written: object) -> timedelta:
    try:
        return read_length(_text(written))
    except ValueError as problem:
        raise wrong(str(problem)) from problem


def _promised_length(written: object, info: ValidationInfo) -> timedelta:
    if info.data.get("hours") == "team" and re.search(r"[0-9] *[dw]", str(written).lower()):
        raise wrong(f"'{written}' is unclear where only open hours count; write hours, such as '16 hours'")
    return _length(written)


def _threshold(written: object) -> float | timedelta:
    if not isinstance(written, str):
        raise wrong(f"{written!r} has no unit; {THRESHOLD_EXAMPLE}")
    try:
        return read_threshold(written)
    except ValueError as problem:
        raise wrong(str(problem)) from problem


def _share(written: object) -> float:
    if not isinstance(written, str):
        raise wrong(f"{written!r} is not a share; write it like '50 %'")
    try:
        return read_share(written)
    except ValueError as problem:
        raise wrong(str(problem)) from problem


def _day_off(written: object) -> date | str:
    """A date, or the text of one that comes back every year."""
    if isinstance(written, str) and (found := _DAY_OF_A_YEAR.fullmatch(written)):
        return _known_date(written, *map(int, found.groups()))
    if isinstance(written, str) and (found := _DAY_OF_EVERY_YEAR.fullmatch(written)) and found[1] in _MONTHS:
        _known_date(written, A_LEAP_YEAR, _MONTHS.index(found[1]) + 1, int(found[2]))
        return written
    raise wrong(f"{written!r} is no day; write it like 2026-12-24, or Dec 24 for every year")


def _known_date(written: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise wrong(f"there is no {written}") from problem


def _one_or_more(written: object) -> object:
    return written if isinstance(written, list) else [written]


def _time_zone(written: object) -> str:
    try:
        return OpeningHours("24/7", str(written)).time_zone
    except ValueError as problem:
        raise wrong(str(problem)) from problem


def _channel(written: object) -> str:
    if not isinstance(written, str) or not _CHANNEL.fullmatch(written):
        raise wrong(f'{written!r} is not a Slack channel; write it like "#recovery-care" or C0CARE')
    return written


def _emoji(written: object) -> str:
    if not isinstance(written, str) or not _EMOJI.fullmatch(written):
        raise wrong(f"{written!r} is not an emoji; write its name in Slack without the colons, such as eyes")
    return written


def _person(written: object) -> str:
    if not isinstance(written, str) or not _PERSON.fullmatch(written):
        raise wrong(f"{written!r} is not a Slack member id, such as U0ANA (profile, menu, Copy member ID)")
    return written


def _member(written: object) -> str:
    """A person, a user group, or a person's e-mail address, which Slack knows in small letters."""
    if isinstance(written, str) and (_PERSON.fullmatch(written) or _GROUP.fullmatch(written)):
        return written
    if isinstance(written, str) and _EMAIL.fullmatch(written):
        return written.lower()
    others = "nor a user group, such as S0CARE, nor an e-mail address, such as ana@example.com"
    raise wrong(
        f"{written!r} is not a Slack member id, such as U0ANA (profile, menu, Copy member ID), {others}"
    )


def _ladder(written: object, info: ValidationInfo) -> str:
    return str(_known(written, {key: key for key in names_of(info).ladders}, "ladder"))


def _wait(written: object) -> timedelta:
    """A length, or none at all."""
    return timedelta(0) if re.fullmatch(r"0 ?[a-z]+", _text(written)) else _length(written)


def _addressee(written: object) -> str:
    """Whom a step tells: people by what they are, a channel, a person, a user group."""
    known = isinstance(written, str) and (written in list(Group) or _ADDRESSEE.fullmatch(written))
    if not known:
        others = 'a channel such as "#recovery-leads", a person such as U0LEA, a user group such as S0CARE'
        raise wrong(f"'{written}' is nobody; {near(str(written), Group)}; or {others}")
    return str(written)


def _heir(written: object) -> str:
    known = isinstance(written, str) and (written in list(Heir) or _PERSON.fullmatch(written))
    if not known:
        raise wrong(f"'{written}' is nobody; {near(str(written), Heir)}; or a person such as U0LEA")
    return str(written)


def _currency(written: object) -> str:
    if not isinstance(written, str) or written not in list_currencies():
        raise wrong(f"{written!r} is not a currency; write its ISO code, such as EUR")
    return written


def _amount(written: object) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise wrong(f"{written!r} is not an amount; write a number such as 50 or 19.90")
    amount = Decimal(str(written))
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise wrong(f"{written} is not between 0 and {LARGEST_AMOUNT:,}")
    return amount


def _count(written: object) -> int:
    if isinstance(written, bool) or not isinstance(written, int) or not 1 <= written <= LARGEST_COUNT:
        raise wrong(f"{written!r} is not a number of cases; write a whole one from 1 to {LARGEST_COUNT:,}")
    return written


def _rate(written: object) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float) or written <= 0:
        raise wrong(f"{written!r} is not a rate; write how much one of it is worth, such as 0.92")
    return Decimal(str(written))


T = TypeVar("T")
OneOrMore = Annotated[list[T], BeforeValidator(_one_or_more), Field(min_length=1)]
"""A list; a single value stands for a list of one."""
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ThemeName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""Short enough for a line of a menu."""
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
TimeZone = Annotated[str, BeforeValidator(_time_zone)]
DayOff = Annotated[date | str, BeforeValidator(_day_off)]
Channel = Annotated[str, BeforeValidator(_channel)]
Emoji = Annotated[str, BeforeValidator(_emoji)]
Person = Annotated[str, BeforeValidator(_person)]
Member = Annotated[str, BeforeValidator(_member)]
Length = Annotated[timedelta, BeforeValidator(_length)]
PromisedLength = Annotated[timedelta, BeforeValidator(_promised_length)]
Threshold = Annotated[float | timedelta, BeforeValidator(_threshold)]
Share = Annotated[float, BeforeValidator(_share)]
Currency = Annotated[str, BeforeValidator(_currency)]
Count = Annotated[int, BeforeValidator(_count)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
Rate = Annotated[Decimal, BeforeValidator(_rate)]
TeamKey = Annotated[str, BeforeValidator(_team)]
LadderKey = Annotated[str, BeforeValidator(_ladder)]
Wait = Annotated[timedelta, BeforeValidator(_wait)]
Addressee = Annotated[str, BeforeValidator(_addressee)]
HeirOfCase = Annotated[str, BeforeValidator(_heir)]
PromiseKey = Annotated[str, BeforeValidator(_promise)]
When = Annotated[Condition, BeforeValidator(_condition)]
