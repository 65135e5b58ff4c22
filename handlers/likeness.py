"""What a case is about, and which cases are like it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, bindparam, func, select
from sqlalchemy.orm import Session

from models.case import Case, Outcome
from models.feedback import Sentiment
from models.vocabulary import CaseKind

ABOUT: ColumnElement[str | None] = func.coalesce(Outcome.theme, Sentiment.themes[("0", "0")].astext)
"""The theme of a case by its key: what it was closed with, else what a person said or the likeliest found."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes other cases like the one of this number; `about` is its theme's key, None for none."""

    number: int
    kind: CaseKind
    rule: str
    about: str | None


_IS_ANOTHER = (Case.kind == bindparam("kind")) & (Case.id != bindparam("number"))
ABOUT_THE_SAME: ColumnElement[bool] = _IS_ANOTHER & (bindparam("about", type_=Text) == ABOUT)
"""The other cases of the same kind and theme, asked with a `Likeness`; `ABOUT` needs its tables joined."""
BY_THE_SAME_RULE: ColumnElement[bool] = _IS_ANOTHER & (Case.rule == bindparam("rule"))
"""The other cases of the same kind that the same rule opened, asked with a `Likeness`."""


def likeness_of(session: Session, case: Case) -> Likeness:
    """What cases like this one have in common with it."""
    return Likeness(case.id, case.kind, case.rule, find_theme(session, case))


def find_theme(session: Session, case: Case) -> str | None:
    """What a case is about as far as it is known by now; None where nothing is."""
    return session.scalar(
        select(ABOUT)
        .select_from(Case)
        .outerjoin(Outcome, Outcome.case_id == Case.id)
        .outerjoin(Sentiment, Sentiment.feedback_id == Case.feedback_id)
        .where(Case.id == case.id)
    )
