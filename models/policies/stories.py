"""Stories: what of a recovery may be told to everybody, without who the customer is."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from models.policies.lifecycle import Standing
from models.vocabulary import AgentId, CaseStatus, StoryEnd, mention

SENTENCE_LENGTH = 300
TEXT_LENGTH = 2500
"""Characters of what is published: a reader takes in no more, and it fits a form."""
WORDS_LENGTH = 500
CUSTOMER, HANDLE, NUMBER, LINK, ADDRESS = "the customer", "[handle]", "[number]", "[link]", "[address]"

_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*")
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.]*")
_CODE = re.compile(r"\b(?=[\w/#-]*\d)(?=[\w/#-]*[^\W\d_])[\w#]+(?:[/-][\w]+)*", re.IGNORECASE)
"""Letters and digits together, as in the number of an order."""
_DIGITS = re.compile(r"\+?\d(?:[ ()./,'-]{0,2}\d){3,}")
_AMOUNT = re.compile(r"\d{1,4}(?:[.,]\d{2})?")
_AGAIN = re.compile(rf"{CUSTOMER}(?:[\s,.-]+{CUSTOMER})+")
SHORTEST = 3
"""Letters of a part of a name; shorter ones are words, too, and only go with the whole name."""


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a customer is known: names and handles as they gave them, and other values that name them."""

    names: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nominated:
    """A nomination as it stands; `ended_as` None while it waits for a lead."""

    number: int
    case: int
    sentence: str
    text: str
    by: AgentId
    at: datetime
    ended_as: StoryEnd | None = None
    ended_by: AgentId | None = None
    ended_at: datetime | None = None


def without_identity(text: str, who: Identity) -> str:
    """The text without what says who the customer is, whatever else it says.

    Their names, all of it and each part, their handles and addresses, and every e-mail address, link, handle,
    code and number of four digits or more, whoever's it is; amounts of money and small numbers stay. It takes
    rather too much than too little: a lead reads it before anybody else does, and can mend it.
    """
    plain = _ADDRESS.sub(ADDRESS, _LINK.sub(LINK, _plain(text)))
    for known in _known(who):
        plain = _whole_word(known).sub(CUSTOMER, plain)
    plain = _HANDLE.sub(HANDLE, plain)
    plain = _DIGITS.sub(lambda found: found[0] if _AMOUNT.fullmatch(found[0]) else NUMBER, plain)
    plain = _CODE.sub(NUMBER, plain)
    return _AGAIN.sub(CUSTOMER, plain)


def told(*, team: str, sentence: str, words: str, done: str, who: Identity) -> str:
    """What is published of a recovery: why it is told, what the customer said, and what was done."""
    said = " ".join(words.split())
    if len(said) > WORDS_LENGTH:
        said = said[: WORDS_LENGTH - 1].rstrip() + "…"
    parts = [sentence.strip(), f"The customer: “{said}”", f"What {team} did: {done.strip()}"]
    return "\n".join(without_identity(part, who) for part in parts)[:TEXT_LENGTH]


def why_not_nominate(case: Standing, waiting: Nominated | None, channel: str | None) -> str | None:
    """A story is told of a case that is over, once at a time, where somebody reads stories."""
    if channel is None:
        return "Nobody reads stories here yet: an admin can name their channel in rules.yaml, under stories."
    if case.status is not CaseStatus.RESOLVED:
        return f"Case #{case.number} is not over yet. Nominate it when it is resolved."
    if waiting is not None:
        return f"{mention(waiting.by)} has nominated case #{case.number} already; it waits for a lead."
    return None


def why_not_end(story: Nominated | None, case: int) -> str | None:
    """A nomination is published, or set aside, once."""
    if story is None:
        return f"Nobody has nominated case #{case}. `/recovery nominate {case} why` does."
    if story.ended_as is None or story.ended_by is None:
        return None
    return f"{mention(story.ended_by)} has {story.ended_as.value} the story of case #{case} already."


def why_not_publish(case: Standing, text: str) -> str | None:
    """What is published says something, and is about a case that is still over."""
    if case.status is not CaseStatus.RESOLVED:
        return f"Case #{case.number} was reopened, so its story has no end yet."
    if not text.strip():
        return "Say what to publish."
    if len(text) > TEXT_LENGTH:
        return f"Say it in at most {TEXT_LENGTH} characters; these are {len(text)}."
    return None


def _known(who: Identity) -> list[str]:
    """Everything to be taken out, the longest first, so that no rest of it stays."""
    found = {_plain(known).strip() for known in _parts(who)}
    return sorted((known for known in found if known), key=lambda known: (-len(known), known))


def _parts(who: Identity) -> Iterator[str]:
    for handle in who.handles:
        yield from (handle, handle.lstrip("@"), handle.partition("@")[0])
    for name in (*who.names, *(handle.partition("@")[0] for handle in who.handles)):
        yield name
        yield from _long(re.split(r"[^\w'’]+|_", name))
    yield from _long(who.others)


def _long(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if len(word) >= SHORTEST and not word.isspace())


def _whole_word(known: str) -> re.Pattern[str]:
    """It, with any blanks between its words, and not as a part of another word."""
    spaced = r"\s+".join(map(re.escape, known.split()))
    return re.compile(rf"(?<![^\W_])@?{spaced}(?![^\W_])", re.IGNORECASE)


def _plain(text: str) -> str:
    """The same letters in one writing, without marks that nobody sees and that would hide a name."""
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", visible)
