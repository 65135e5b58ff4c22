"""Slack is asked who does not want to be disturbed, before anybody has to be chosen."""

import logging

from bot.desk import Desk
from bot.slack.client import SlackBusy, SlackRefused
from handlers import quiet
from models.policies.quiet import Quiet
from models.vocabulary import AgentId

log = logging.getLogger(__name__)


def learn_quiet_times(desk: Desk) -> None:
    """Ask for those among whom a strategy may choose and of whom we know nothing that still holds.

    Slack's own events bring changes sooner; a person whom Slack does not know is never silent.
    """
    teams = [team for team in desk.rules.current().teams.values() if team.assignment.strategies]
    people = list(dict.fromkeys(person for team in teams for person in team.people))
    if not people:
        return
    with desk.transaction() as session:
        unknown = quiet.find_unknown(session, people, desk.now())
    for person in unknown:
        try:
            told = _ask(desk, person)
        except SlackBusy as busy:
            log.warning("slack was too busy to say who is not disturbed", extra={"why": str(busy)})
            return
        with desk.transaction() as session:
            quiet.keep(session, person, told, desk.now())


def _ask(desk: Desk, person: AgentId) -> Quiet | None:
    try:
        return desk.slack.quiet_time(person)
    except SlackRefused as refusal:
        log.warning("slack does not say who is not disturbed", extra={"error": refusal.error})
        return None
