"""What people said that feedback is about, on correcting a card and on closing a case, to learn from."""

from dataclasses import dataclass

from sqlalchemy import Subquery, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from handlers.jobs import Job, Urgency, defer
from models.case import Case, Outcome
from models.feedback import Feedback, Sentiment
from models.lessons import ThemeLessons
from models.policies.intake import as_one_text
from models.policies.themes import SOMETHING_ELSE
from models.review import Label
from models.vocabulary import OutcomeKind

FEWEST = 50
"""Texts before anything is learned."""
MOST = 3000
"""The newest texts, from which it is learned: half a minute of one core."""
FEWEST_MORE, MOST_MORE = 20, 300
"""Texts more than last time before it is learned anew: a tenth of those, within these bounds."""
LOCK = "lessons"


@dataclass(frozen=True, slots=True)
class Told:
    """One text with the key of its theme, by the last person who said it; `language` None: not known."""

    text: str
    theme: str
    language: str | None


def ask_if_due(session: Session, model: str) -> bool:
    """Ask for learning where people have said enough since the last time; whether it is.

    What another model than `model` learned is of no use to this one, so that it begins anew.
    """
    told = session.scalars(select(func.count()).select_from(_latest_words())).one()
    last = load(session)
    if last is not None and last.model != model:
        last = None
    more = told - (last.told if last else 0)
    wanted = FEWEST if last is None else min(max(last.told // 10, FEWEST_MORE), MOST_MORE)
    if more < wanted:
        return False
    defer(session, Job.LEARN_THEMES, told, lock=LOCK, urgency=Urgency.REFRESH)
    return True


def list_told(session: Session) -> list[Told]:
    """The newest texts whose theme people said, at most MOST."""
    words = _latest_words()
    rows = session.execute(
        select(Feedback.title, Feedback.text, words.c.theme, Feedback.language, Sentiment.language)
        .join(words, words.c.feedback_id == Feedback.id)
        .outerjoin(Sentiment, Sentiment.feedback_id == Feedback.id)
        .order_by(words.c.at.desc(), Feedback.id.desc())
        .limit(MOST)
    )
    return [Told(as_one_text(title, text), theme, told or heard) for title, text, theme, told, heard in rows]


def keep(session: Session, lessons: ThemeLessons) -> None:
    """From now on these count."""
    session.execute(delete(ThemeLessons))
    session.add(lessons)


def load(session: Session) -> ThemeLessons | None:
    """What was learned last."""
    return session.scalar(select(ThemeLessons).order_by(ThemeLessons.id.desc()).limit(1))


def find_latest(session: Session) -> int | None:
    """Which time of learning that was: another number, other lessons."""
    return session.scalar(select(func.max(ThemeLessons.id)))


def _latest_words() -> Subquery:
    """For each piece of feedback whose theme somebody said: the theme, and when.

    A merged case is closed with its duplicate's, by nobody's choice.
    """
    corrected = select(Label.feedback_id, Label.theme, Label.said_at.label("at"))
    closed = (
        select(Case.feedback_id, Outcome.theme, Outcome.at)
        .join(Outcome, Outcome.case_id == Case.id)
        .where(Outcome.kind != OutcomeKind.DUPLICATE)
    )
    said = union_all(corrected, closed).subquery()
    return (
        select(said)
        .where(said.c.theme != SOMETHING_ELSE.key)
        .ext(distinct_on(said.c.feedback_id))
        .order_by(said.c.feedback_id, said.c.at.desc())
        .subquery()
    )
