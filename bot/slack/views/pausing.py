"""How a pause is shown, and the forms that begin one."""

from datetime import datetime, timedelta

from slackblocks import Block, DateTimePicker, InputBlock, PlainTextInput, StaticSelectMenu

from bot.slack.views.forms import form, option, plain
from bot.slack.views.resolved import View
from bot.slack.views.text import MOMENT, by_colleague, clock_time, one_line
from handlers.snapshots import CardSnapshot, PauseSnapshot
from models.policies.pausing import WAITING, WHY_LENGTH, Paused, Pausing, Share
from models.policies.permissions import Verb
from models.policies.sla_clock import spoken
from models.vocabulary import AgentId, PauseReason, mention

A_DAY = timedelta(days=1)


def paused_words(paused: Paused) -> str:
    """Since when, by whom, and what for: "Paused since 10:00 by @ana, waiting for the customer: why"."""
    what = (
        paused.reason.value if paused.until is None else f"snoozed until {clock_time(paused.until, MOMENT)}"
    )
    why = f": {by_colleague(one_line(paused.why, WHY_LENGTH))}" if paused.why else ""
    return f"⏸️ *Paused* since {clock_time(paused.since, MOMENT)} by {mention(paused.by)}, {what}{why}"


def pause_words(pause: PauseSnapshot, at: datetime) -> str:
    """One pause of a case in its history; the time for which it was resolved is told as that."""
    if pause.ended_because is None:
        return paused_words(pause.paused)
    paused, end = pause.paused, pause.paused.until or at
    span = f"{clock_time(paused.since, MOMENT)} to {clock_time(end, MOMENT)}"
    why = f": {by_colleague(one_line(paused.why, WHY_LENGTH))}" if paused.why else ""
    how_long = f"for {spoken(end - paused.since)}, {span}, until {pause.ended_because.value}"
    return f"⏸️ {paused.reason.value} by {mention(paused.by)} {how_long}{why}"


def pausing_words(pausing: Pausing) -> str:
    """The pauses of a period in one line: how many, for how long, by whom most, in which cases longest."""
    if not pausing.times:
        return "⏸️ *Pauses* none"
    count = f"{pausing.times} in {pausing.cases_paused} {'case' if pausing.cases_paused == 1 else 'cases'}"
    people = ", ".join(f"{mention(AgentId(str(each.of)))} {_share(each)}" for each in pausing.people)
    cases = ", ".join(f"#{each.of} {_share(each)}" for each in pausing.cases)
    return f"⏸️ *Pauses* {count}, {spoken(pausing.length)} in all · by {people} · longest {cases}"


def _share(share: Share) -> str:
    return f"{share.times}× ({spoken(share.length)})"


def pause(card: CardSnapshot) -> View:
    """What the case waits for."""
    reasons = StaticSelectMenu(
        "reason",
        options=[option(reason) for reason in WAITING],
        initial_option=option(PauseReason.CUSTOMER),
    )
    why = PlainTextInput(
        "why", max_length=WHY_LENGTH, focus_on_load=True, placeholder=plain("They look for the receipt")
    )
    blocks: list[Block] = [
        InputBlock("The case is", reasons, block_id="reason"),
        InputBlock("What for, in a few words", why, block_id="why"),
    ]
    return form(card, Verb.PAUSE, "Pause the case", "Pause", blocks)


def snooze(card: CardSnapshot, at: datetime) -> View:
    """When the case comes back; at the full hour a day from now where nobody chooses."""
    comes_back = (at + A_DAY).replace(minute=0, second=0, microsecond=0)
    until = DateTimePicker("until", initial_datetime=int(comes_back.timestamp()))
    why = PlainTextInput("why", max_length=WHY_LENGTH, placeholder=plain("The courier comes then"))
    blocks: list[Block] = [
        InputBlock("Until", until, block_id="until"),
        InputBlock("Why", why, block_id="why", optional=True),
    ]
    return form(card, Verb.SNOOZE, "Snooze the case", "Snooze", blocks)
