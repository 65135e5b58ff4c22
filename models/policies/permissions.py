"""Who may do what to a case, and the words for who may not."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from models.policies.leaving import why_barred
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, mention


class Verb(StrEnum):
    """Everything that a person can do; the same words in buttons, commands and mentions."""

    CLAIM = "claim"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    RELEASE = "release"
    MOVE = "move"
    PRIORITY = "priority"
    KIND = "kind"
    CORRECT = "correct"
    ADD = "add"
    REMOVE = "remove"
    INVOLVE = "involve"
    UNINVOLVE = "uninvolve"
    DONE = "done"
    NOTE = "note"
    COMPENSATE = "compensate"
    REVOKE = "revoke"
    HANDOVER = "handover"
    REDEEMED = "redeemed"
    ASK = "ask"
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    APPROVALS = "approvals"
    NOMINATE = "nominate"
    PUBLISH = "publish"
    SHELVE = "shelve"
    PLAYBOOK = "playbook"
    TICK = "tick"
    UNTICK = "untick"
    CONTACTED = "contacted"
    PAUSE = "pause"
    SNOOZE = "snooze"
    RESUME = "resume"
    ESCALATE = "escalate"
    ACK = "ack"
    EXTEND = "extend"
    TAKE_OVER = "takeover"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SPLIT = "split"
    SEARCH = "search"
    BOOKMARK = "bookmark"
    UNBOOKMARK = "unbookmark"
    BOOKMARKS = "bookmarks"
    TAKE_OUT = "takeout"
    MEMBERS = "members"
    SHOW = "show"
    LIST = "list"
    MINE = "mine"
    NEW = "new"
    HELP = "help"
    STATS = "stats"
    AWAY = "away"
    BACK = "back"
    JOIN = "join"


EVERYBODY = frozenset(Role) | {None}
CASE_WORKERS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.LEAD, Role.ADMIN})
WHO_LEADS = frozenset({Role.SUPERVISOR, Role.LEAD, Role.ADMIN})
WHO_PUBLISHES = frozenset({Role.LEAD, Role.ADMIN})

WHO_MAY: dict[Verb, frozenset[Role | None]] = {
    Verb.CLAIM: CASE_WORKERS,
    Verb.ASSIGN: CASE_WORKERS,
    Verb.REASSIGN: CASE_WORKERS,
    Verb.RELEASE: CASE_WORKERS,
    Verb.MOVE: CASE_WORKERS,
    Verb.PRIORITY: CASE_WORKERS,
    Verb.KIND: CASE_WORKERS,
    Verb.CORRECT: CASE_WORKERS,
    Verb.ADD: CASE_WORKERS,
    Verb.REMOVE: CASE_WORKERS,
    Verb.INVOLVE: CASE_WORKERS,
    Verb.UNINVOLVE: CASE_WORKERS,
    Verb.DONE: CASE_WORKERS,
    Verb.NOTE: EVERYBODY,
    Verb.COMPENSATE: CASE_WORKERS,
    Verb.REVOKE: CASE_WORKERS,
    Verb.HANDOVER: CASE_WORKERS,
    Verb.REDEEMED: CASE_WORKERS,
    Verb.ASK: CASE_WORKERS,
    Verb.APPROVE: WHO_LEADS,
    Verb.DECLINE: WHO_LEADS,
    Verb.WITHDRAW: CASE_WORKERS,
    Verb.APPROVALS: EVERYBODY,
    Verb.NOMINATE: CASE_WORKERS,
    Verb.PUBLISH: WHO_PUBLISHES,
    Verb.SHELVE: WHO_PUBLISHES,
    Verb.PLAYBOOK: CASE_WORKERS,
    Verb.TICK: CASE_WORKERS,
    Verb.UNTICK: CASE_WORKERS,
    Verb.CONTACTED: CASE_WORKERS,
    Verb.PAUSE: CASE_WORKERS,
    Verb.SNOOZE: CASE_WORKERS,
    Verb.RESUME: CASE_WORKERS,
    Verb.ESCALATE: CASE_WORKERS,
    Verb.ACK: WHO_LEADS,
    Verb.EXTEND: WHO_LEADS,
    Verb.TAKE_OVER: WHO_LEADS,
    Verb.RESOLVE: CASE_WORKERS,
    Verb.REOPEN: CASE_WORKERS,
    Verb.MERGE: CASE_WORKERS,
    Verb.UNMERGE: CASE_WORKERS,
    Verb.SPLIT: CASE_WORKERS,
    Verb.SEARCH: EVERYBODY,
    Verb.BOOKMARK: EVERYBODY,
    Verb.UNBOOKMARK: EVERYBODY,
    Verb.BOOKMARKS: EVERYBODY,
    Verb.TAKE_OUT: CASE_WORKERS,
    Verb.MEMBERS: EVERYBODY,
    Verb.SHOW: EVERYBODY,
    Verb.LIST: EVERYBODY,
    Verb.MINE: EVERYBODY,
    Verb.NEW: CASE_WORKERS,
    Verb.HELP: EVERYBODY,
    Verb.STATS: EVERYBODY,
    Verb.AWAY: CASE_WORKERS,
    Verb.BACK: CASE_WORKERS,
    Verb.JOIN: EVERYBODY,
}
"""None stands for somebody without any role in the case's team."""

INVOLVED_MAY = frozenset({Verb.SHOW, Verb.NOTE, Verb.CONTACTED, Verb.ESCALATE, Verb.DONE, Verb.UNINVOLVE})
"""What people of another team may do while it has a part in the case, besides what is about that part."""


_DEEDS: dict[Verb, str] = {
    Verb.SHOW: "look at its cases",
    Verb.LIST: "look at its cases",
    Verb.NOTE: "note on its cases",
    Verb.NEW: "open cases for it",
    Verb.PRIORITY: "change the priority of its cases",
    Verb.KIND: "change the kind of its cases",
    Verb.HANDOVER: "hand over what is given in its cases",
    Verb.REDEEMED: "say what was used of what is given in its cases",
    Verb.CORRECT: "correct what was heard in its cases",
    Verb.INVOLVE: "bring other teams in on its cases",
    Verb.UNINVOLVE: "end other teams' parts in its cases",
    Verb.DONE: "finish its part",
    Verb.ACK: "acknowledge its escalations",
    Verb.ASK: "ask for approval in its cases",
    Verb.WITHDRAW: "ask for approval in its cases",
    Verb.APPROVE: "decide what is asked for its cases",
    Verb.DECLINE: "decide what is asked for its cases",
    **{verb: f"{verb} its stories" for verb in (Verb.NOMINATE, Verb.PUBLISH, Verb.SHELVE)},
    Verb.EXTEND: "give its promises more time",
    Verb.TAKE_OVER: "take over its cases",
    Verb.TAKE_OUT: "take out its cases",
    Verb.MEMBERS: "look at its cases",
    Verb.PLAYBOOK: "begin playbooks on its cases",
    Verb.TICK: "tick the steps of its cases",
    Verb.UNTICK: "tick the steps of its cases",
}
MOST_NAMED = 6
"""So many people a refusal names; a team may have hundreds."""


def roles_in(agent_id: AgentId, team: str, rulebook: Rulebook) -> frozenset[Role]:
    """What a person is in that team; empty for a stranger."""
    return rulebook.roles_of(agent_id, team)


def why_not_may(
    verb: Verb, by: AgentId, team: str, rulebook: Rulebook, involved: Collection[str] = ()
) -> str | None:
    """None when the person may; else who can, and how to become one of them.

    `involved` are the other teams that have a part in the case.
    """
    allowed = _who_may(verb, team, rulebook)
    teams = (team, *involved) if verb in INVOLVED_MAY else (team,)
    roles = frozenset[Role]().union(*(roles_in(by, each, rulebook) for each in teams))
    if None in allowed or roles & allowed:
        return None
    who = "Only people" if allowed == CASE_WORKERS else f"Only {ranks(allowed)}"
    able = _people(rulebook, team, allowed)
    return f"{who} of {_name(team, rulebook)} can {_deed(verb)}: {able}.{_way_in(by, team, rulebook)}"


def may_somewhere(verb: Verb, by: AgentId, rulebook: Rulebook) -> bool:
    """Whether there is a team in which the person may; what a person's help shows."""
    return any(why_not_may(verb, by, team, rulebook) is None for team in rulebook.teams)


def teams_closed_to(by: AgentId, rulebook: Rulebook) -> list[str]:
    """The teams, by their keys, whose cases the person may not look at: the one place that decides it."""
    return [team for team in rulebook.teams if why_not_may(Verb.SHOW, by, team, rulebook) is not None]


def why_not_review(by: AgentId, rulebook: Rulebook) -> str | None:
    """None when the person is listed anywhere in the file: how feedback feels, everybody of ours can tell."""
    if rulebook.standing_of(by):
        return None
    join = f"`/recovery join {next(iter(rulebook.teams))}`"
    return (
        f"Only people of a team can say how feedback feels. To become one of them: {join}, or another team."
    )


def why_not_hold(to: AgentId, team: str, rulebook: Rulebook) -> str | None:
    """None when the person can be given a case of that team."""
    if roles_in(to, team, rulebook):
        return None
    people = _people(rulebook, team, CASE_WORKERS)
    barred = why_barred(to, rulebook.barred)
    if barred is not None:
        return f"{barred} Those who work for {_name(team, rulebook)}: {people}."
    return f"{mention(to)} does not work for {_name(team, rulebook)}. Those who do: {people}."


def why_not_hand_over(
    by: AgentId, owner: AgentId, team: str, rulebook: Rulebook, *, deed: str = "move this case"
) -> str | None:
    """A case is moved, or given back, by the one who has it, or by who leads the team."""
    if by == owner or roles_in(by, team, rulebook) & WHO_LEADS:
        return None
    leaders = _people(rulebook, team, WHO_LEADS)
    return f"Only {mention(owner)}, who has it, or a supervisor ({leaders}) can {deed}."


def why_not_move(by: AgentId, owner: AgentId | None, team: str, rulebook: Rulebook) -> str | None:
    """A case is moved to another team by the one who has it, or by who leads the team that it leaves."""
    if by == owner or roles_in(by, team, rulebook) & WHO_LEADS:
        return None
    leaders = _people(rulebook, team, WHO_LEADS)
    if owner is None:
        return f"Nobody has this case yet: claim it first, or ask a supervisor ({leaders}) to move it."
    return (
        f"Only {mention(owner)}, who has it, or a supervisor ({leaders}) can move this case to another team."
    )


def ranks(roles: Iterable[Role | None]) -> str:
    """Roles as people say them, from the least to the most: "supervisors, leads and admins"."""
    names = [f"{role}s" for role in Role if role in roles]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _who_may(verb: Verb, team: str, rulebook: Rulebook) -> frozenset[Role | None]:
    """What everybody may elsewhere, only its own people may in a private team."""
    allowed, found = WHO_MAY[verb], rulebook.teams.get(team)
    return allowed - {None} if found is not None and found.is_private else allowed


def _deed(verb: Verb) -> str:
    """What a refusal says that the others can do."""
    return _DEEDS.get(verb, f"{verb.value} its cases")


def _name(team: str, rulebook: Rulebook) -> str:
    return rulebook.teams[team].name if team in rulebook.teams else team


def _way_in(by: AgentId, team: str, rulebook: Rulebook) -> str:
    """Who works somewhere already needs no way in, and into a team that is gone there is none."""
    if rulebook.teams_of(by) or team not in rulebook.teams:
        return ""
    return f" To become one of them: `/recovery join {team}`."


def _people(rulebook: Rulebook, team: str, roles: Collection[Role | None]) -> str:
    """Who has one of these roles; nobody is not the same as nobody of whom we know yet."""
    people, unread = rulebook.people_of(team, roles), rulebook.unread_in(team)
    if not people and unread:
        return f"the people of {' and '.join(unread)}, whom Slack has not told us yet"
    return _mentions(people)


def _mentions(people: Iterable[AgentId]) -> str:
    named = [mention(person) for person in dict.fromkeys(people)]
    if len(named) <= MOST_NAMED:
        return ", ".join(named) or "nobody yet"
    return f"{', '.join(named[: MOST_NAMED - 1])} and {len(named) - MOST_NAMED + 1} more"
