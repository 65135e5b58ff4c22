"""The part of a Home for who leads teams: what is raised, at risk or asked for, and what people have."""

from collections.abc import Mapping
from datetime import datetime

from slackblocks import ActionsBlock, Block, Button, ContextBlock, DividerBlock, SectionBlock, Text

from bot.slack.views.answers import length
from bot.slack.views.approval import asked_words, decisions
from bot.slack.views.home_rows import due_row
from bot.slack.views.people import who
from bot.slack.views.text import trim
from handlers.home_snapshots import HomeSnapshot, Leading, Listing
from handlers.snapshots import RowSnapshot
from models.policies.absence import Away
from models.policies.loads import Load
from models.vocabulary import AgentId, mention

MOST_PEOPLE = 15
"""In a list of people; the others are counted."""
SECTION_LENGTH = 2900


def leading_blocks(home: HomeSnapshot, at: datetime, links: Mapping[int, str]) -> list[Block]:
    """What leads to a deed first, then how people stand; nothing for who leads no team."""
    leading = home.leading
    if leading is None:
        return []
    return [
        *_raised(leading.escalated, at, links),
        *_at_risk(home, leading.at_risk, at, links),
        *_approvals(leading),
        DividerBlock(block_id="above_loads"),
        SectionBlock(Text(_loads(leading.loads, leading.away)), block_id="loads"),
        ContextBlock([Text(_away(leading.away))], block_id="away"),
    ]


def leading_words(leading: Leading) -> list[str]:
    """The same in short, for the line that says what waits."""
    return [
        f"🚨 *{leading.escalated.count}* escalated",
        f"⏳ *{leading.at_risk.count}* at risk",
        f"🙏 *{leading.waiting}* to approve",
    ]


def heading(what: str, listing: Listing) -> str:
    """What a list is of, and how many there are where it is not all of them."""
    shown = len(listing.rows)
    return f"*{what}*, the first {shown} of {listing.count}" if listing.count.number > shown else f"*{what}*"


def _raised(escalated: Listing, at: datetime, links: Mapping[int, str]) -> list[Block]:
    """What nobody sees to yet, each with a button to say that one does."""
    if not escalated.rows:
        return []
    return [
        SectionBlock(Text(heading("🚨 Escalated, and nobody sees to it", escalated)), block_id="escalated"),
        *(
            SectionBlock(
                Text(due_row(row, at, links.get(row.number))),
                block_id=f"raised_{row.number}",
                accessory=Button("Acknowledge", action_id="case_ack", value=str(row.number)),
            )
            for row in escalated.rows
        ),
    ]


def _at_risk(home: HomeSnapshot, at_risk: Listing, at: datetime, links: Mapping[int, str]) -> list[Block]:
    """What can still be kept, each with a button to take it, or to take it over, for who may."""
    if not at_risk.rows:
        return []
    return [
        SectionBlock(Text(heading("⏳ Due within two hours", at_risk)), block_id="at_risk"),
        *(
            SectionBlock(
                Text(due_row(row, at, links.get(row.number))),
                block_id=f"risk_{row.number}",
                accessory=_take(row, home),
            )
            for row in at_risk.rows
        ),
    ]


def _take(row: RowSnapshot, home: HomeSnapshot) -> Button | None:
    """None for what is theirs already, and where another team's case waits for a part that theirs has."""
    if row.owner == home.who or row.team_key not in home.reach.led:
        return None
    words, verb = ("Take over", "takeover") if row.owner else ("Claim", "claim")
    return Button(words, action_id=f"case_{verb}", value=str(row.number))


def _approvals(leading: Leading) -> list[Block]:
    """What somebody asks to give, with the buttons of who may decide it."""
    if not leading.approvals:
        return []
    more = leading.waiting.number - len(leading.approvals)
    head = f"*🙏 Waiting for approval*{f', and {more} more' if more > 0 else ''}"
    blocks: list[Block] = [SectionBlock(Text(head), block_id="approvals")]
    for each in leading.approvals:
        number = each.request.number
        words = asked_words(each) if each.is_yours else f"{asked_words(each)} · _others may decide it_"
        blocks.append(SectionBlock(Text(trim(words, SECTION_LENGTH)), block_id=f"asked_{number}"))
        if each.is_yours:
            blocks.append(ActionsBlock(decisions(each.request), block_id=f"decide_{number}"))
    return blocks


def _loads(loads: tuple[Load, ...], away: Mapping[AgentId, Away]) -> str:
    """Everybody with their open cases and the time that these will likely need."""
    busy, free = [each for each in loads if each.cases], [each for each in loads if not each.cases]
    lines = ["*Who has how much*, and the time that like cases took, one after the other"]
    lines += [_load(load, away.get(load.person)) for load in busy[:MOST_PEOPLE]]
    rest = busy[MOST_PEOPLE:]
    if rest:
        lines.append(f"… and {len(rest)} more people with {sum(load.cases for load in rest)} cases")
    if free:
        named = ", ".join(who(load.person, away.get(load.person)) for load in free[:MOST_PEOPLE])
        lines.append(
            f"Nothing: {named}{f' and {len(free) - MOST_PEOPLE} more' if free[MOST_PEOPLE:] else ''}"
        )
    return trim("\n".join(lines), SECTION_LENGTH)


def _load(load: Load, away: Away | None) -> str:
    cases = f"*{load.cases}* {'case' if load.cases == 1 else 'cases'}"
    return f"{who(load.person, away)} {cases}{_likely(load)}"


def _likely(load: Load) -> str:
    if load.likely is None:
        return ", too few like them to tell how long"
    of = f" for {load.told} of them" if load.told < load.cases else ""
    return f", likely {length(load.likely)}{of} (n {load.like})"


def _away(away: Mapping[AgentId, Away]) -> str:
    """Who is away until when, and who stands in."""
    if not away:
        return "🌴 Nobody is away."
    told = [
        f"{who(person, each)}{f', {mention(each.stand_in)} stands in' if each.stand_in else ''}"
        for person, each in list(away.items())[:MOST_PEOPLE]
    ]
    more = [f"and {len(away) - MOST_PEOPLE} more"] if len(away) > MOST_PEOPLE else []
    return trim(" · ".join([*told, *more]), SECTION_LENGTH)
