"""A playbook on a case: the form in which it is chosen, and the checklist in the thread."""

from collections.abc import Sequence
from itertools import groupby

from slackblocks import Block, Button, ContextBlock, InputBlock, SectionBlock, StaticSelectMenu, Text

from bot.slack.views.forms import PREFIX, entry, form
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View, resolved
from bot.slack.views.text import MOMENT, clock_time, link_to, named, quiet, trim
from handlers.snapshots import CardSnapshot, ChecklistSnapshot
from models.policies.permissions import Verb
from models.policies.playbooks import Playbook, TickedStep
from models.vocabulary import Care, mention

STEP_LENGTH = 450
"""Of a step as it is shown: twenty of them are well below what one message holds."""
HEADINGS = {
    Care.COMMUNICATION: "💬 Communication: what to say first",
    Care.ACCOUNTABILITY: "🙋 Accountability: who stands for it",
    Care.RESPONSIVENESS: "⏱️ Responsiveness: by when",
    Care.EMPATHY: "💛 Empathy: how it was for them",
    Care.SOLUTION: "🔧 Solution: what to check, and what solves it",
}


def choose(card: CardSnapshot, playbooks: Sequence[Playbook]) -> View:
    """Which playbook; the first is the best for this case."""
    options = [entry(each.name, each.key, f"{len(each.steps)} steps") for each in playbooks]
    choice = StaticSelectMenu("playbook", options=options, initial_option=options[0])
    note = "Its checklist goes into the case's thread, where everybody who works the case can tick its steps."
    blocks: list[Block] = [
        InputBlock("Playbook", choice, block_id="playbook"),
        ContextBlock([Text(note)], block_id="note"),
    ]
    return form(card, Verb.PLAYBOOK, "Begin a playbook", "Begin", blocks)


def checklist(shown: ChecklistSnapshot) -> Rendered:
    """All steps, under what of CARES they see to, each with its button and with who ticked it."""
    head = f"📘 *{named(shown.name)}*, begun by {mention(shown.begun_by)}: {_progress(shown)}"
    blocks: list[Block] = [SectionBlock(Text(head), block_id="head")]
    for care, steps in groupby(shown.steps, key=lambda step: step.care):
        blocks.append(ContextBlock([Text(f"*{HEADINGS[care]}*")], block_id=care.value))
        blocks += [_step(shown.number, step) for step in steps]
    if shown.knowledge:
        links = " · ".join(link_to(each.link, each.name, 80) for each in shown.knowledge)
        blocks.append(ContextBlock([Text(trim(f"📎 {links}", 2900))], block_id="knowledge"))
    return Rendered(text=head, blocks=resolved(blocks))


def progress_words(checklists: Sequence[ChecklistSnapshot]) -> list[str]:
    """How far each playbook of a case is worked, and what comes next."""
    return [f"📘 *{named(shown.name)}*: {_progress(shown)}{_next(shown)}" for shown in checklists]


def _next(shown: ChecklistSnapshot) -> str:
    left = next((step for step in shown.steps if step.by is None), None)
    return f"; next *{left.number}.* {quiet(left.words, 100)}" if left else ""


def _progress(shown: ChecklistSnapshot) -> str:
    done = sum(step.by is not None for step in shown.steps)
    return f"{done} of {len(shown.steps)} steps done"


def _step(case: int, step: TickedStep) -> SectionBlock:
    """A tick is told by its button alone, so that nothing is lost where two tick at once."""
    words = f"*{step.number}.* {quiet(step.words, 200)}"
    if step.by is None or step.at is None:
        tick = Button("Done", action_id=f"{PREFIX}tick", value=f"{case} {step.number}")
        return SectionBlock(
            Text(trim(f"⬜ {words}", STEP_LENGTH)), accessory=tick, block_id=f"step_{step.number}"
        )
    told = f"\n{mention(step.by)} {clock_time(step.at, MOMENT)}"
    untick = Button("Not done", action_id=f"{PREFIX}untick", value=f"{case} {step.number}")
    return SectionBlock(
        Text(f"{trim(f'✅ {words}', STEP_LENGTH)}{told}"), accessory=untick, block_id=f"step_{step.number}"
    )
