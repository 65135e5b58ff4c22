"""`recovery rules`: check rules.yaml, and try it on a piece of feedback before the bot does."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.clock import SystemClock
from bot.rulebook import RulebookError, explain, load_rulebook
from bot.sentiment import ModelMissing, Scorer
from bot.web.feedback import FeedbackBody, to_incoming
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Rulebook
from models.policies.rules import FACTS, Facts, build_facts, decide, value_in_words

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: words or a file, and facts laid over what they tell, each as name=value."""

    text: str | None
    file: Path | None
    source: str
    facts: tuple[str, ...]


def check(path: Path) -> int:
    """Print every problem of the file with its line, or what it holds; the exit code."""
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
    try:
        rulebook = load_rulebook(path)
        incoming = _read(trial)
        facts = _facts(incoming, trial)
    except (RulebookError, ModelMissing, ValueError) as problem:
        console.print(str(problem), style="red", markup=False)
        return 2
    _print_facts(facts)
    _print_verdicts(rulebook, facts)
    _print_decision(rulebook, facts)
    return 0


def _read(trial: Trial) -> IncomingFeedback:
    if (trial.text is None) == (trial.file is None):
        raise ValueError(
            'Give what the customer said ("My parcel never came") or --file with one JSON object.'
        )
    body: Any = {"text": trial.text}
    if trial.file is not None:
        try:
            body = json.loads(trial.file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise ValueError(f"{trial.file}: {problem}") from problem
    try:
        source = body.get("source", trial.source) if isinstance(body, dict) else trial.source
        return to_incoming(str(source), FeedbackBody.model_validate(body))
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, each['loc'])) or 'feedback'}: {each['msg']}" for each in error.errors()
        ]
        raise ValueError("\n".join(problems)) from error


def _facts(incoming: IncomingFeedback, trial: Trial) -> Facts:
    at = SystemClock().now()
    words = f"{incoming.title}\n{incoming.text}" if incoming.title else incoming.text
    (sentiment,) = Scorer().score([words])
    segment = incoming.attributes.get("segment")
    told = build_facts(
        text=incoming.text,
        title=incoming.title,
        source=incoming.source,
        language=incoming.language,
        age=at - (incoming.occurred_at or at),
        sentiment=sentiment,
        survey_scale=incoming.score_scale,
        survey_score=incoming.score,
        customer_name=incoming.author_name,
        customer_segment=segment if isinstance(segment, str) else None,
        customer_feedback_count=1,
        customer_open_cases=0,
        attributes=dict(incoming.attributes),
    )
    return _laid_over(told, trial.facts)


def _laid_over(facts: Facts, said: tuple[str, ...]) -> Facts:
    changed = dict(facts)
    attributes = dict(incoming) if isinstance(incoming := facts.get("attributes"), dict) else {}
    for pair in said:
        name, sign, value = pair.partition("=")
        if not sign or (name not in FACTS and not name.startswith("attributes.")):
            known = ", ".join(fact for fact in FACTS if fact != "attributes")
            raise ValueError(f"--fact {pair}: write name=value; known: {known}, attributes.<name>.")
        if name.startswith("attributes."):
            attributes[name.removeprefix("attributes.")] = _value(value)
        else:
            changed[name] = _value(value)
    return changed | {"attributes": attributes}


def _value(text: str) -> object:
    """A number or true and false where it is one, else the text."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) else text


def _print_facts(facts: Facts) -> None:
    table = Table("fact", "value", title="Facts", title_justify="left")
    for name in FACTS:
        value = facts.get(name)
        shown = "absent" if value is None else value_in_words(value)
        table.add_row(name, Text(shown, style="dim" if value is None else ""))
    console.print(table)


def _print_verdicts(rulebook: Rulebook, facts: Facts) -> None:
    table = Table("rule", "verdict", "because of", title="Rules, in order", title_justify="left")
    for row in explain(rulebook, facts):
        looked = "; ".join(f"{name} = {value}" for name, value in row.facts)
        verdict = f"{row.verdict} ← decides" if row.decides else row.verdict
        style = "bold green" if row.decides else ""
        table.add_row(Text(row.rule, style=style), Text(verdict, style=style), Text(row.trouble or looked))
    console.print(table)


def _print_decision(rulebook: Rulebook, facts: Facts) -> None:
    decision = decide(rulebook.rules, facts)
    effect = decision.effect
    if effect is None:
        console.print(f"Opens nothing: {decision.why}", markup=False)
        return
    team = rulebook.teams[effect.team]
    lengths = rulebook.promises[effect.promise].lengths
    promised = ", ".join(f"{kind.value} within {length}" for kind, length in lengths.items())
    console.print(
        f"Opens a {effect.kind.value} for {team.name} in {team.channel}, {effect.priority.value} priority, "
        f"promise {effect.promise} ({promised})\nbecause: {decision.why}",
        markup=False,
    )
