"""A person says how feedback feels, or nobody does in time: then the rules decide about it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import intake, messages
from handlers.act import Act
from handlers.cases import refuse
from handlers.errors import CannotDo
from models.case import Case
from models.feedback import Sentiment
from models.policies import permissions
from models.policies.review import as_said, certain
from models.policies.rulebook import Rulebook
from models.review import Label, Review
from models.vocabulary import NearTheme, SentimentLabel, SentimentScore, mention

AT_A_TIME = 50


def answer(session: Session, feedback_id: int, act: Act, *, label: SentimentLabel) -> Case | None:
    """Keep what a person says of feedback, and decide about it; the case that is opened, None where none is.

    Raises CannotDo for a stranger, and where it is decided already.
    """
    refuse(permissions.why_not_review(act.by, act.rulebook))
    review = session.scalar(select(Review).where(Review.feedback_id == feedback_id).with_for_update())
    if review is None:
        raise CannotDo("Nobody is asked about this feedback any more.")
    if review.settled_at is not None:
        raise CannotDo(_already(review))
    review.settled_at, review.answered_by = act.at, act.by
    keep_label(session, feedback_id, act, sentiment=label)
    told = as_said(_score_of(session.get_one(Sentiment, feedback_id)), label)
    opened = intake.decide_reviewed(session, {feedback_id: told}, act.rulebook, at=act.at)
    messages.refresh_reviews(session, [feedback_id])
    return opened[0] if opened else None


def settle_due(session: Session, rulebook: Rulebook, at: datetime) -> int:
    """Believe the model where nobody answered in time; how many pieces were decided."""
    due = session.execute(
        select(Review, Sentiment)
        .join(Sentiment, Sentiment.feedback_id == Review.feedback_id)
        .where(Review.settled_at.is_(None), Review.due_at <= at)
        .order_by(Review.due_at, Review.feedback_id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True, of=Review)
    ).all()
    for review, sentiment in due:  # one by one: what is decided depends on what the customer has open by then
        review.settled_at = at
        intake.decide_reviewed(session, {review.feedback_id: _score_of(sentiment)}, rulebook, at=at)
    messages.refresh_reviews(session, [review.feedback_id for review, _ in due])
    return len(due)


def keep_label(
    session: Session,
    feedback_id: int,
    act: Act,
    *,
    sentiment: SentimentLabel | None = None,
    theme: str | None = None,
) -> None:
    """Keep what a person says of feedback: the model's word on how it feels is theirs from now on."""
    heard = session.get(Sentiment, feedback_id)
    session.add(
        Label(
            feedback_id=feedback_id,
            sentiment=sentiment,
            theme=theme,
            heard_as=heard.label if heard is not None and heard.is_read else None,
            said_by=act.by,
            said_at=act.at,
        )
    )
    if heard is not None and theme is not None:
        heard.themes = [[theme, 1.0]]
    if heard is not None and sentiment is not None:
        told = certain(sentiment)
        heard.label, heard.score, heard.model, heard.is_read = told.label, told.score, told.model, True
        heard.p_negative, heard.p_neutral, heard.p_positive = told.p_negative, told.p_neutral, told.p_positive


def _score_of(sentiment: Sentiment) -> SentimentScore:
    return SentimentScore(
        sentiment.label,
        sentiment.score,
        sentiment.p_negative,
        sentiment.p_neutral,
        sentiment.p_positive,
        model=sentiment.model,
        is_truncated=sentiment.is_truncated,
        language=sentiment.language,
        is_read=sentiment.is_read,
        themes=tuple(NearTheme(*each) for each in sentiment.themes),
        signals=tuple(sentiment.signals),
    )


def _already(review: Review) -> str:
    if review.answered_by is None:
        return (
            "Nobody answered in time, so it was decided as the model heard it. On a card, correct it there."
        )
    return (
        f"{mention(review.answered_by)} has said it already. If that is wrong, correct it on the case's card."
    )
