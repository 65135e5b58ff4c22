"""`recovery rules`: check rules.yaml, and try it on a piece of feedback before the bot does."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.clock import SystemClock
from bot.commands.endings import CannotGoOn
from bot.rulebook import Row, RulebookError, explain, load_rulebook
from bot.rulebook.explain import ABSENT
from bot.rulebook.problems import near
from bot.sentiment import Interpreter, Models
from bot.web.bodies import parse_json
from bot.web.feedback_body import FeedbackBody, to_incoming
from models.policies.assignment import BY_ITS_RULE, Strategy, Wanted, Workload, who_is_asked
from models.policies.bursts import BurstRules
from models.policies.incoming_facts import (
    Author,
    customer_attributes_of,
    facts_of_incoming,
    segment_of,
    words_of,
)
from models.policies.intake import IncomingFeedback
from models.policies.promises import Traits
from models.policies.rulebook import Rulebook, Team
from models.policies.rules import (
    FACTS,
    GROUPS,
    Answer,
    Effect,
    FactKind,
    Facts,
    decide,
    group_of,
    value_in_words,
)
from models.policies.sla_clock import spoken
from models.vocabulary import ClockKind

MUST_BE = {FactKind.WHOLE: "a whole number", FactKind.DECIMAL: "a number", FactKind.YES_NO: "yes or no"}
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: words or a file, and facts laid over what they tell, each as name=value."""

    text: str | None
    file: Path | None
    source: str | None
    facts: tuple[str, ...]
    models: Models


def check(path: Path) -> int:
    """Print every problem of the file with its line, or what it holds; the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        rulebook = load_rulebook(path)
    except RulebookError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(
        f"{path} is good: {len(rulebook.teams)} teams, {len(rulebook.promises)} promises, "
        f"{len(rulebook.rules)} rules, {len(rulebook.sources)} sources (version {rulebook.version}).",
        markup=False,
    )
    return 0


def try_out(path: Path, trial: Trial) -> int:
    """Print the facts, each rule's verdict, and the case that would be opened; the exit code."""
    rulebook = load_rulebook(path)
    facts = _facts(_read(trial, rulebook), trial, rulebook)
    console = Console(highlight=False)
    console.print(_fact_table(facts))
    console.print(_verdict_table(rulebook, facts))
    for line in _decision(rulebook, facts):
        console.print(line, markup=False, soft_wrap=True)
    return 0


def _read(trial: Trial, rulebook: Rulebook) -> IncomingFeedback:
    if (trial.text is None) == (trial.file is None):
        raise CannotGoOn(
            'Give either what the customer said, as in `recovery rules try "My parcel never came"`, '
            "or --file with one JSON object."
        )
    body: object = {"text": trial.text} if trial.file is None else _json(trial.file)
    told = body.get("source") if isinstance(body, dict) else None
    source = trial.source or (str(told) if told else next(iter(rulebook.sources)))
    if source not in rulebook.sources:
        raise CannotGoOn(f"source {source}: rules.yaml has no such source; {near(source, rulebook.sources)}.")
    try:
        return to_incoming(source, FeedbackBody.model_validate(body))
    except ValidationError as error:
        raise CannotGoOn("\n".join(_problems(error))) from error


def _json(path: Path) -> object:
    content = path.read_bytes()
    try:
        return parse_json(content)
    except ValueError as problem:
        raise CannotGoOn(
            f"{path}: {problem}; it must hold one JSON object, one piece of feedback."
        ) from problem


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(map(str, problem["loc"])) or "feedback"
        words = "is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        yield f"{place}: {words}."


def _facts(incoming: IncomingFeedback, trial: Trial, rulebook: Rulebook) -> Facts:
    (score,) = Interpreter(trial.models).score([words_of(incoming)], rulebook.themes.values())
    name, told = incoming.author_name or incoming.author_handle, customer_attributes_of(incoming)
    author = Author(name, segment_of(incoming), attributes=told)
    return _laid_over(facts_of_incoming(incoming, score, author, SystemClock().now()), trial.facts)


def _laid_over(facts: Facts, said: tuple[str, ...]) -> Facts:
    """The facts with those that were given; one that was given as nothing is absent."""
    changed = {**facts}
    groups = {group: {**given} if isinstance(given := facts.get(group), dict) else {} for group in GROUPS}
    for pair in said:
        name, sign, value = pair.partition("=")
        if not sign:
            raise CannotGoOn(f"--fact {pair}: write NAME=VALUE, such as survey.nps=3.")
        group, attribute = group_of(name)
        if attribute:
            groups[group][attribute] = _attribute(value)
        else:
            changed[name] = _fact(name, value)
    present = {name: value for name, value in changed.items() if value is not None}
    return present | {group: _present(attributes) for group, attributes in groups.items()}


def _present(attributes: Mapping[str, object | None]) -> dict[str, object]:
    return {name: value for name, value in attributes.items() if value is not None}


def _fact(name: str, value: str) -> object | None:
    known = [fact for fact in FACTS if fact not in GROUPS]
    if name not in known:
        written = [*known, *(f"{group}.<name>" for group in GROUPS)]
        raise CannotGoOn(f"--fact {name}: no such fact; {near(name, written)}.")
    kind = FACTS[name].kind
    if not value or kind is FactKind.TEXT:
        return value or None
    if kind is FactKind.TEXTS:
        return [each.strip() for each in value.split(",")]
    try:
        if kind is FactKind.YES_NO:
            return YES_NO[value.lower()]
        return int(value) if kind is FactKind.WHOLE else float(value)
    except (ValueError, KeyError) as unreadable:
        raise CannotGoOn(f"--fact {name}={value}: must be {MUST_BE[kind]}.") from unreadable


def _attribute(value: str) -> object | None:
    """A number or true and false where it is one, else the text."""
    try:
        read: object = json.loads(value)
    except ValueError:
        return value or None
    return read if isinstance(read, int | float) else value


def _fact_table(facts: Facts) -> Table:
    table = _table("Facts", "fact", "value")
    listed = {name: facts.get(name) for name in FACTS if name not in GROUPS}
    for group in GROUPS:
        attributes = facts.get(group)
        if isinstance(attributes, dict):
            listed |= {f"{group}.{name}": value for name, value in attributes.items()}
    for name, value in listed.items():
        table.add_row(Text(name), _value(value))
    return table


def _value(value: object | None) -> Text:
    return Text(ABSENT, style="dim") if value is None else Text(value_in_words(value))


def _verdict_table(rulebook: Rulebook, facts: Facts) -> Table:
    table = _table("Rules, in order; the first that matches decides", "rule", "verdict", "because of")
    for row in explain(rulebook, facts):
        style = "bold green" if row.decides else ""
        verdict = f"{row.verdict}, decides" if row.decides else row.verdict
        table.add_row(Text(row.rule, style=style), Text(verdict, style=style), Text(_reasons(row)))
    return table


def _reasons(row: Row) -> str:
    """The facts behind a verdict; one that was absent matters where the rule did not match."""
    told = [f"{name} {value}" for name, value in row.facts if value not in ("", ABSENT)]
    absent = [name for name, value in row.facts if value == ABSENT and row.verdict != Answer.MATCHED]
    if absent:
        told.append(f"absent: {', '.join(absent)}")
    elif row.trouble:
        told.append(row.trouble)
    return "; ".join(told)


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def _decision(rulebook: Rulebook, facts: Facts) -> Iterator[str]:
    decision = decide(rulebook.rules, facts)
    if decision.effect is None:
        yield f"Opens nothing: {decision.why}."
        return
    effect, team = decision.effect, rulebook.teams[decision.effect.team]
    yield f"Opens a {effect.kind.value} for {team.name}, in {team.channel}"
    yield f"  rule      {decision.rule}"
    yield f"  why       {decision.why}"
    yield f"  priority  {effect.priority.value}"
    yield f"  promise   {_promise(rulebook, effect, facts)}"
    yield f"  assigned  {_assigned(team, effect, facts)}"
    if rulebook.bursts is not None:
        yield f"  bursts    {_bursts(rulebook.bursts, effect, facts)}"


def _assigned(team: Team, effect: Effect, facts: Facts) -> str:
    """Who would get it, as far as the file can tell: who has how much to do and who is away it cannot."""
    rules, segment = team.assignment, facts.get("customer.segment")
    wanted = Wanted(effect.needs, str(segment) if segment else None)
    people = [Workload(person, person in team.members) for person in team.people]
    told = [f"{', '.join(effect.assign)} ({BY_ITS_RULE})"] if effect.assign else []
    for strategy in rules.strategies:
        asked = [each.agent_id for each in who_is_asked(strategy, rules, wanted, people)]
        if strategy is Strategy.LAST_OWNER:
            told.append("who had this customer last")
        elif asked:
            told.append(f"{', '.join(asked)} ({strategy})")
    limit = f", while below {rules.limit_per_person} open cases" if told and rules.limit_per_person else ""
    return f"{', otherwise '.join(told) or 'nobody, the team is told'}{limit}"


def _bursts(rules: BurstRules, effect: Effect, facts: Facts) -> str:
    """Whether it may be one of many; whether many say it only a running bot knows."""
    segment = facts.get("customer.segment")
    if not rules.takes(Traits(effect.kind, effect.priority, effect.team, str(segment) if segment else None)):
        return f"keeps a card of its own; they are for {rules.fits}"
    within = spoken(rules.within)
    return f"one case for all, where {rules.customers} customers say the same within {within}"


def _promise(rulebook: Rulebook, effect: Effect, facts: Facts) -> str:
    segment = facts.get("customer.segment")
    choice = rulebook.promise_for(effect, str(segment) if segment else None)
    promise = rulebook.promises[choice.promise]
    lengths = ", ".join(
        f"{_done(kind)} within {spoken(length) if promise.is_round_the_clock else _open_time(length)}"
        for kind, length in promise.lengths.items()
    )
    hours = rulebook.hours_of(effect.team, promise.name).expression
    when = "round the clock" if promise.is_round_the_clock else hours
    return f"{promise.name} ({choice.why}): {lengths}, {when}"


def _open_time(length: timedelta) -> str:
    """In hours at most: a day of open time could be eight hours or three days."""
    hours, rest = divmod(length, timedelta(hours=1))
    return " ".join([*([f"{hours} h"] if hours else []), *([spoken(rest)] if rest or not hours else [])])


def _done(kind: ClockKind) -> str:
    match kind:
        case ClockKind.ACKNOWLEDGE:
            return "acknowledged"
        case ClockKind.CONTACT:
            return "contacted"
        case ClockKind.UPDATE:
            return "updated"
        case ClockKind.RESOLVE:
            return "resolved"
