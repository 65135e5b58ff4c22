"""What somebody wants, read from what they typed: the same grammar for the slash command and the mention."""

import html
import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from bot.slack.times import Now
from handlers.errors import CannotDo
from models.policies.pausing import SPOKEN
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, ContactBy, Members, PauseReason, SharedFile

Chosen = TypeVar("Chosen", bound=StrEnum)

PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
CHANNEL = re.compile(r"<#(?P<id>[CG][A-Z0-9]+)(?:\|(?P<name>[^>]*))?>")
NUMBER = re.compile(r"^#?(\d{1,9})$")
GIFT = re.compile(r"^[gG](\d{1,9})\b[ :,]*")
PIECE = re.compile(r"^[fF](\d{1,9})\b[ :,]*")
PART = re.compile(r"^[pP](\d{1,9})\b[ :,]*")
REQUEST = re.compile(r"^[rR](\d{1,9})\b[ :,]*")
_TAG = re.compile(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
EVERYBODY = frozenset({"here", "channel", "everyone"})
UNDO = "undo"

_REACHED_BY = {channel.value: channel for channel in ContactBy} | {
    "call": ContactBy.PHONE,
    "called": ContactBy.PHONE,
    "mail": ContactBy.EMAIL,
    "e-mail": ContactBy.EMAIL,
    "text message": ContactBy.SMS,
    "x": ContactBy.SOCIAL_MEDIA,
}

ABOUT_NO_CASE = frozenset(
    {
        *(Verb.LIST, Verb.MINE, Verb.SEARCH, Verb.BOOKMARKS, Verb.APPROVALS, Verb.STATS, Verb.NEW),
        *(Verb.HELP, Verb.AWAY, Verb.BACK, Verb.JOIN),
    }
)
ABOUT_A_CASE = frozenset(Verb) - ABOUT_NO_CASE
BEFORE_FREE_WORDS = frozenset(
    {
        Verb.CONTACTED,
        Verb.PAUSE,
        Verb.REOPEN,
        Verb.SNOOZE,
        Verb.NOTE,
        Verb.COMPENSATE,
        Verb.RESOLVE,
        Verb.EXTEND,
        Verb.ESCALATE,
        Verb.REVOKE,
        Verb.HANDOVER,
        Verb.REDEEMED,
        Verb.SPLIT,
        Verb.ASK,
        Verb.APPROVE,
        Verb.DECLINE,
        Verb.NOMINATE,
        Verb.TICK,
        Verb.UNTICK,
        Verb.PLAYBOOK,
        Verb.INVOLVE,
        Verb.UNINVOLVE,
        Verb.DONE,
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """One thing that somebody wants, however they said it.

    `number` is the case's, the thread's where they named none; `slack_channel` is where they said it;
    `event_id` is the delivery that brought it where Slack may bring it again: it is then carried out once.
    `stamp` is Slack's of their click or message, for a form that of the click that opened it; `seen` is the
    version of the case that a form was opened with. `now` is what their clock shows, for the verbs whose
    words name a moment; `files` were shared with it. `part` is the number of another team's part, where they
    said it in the thread of that.
    """

    verb: Verb
    by: AgentId
    number: int | None
    slack_channel: str
    words: str = ""
    event_id: str | None = None
    now: Now | None = None
    seen: int | None = None
    stamp: str | None = None
    files: tuple[SharedFile, ...] = ()
    part: int | None = None

    def get_now(self) -> Now:
        """What their clock shows; raises ValueError for a verb whose `names_moments` is not set."""
        if self.now is None:
            raise ValueError(f"{self.verb} names moments and was read without the writer's clock")
        return self.now


def read_order(text: str, *, by: AgentId, slack_channel: str, thread_case: int | None = None) -> Order:
    """The verb, the case's number and the rest; raises CannotDo with what would be right.

    In a thread (`thread_case` given) the number may be left out; before free words it then needs its #, as
    "compensate 20 EUR" is no case 20. Where only one is named to merge, it is the other case's. No words at
    all ask for help.
    """
    verb_word, _, rest = text.strip().partition(" ")
    verb = read_verb(verb_word)
    number, words = thread_case, rest.strip()
    if verb in ABOUT_A_CASE:
        needs_sign = thread_case is not None and verb in BEFORE_FREE_WORDS
        names_other = thread_case is not None and verb is Verb.MERGE and len(words.split()) < 2
        if not names_other and (words.startswith("#") or not needs_sign):
            named, words = _number(words)
            number = thread_case if named is None else named
    if verb is Verb.MERGE and words.lower() == UNDO:
        verb, words = Verb.UNMERGE, ""
    return Order(verb=verb, by=by, number=number, slack_channel=slack_channel, words=words)


def begins_with_verb(text: str) -> bool:
    """Whether the first word is a verb, and the rest what it is about."""
    return text.strip().partition(" ")[0].lower() in list(Verb)


def read_verb(word: str) -> Verb:
    """The verb that a word means; an unknown one suggests the nearest."""
    known = [verb.value for verb in Verb]
    wanted = word.lower() or Verb.HELP.value
    if wanted in known:
        return Verb(wanted)
    near = get_close_matches(wanted, known, n=1, cutoff=0.6)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    raise CannotDo(f"I do not know `{word}`. {hint}`/recovery help` tells what you can do.")


def read_number(words: str) -> int:
    """A case's number, with or without its sign."""
    found = NUMBER.match(words.strip())
    if found is None:
        raise CannotDo(f"“{words.strip()}” is no number of a case. Write it as 41 or #41.", field="number")
    return int(found[1])


def read_person(words: str, example: str) -> AgentId:
    """The one person whom the words mention."""
    people = PERSON.findall(words)
    if len(people) == 1:
        return AgentId(people[0])
    what = "Name one person only" if people else "Name a person with @"
    raise CannotDo(f"{what}: `{example}`")


def read_choice(words: str, choices: type[Chosen], what: str) -> Chosen:
    """One word of an enumeration, as "urgent"; an unknown one is answered with those that there are."""
    wanted = " ".join(words.lower().split())
    for choice in choices:
        if choice.value == wanted:
            return choice
    known = ", ".join(choices)
    raise CannotDo(f"“{words.strip()}” is no {what}. It is one of: {known}.", field="to")


def read_team(words: str, rulebook: Rulebook, *, field: str = "to") -> str:
    """The key of a team that is named by its key, its name or its channel; `field` of a form where it was."""
    wanted = words.strip().lower()
    mentioned = CHANNEL.fullmatch(words.strip())
    for key, team in rulebook.teams.items():
        if wanted and wanted in {key, team.name.lower(), team.channel}:
            return key
        if mentioned and team.channel in {mentioned["id"], f"#{mentioned['name']}"}:
            return key
    known = ", ".join(rulebook.teams)
    raise CannotDo(f"I do not know the team “{words.strip()}”. There are: {known}.", field=field)


def read_text(words: str) -> str:
    """Words as they were typed: Slack writes `&`, `<` and `>` as entities."""
    return html.unescape(words).strip()


def as_read(text: str) -> str:
    """A message as people read it in Slack: names and addresses in place of its markup."""
    return html.unescape(_TAG.sub(_in_words, text)).strip()


def as_typed(text: str) -> str:
    """Words to look for: of addresses and people Slack makes links, within which stands what was typed."""
    return html.unescape(_TAG.sub(lambda tag: tag["label"] or tag["what"], text)).strip()


def read_pause(words: str, *, example: str) -> tuple[PauseReason, str]:
    """What a case waits for at the beginning, and in words after it: "customer They look for it"."""
    lowered = words.lower()
    for reason, spoken in SPOKEN.items():
        for phrase in spoken:
            if re.match(rf"(?:for )?{re.escape(phrase)}\b", lowered):
                rest = re.sub(rf"^(?:for )?{re.escape(phrase)}\b[ :,]*", "", words, flags=re.IGNORECASE)
                return reason, read_text(rest)
    raise CannotDo(
        f"Say whom you wait for, customer or third party, and what for: "
        f"`{example} customer They look for the receipt`. To let it come back by itself, snooze it."
    )


def read_members(words: str) -> tuple[Members | None, str]:
    """Whether the members of a burst are meant too, at the beginning, and what follows; None: nobody said."""
    first, _, rest = words.strip().partition(" ")
    if first.lower() in list(Members):
        return Members(first.lower()), rest.strip()
    return None, words


def read_contact(words: str, *, example: str) -> tuple[ContactBy, str]:
    """How the customer was reached at the beginning, and what they were told after it."""
    lowered = words.lower()
    for said, channel in sorted(_REACHED_BY.items(), key=lambda entry: -len(entry[0])):
        found = re.match(rf"(?:by |via |on )?{re.escape(said)}\b[ :,]*", lowered)
        if found:
            return channel, read_text(words[found.end() :])
    raise CannotDo(f"Say how you reached them first, one of {', '.join(ContactBy)}: `{example}`")


def read_gift_number(words: str) -> tuple[int | None, str]:
    """The number of a gift at the beginning, as G7, and what follows; None where none is named."""
    return _lettered_number(GIFT, words)


def read_piece(words: str) -> tuple[int | None, str]:
    """The number of something that a customer said at the beginning, as F17, and what follows."""
    return _lettered_number(PIECE, words)


def read_part(words: str) -> tuple[int | None, str]:
    """The number of a part at the beginning, as P7, and what follows; None where none is named."""
    return _lettered_number(PART, words)


def read_team_first(words: str, rulebook: Rulebook) -> tuple[str, str]:
    """The key of the team that is named at the beginning, and what follows; raises CannotDo for none.

    The longest name that fits is meant, as one may begin with another.
    """
    spoken = words.strip()
    parts = spoken.split()
    for size in range(len(parts), 0, -1):
        try:
            team = read_team(" ".join(parts[:size]).rstrip(":,"), rulebook)
        except CannotDo:
            continue
        return team, read_text(spoken.split(None, size)[size] if size < len(parts) else "")
    return read_team(parts[0] if parts else "", rulebook), ""


def read_request_number(words: str) -> tuple[int | None, str]:
    """The number of a request at the beginning, as R3, and what follows; None where none is named."""
    return _lettered_number(REQUEST, words)


def _lettered_number(pattern: re.Pattern[str], words: str) -> tuple[int | None, str]:
    found = pattern.match(words)
    return (int(found[1]), read_text(words[found.end() :])) if found else (None, read_text(words))


def _in_words(tag: re.Match[str]) -> str:
    sign, what, label = tag["sign"], tag["what"], tag["label"]
    if sign in {"@", "#"}:
        return f"{sign}{label or what}"
    if sign == "!":
        return label or (f"@{what}" if what in EVERYBODY else f"&lt;{what}&gt;")
    return f"{label} ({what})" if label else what


def _number(rest: str) -> tuple[int | None, str]:
    first, _, words = rest.partition(" ")
    found = NUMBER.match(first)
    if found is None:
        return None, rest
    return int(found[1]), words.strip()
