"""Somebody says that a case's feedback was heard wrong: how it feels, or what it is about."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages, reviews
from handlers.act import Act
from handlers.cases import take_case
from handlers.errors import CannotDo
from handlers.history import record
from models.feedback import Feedback, Sentiment
from models.policies.intake import as_one_text
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.review import Label
from models.vocabulary import CaseEventKind, SentimentLabel


@dataclass(frozen=True, slots=True)
class Learned:
    """What people said of one piece of feedback, for teaching: the latest word on each."""

    text: str
    label: SentimentLabel | None
    reason: str | None
    heard_as: SentimentLabel | None
    source: str
    language: str | None


def correct(
    session: Session, case_id: int, act: Act, *, sentiment: SentimentLabel | None, theme: str | None
) -> None:
    """Keep what it is instead; what was decided, the kind and the priority of the case stay."""
    case = take_case(session, case_id, act, Verb.CORRECT)
    if sentiment is None and theme is None:
        raise CannotDo("Say what it is: how it feels, what it is about, or both.", field="sentiment")
    reviews.keep_label(session, case.feedback_id, act, sentiment=sentiment, theme=theme)
    told = {"sentiment": sentiment.value if sentiment else None, "theme": _name(theme, act.rulebook)}
    event = record(session, case, CaseEventKind.CORRECTED, by=act.by, at=act.at, **told)
    messages.promise_line(session, case, event)
    messages.refresh_card(session, case)


def list_learned(session: Session) -> list[Learned]:
    """Everything of which a person said what it is, in the order in which it was received."""
    rows = session.execute(
        select(Label, Feedback, Sentiment.language)
        .join(Feedback, Feedback.id == Label.feedback_id)
        .outerjoin(Sentiment, Sentiment.feedback_id == Label.feedback_id)
        .order_by(Feedback.id, Label.id)
    )
    latest: dict[int, Learned] = {}
    for label, feedback, language in rows:
        before = latest.get(feedback.id)
        latest[feedback.id] = Learned(
            text=as_one_text(feedback.title, feedback.text),
            label=label.sentiment or (before.label if before else None),
            reason=label.theme or (before.reason if before else None),
            heard_as=before.heard_as if before else label.heard_as,
            source=feedback.source,
            language=feedback.language or language,
        )
    return list(latest.values())


def _name(theme: str | None, rulebook: Rulebook) -> str | None:
    """Raises CannotDo for a theme that the file does not have."""
    if theme is None:
        return None
    if theme not in rulebook.themes:
        known = ", ".join(rulebook.themes)
        raise CannotDo(f"I do not know the theme “{theme}”. There are: {known}.", field="theme")
    return rulebook.themes[theme].name
