"""What search looks through: a document for each case, and the words that stand in them."""

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CaseDocument(Base):
    """The words of a case at one version of it: with weight A who the customer is, B feedback, C notes.

    No foreign key: to write a document locks no case. `vector` has each word folded, its stem beside it, and
    the era of the case, all as models/policies/searching.py has them.
    """

    __tablename__ = "case_documents"
    __table_args__ = (
        # Without a list of what is pending: each question would read through it.
        Index(
            "ix_case_documents_vector",
            "vector",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    vector: Mapped[str] = mapped_column(TSVECTOR)


class DocumentLanguage(Base):
    """How many documents are in a language, by its code in ISO 639; "" where nobody could tell it."""

    __tablename__ = "document_languages"

    language: Mapped[str] = mapped_column(primary_key=True)
    documents: Mapped[int]


class KnownWord(Base):
    """A folded word of some document; `variants` is itself, and it with each letter left out in turn.

    Words are in the order of their letters' codes, so that those that begin alike stand together.
    """

    __tablename__ = "known_words"
    __table_args__ = (
        Index(
            "ix_known_words_variants",
            "variants",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    variants: Mapped[list[str]] = mapped_column(ARRAY(Text))


class DocumentProgress(Base):
    """How far the documents are: the last line of history that was followed, the last case gone by.

    One row; who writes documents holds it.
    """

    __tablename__ = "document_progress"
    __table_args__ = (CheckConstraint("id = 1", name="is_the_only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    case_id: Mapped[int]
