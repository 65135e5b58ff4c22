"""The forms behind the buttons: one for each verb that needs words."""

from slackblocks import (
    Block,
    InputBlock,
    ModalView,
    PlainTextInput,
    StaticSelectMenu,
    UserSelectMenu,
)

from bot.slack.views.forms import MOST_OPTIONS, entry, form, plain, select
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View, resolved_view
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import CaseKind, Priority

NEW_CASE = "new_case"
NOTE_FROM_MESSAGE = "note_from_message"


def note(card: CardSnapshot) -> View:
    """A note for colleagues."""
    words = PlainTextInput(
        "text",
        multiline=True,
        max_length=3000,
        focus_on_load=True,
        placeholder=plain("What colleagues should know. The customer never sees it."),
    )
    return form(card, Verb.NOTE, "Add a note", "Save", [InputBlock("Note", words, block_id="text")])


def hand_over(card: CardSnapshot) -> View:
    """Assign a case that nobody has, or move it from the one who has it."""
    verb = Verb.ASSIGN if card.owner is None else Verb.REASSIGN
    who = UserSelectMenu("to", placeholder=plain("Somebody of the team"), focus_on_load=True)
    label = "Who takes it" if card.owner is None else "Who takes it over"
    return form(
        card, verb, f"{verb.value.capitalize()} a case", "Hand over", [InputBlock(label, who, block_id="to")]
    )


def opened(number: int, slack_channel: str) -> Rendered:
    """For who opened a case by hand: its number, and where it is worked on."""
    where = slack_channel if slack_channel.startswith("#") else f"<#{slack_channel}>"
    return Rendered(f"Case #{number} is open in {where}.", [])


def new_case(rulebook: Rulebook, *, team: str | None, text: str, told: str, asks_how: bool = True) -> View:
    """What a customer said to one of us; `told` travels with the form: where the words came from.

    `asks_how` is False where that says by which source they came.
    """
    said = PlainTextInput("text", multiline=True, max_length=3000, initial_value=text[:3000] or None)
    teams = [entry(each.name, key) for key, each in rulebook.teams.items()][:MOST_OPTIONS]
    chosen = next((each for each in teams if each.value == team), None)
    blocks: list[Block] = [
        InputBlock("What the customer said", said, block_id="text"),
        InputBlock(
            "Who said it", PlainTextInput("customer", max_length=200), block_id="customer", optional=True
        ),
        *([_how(rulebook)] if asks_how else []),
        InputBlock(
            "For which team", StaticSelectMenu("team", options=teams, initial_option=chosen), block_id="team"
        ),
        InputBlock("What it is", select("kind", CaseKind, CaseKind.COMPLAINT), block_id="kind"),
        InputBlock("Priority", select("priority", Priority, Priority.NORMAL), block_id="priority"),
    ]
    return resolved_view(
        ModalView(
            title=plain("New case"),
            blocks=blocks,
            submit=plain("Open the case"),
            close=plain("Cancel"),
            callback_id=NEW_CASE,
            private_metadata=told,
        )
    )


def note_from_message(text: str, number: int | None, told: str) -> View:
    """Keep somebody's message as a note on a case."""
    which = PlainTextInput("number", max_length=12, initial_value=str(number) if number else None)
    words = PlainTextInput("text", multiline=True, max_length=3000, initial_value=text[:3000] or None)
    blocks: list[Block] = [
        InputBlock("Number of the case", which, block_id="number"),
        InputBlock("Note", words, block_id="text"),
    ]
    return resolved_view(
        ModalView(
            title=plain("Add to a case"),
            blocks=blocks,
            submit=plain("Save"),
            close=plain("Cancel"),
            callback_id=NOTE_FROM_MESSAGE,
            private_metadata=told,
        )
    )


def _how(rulebook: Rulebook) -> InputBlock:
    sources = [entry(each.name, key) for key, each in rulebook.sources.items()][:MOST_OPTIONS]
    return InputBlock("How", StaticSelectMenu("source", options=sources), block_id="source")
