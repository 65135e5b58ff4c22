"""What who goes away, or comes back, is told: until when, and who has their cases."""

from collections.abc import Sequence

from bot.slack.views.answers import sections
from bot.slack.views.rendered import Rendered
from bot.slack.views.text import MOMENT, clock_time, named, quiet
from handlers.snapshots import Gone, PassedOn
from models.policies.absence import Away
from models.vocabulary import AgentId, mention


def gone(outcome: Gone, who: AgentId, away: Away) -> Rendered:
    """The absence that is known now, and each case that was handed over."""
    until = f" until {clock_time(away.until, MOMENT)}" if away.until else ", until `/recovery back`"
    stand_in = f" {mention(away.stand_in)} stands in." if away.stand_in else ""
    if not outcome.has_begun:
        begins = clock_time(away.starts_at, MOMENT)
        words = f"🗓️ {mention(who)} is away from {begins}{until}.{stand_in} The cases are handed over then."
        return sections(words)
    return sections("\n".join([f"🌴 {mention(who)} is away{until}.{stand_in}", *_cases(outcome.passed_on)]))


def returned(outcome: Gone, who: AgentId) -> Rendered:
    """Whether somebody is back or will not go, and who has what was theirs."""
    if not outcome.has_begun:
        return sections(f"🗓️ {mention(who)} will not be away.")
    kept = ["Others go on with these:"] if outcome.passed_on else []
    lines = [_line(case) for case in outcome.passed_on]
    return sections("\n".join([f"👋 {mention(who)} is back.", *kept, *lines]))


def _cases(passed_on: Sequence[PassedOn]) -> list[str]:
    if not passed_on:
        return ["No case had to be handed over."]
    cases = "1 case is" if len(passed_on) == 1 else f"{len(passed_on)} cases are"
    return [f"{cases} handed over:", *(_line(case) for case in passed_on)]


def _line(case: PassedOn) -> str:
    to = mention(case.to) if case.to else f"{named(case.team)}, for whoever claims it"
    return f"• *#{case.number}* {quiet(case.title, 70)} → {to}"
