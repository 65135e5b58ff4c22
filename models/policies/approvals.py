"""Approvals: who may say yes to what passes a limit, whom to ask one after the other, and who may not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.policies import ladders
from models.policies.budgets import Limit, LimitKind, passed_by
from models.policies.catalogue import Wish
from models.policies.ladders import Group, Step, Told
from models.policies.permissions import WHO_LEADS, ranks
from models.policies.rights import Role
from models.policies.rulebook import CompensationRules, Rulebook
from models.policies.sla_clock import spoken
from models.vocabulary import AgentId, ApprovalEnd, Money, mention

SHARED = frozenset({LimitKind.TEAM, LimitKind.CUSTOMER})
"""Limits that are nobody's own: a supervisor is bound by them as everybody is."""
DECIDED = frozenset({ApprovalEnd.APPROVED, ApprovalEnd.LESS, ApprovalEnd.DECLINED})
"""What somebody who was asked made of a request; the rest lapsed."""


@dataclass(frozen=True, slots=True)
class End:
    """What became of a request: what, by whom and when; what of it was given, None where nothing was."""

    what: ApprovalEnd
    by: AgentId
    at: datetime
    given: Money | None
    why: str


@dataclass(frozen=True, slots=True)
class Request:
    """A gift over a limit, as somebody asked for it; `over` tells of the limits that it passes.

    `gift` is what it is in words, `money` what it costs; `told` are the ids of everybody who was asked, `end`
    is None while it is open.
    """

    number: int
    case: int
    wish: Wish
    gift: str
    money: Money
    reason: str
    asked_by: AgentId
    asked_at: datetime
    over: tuple[str, ...]
    told: tuple[str, ...]
    end: End | None

    @property
    def wait(self) -> timedelta | None:
        """How long it took to be decided; None where it was not."""
        return self.end.at - self.asked_at if self.end and self.end.what in DECIDED else None


@dataclass(frozen=True, slots=True)
class Waits:
    """What became of what was asked for in a period, and how long it took to be decided.

    `median` is from asking to the decision, None where nothing was decided; what lapsed was not.
    """

    approved: int
    less: int
    declined: int
    lapsed: int
    open: int
    median: timedelta | None

    @property
    def asked(self) -> int:
        """How often somebody asked."""
        return self.approved + self.less + self.declined + self.lapsed + self.open


def limit_of(role: Role, rules: CompensationRules) -> Money | None:
    """How much a case may have been given in all with the yes of that role; None: there is no such limit.

    Where rules.yaml says nothing, a supervisor approves as much as they may give themselves.
    """
    if role in rules.limits_per_approval:
        return rules.limits_per_approval[role]
    return rules.limit_of(frozenset({role})) if role is Role.SUPERVISOR else None


def roles_for(money: Money, limits: Sequence[Limit], rules: CompensationRules) -> frozenset[Role]:
    """The roles that may say yes to so much more, `limits` being those of who would give it."""
    asked = rules.in_own_currency(money)
    passed = {limit.kind for limit in passed_by(asked, limits)}
    given = next(limit.given for limit in limits if limit.kind is LimitKind.CASE)
    return frozenset(role for role in WHO_LEADS if _may(role, given + asked, passed, rules))


def approvers(
    money: Money, limits: Sequence[Limit], giver: AgentId, *, team: str, rulebook: Rulebook
) -> list[AgentId]:
    """Who may say yes to so much more, those who are nearest to the cases first; never who would give it."""
    roles = roles_for(money, limits, rulebook.compensation)
    return [person for person in rulebook.people_of(team, roles) if person != giver]


def next_asked(
    steps: Sequence[Step],
    after: int,
    people: Mapping[Group, Sequence[AgentId]],
    able: Collection[AgentId],
) -> tuple[int, Told] | None:
    """The next step after step `after` (from 1) that reaches somebody, and whom of it; None past the last.

    Of its people only those who are `able` are asked; a step with none of them, and no channel, is skipped.
    """
    for number in range(after + 1, len(steps) + 1):
        told = ladders.whom(steps[number - 1], people)
        asked = replace(told, people=tuple(person for person in told.people if person in able))
        if asked.people or asked.user_groups or asked.channels:
            return number, asked
    return None


def who_can_approve(able: Sequence[AgentId]) -> str:
    """The end of a refusal: who could say yes to it."""
    if not able:
        return "Nobody can approve so much; an admin can change the limits in rules.yaml."
    return f"{_any_of(able)} can approve it."


def why_not_ask(open_request: Request, by: AgentId, offer: str, money: Money) -> str | None:
    """A case has one open request; None where it is this very one, asked for again.

    `offer` is the entry of the catalogue by its key, `money` what it costs.
    """
    if (open_request.asked_by, open_request.wish.what, open_request.money) == (by, offer, money):
        return None
    who = "You have" if open_request.asked_by == by else f"{mention(open_request.asked_by)} has"
    return (
        f"{who} asked for a {open_request.gift} in case #{open_request.case} already, and nobody has decided "
        f"yet. Who asked can take that back with `/recovery withdraw {open_request.case}`."
    )


def why_not_need(money: Money, passed: Sequence[Limit], case: int) -> str | None:
    """Asking is for what passes a limit."""
    if passed:
        return None
    return (
        f"{money} is within your limits: give it with `/recovery compensate {case} …`, nobody need say yes."
    )


def why_not_open(request: Request | None, number: int | None, case: int) -> str | None:
    """None where there is a request to decide, and it is the one that was meant (None: whichever is open)."""
    if request is None:
        return f"Nobody has asked for anything in case #{case}. `/recovery approvals` shows what waits."
    if number is not None and number != request.number:
        return f"Request R{number} of case #{case} is over. `/recovery approvals` shows what waits."
    if request.end is None:
        return None
    end, gift = request.end, f"the {request.gift} that {mention(request.asked_by)} asked for"
    match end.what:
        case ApprovalEnd.APPROVED:
            return f"{mention(end.by)} has approved {gift} already, {_after(request)}."
        case ApprovalEnd.LESS:
            return f"{mention(end.by)} has approved {end.given} of {gift} already, {_after(request)}."
        case ApprovalEnd.DECLINED:
            return f"{mention(end.by)} has declined {gift} already, {_after(request)}."
        case ApprovalEnd.WITHDRAWN:
            return f"{mention(end.by)} has taken back that they asked for a {request.gift}."
        case ApprovalEnd.OVER:
            return f"{mention(end.by)} has ended case #{case}, so {gift} waits for nobody any more."


def why_not_decide(request: Request, by: AgentId, able: Sequence[AgentId]) -> str | None:
    """Somebody else than the asker decides; `able` are those who may say yes to it, or to no."""
    if by == request.asked_by:
        return (
            f"Nobody decides about what they asked for themself. {who_can_approve(able)} "
            f"`/recovery withdraw {request.case}` takes it back."
        )
    return None


def why_not_approve(money: Money, by: AgentId, able: Sequence[AgentId], roles: frozenset[Role]) -> str | None:
    """Who approves may let the case have so much."""
    if by in able:
        return None
    held = ranks(roles & WHO_LEADS) or "you"
    return f"{money} is more than {held} may approve here. {who_can_approve(able)}"


def why_not_less(money: Money, request: Request) -> str | None:
    """What is approved is what was asked for, or something of it."""
    if money.currency == request.money.currency and 0 < money.amount <= request.money.amount:
        return None
    return (
        f"{mention(request.asked_by)} asked for {request.money}: approve that, or less of it. "
        f"{money} is neither; more has to be asked for."
    )


def why_not_withdraw(request: Request, by: AgentId) -> str | None:
    """What was asked for is taken back by who asked."""
    if by == request.asked_by:
        return None
    asker, case = mention(request.asked_by), request.case
    return f"Only {asker}, who asked, can take it back. `/recovery decline {case} why` says no to it."


def _may(role: Role, total: Money, passed: Collection[LimitKind], rules: CompensationRules) -> bool:
    if role is Role.SUPERVISOR and SHARED & set(passed):
        return False
    limit = limit_of(role, rules)
    return limit is None or total.amount <= limit.amount


def _after(request: Request) -> str:
    wait = request.wait
    return f"{spoken(wait)} after it was asked for" if wait is not None else ""


def _any_of(people: Sequence[AgentId]) -> str:
    named = [mention(person) for person in people[:5]]
    return " or ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))
