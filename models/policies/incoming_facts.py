"""What the rules may look at, for feedback that is not stored yet: imported in bulk, or only tried."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from models.policies.intake import IncomingFeedback, as_one_text
from models.policies.rules import Facts, build_facts
from models.vocabulary import SentimentScore

OF_CUSTOMER = "customer."
"""What the names of attributes begin with that are the customer's, not only this feedback's."""
MOST_OF_CUSTOMER = 50
"""So many of them are kept, or a source whose names are ever new ones would fill the books."""


@dataclass(frozen=True, slots=True)
class Author:
    """What is known of the customer who said it; `times_written` counts this piece of feedback as well."""

    name: str | None
    segment: str | None
    times_written: int = 1
    open_cases: int = 0
    attributes: Mapping[str, object] = field(default_factory=dict)


def words_of(incoming: IncomingFeedback) -> str:
    """Title and text as one text, as a reader would take them."""
    return as_one_text(incoming.title, incoming.text)


def segment_of(incoming: IncomingFeedback) -> str | None:
    """The segment that the source tells with the feedback; None where it tells none."""
    segment = incoming.attributes.get("segment")
    return segment if isinstance(segment, str) and segment else None


def customer_attributes_of(incoming: IncomingFeedback) -> dict[str, str | int | float | bool]:
    """What the source tells of the customer, to be known of them from now on: "customer.plan" is `plan`.

    The first MOST_OF_CUSTOMER of them.
    """
    told = incoming.attributes.items()
    found = ((name.removeprefix(OF_CUSTOMER), value) for name, value in told if name.startswith(OF_CUSTOMER))
    return dict(islice(((name, value) for name, value in found if name), MOST_OF_CUSTOMER))


def attributes_from_now_on(before: Mapping[str, object], told: Mapping[str, object]) -> dict[str, object]:
    """What is known of a customer: what was told now, and of what was known as much as there is room for.

    The store does the same, where the row is.
    """
    room = MOST_OF_CUSTOMER - len(told)
    return {name: before[name] for name in sorted(before.keys() - told.keys())[:room]} | dict(told)


def facts_of_incoming(
    incoming: IncomingFeedback, score: SentimentScore, author: Author, at: datetime
) -> Facts:
    """The facts of one piece of feedback at `at`."""
    return build_facts(
        text=incoming.text,
        title=incoming.title,
        source=incoming.source,
        language=incoming.language,
        age=at - (incoming.occurred_at or at),
        sentiment=score,
        survey_scale=incoming.score_scale,
        survey_score=incoming.score,
        customer_name=author.name,
        customer_segment=author.segment,
        customer_feedback_count=author.times_written,
        customer_open_cases=author.open_cases,
        customer_attributes=author.attributes,
        attributes=dict(incoming.attributes),
    )
