"""Who is here: away, back."""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.orders import PERSON, Order
from bot.slack.times import Now, read_moment
from bot.slack.verbs.route import Route
from bot.slack.views import absence as views
from bot.slack.views.rendered import Rendered
from handlers import absences, inbound
from handlers.errors import CannotDo
from handlers.snapshots import Gone
from models.policies.absence import Away
from models.policies.permissions import Verb
from models.vocabulary import AgentId

AWAY_EXAMPLE = "away until friday @ben"
_SPAN = re.compile(
    r"(?:from (?P<start>.+?))?\s*(?:(?:until|till) (?P<end>.+?))?\s*(?:stand-in )?(?P<stand_in><@[^>]+>)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the words of `away` name; the moments still as they were written."""

    who: AgentId
    start: str | None
    end: str | None
    stand_in: AgentId | None


def go_away(desk: Desk, order: Order) -> Rendered:
    """Know that somebody is away, hand over what they have, and say what became of it."""
    said = _read(order)
    at = desk.now()
    away = _span(said, Now(at, desk.slack.time_zone(said.who)))
    gone = Gone(has_begun=away.starts_at <= at, passed_on=[])
    with desk.transaction() as session:
        if _is_new(desk, order, session):
            gone = absences.go_away(session, desk.act(order.by), who=said.who, away=away)
    return views.gone(gone, said.who, away)


def come_back(desk: Desk, order: Order) -> Rendered:
    """End an absence, one's own or that of the person who is named."""
    who = _person(order.words, order)
    gone = Gone(has_begun=True, passed_on=[])
    with desk.transaction() as session:
        if _is_new(desk, order, session):
            gone = absences.come_back(session, desk.act(order.by), who=who)
    return views.returned(gone, who)


def _read(order: Order) -> _Said:
    """A person at the beginning is the one who is away, a person at the end stands in."""
    words = order.words.strip()
    first = PERSON.match(words)
    rest = words[first.end() :].strip() if first else words
    found = _SPAN.fullmatch(rest)
    if found is None:
        raise CannotDo(
            f"“{words}” does not say until when. Write `/recovery {AWAY_EXAMPLE}`, with the stand-in last or "
            f"left out, or only `/recovery away`."
        )
    stand_in = PERSON.fullmatch(found["stand_in"]) if found["stand_in"] else None
    return _Said(
        who=AgentId(first[1]) if first else order.by,
        start=found["start"],
        end=found["end"],
        stand_in=AgentId(stand_in[1]) if stand_in else None,
    )


def _span(said: _Said, now: Now) -> Away:
    """The time that is meant where the person is; its end counts from its beginning."""
    starts_at = read_moment(said.start, now) if said.start else now.at
    until = read_moment(said.end, Now(starts_at, now.zone)) if said.end else None
    return Away(starts_at, until, said.stand_in)


def _person(words: str, order: Order) -> AgentId:
    found = PERSON.fullmatch(words.strip())
    if found is None and words.strip():
        raise CannotDo(f"“{words.strip()}” is nobody. Write `/recovery back`, or `/recovery back @ana`.")
    return AgentId(found[1]) if found else order.by


def _is_new(desk: Desk, order: Order, session: Session) -> bool:
    """Whether Slack brought this for the first time."""
    return order.event_id is None or inbound.is_new(session, order.event_id, desk.now())


AWAY = Route(
    Verb.AWAY,
    "away [from …] [until …] [@stand-in]",
    "be away; your cases go to your stand-in, to whom the team's strategy finds, or to the team",
    AWAY_EXAMPLE,
    reading=go_away,
)
BACK = Route(
    Verb.BACK,
    "back",
    "be back before your absence ends by itself",
    "back",
    reading=come_back,
)
