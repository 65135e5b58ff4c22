"""A question in the review channel: a customer's words, and three answers to choose from."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    RichText,
    RichTextBlock,
    RichTextQuote,
    Text,
)

from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import link_to, quiet, shorten, tame
from handlers.snapshots import ReviewSnapshot
from models.vocabulary import ReviewReason, SentimentLabel, mention

PREFIX = "review_"
"""What the action ids of the answers begin with; the answer follows."""
QUOTE_LENGTH = 1500
SIGN = {SentimentLabel.NEGATIVE: "😠", SentimentLabel.NEUTRAL: "😐", SentimentLabel.POSITIVE: "😊"}


def render(review: ReviewSnapshot, edition: int = 1) -> Rendered:
    """How does this feel? Or, once it is settled, what was said and what came of it."""
    said = [RichText(shorten(tame(part).strip(), QUOTE_LENGTH)) for part in _parts(review)]
    blocks: list[Block] = [
        ContextBlock([Text(_origin(review))], block_id="origin"),
        *(RichTextBlock(RichTextQuote([part]), block_id=f"words_{place}") for place, part in enumerate(said)),
    ]
    if review.is_settled:
        blocks.append(ContextBlock([Text(_end(review))], block_id="end"))
        return Rendered(text=_end(review), blocks=resolved(blocks))
    blocks.append(ContextBlock([Text(why(review))], block_id="why"))
    blocks.append(ActionsBlock(_answers(review), block_id=f"answers_{edition}"))
    return Rendered(text=f"How does this feel? {quiet(review.words.text, 150)}", blocks=resolved(blocks))


def why(review: ReviewSnapshot) -> str:
    """Why a person is asked."""
    if review.reason is ReviewReason.LANGUAGE:
        named = f" (`{quiet(review.language, 20)}`)" if review.language else ""
        return f"No model reads its language{named}. How does it feel?"
    shares = ", ".join(
        f"{label.value} {share:.0%}" for label, share in zip(SentimentLabel, review.shares, strict=True)
    )
    return f"The model is not sure: {shares}. How does it feel?"


def _parts(review: ReviewSnapshot) -> list[str]:
    return [part for part in (review.words.title, review.words.text) if part and part.strip()]


def _origin(review: ReviewSnapshot) -> str:
    where = link_to(review.words.permalink or "", review.words.source, 80)
    return f"🔍 {quiet(review.customer, 80)}, by {where}"


def _answers(review: ReviewSnapshot) -> list[Element]:
    return [
        Button(
            f"{SIGN[label]} {label.value.capitalize()}",
            action_id=f"{PREFIX}{label.value}",
            value=str(review.feedback_id),
        )
        for label in SentimentLabel
    ]


def _end(review: ReviewSnapshot) -> str:
    feels = f"{SIGN[review.label]} *{review.label.value}*" if review.label else "❔ *not known how it feels*"
    whose = f"says {mention(review.by)}" if review.by else "nobody answered in time, so as the model heard it"
    opened = f"case #{review.case} is open" if review.case is not None else "no case was opened"
    rule = f" by rule *{quiet(review.rule, 150)}*" if review.rule else ""
    return f"{feels}, {whose}: {opened}{rule}."
