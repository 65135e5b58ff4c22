"""Cases are found by what was said, by whom, in notes, and by their number."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Boolean, ColumnElement, Select, bindparam, cast, func, select, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from handlers.act import Act
from handlers.cases import LARGEST_NUMBER, is_seen_by, refuse
from handlers.documents import find_stems
from handlers.errors import CannotDo
from handlers.lists import rows_of
from handlers.snapshots import RowSnapshot
from models.case import Case, Note
from models.customer import Customer, Profile
from models.feedback import Feedback
from models.policies.excerpts import Piece, find_in
from models.policies.searching import (
    ERA,
    Asked,
    Question,
    Stems,
    era_of,
    read_question,
    says_nothing,
    why_not_search,
    write_question,
)
from models.policies.words import (
    can_be_mistyped,
    is_of_letters,
    is_one_slip,
    stemmer_of,
    variants_of,
    words_in,
)
from models.search import CaseDocument, DocumentLanguage, KnownWord

MOST_RANKED = 1000
"""Of the cases that fit, the newest so many are ranked; of a common word there may be half a million."""
MOST_LANGUAGES = 8
"""A question is asked in so many languages, those of most documents."""
FEW = 3
"""With fewer cases found than these, words that are near to those typed are looked for as well."""
MOST_NEAR = 5
"""Of one word."""
FIRST_ERAS, GROWTH = 2, 8
"""How many eras are asked for at first, and how many times more then, where few cases were found."""
MOST_COMPLETED = 200
"""Words that begin as the last one that was typed."""
READ = 20_000
"""Characters of a text in which found words are marked."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One case that was found: its row, and the texts in which the words stand, marked.

    `customer` is shown where the words stand in who they are. `note` is the first note that has them.
    """

    row: RowSnapshot
    customer: tuple[Piece, ...] = ()
    words: tuple[Piece, ...] = ()
    note: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, the best first, and how many there are in all.

    `is_cut`: more fit, and the newest alone were looked at. `near` are words that were looked for besides,
    by the word that was typed: those that the cases of this page have. `question` finds the same again.
    """

    question: str
    hits: tuple[Hit, ...]
    total: int
    is_cut: bool = False
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)


def search(session: Session, act: Act, question: str, *, page: int, length: int) -> Found:
    """The cases that have all these words, of those at which the person may look; `page` counts from 1.

    A case whose number was typed comes first. Raises CannotDo where there is nothing to look for.
    """
    refuse(why_not_search(question))
    asked = read_question(question)
    exact = _by_number(session, act, asked.number)
    asked, best = _find(session, act, asked) if asked.words else (asked, [])
    numbers = [*exact, *(number for number in best if number not in exact)]
    shown = numbers[(page - 1) * length : page * length]
    return Found(
        question=question.strip() if asked.number is not None else " ".join(asked.words),
        hits=tuple(_hits(session, act, shown, asked)),
        total=len(numbers),
        is_cut=len(best) >= MOST_RANKED,
        near=_stand_in(session, shown, asked.near),
    )


def _by_number(session: Session, act: Act, number: int | None) -> list[int]:
    """The case of that number, read where cases are, so that one just opened is found."""
    if number is None:
        return []
    wanted = select(Case.id).where(Case.id == min(number, LARGEST_NUMBER), is_seen_by(act))
    return list(session.scalars(wanted))


def _find(session: Session, act: Act, asked: Asked) -> tuple[Asked, list[int]]:
    """The best cases first; those that have only words near to what was typed come last."""
    asked, stemmers = _complete(session, asked), _list_stemmers(session)
    stems = _load_stems(session, asked.words, stemmers)
    if asked.number is None and says_nothing(asked, stemmers[0], stems):
        words = " ".join(asked.words)
        raise CannotDo(f"“{words}” stands in every text. Say a word that only some of them have.")
    best = _newest(session, act, write_question(asked, stemmers, stems))
    if len(best) >= FEW:
        return asked, best
    near = _find_near(session, asked)
    if not near:
        return asked, best
    wider = replace(asked, near=near)
    meant = [word for each in asked.words for word in wider.meant_by(each)]
    stems = _load_stems(session, meant, stemmers)
    more = _newest(session, act, write_question(wider, stemmers, stems))
    return wider, [*best, *(number for number in more if number not in best)]


def _list_stemmers(session: Session) -> list[str | None]:
    """The dictionaries of the languages of most documents, the commonest first; None, for no stems, last."""
    commonest = select(DocumentLanguage.language).order_by(DocumentLanguage.documents.desc())
    spoken = [stemmer_of(language) for language in session.scalars(commonest.limit(MOST_LANGUAGES))]
    return list(dict.fromkeys([*(each for each in spoken if each is not None), None]))


def _load_stems(session: Session, words: Sequence[str], stemmers: Sequence[str | None]) -> Stems:
    return find_stems(session, ((stemmer, word) for stemmer in stemmers if stemmer for word in words))


def _newest(session: Session, act: Act, question: Question) -> list[int]:
    """Of the cases that fit, the newest so many, the best of them first, and of equals the newest.

    Era after era is asked for, the newest first: of a common word few hold enough, a rare one is asked for
    in more and more of them at once, and in the end in all that are left.
    """
    ranked: list[tuple[float, int]] = []
    newest, eras = (session.scalar(_LATEST) or 0) // ERA, FIRST_ERAS
    while newest >= 0 and len(ranked) < MOST_RANKED:
        oldest, missing = max(newest - eras + 1, 0), MOST_RANKED - len(ranked)
        marks = " | ".join(f"'{era_of(era * ERA)}'" for era in range(oldest, newest + 1))
        within = f"({question.key}) & ({marks})" if oldest else question.key
        asked = {"query": question.query, "within": within, "before": (newest + 1) * ERA, "limit": missing}
        rows = session.execute(_fitting(act, question), asked).all()
        ranked += [(-rank, -number) for number, rank in rows]
        enough = math.ceil((missing - len(rows)) * eras / len(rows)) if rows else newest
        newest, eras = oldest - 1, max(1, min(enough, GROWTH * eras))
    return [-number for _, number in sorted(ranked)]


def _fitting(act: Act, question: Question) -> Select[int, float]:
    """The newest cases before one that fit `within` and `query`, each with how well it fits `query`.

    Numbers stand in expressions, so that no index of them is walked in search of what is rare; the function
    is what `@@` calls, and no index is asked for it.
    """
    number = CaseDocument.case_id + 0
    fits: list[ColumnElement[bool]] = [CaseDocument.vector.op("@@")(cast(bindparam("within"), TSQUERY))]
    if question.key != question.query:
        whole = cast(bindparam("query"), TSQUERY)
        fits.append(func.ts_match_vq(CaseDocument.vector, whole, type_=Boolean))
    newest = (
        select(CaseDocument.case_id)
        .join(Case, Case.id == CaseDocument.case_id)
        .where(*fits, number < bindparam("before"), is_seen_by(act))
        .order_by(number.desc())
        .limit(bindparam("limit"))
        .cte("newest")
        .prefix_with("materialized", dialect="postgresql")
    )
    rank = func.ts_rank_cd(CaseDocument.vector, cast(bindparam("query"), TSQUERY))
    return select(CaseDocument.case_id, rank).join(newest, newest.c.case_id == CaseDocument.case_id)


def _complete(session: Session, asked: Asked) -> Asked:
    """With the words that the last one may be the beginning of; where they are too many, the beginning stays.

    Words are found by themselves much sooner than all that begin in a way.
    """
    if asked.prefix is None or not is_of_letters(asked.prefix):
        return asked
    beyond = f"{asked.prefix}\U0010ffff"
    begin_so = select(KnownWord.word).where(KnownWord.word >= asked.prefix, KnownWord.word < beyond)
    found = session.scalars(begin_so.limit(MOST_COMPLETED + 1)).all()
    return replace(asked, completed=tuple(found)) if len(found) <= MOST_COMPLETED else asked


def _find_near(session: Session, asked: Asked) -> dict[str, list[str]]:
    """Words that stand in some document and are one slip from one that was typed.

    Looked for are those of the words that no document has; where all are known, any of them may be wrong.
    """
    words = [word for word in asked.words if can_be_mistyped(word)]
    known = {*session.scalars(select(KnownWord.word).where(KnownWord.word.in_(words)))}
    if asked.completed or asked.beginning:
        known.add(asked.words[-1])
    near = {word: _near_to(session, word) for word in words if word not in known}
    near = near or {word: _near_to(session, word) for word in words}
    return {word: others for word, others in near.items() if others}


def _near_to(session: Session, word: str) -> list[str]:
    share_one = KnownWord.variants.overlap(variants_of(word))
    known = session.scalars(select(KnownWord.word).where(share_one).order_by(KnownWord.word))
    slips = [other for other in known if is_one_slip(word, other)]
    return sorted(slips, key=lambda other: (other[0] != word[0], abs(len(other) - len(word))))[:MOST_NEAR]


def _stand_in(
    session: Session, numbers: Sequence[int], near: Mapping[str, Sequence[str]]
) -> Mapping[str, Sequence[str]]:
    """Those of the words that these cases have: one that only others have is not for everybody to know."""
    words = [other for others in near.values() for other in others]
    if not words:
        return {}
    theirs = {*session.scalars(_THEIRS, {"numbers": list(numbers), "words": words})}
    known = {word: [other for other in others if other in theirs] for word, others in near.items()}
    return {word: others for word, others in known.items() if others}


def _hits(session: Session, act: Act, numbers: Sequence[int], asked: Asked) -> Iterator[Hit]:
    """What is shown of these cases, in this order."""
    rows = session.execute(_SHOWN, {"numbers": list(numbers)}).all()
    told = {case.id: _Texts(case, *more) for case, *more in rows}
    for number, words in session.execute(_NOTES, {"numbers": list(numbers)}):
        told[number].notes.append(words[:READ])
    marks = _Marks(session, asked, told.values())
    cases = [told[number].case for number in numbers]
    for row in rows_of(session, cases, act.rulebook):
        texts = told[row.number]
        notes = (marks.find_in(note) for note in texts.notes)
        yield Hit(
            row=row,
            customer=marks.find_in(texts.customer),
            words=marks.find_in(texts.words),
            note=next(filter(None, notes), ()),
        )


class _Texts:
    """What can be shown of one case."""

    def __init__(self, case: Case, feedback: Feedback, name: str | None, handles: list[str] | None) -> None:
        self.case = case
        self.customer = " · ".join(dict.fromkeys([*([name] if name else []), *(handles or ())]))
        self.words = f"{feedback.title or ''} {feedback.text}".strip()[:READ]
        self.notes: list[str] = []

    def all(self) -> str:
        """Every word of it."""
        return " ".join([self.customer, self.words, *self.notes])


class _Marks:
    """Which words of some texts are those that were looked for, with all that PostgreSQL makes of them."""

    def __init__(self, session: Session, asked: Asked, texts: Iterable[_Texts]) -> None:
        self._exact = {meant for word in asked.words for meant in asked.meant_by(word)}
        self._prefix = asked.prefix if asked.words else None
        beginnings = tuple({word[:2] for word in self._exact})
        stemmers = _list_stemmers(session)
        words = {word for each in texts for word in words_in(each.all()) if word.startswith(beginnings)}
        stems = _load_stems(session, sorted(self._exact | words), stemmers)
        meant = {stem for (_, word), found in stems.items() if word in self._exact for stem in found}
        self._alike = {word for (_, word), found in stems.items() if meant.intersection(found)}

    def find_in(self, text: str) -> tuple[Piece, ...]:
        """The part of the text in which they stand."""
        return find_in(text, self._is_found)

    def _is_found(self, word: str) -> bool:
        begins = self._prefix is not None and word.startswith(self._prefix)
        return begins or word in self._exact or word in self._alike


_THEIRS = text(
    """
    select distinct lexeme from case_documents, unnest(vector)
     where case_id = any(cast(:numbers as int[])) and lexeme = any(cast(:words as text[]))
    """
)
_LATEST = select(func.max(CaseDocument.case_id))
_SHOWN = (
    select(Case, Feedback, Customer.name)
    .add_columns(
        select(func.array_agg(Profile.handle))
        .where(Profile.customer_id == Case.customer_id)
        .correlate(Case)
        .scalar_subquery()
    )
    .join(Feedback, Feedback.id == Case.feedback_id)
    .join(Customer, Customer.id == Case.customer_id)
    .where(Case.id.in_(bindparam("numbers", expanding=True)))
)
_NOTES = (
    select(Note.case_id, Note.text)
    .where(Note.case_id.in_(bindparam("numbers", expanding=True)), Note.removed_at.is_(None))
    .order_by(Note.id)
)
