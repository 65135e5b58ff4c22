"""Stories: the nomination that a lead gets with what would be published, its forms, and what is published."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Element,
    InputBlock,
    PlainTextInput,
    SectionBlock,
    Text,
)

from bot.slack.views.answers import sections
from bot.slack.views.forms import PREFIX, form, plain
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View, resolved
from bot.slack.views.text import MOMENT, by_anybody, clock_time, named, quiet, tame
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.stories import SENTENCE_LENGTH, TEXT_LENGTH, Nominated
from models.vocabulary import StoryEnd, mention


def nomination(card: CardSnapshot, story: Nominated, channel: str | None) -> Rendered:
    """Who nominated it, and word for word what is published; what became of it once that is known."""
    head = f"🌟 {mention(story.by)} nominates case #{card.number} “{quiet(card.title, 100)}” as a story."
    where = named(channel) if channel else "the stories' channel"
    shown = published(story.text)
    blocks: list[Block] = [
        SectionBlock(Text(head), block_id="head"),
        SectionBlock(Text(_standing(story, where)), block_id="standing"),
    ]
    below: list[Block] = [ActionsBlock(_buttons(card, story), block_id="actions")]
    return Rendered(text=head, blocks=[*resolved(blocks), *shown.blocks, *resolved(below)])


def published(text: str) -> Rendered:
    """What everybody reads."""
    return sections(f"🌟 {by_anybody(text)}", "story")


def nominate(card: CardSnapshot) -> View:
    """Why it is worth telling."""
    sentence = PlainTextInput(
        "sentence",
        max_length=SENTENCE_LENGTH,
        focus_on_load=True,
        placeholder=plain("She writes poems about our lamps now"),
    )
    blocks: list[Block] = [InputBlock("Why it is worth telling", sentence, block_id="sentence")]
    return form(card, Verb.NOMINATE, "Nominate a story", "Nominate", blocks)


def change(card: CardSnapshot, story: Nominated) -> View:
    """The words as a lead wants them; they are published as they stand here."""
    text = PlainTextInput("text", multiline=True, max_length=TEXT_LENGTH, initial_value=tame(story.text))
    note = "These words are published as they stand here. Who the customer is was taken out."
    blocks: list[Block] = [
        SectionBlock(Text(note), block_id="note"),
        InputBlock("The story", text, block_id="text"),
    ]
    return form(card, Verb.PUBLISH, "Publish a story", "Publish", blocks)


def _standing(story: Nominated, where: str) -> str:
    if story.ended_as is None or story.ended_by is None or story.ended_at is None:
        return f"This is published in {where}, word for word, without who the customer is. Read it first:"
    sign = "📣" if story.ended_as is StoryEnd.PUBLISHED else "🗄️"
    when = clock_time(story.ended_at, MOMENT)
    return f"{sign} *{story.ended_as.value.capitalize()}* by {mention(story.ended_by)} {when}:"


def _buttons(card: CardSnapshot, story: Nominated) -> list[Element]:
    number, buttons = str(card.number), list[Element]()
    if story.ended_as is None:
        buttons = [
            Button("Publish", action_id=f"{PREFIX}publish", value=number, style="primary"),
            Button("Change the words…", action_id=f"{PREFIX}publish_changed", value=number),
            Button("Set aside", action_id=f"{PREFIX}shelve", value=number),
        ]
    return [*buttons, Button("Show everything", action_id=f"{PREFIX}show", value=number)]
