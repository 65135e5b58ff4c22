"""Slack is asked, and tells, who can work at all: not who is deactivated, and no bot."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.client import SlackBusy, SlackRefused, read_barred
from handlers import people
from models.policies.rulebook import Rulebook
from models.vocabulary import SYSTEM, AgentId, Barred

log = logging.getLogger(__name__)

ASKED_AT_ONCE = 20
"""So many people Slack is asked for in one tick; it takes a hundred such calls a minute."""


def learn_people(desk: Desk) -> None:
    """Ask for those of whom we know nothing that still holds; then free cases of who cannot work."""
    listed = _listed(desk.rules.current())
    with desk.transaction() as session:
        unknown = people.find_unknown(session, listed, desk.now(), limit=ASKED_AT_ONCE)
    for person in unknown:
        try:
            keep(desk, person, _ask(desk, person))
        except SlackBusy as busy:
            log.warning("slack was too busy to say who can work", extra={"why": str(busy)})
            break
    with desk.transaction() as session:
        for person, barred in people.find_holding(session).items():
            people.free_cases(session, person, barred, desk.act(SYSTEM))


def take_in(desk: Desk, user: Mapping[str, Any]) -> None:
    """Slack says that somebody's profile changed; most of such words change nothing for us."""
    who, barred = AgentId(user["id"]), read_barred(user)
    if barred is not desk.rules.current().barred.get(who):
        keep(desk, who, barred)


def keep(desk: Desk, who: AgentId, barred: Barred | None) -> None:
    """Keep it, and from who cannot work any more take what they have, in one transaction."""
    with desk.transaction() as session:
        people.keep(session, who, barred, desk.now())
        if barred is not None:
            people.free_cases(session, who, barred, desk.act(SYSTEM))
    desk.rules.look_again()


def _ask(desk: Desk, person: AgentId) -> Barred | None:
    """Of whom Slack does not know the doctor tells: the token of a wrong workspace must free no cases."""
    try:
        return desk.slack.why_barred(person)
    except SlackRefused as refusal:
        log.warning("slack does not say who can work", extra={"error": refusal.error})
        return None


def _listed(rulebook: Rulebook) -> list[AgentId]:
    """Everybody who stands in rules.yaml, by name or behind one, and who is left out as they cannot work."""
    teams = (person for team in rulebook.teams.values() for person in team.people)
    return list(dict.fromkeys((*rulebook.admins.members, *teams, *rulebook.barred)))
