"""Forms about what was given."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    Block,
    ContextBlock,
    DateTimePicker,
    InputBlock,
    Option,
    PlainTextInput,
    StaticSelectMenu,
    Text,
)

from bot.slack.views.fairness import usual_words
from bot.slack.views.forms import MOST_OPTIONS, entry, form, plain
from bot.slack.views.resolved import View
from bot.slack.views.text import quiet
from handlers.snapshots import CardSnapshot
from models.policies.catalogue import Choice, Record
from models.policies.compensation import total_of
from models.policies.fairness import Spread
from models.policies.handover import PROOF_LENGTH
from models.policies.permissions import Verb
from models.policies.rulebook import CompensationRules
from models.vocabulary import Money


def compensate(
    card: CardSnapshot,
    rules: CompensationRules,
    limit: Money,
    choices: Sequence[Choice],
    usual: Spread | None = None,
) -> View:
    """What to give, how much, and why; the first choice is what is suggested, and none is chosen already.

    `usual` is what like cases were given; None where there are too few of them.
    """
    given = total_of(card.compensation, rules.currency)
    label, hint = "How much", "Leave it empty where the amount is fixed."
    if not rules.catalogue:
        label, hint = f"Amount in {rules.currency}", "Leave it empty for a gesture."
    example = "20, 15 % or 500 points" if rules.catalogue else "20.00"
    amount = PlainTextInput("amount", max_length=20, placeholder=plain(example))
    reason = PlainTextInput("reason", max_length=300, placeholder=plain("Parcel came a week late"))
    known = [f"Given so far: {given}. Your limit for one case: {limit}."]
    known += [usual_words(usual)] if usual is not None else []
    known += _left_out(card, rules)
    blocks: list[Block] = [
        ContextBlock([Text("\n".join(known))], block_id="limit"),
        InputBlock("What", StaticSelectMenu("kind", options=[*map(_choice, choices)]), block_id="kind"),
        InputBlock(label, amount, block_id="amount", hint=hint, optional=True),
        InputBlock("Why", reason, block_id="reason"),
    ]
    return form(card, Verb.COMPENSATE, "Compensate", "Give it", blocks)


def _left_out(card: CardSnapshot, rules: CompensationRules) -> list[str]:
    """What is for some themes cannot be chosen while it is not known what the case is about."""
    waiting = [] if card.themes else [offer.name for offer in rules.offers.values() if offer.for_themes]
    if not waiting:
        return []
    names = quiet(", ".join(waiting), 300)
    return [
        f"For some themes only: {names}. `/recovery correct {card.number} …` says what this case is about."
    ]


def _choice(choice: Choice) -> Option:
    """An entry by its name; one of a catalogue with its range, and below what came of it in like cases."""
    offer, record = choice.offer, choice.record
    name = offer.name[0].upper() + offer.name[1:]
    is_plain = offer.key == offer.name == offer.kind
    text = name if is_plain or not choice.range else f"{name}: {choice.range}"
    return entry(text, offer.key, description=_worked(record) if record else "")


def _worked(record: Record) -> str:
    return f"Worked in {record.recovered} of {record.cases} like cases, {record.cost} each"


def revoke(card: CardSnapshot) -> View:
    """Which gift is taken back, and why."""
    reason = PlainTextInput("reason", max_length=300, placeholder=plain("The order was cancelled"))
    blocks: list[Block] = [*_which(card), InputBlock("Why", reason, block_id="reason")]
    return form(card, Verb.REVOKE, "Take back", "Take it back", blocks)


def hand_over(card: CardSnapshot) -> View:
    """Which gift the customer has now, and what shows it."""
    code = PlainTextInput("code", max_length=PROOF_LENGTH, placeholder=plain("SUMMER-20"))
    reference = PlainTextInput("reference", max_length=PROOF_LENGTH, placeholder=plain("Transfer 4711"))
    link = PlainTextInput("link", max_length=1900, placeholder=plain("https://…"))
    blocks: list[Block] = [
        *_which(card),
        InputBlock("Code for the customer", code, block_id="code", optional=True),
        InputBlock("Reference", reference, block_id="reference", optional=True),
        InputBlock("Link to a receipt or a letter", link, block_id="link", optional=True),
    ]
    return form(card, Verb.HANDOVER, "Hand over", "It is handed over", blocks)


def redeemed(card: CardSnapshot, at: datetime) -> View:
    """Which gift the customer used, and when; just now where nobody chooses."""
    when = DateTimePicker("at", initial_datetime=int(at.timestamp()))
    reference = PlainTextInput("reference", max_length=PROOF_LENGTH, placeholder=plain("Order 12"))
    blocks: list[Block] = [
        *_which(card),
        InputBlock("When", when, block_id="at"),
        InputBlock("Reference", reference, block_id="reference", optional=True),
    ]
    return form(card, Verb.REDEEMED, "Used", "It was used", blocks)


def _which(card: CardSnapshot) -> list[Block]:
    """Which of the gifts that stand; nothing to choose where there is none."""
    options = [entry(f"G{gift.number}: {gift.words}", str(gift.number)) for gift in card.gifts]
    if not options:
        return []
    chosen = options[0] if len(options) == 1 else None
    menu = StaticSelectMenu("gift", options=options[:MOST_OPTIONS], initial_option=chosen)
    return [InputBlock("What", menu, block_id="gift")]
