"""What was learned of themes from what people said of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ThemeLessons(Base):
    """One time of learning; the latest row counts, and none before it.

    `told`: of how many texts people had said the theme; `texts` of them were learned from, the newest. Of a
    hundred texts the first theme was right for `right_before` by nearness alone and for `right_after` with
    what was learned from others. Where that was no better `weights` are None. They belong to `model` and to
    the themes `keys`, one row of numbers each.
    """

    __tablename__ = "theme_lessons"
    __table_args__ = (
        CheckConstraint("0 <= texts and texts <= told", name="texts_were_told"),
        CheckConstraint("weights is null or right_after > right_before", name="only_what_is_better"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    learned_at: Mapped[datetime]
    told: Mapped[int]
    texts: Mapped[int]
    right_before: Mapped[float]
    right_after: Mapped[float]
    model: Mapped[str]
    keys: Mapped[list[str]] = mapped_column(JSONB)
    weights: Mapped[bytes | None]
