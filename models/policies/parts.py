"""What another team does for a case: who is asked, whose part it is, and who must hear what of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.policies.lifecycle import Standing, why_not_work
from models.policies.permissions import Verb, roles_in
from models.policies.rulebook import Admins, Rulebook, Team
from models.vocabulary import AgentId, CaseEventKind, CaseStatus, ClockKind, PartEnd, mention, moment

WORDS_LENGTH = 500
"""Characters of what a team is asked for, of what it did, and of why it is needed no more."""

OF_ONE_TEAM = frozenset(
    {
        *(CaseEventKind.OPENED, CaseEventKind.HELPER_ADDED, CaseEventKind.HELPER_REMOVED),
        *(CaseEventKind.PINGED, CaseEventKind.BREACHED, CaseEventKind.ESCALATED, CaseEventKind.ACKNOWLEDGED),
        *(CaseEventKind.ADMINS_TOLD, CaseEventKind.EXTENDED, CaseEventKind.CORRECTED),
        *(CaseEventKind.APPROVAL_ASKED, CaseEventKind.APPROVAL_PASSED_ON, CaseEventKind.APPROVED),
        *(CaseEventKind.DECLINED, CaseEventKind.APPROVAL_LAPSED),
        *(CaseEventKind.COMPENSATION_HANDED_OVER, CaseEventKind.COMPENSATION_EXPIRED),
        *(CaseEventKind.COMPENSATION_REDEEMED, CaseEventKind.COMPENSATION_NOT_TAKEN),
        *(CaseEventKind.STORY_NOMINATED, CaseEventKind.STORY_PUBLISHED, CaseEventKind.STORY_SHELVED),
        *(CaseEventKind.PLAYBOOK_BEGUN, CaseEventKind.STEP_DONE, CaseEventKind.STEP_UNDONE),
        *(CaseEventKind.PART_DUE, CaseEventKind.PART_LATE),
    }
)
"""What only the team reads whose promise, limit or people it is about; all else is told in every thread."""


@dataclass(frozen=True, slots=True)
class PartStanding:
    """Where a part stands; people name it by its number, as P7."""

    number: int
    team: str
    team_name: str
    holder: AgentId | None
    ended_because: PartEnd | None = None
    ended_by: AgentId | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the team still works on it."""
        return self.ended_because is None


def why_not_involve(case: Standing, own_team: str, team: Team, involved: Collection[str]) -> str | None:
    """A team that is not on the case yet can be asked to do something for it, while it is not over."""
    if case.status is CaseStatus.RESOLVED:
        return why_not_work(case)
    if team.key == own_team:
        return (
            f"Case #{case.number} belongs to {team.name}. Name another team that shall do something for it."
        )
    if team.key in involved:
        return (
            f"{team.name} is on case #{case.number} already. Say in the thread what else it is asked for: "
            f"`/recovery note {case.number}` and the words."
        )
    return None


def why_not_words(words: str, *, example: str) -> str | None:
    """What is asked for, done or wrong is said in a few words."""
    if not words:
        return f"Say it in a few words: `{example}`."
    if len(words) > WORDS_LENGTH:
        return f"Say it in at most {WORDS_LENGTH} characters; these are {len(words)}."
    return None


def choose(
    parts: Sequence[PartStanding], by: AgentId, rulebook: Rulebook, wanted: int | None = None
) -> PartStanding | None:
    """The part that somebody means: the one named; else that of a team of theirs, or the only one.

    What goes on comes before what is over, which is chosen so that they are told who was first.
    """
    if wanted is not None:
        return next((part for part in parts if part.number == wanted), None)
    going_on = [part for part in parts if part.is_open]
    theirs = of_teams_of(by, parts, rulebook)
    is_clear = len(going_on) < 2
    likely = [*of_teams_of(by, going_on, rulebook), *(going_on if is_clear else ()), *reversed(theirs)]
    return next(iter([*likely, *(reversed(parts) if is_clear else ())]), None)


def of_teams_of(by: AgentId, parts: Sequence[PartStanding], rulebook: Rulebook) -> list[PartStanding]:
    """Those of a person's teams."""
    return [part for part in parts if roles_in(by, part.team, rulebook)]


def falls_to(
    parts: Sequence[PartStanding], by: AgentId, own_team: str, rulebook: Rulebook, wanted: int | None
) -> PartStanding | None:
    """The part that somebody takes who says only which case; None: the case itself.

    Who works for the case's own team means the case, unless they say it where the part is shown.
    """
    if wanted is not None:
        return choose(parts, by, rulebook, wanted)
    is_about_the_case = roles_in(by, own_team, rulebook)
    return None if is_about_the_case else choose(of_teams_of(by, parts, rulebook), by, rulebook)


def why_not_take(case: Standing, part: PartStanding, by: AgentId) -> str | None:
    """Taking a part is for one that nobody has."""
    over = why_not_go_on(case, part)
    if over is not None:
        return over
    if part.holder == by:
        return f"{part.team_name}'s part of case #{case.number} is already yours."
    if part.holder is not None:
        return (
            f"{part.team_name}'s part of case #{case.number} is already with {mention(part.holder)}. "
            f"They, or a colleague, can hand it to you: `/recovery assign {case.number} P{part.number} "
            f"{mention(by)}`."
        )
    return None


def why_not_give(case: Standing, part: PartStanding, to: AgentId) -> str | None:
    """A part is given to somebody else than who has it."""
    if part.is_open and part.holder == to:
        return f"{part.team_name}'s part of case #{case.number} is already with {mention(to)}."
    return why_not_go_on(case, part)


def why_not_release(case: Standing, part: PartStanding) -> str | None:
    """A part is given back that somebody has."""
    if part.is_open and part.holder is None:
        return f"Nobody has {part.team_name}'s part of case #{case.number}."
    return why_not_go_on(case, part)


def why_not_go_on(case: Standing, part: PartStanding) -> str | None:
    """What is over cannot be taken, finished or sent back; who was first is named."""
    if case.status is CaseStatus.RESOLVED:
        return why_not_work(case)
    if part.ended_because is None:
        return None
    by = mention(part.ended_by) if part.ended_by else "somebody"
    when = f", {moment(part.ended_at)}" if part.ended_at else ""
    whose = f"{part.team_name}'s part of case #{case.number}"
    match part.ended_because:
        case PartEnd.DONE:
            return f"{whose} is done already: {by} said so{when}."
        case PartEnd.RESOLVED:
            return f"{whose} ended with the case: {by} resolved it{when}."
        case PartEnd.SENT_BACK:
            return f"{whose} is over: {by} sent it back{when}."
        case PartEnd.WITHDRAWN:
            return f"{whose} is over: {by} said that it is not needed any more{when}."
        case because:
            return f"{whose} is over: {because}{when}."


def why_none(case: Standing, parts: Sequence[PartStanding], own_team: str) -> str:
    """No part is the person's, or none is named: what there is."""
    still = [f"P{part.number} of {part.team_name}" for part in parts if part.is_open]
    if still:
        return f"Say which part of case #{case.number} you mean. There is: {', '.join(still)}."
    return (
        f"No other team than {own_team} is on case #{case.number}. "
        f"`/recovery involve {case.number}`, a team and what it shall do asks one."
    )


def who_decides(verb: Verb, own_team: str, part_team: str) -> str:
    """The team, by its key, whose people do this to a part; the case's own takes back what it asked for."""
    return own_team if verb is Verb.UNINVOLVE else part_team


def who_leads(team: Team | None, admins: Admins) -> tuple[AgentId, ...]:
    """Who hears that a team did not keep what it promised: who leads it, or the admins where nobody does."""
    return (team.supervisors or team.leads if team else ()) or admins.members


def deed_of(kind: ClockKind) -> str:
    """What a team promises of its part: a case is resolved, a part of it is finished."""
    return "finish" if kind is ClockKind.RESOLVE else kind.value


def is_for_all(kind: CaseEventKind) -> bool:
    """Whether every team on a case reads of it in its own thread."""
    return kind not in OF_ONE_TEAM
