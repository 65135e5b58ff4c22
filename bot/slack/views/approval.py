"""What those get who are asked for approval, and the forms behind its buttons."""

from collections.abc import Sequence
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    InputBlock,
    PlainTextInput,
    RichText,
    RichTextBlock,
    RichTextQuote,
    SectionBlock,
    Text,
)

from bot.slack.views.answers import sections
from bot.slack.views.card import feeling_words
from bot.slack.views.fairness import usual_words
from bot.slack.views.forms import PREFIX, filled_in, form, plain
from bot.slack.views.lines import whom
from bot.slack.views.people import who
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View, resolved
from bot.slack.views.text import MOMENT, by_colleague, clock_time, named, one_line, quiet, shorten, tame, trim
from handlers.asked import Past, PastCase, RequestSnapshot, WaitingRequest
from handlers.snapshots import CardSnapshot, LineSnapshot
from models.policies.approvals import End, Request
from models.policies.budgets import Limit, words_of
from models.policies.catalogue import PERCENT, POINTS
from models.policies.permissions import Verb
from models.policies.sla_clock import spoken
from models.vocabulary import ApprovalEnd, Money, mention

LESS_BUTTON = f"{PREFIX}approve_less"
END_SIGN = {ApprovalEnd.APPROVED: "✅", ApprovalEnd.LESS: "✅", ApprovalEnd.DECLINED: "⛔"}
MOST_LISTED = 15


def render(card: CardSnapshot, asked: RequestSnapshot, event: LineSnapshot, link: str | None) -> Rendered:
    """The ask with all that is needed to decide it, and what became of it; `event` is whom this asks."""
    request = asked.request
    head = (
        f"🙏 *Case #{card.number}* of {named(card.team)}: {mention(request.asked_by)} asks to give "
        f"{_gift(request)}\n{_reason(request)}"
    )
    blocks: list[Block] = [
        SectionBlock(Text(trim(head, 2900)), block_id="head"),
        SectionBlock(Text(trim(_standing(request, event), 2900)), block_id="standing"),
        SectionBlock(Text(trim("\n".join(_case(card)), 2900)), block_id="facts"),
        RichTextBlock(
            RichTextQuote([RichText(shorten(tame(card.words.text).strip(), 400))]), block_id="words"
        ),
        ContextBlock([Text(trim("\n".join(_grounds(asked)), 2000))], block_id="grounds"),
        ActionsBlock(_buttons(card, request, link), block_id="actions"),
    ]
    return Rendered(text=plain_words(card, request), blocks=resolved(blocks))


def plain_words(card: CardSnapshot, request: Request) -> str:
    """The same in one line, for notifications."""
    if request.end is not None:
        return f"Case #{card.number}: {_end(request, request.end)}"
    return f"🙏 {mention(request.asked_by)} asks to give {_gift(request)} in case #{card.number}"


def approve_less(card: CardSnapshot) -> View:
    """How much of what was asked for."""
    request = _open_request(card)
    amount = PlainTextInput(
        "amount", max_length=20, focus_on_load=True, placeholder=plain(_as_typed(request))
    )
    blocks: list[Block] = [
        _about(request),
        InputBlock("How much to approve", amount, block_id="amount"),
    ]
    return form(card, Verb.APPROVE, "Approve less", "Approve", blocks, about=f"R{request.number}")


def decline(card: CardSnapshot) -> View:
    """Why not."""
    request = _open_request(card)
    reason = PlainTextInput(
        "reason", max_length=300, focus_on_load=True, placeholder=plain("We gave them as much last week")
    )
    blocks: list[Block] = [
        _about(request),
        InputBlock("Why not", reason, block_id="reason"),
    ]
    return form(card, Verb.DECLINE, "Decline", "Decline", blocks, about=f"R{request.number}")


def ask_instead(view: dict[str, Any], refusal: str) -> View:
    """The form of a gift as it was filled in, to ask for what was refused to be given at once."""
    values = view["state"]["values"]
    fields = [filled_in(block, values) for block in view["blocks"] if block["type"] == "input"]
    note = SectionBlock(Text(shorten(refusal, 2900)), block_id="refusal")
    return {
        "type": "modal",
        "callback_id": f"{PREFIX}{Verb.ASK.value}",
        "private_metadata": view["private_metadata"],
        "title": {"type": "plain_text", "text": "Ask for approval"},
        "submit": {"type": "plain_text", "text": "Ask"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [*resolved([note]), *fields],
    }


def listed(waiting: Sequence[WaitingRequest]) -> Rendered:
    """What waits for the one who looks, and what they wait for."""
    yours = [_row(each) for each in waiting if each.is_yours]
    own = [_row(each) for each in waiting if not each.is_yours]
    if not waiting:
        return sections("Nobody waits for your approval, and you wait for nobody's. 🎉")
    lines = [f"*{len(yours)} {'waits' if len(yours) == 1 else 'wait'} for your approval*", *_most(yours)]
    if own:
        lines += [f"*You wait for {len(own)}*", *_most(own)]
    return sections("\n".join(lines))


def _most(rows: Sequence[str]) -> list[str]:
    more = [f"… and {len(rows) - MOST_LISTED} more."] if len(rows) > MOST_LISTED else []
    return [*rows[:MOST_LISTED], *more]


def _row(waiting: WaitingRequest) -> str:
    how = f" · `/recovery approve {waiting.request.case}`" if waiting.is_yours else ""
    return f"{asked_words(waiting)}{how}"


def asked_words(waiting: WaitingRequest) -> str:
    """A request in one line: of which case, how much, by whom, since when and why."""
    request = waiting.request
    return (
        f"*#{request.case}* {quiet(waiting.title, 60)} · {_gift(request)} for {mention(request.asked_by)}, "
        f"since {clock_time(request.asked_at, MOMENT)}: {by_colleague(one_line(request.reason, 100))}"
    )


def _gift(request: Request) -> str:
    return f"*{quiet(request.gift, 200)}*"


def _reason(request: Request) -> str:
    return f"“{by_colleague(one_line(request.reason, 300))}”"


def _standing(request: Request, event: LineSnapshot) -> str:
    """Whom it waits for, or who decided it, and over which limits it is."""
    over = "\n".join(f"• over {each}" for each in request.over) or "• within the limits by now"
    if request.end is None:
        return f"⏳ Asked {clock_time(request.asked_at, MOMENT)}; it waits for {whom(event)}.\n{over}"
    was = f"\nBy the limits of that moment:\n{over}" if request.end.given is not None else ""
    return f"{_end(request, request.end)}{was}"


def _end(request: Request, end: End) -> str:
    when = f"{mention(end.by)} {clock_time(end.at, MOMENT)}"
    after = f", {spoken(request.wait)} after it was asked for" if request.wait is not None else ""
    sign = END_SIGN.get(end.what, "💤")
    match end.what:
        case ApprovalEnd.APPROVED:
            return f"{sign} *Approved* by {when}{after}: {_gift(request)}."
        case ApprovalEnd.LESS:
            return f"{sign} *Approved for less* by {when}{after}: {end.given}, not {_gift(request)}."
        case ApprovalEnd.DECLINED:
            return f"{sign} *Declined* by {when}{after}: {by_colleague(one_line(end.why, 300))}"
        case ApprovalEnd.WITHDRAWN:
            return f"{sign} *Taken back* by {when}: nobody need decide about {_gift(request)}."
        case ApprovalEnd.OVER:
            return (
                f"{sign} *Lapsed*: the case was ended by {when}. Nobody need decide about {_gift(request)}."
            )


def _case(card: CardSnapshot) -> list[str]:
    owner = f"{who(card.owner, card.owner_away)} has it" if card.owner else "nobody has it"
    feeling = f" · {feeling_words(card.feeling)}" if card.feeling else ""
    segment = f" ({quiet(card.segment, 40)})" if card.segment else ""
    given = f"given so far {_sum(card.compensation)}"
    return [
        f"*{quiet(card.title, 150)}*",
        f"{card.priority.value} {card.kind.value} from {quiet(card.customer, 80)}{segment}, {owner}{feeling}",
        f"{card.status.value}, opened {clock_time(card.opened_at, MOMENT)}, {given}",
    ]


def _grounds(asked: RequestSnapshot) -> list[str]:
    """The limits as they stand, and what was with the customer before."""
    giver = mention(asked.request.asked_by)
    limits = [f"• {_limit(limit)}" for limit in asked.limits] or ["• they cannot be counted just now"]
    shown = [f"*Limits of {giver} now*", *limits] if asked.request.end is None else []
    usual = [usual_words(asked.usual)] if asked.usual is not None else []
    return [*shown, *usual, *_past(asked.past)]


def _limit(limit: Limit) -> str:
    return words_of(limit, "their")


def _past(past: Past) -> list[str]:
    if not past.cases:
        return ["*The customer* has no other case."]
    cases = f"{past.cases} other {'case' if past.cases == 1 else 'cases'}, {past.open} open"
    return [
        f"*The customer* has {cases}, and was given {_sum(past.given)} in the last year",
        *(f"• {_past_case(case)}" for case in past.latest),
    ]


def _past_case(case: PastCase) -> str:
    outcome = case.outcome.value if case.outcome else "open"
    return f"#{case.number} {quiet(case.title, 60)}: {outcome}, given {_sum(case.given)}"


def _sum(given: Sequence[Money]) -> str:
    return ", ".join(map(str, given)) or "nothing"


def decisions(request: Request) -> list[Element]:
    """One click decides; each button carries the request, so that an old message decides no new one."""
    about = f"{request.case} R{request.number}"
    return [
        Button("Approve", action_id=f"{PREFIX}approve", value=about, style="primary"),
        Button("Approve less…", action_id=LESS_BUTTON, value=about),
        Button("Decline…", action_id=f"{PREFIX}decline", value=about, style="danger"),
    ]


def _buttons(card: CardSnapshot, request: Request, link: str | None) -> list[Element]:
    buttons = decisions(request) if request.end is None else []
    buttons.append(Button("Show everything", action_id=f"{PREFIX}show", value=str(card.number)))
    if link:
        buttons.append(Button("Open the thread", action_id="case_open_thread", url=link))
    return buttons


def _open_request(card: CardSnapshot) -> Request:
    """For a form: whoever opens it was let through, so that there is one."""
    if card.request is None:
        raise ValueError(f"case {card.number} has no request")
    return card.request


def _about(request: Request) -> SectionBlock:
    words = f"{mention(request.asked_by)} asks to give {_gift(request)}\n{_reason(request)}"
    return SectionBlock(Text(words), block_id="asked")


def _as_typed(request: Request) -> str:
    """All of it, as one would type it: an entry of the catalogue may be given in percent or points."""
    asked, money = request.wish.quantity, request.money
    if asked is not None and asked.unit in {PERCENT, POINTS}:
        return f"{asked.number:f} {asked.unit}"
    return f"{money.rounded().amount} {money.currency}"
