"""One line of the thread for each happening: the story of a case, for people."""

from collections.abc import Sequence
from datetime import datetime

from bot.slack.views.rendered import Rendered
from bot.slack.views.text import by_colleague, clock_time, escape
from handlers.snapshots import LineSnapshot, money_of
from models.policies.rulebook import Team
from models.vocabulary import AgentId, CaseEventKind, mention

BLOCK_LENGTH = 2900


def render(lines: Sequence[LineSnapshot], team: Team | None) -> Rendered:
    """Several happenings as one message; `team` is whom to call where nobody has the case."""
    text = "\n".join(say(line, team) for line in lines)
    parts = [text[start : start + BLOCK_LENGTH] for start in range(0, len(text), BLOCK_LENGTH)][:5]
    blocks = [
        {"type": "section", "block_id": f"line_{n}", "text": {"type": "mrkdwn", "text": part}}
        for n, part in enumerate(parts)
    ]
    return Rendered(text=text[:BLOCK_LENGTH], blocks=blocks)


def say(line: LineSnapshot, team: Team | None) -> str:
    """One happening in words."""
    who, details = mention(line.actor), line.details
    match line.kind:
        case CaseEventKind.OPENED:
            return f"🆕 Opened by rule *{escape(details['rule'])}*."
        case CaseEventKind.CLAIMED:
            return f"🙋 {who} claimed the case."
        case CaseEventKind.ASSIGNED:
            return f"👉 {mention(AgentId(details['to']))} has the case now, assigned by {who}."
        case CaseEventKind.REASSIGNED:
            before, to = AgentId(details["before"]), AgentId(details["to"])
            return f"🔁 {mention(to)} has the case now, moved from {mention(before)} by {who}."
        case CaseEventKind.NOTED:
            return f"📝 {who}: {by_colleague(details['text'])}"
        case CaseEventKind.COMPENSATED:
            return f"🎁 {who} gave a {_gift(line)}: {by_colleague(details['reason'])}"
        case CaseEventKind.RESOLVED:
            done = by_colleague(details["what_was_done"])
            return f"✅ {who} resolved the case as *{details['outcome']}*: {done}"
        case CaseEventKind.PINGED:
            return f"⏳ {_called(line, team)}: to {details['clock']} this case is due {_due(line)}."
        case CaseEventKind.ESCALATED:
            leaders = " ".join(mention(AgentId(person)) for person in details["to"])
            return f"🚨 Escalated to {leaders}: it was to be {_done(details['clock'])} by {_due(line)}."
        case CaseEventKind.DELIVERY_FAILED:
            return f"⚠️ Slack refused what we owe it: {escape(details['error'])}."
        case CaseEventKind.DELIVERY_MENDED:
            return "👌 Slack takes what we owe it again."


def _gift(line: LineSnapshot) -> str:
    kind, money = line.details["kind"], money_of(line.details)
    return kind if money.amount == 0 else f"{kind} of *{money}*"


def _called(line: LineSnapshot, team: Team | None) -> str:
    owner = line.details.get("owner")
    if owner:
        return mention(AgentId(owner))
    people = " ".join(mention(person) for person in team.members) if team else ""
    return f"{people} nobody has it yet".strip()


def _due(line: LineSnapshot) -> str:
    return clock_time(datetime.fromisoformat(line.details["due_at"]), "{date_short_pretty} {time}")


def _done(clock: str) -> str:
    return {"acknowledge": "acknowledged", "contact": "answered", "update": "updated", "resolve": "resolved"}[
        clock
    ]
