"""What may be done to a case, given where it stands: each answer is None or the words of the refusal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from models.policies.rulebook import Team
from models.vocabulary import (
    AgentId,
    CaseKind,
    CaseStatus,
    Members,
    OutcomeKind,
    Priority,
    mention,
    moment,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case was resolved, by whom, and when."""

    outcome: OutcomeKind
    by: AgentId
    at: datetime


TITLE_LENGTH = 80
"""Characters of a case's title; the card shows it in one line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision about a case looks at; `merged_into` is the case that goes on for it.

    `since` is when its owner got it; `ended` tells by whom and when it was resolved. It `stands_for` so many
    open cases of a burst; `parent` is the one that stands for it.
    """

    number: int
    status: CaseStatus
    owner: AgentId | None
    merged_into: int | None = None
    since: datetime | None = None
    ended: Ended | None = None
    stands_for: int = 0
    parent: int | None = None

    @property
    def held(self) -> str:
        """Who has it, and since when."""
        who = mention(self.owner) if self.owner else "nobody"
        return f"{who} since {moment(self.since)}" if self.since else who


def why_not_claim(case: Standing, by: AgentId) -> str | None:
    """Claiming is for a case that nobody has."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.owner == by:
        return f"Case #{case.number} is already yours."
    if case.owner is not None:
        return (
            f"Case #{case.number} is already with {case.held}. They, or a supervisor, "
            f"can hand it to you with `/recovery reassign {case.number} {mention(by)}`."
        )
    return None


def why_not_assign(case: Standing, to: AgentId) -> str | None:
    """Assigning is for a case that nobody has; moving it from somebody is reassigning."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.owner == to:
        return f"Case #{case.number} is already with {mention(to)}."
    if case.owner is not None:
        return (
            f"Case #{case.number} is already with {case.held}. "
            f"To move it, use `/recovery reassign {case.number} {mention(to)}`."
        )
    return None


def why_not_reassign(case: Standing, to: AgentId) -> str | None:
    """Reassigning moves a case from the one who has it to another."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.owner is None:
        return (
            f"Nobody has case #{case.number} yet. Use `/recovery assign {case.number} {mention(to)}`, "
            f"or `/recovery claim {case.number}` to take it yourself."
        )
    if case.owner == to:
        return f"Case #{case.number} is already with {mention(to)}."
    return None


def why_not_take_over(case: Standing, by: AgentId) -> str | None:
    """A supervisor takes a case from the one who has it."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.owner is None:
        return f"Nobody has case #{case.number} yet. Take it with `/recovery claim {case.number}`."
    if case.owner == by:
        return f"Case #{case.number} is already yours."
    return None


def why_not_release(case: Standing) -> str | None:
    """Giving back is for a case that somebody has."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.owner is None:
        return f"Nobody has case #{case.number}. `/recovery claim {case.number}` takes it."
    return None


def why_not_change(case: Standing, now: CaseKind | Priority, to: CaseKind | Priority) -> str | None:
    """What a case is can be changed to something else while it is not over."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if now is to:
        others = ", ".join(other for other in type(now) if other is not now)
        return f"Case #{case.number} is {now} already. It could be one of: {others}."
    return None


def why_not_move(case: Standing, now: str, to: Team, others: Collection[str]) -> str | None:
    """A case goes to another team while it is not over; `others` are the teams that it could go to."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if now == to.key:
        possible = ", ".join(others) or "nobody else"
        return f"Case #{case.number} is with {to.name} already. It could go to: {possible}."
    return None


def why_not_add(case: Standing, who: AgentId, helpers: Collection[AgentId]) -> str | None:
    """Helping is for somebody beside the one who has the case, while it is not over."""
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.owner == who:
        return f"{mention(who)} has case #{case.number}. Add somebody who helps."
    if who in helpers:
        return f"{mention(who)} helps on case #{case.number} already."
    return None


def why_not_remove(case: Standing, who: AgentId, helpers: Collection[AgentId]) -> str | None:
    """Only who helps can stop helping."""
    if who in helpers:
        return None
    known = ", ".join(mention(helper) for helper in helpers) or "nobody"
    return f"{mention(who)} does not help on case #{case.number}. Who does: {known}."


def why_not_work(case: Standing) -> str | None:
    """Compensating and resolving need a case that is not over."""
    return _is_resolved(case) if case.status is CaseStatus.RESOLVED else None


def why_not_reopen(case: Standing) -> str | None:
    """Reopening is for a case that was resolved."""
    if case.merged_into is not None:
        return _is_resolved(case)
    if case.status is CaseStatus.RESOLVED:
        return None
    return f"Case #{case.number} is not resolved, so there is nothing to reopen: it is {case.status.value}."


def why_not_merge(case: Standing, into: Standing, taken_in: Collection[int]) -> str | None:
    """A case is merged into one that is worked on; `taken_in` are those that were merged into it before.

    So no case is ever merged into one that is merged itself.
    """
    if case.number == into.number:
        return (
            f"Case #{case.number} cannot be merged into itself. "
            f"Say which one goes on: `/recovery merge {case.number}` and its number."
        )
    if case.status is CaseStatus.RESOLVED:
        return _is_resolved(case)
    if case.stands_for:
        return (
            f"Case #{case.number} stands for {case.stands_for} open cases, and nothing would stand for them. "
            f"Merge the other way round, `/recovery merge {into.number} {case.number}`, or take them out "
            f"first: `/recovery takeout {case.number} all`."
        )
    if into.merged_into is not None:
        return (
            f"Case #{into.number} was merged into #{into.merged_into}, which goes on. "
            f"Merge into that one: `/recovery merge {case.number} {into.merged_into}`."
        )
    if into.status is CaseStatus.RESOLVED:
        return (
            f"Case #{into.number} is already resolved, so nothing goes on there. To go on "
            f"with it, reopen it first: `/recovery reopen {into.number}` and why."
        )
    if taken_in:
        others = ", ".join(f"#{number}" for number in taken_in)
        return (
            f"Case #{case.number} goes on for {others}. Merge the other way round, "
            f"`/recovery merge {into.number} {case.number}`, or undo that first."
        )
    return None


def why_not_alone(number: int, parent: int | None) -> str | None:
    """A member of a burst is worked in its parent, or by itself once it was taken out."""
    if parent is None:
        return None
    return (
        f"Case #{number} is one of those for which #{parent} stands, and is worked there. "
        f"To work it by itself, take it out first: `/recovery takeout {number}`."
    )


def why_not_take_out(case: Standing) -> str | None:
    """Only a member can be taken out of a burst."""
    if case.parent is not None:
        return None
    if case.stands_for:
        return (
            f"Case #{case.number} stands for {case.stands_for} open cases. Take out one by its number, "
            f"`/recovery members {case.number}` lists them; or all: `/recovery takeout {case.number} all`."
        )
    return f"Case #{case.number} is no member of a burst, so there is nothing to take it out of."


def why_not_take_all_out(case: Standing) -> str | None:
    """All that are taken out of a burst are those that wait for its parent."""
    if case.stands_for:
        return None
    if case.parent is not None:
        return (
            f"Case #{case.number} is one of those for which #{case.parent} stands. It alone: "
            f"`/recovery takeout {case.number}`; all of them: `/recovery takeout {case.parent} all`."
        )
    return f"Case #{case.number} stands for no open case, so there is nothing to take out."


def why_not_by_itself(team: str, teams: Collection[str]) -> str | None:
    """Who is to work it must be there."""
    if team in teams:
        return None
    return f"The team {team} has left rules.yaml. Move the parent to another first; then take cases out."


def why_not_split(case: Standing, *, is_parent: bool) -> str | None:
    """What is split is what one customer said."""
    if is_parent:
        return (
            f"Case #{case.number} stands for what many customers said. Take out the case of the one who said "
            f"something else as well, and split that: `/recovery members {case.number}` lists them."
        )
    return why_not_work(case)


def why_not_silent(case: Standing, deed: str, members: Members | None) -> str | None:
    """Who resolves, or answers, a case that stands for others says whether those are meant too.

    `deed` is what an order of it looks like, such as "resolve 41 {} recovered delivery …".
    """
    if not case.stands_for or members is not None:
        return None
    both, one = (f"`/recovery {deed.format(choice)}`" for choice in Members)
    what = f"Case #{case.number} stands for {case.stands_for} open cases. Say whether they are meant too"
    return f"{what}: {both} or {one}."


def why_not_unmerge(number: int, merged_into: int | None) -> str | None:
    """Only a merge that stands can be undone."""
    if merged_into is not None:
        return None
    return f"Case #{number} is not merged into another. `/recovery show {number}` tells how it stands."


def _is_resolved(case: Standing) -> str:
    if case.merged_into is not None:
        return (
            f"Case #{case.number} was merged into #{case.merged_into}, which goes on. "
            f"`/recovery unmerge {case.number}` undoes that."
        )
    ended = case.ended
    how = f": {mention(ended.by)} resolved it as {ended.outcome}, {moment(ended.at)}" if ended else ""
    return f"Case #{case.number} is already resolved{how}. `/recovery show {case.number}` tells all of it."
