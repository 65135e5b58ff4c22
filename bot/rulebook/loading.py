"""rules.yaml from the disk to a Rulebook: every problem at once, each with its line."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from bot.rulebook.across import names_in, problems_across
from bot.rulebook.assignments import problems_of_assignments
from bot.rulebook.bursts import problems_of_bursts
from bot.rulebook.catalogue import offer_of, problems_of_catalogue
from bot.rulebook.ladders import problems_of_ladders
from bot.rulebook.playbooks import playbooks_of, problems_of_playbooks
from bot.rulebook.problems import Problem, RulebookError
from bot.rulebook.promises import problems_of_promises
from bot.rulebook.schema import (
    AssignmentEntry,
    BurstsEntry,
    CompensationEntry,
    IgnoringRule,
    OpeningRule,
    PromiseEntry,
    ReviewEntry,
    RulesFile,
    StepEntry,
    TeamEntry,
    ThemeEntry,
)
from bot.rulebook.themes import problems_of_themes
from bot.rulebook.tree import UnreadableError, read_tree
from bot.rulebook.wording import problems_of
from models.policies.assignment import TAKEN_BY_HAND, AssignmentRules, Strategy
from models.policies.bursts import USUAL_FIT, BurstRules
from models.policies.ladders import Ladder, Step
from models.policies.promises import Promise
from models.policies.review import ReviewRules
from models.policies.rulebook import (
    USUAL_THEMES,
    Admins,
    CompensationRules,
    ImportRules,
    Rulebook,
    Source,
    Team,
)
from models.policies.rules import Effect, Rule
from models.policies.themes import Theme
from models.vocabulary import AgentId, Money

T = TypeVar("T")


def load_rulebook(path: Path) -> Rulebook:
    """Read and check a rules file. Raises RulebookError with all that is wrong with it."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        words = f"cannot be read: {problem.strerror or problem}"
        raise RulebookError(path.name, [Problem(0, words)]) from problem
    return read_rulebook(content, path.name)


def read_rulebook(content: bytes, file_name: str = "rules.yaml") -> Rulebook:
    """The same for what stands in such a file."""
    try:
        tree = read_tree(content)
    except UnreadableError as unreadable:
        raise RulebookError(file_name, [unreadable.problem]) from unreadable
    problems = [*tree.problems, *problems_across(tree)]
    try:
        file = RulesFile.model_validate(tree.root, context=names_in(tree))
    except ValidationError as refused:
        raise RulebookError(file_name, [*problems, *problems_of(refused, tree)]) from refused
    rulebook = _rulebook(file, version=hashlib.sha256(content).hexdigest()[:12])
    problems += [*problems_of_promises(rulebook, tree), *problems_of_assignments(rulebook, tree)]
    problems += [*problems_of_ladders(rulebook, tree), *problems_of_themes(rulebook, tree)]
    problems += [*problems_of_catalogue(rulebook, tree), *problems_of_bursts(rulebook, tree)]
    problems += problems_of_playbooks(rulebook, tree)
    if problems:
        raise RulebookError(file_name, problems)
    return rulebook


def _rulebook(file: RulesFile, *, version: str) -> Rulebook:
    sources = {
        key: Source(key, entry.name, entry.slack_channel, entry.posted_by)
        for key, entry in file.sources.items()
    }
    teams = {key: _team(key, entry, file.time_zone) for key, entry in file.teams.items()}
    promises = {key: _promise(key, entry) for key, entry in file.promises.items()}
    return Rulebook(
        version=version,
        time_zone=file.time_zone,
        admins=Admins(members=_people(file.admins.members), channel=file.admins.channel),
        sources=MappingProxyType(sources),
        teams=MappingProxyType(teams),
        promises=MappingProxyType(promises),
        rules=tuple(map(_rule, file.rules)),
        compensation=_compensation(file.compensation),
        imports=ImportRules(file.imports.open_cases_for, file.imports.at_most),
        ladders=MappingProxyType({key: _ladder(key, steps) for key, steps in file.ladders.items()}),
        reactions=MappingProxyType(file.reactions),
        review=_review(file.review) if file.review else None,
        bursts=_bursts(file.bursts) if file.bursts else None,
        stories_channel=file.stories.channel if file.stories else None,
        themes=_themes(file.themes) if file.themes else USUAL_THEMES,
        playbooks=playbooks_of(file.playbooks or {}),
    )


def _team(key: str, entry: TeamEntry, time_zone: str) -> Team:
    return Team(
        key=key,
        name=entry.name,
        channel=entry.channel,
        escalation_channel=entry.escalation_channel or entry.channel,
        members=_people(entry.members),
        supervisors=_people(entry.supervisors),
        leads=_people(entry.leads),
        hours=entry.opening_hours(time_zone),
        assignment=_assignment(entry.assignment) if entry.assignment else TAKEN_BY_HAND,
        is_private=entry.private,
    )


def _assignment(entry: AssignmentEntry) -> AssignmentRules:
    skills, segments = entry.skills or {}, entry.segments or {}
    return AssignmentRules(
        strategy=entry.strategy,
        otherwise=entry.otherwise or Strategy.NONE,
        person=AgentId(entry.person) if entry.person else None,
        skills=MappingProxyType({AgentId(person): frozenset(known) for person, known in skills.items()}),
        segments=MappingProxyType({segment: _people(people) for segment, people in segments.items()}),
        limit_per_person=entry.limit_per_person,
    )


def _promise(key: str, entry: PromiseEntry) -> Promise:
    shares = {each for each in entry.ping_at if not isinstance(each, timedelta)}
    before = {each for each in entry.ping_at if isinstance(each, timedelta)}
    return Promise(
        name=key,
        lengths=MappingProxyType(entry.lengths),
        ping_at=(*sorted(shares), *sorted(before, reverse=True)),
        is_round_the_clock=entry.hours == "always",
        fits=entry.for_.fit if entry.for_ else None,
        ladder=entry.ladder,
    )


def _ladder(key: str, entries: Sequence[StepEntry]) -> Ladder:
    steps = [Step(entry.after, tuple(dict.fromkeys(entry.tell)), entry.reassign) for entry in entries]
    return Ladder(key, tuple(steps))


def _rule(entry: OpeningRule | IgnoringRule) -> Rule:
    effect = None
    if isinstance(entry, OpeningRule):
        needs, assign = frozenset(entry.needs), _people(entry.assign)
        effect = Effect(entry.open, entry.team, entry.priority, entry.promise, needs, assign)
    return Rule(entry.name, entry.when, entry.because, effect)


def _review(entry: ReviewEntry) -> ReviewRules:
    return ReviewRules(entry.channel, entry.below, entry.wait, entry.at_most)


def _bursts(entry: BurstsEntry) -> BurstRules:
    fits = entry.for_.fit if entry.for_ else USUAL_FIT
    return BurstRules(entry.customers, entry.within, entry.alike, fits)


def _themes(entries: Mapping[str, ThemeEntry]) -> Mapping[str, Theme]:
    themes = {
        key: Theme(key, " ".join(entry.name.split()), entry.description, tuple(entry.examples))
        for key, entry in entries.items()
    }
    return MappingProxyType(themes)


def _compensation(entry: CompensationEntry) -> CompensationRules:
    year = entry.limit_per_customer_year
    return CompensationRules(
        currency=entry.currency,
        options=tuple(dict.fromkeys(entry.options or ())),
        limits_per_case=_in_money(entry.limits_per_case, entry.currency),
        limits_per_week=_in_money(entry.limits_per_week, entry.currency),
        budgets_per_month=_in_money(entry.budgets_per_month, entry.currency),
        limit_per_customer_year=None if year is None else Money(year, entry.currency),
        limits_per_approval=_in_money(entry.limits_per_approval, entry.currency),
        approval_ladder=entry.approval_ladder,
        rates=MappingProxyType(entry.rates),
        catalogue=MappingProxyType(
            {key: offer_of(key, each) for key, each in (entry.catalogue or {}).items()}
        ),
    )


def _in_money(amounts: Mapping[T, Decimal], currency: str) -> Mapping[T, Money]:
    return MappingProxyType({key: Money(amount, currency) for key, amount in amounts.items()})


def _people(listed: Sequence[str]) -> tuple[AgentId, ...]:
    return tuple(AgentId(person) for person in dict.fromkeys(listed))
