"""What a case is about, and which cases are like it."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.case import Case, Outcome
from models.feedback import Sentiment

ABOUT: ColumnElement[str | None] = func.coalesce(Outcome.theme, Sentiment.themes[("0", "0")].astext)
"""The theme of a case by its key: what it was closed with, else what a person said or the likeliest found."""


def find_theme(session: Session, case: Case) -> str | None:
    """What a case is about as far as it is known by now; None where nothing is."""
    return session.scalar(
        select(ABOUT)
        .select_from(Case)
        .outerjoin(Outcome, Outcome.case_id == Case.id)
        .outerjoin(Sentiment, Sentiment.feedback_id == Case.feedback_id)
        .where(Case.id == case.id)
    )


def about_the_same(case: Case, about: str) -> ColumnElement[bool]:
    """The other cases of the same kind and theme; `ABOUT` needs its tables joined."""
    return (Case.kind == case.kind) & (about == ABOUT) & (Case.id != case.id)


def by_the_same_rule(case: Case) -> ColumnElement[bool]:
    """The other cases of the same kind that the same rule opened."""
    return (Case.kind == case.kind) & (Case.rule == case.rule) & (Case.id != case.id)
