"""The documents that search looks through: written behind what happens, so that nobody waits for them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ARRAY, Integer, Text, any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers.cases import title_of
from models.case import Case, CaseEvent, Note
from models.customer import Customer, Profile
from models.feedback import Feedback, Sentiment
from models.policies import searching
from models.policies.searching import Stems, Weight, write_vector
from models.policies.words import can_be_mistyped, stemmer_of, variants_of, words_in
from models.search import CaseDocument, DocumentProgress, KnownWord

EVENTS_AT_ONCE = 1000
LOOKED_BACK = 1000
"""So many lines of history are read once more: one that was long in coming stands behind later ones."""
CASES_AT_ONCE = 100
"""Of those gone by one after the other, whatever happened to them: with 500 clicks waited for them."""

LanguageOf = Callable[[str], str | None]


@dataclass(slots=True)
class _Told:
    """What is known of a case, on the way to its document."""

    case_id: int
    version: int
    is_new: bool
    language: str | None
    texts: list[searching.Text] = field(default_factory=list)


def catch_up(session: Session, language_of: LanguageOf) -> bool:
    """Write anew what changed since, and look at some more cases one by one; whether more changed.

    Going by all cases in turn finds those that were there before there were documents, and any that was
    missed. Another process that is at it is left alone. `language_of` tells what a note is in.
    """
    progress = session.scalar(select(DocumentProgress).with_for_update(skip_locked=True))
    if progress is None:
        return False
    events = session.execute(
        select(CaseEvent.id, CaseEvent.case_id)
        .where(CaseEvent.id > progress.event_id - LOOKED_BACK)
        .order_by(CaseEvent.id)
        .limit(LOOKED_BACK + EVENTS_AT_ONCE)
    ).all()
    in_turn = session.scalars(
        select(Case.id).where(Case.id > progress.case_id).order_by(Case.id).limit(CASES_AT_ONCE)
    ).all()
    write_documents(session, {*(case_id for _, case_id in events), *in_turn}, language_of)
    progress.case_id = in_turn[-1] if len(in_turn) == CASES_AT_ONCE else 0
    progress.event_id = max((event_id for event_id, _ in events), default=progress.event_id)
    return len(events) == LOOKED_BACK + EVENTS_AT_ONCE


def write_documents(session: Session, case_ids: Iterable[int], language_of: LanguageOf) -> int:
    """Write the documents of those of these cases that changed since theirs were written; how many."""
    told = _load_changed(session, case_ids)
    if told:
        _load_notes(session, told, language_of)
        stems = find_stems(session, {pair for each in told.values() for pair in _pairs(each)})
        _write(session, told, stems)
        _count_languages(session, told.values())
        _know_words(session, told.values())
    return len(told)


def find_stems(session: Session, pairs: Iterable[tuple[str, str]]) -> Stems:
    """What PostgreSQL's dictionaries make of words, of each pair of dictionary and word.

    A dictionary that this PostgreSQL does not have says nothing.
    """
    asked = sorted(set(pairs))
    if not asked:
        return {}
    dictionaries, words = zip(*asked, strict=True)
    rows = session.execute(_STEMS, {"dictionaries": list(dictionaries), "words": list(words)})
    return {(dictionary, word): stems for dictionary, word, stems in rows}


def _load_changed(session: Session, case_ids: Iterable[int]) -> dict[int, _Told]:
    """What the cases say, but for their notes: those are read later, and so never older than the version."""
    rows = session.execute(_CHANGED, {"case_ids": sorted(case_ids)})
    return {case.id: _told(case, feedback, customer, *more) for case, feedback, customer, *more in rows}


def _told(
    case: Case,
    feedback: Feedback,
    customer: Customer,
    language: str | None,
    handles: Sequence[str] | None,
    version: int | None,
) -> _Told:
    language = (language or feedback.language or "").lower() or None
    attributes = [str(value) for value in feedback.attributes.values() if isinstance(value, str | int)]
    named = feedback.title is not None or case.title != title_of(feedback)
    texts = [
        searching.Text(words_in(" ".join([customer.name or "", *(handles or ())])), Weight.CUSTOMER),
        searching.Text(words_in(case.title if named else ""), Weight.FEEDBACK, language),
        searching.Text(words_in(feedback.text), Weight.FEEDBACK, language),
        searching.Text(words_in(" ".join(attributes)), Weight.FEEDBACK),
    ]
    return _Told(case.id, case.version, version is None, language, texts)


def _load_notes(session: Session, told: Mapping[int, _Told], language_of: LanguageOf) -> None:
    rows = session.execute(
        select(Note.case_id, Note.text)
        .where(Note.case_id.in_(told), Note.removed_at.is_(None))
        .order_by(Note.id)
    )
    for case_id, words in rows:
        told[case_id].texts.append(searching.Text(words_in(words), Weight.NOTE, language_of(words)))


def _pairs(told: _Told) -> Iterator[tuple[str, str]]:
    """The words of which stems are to be asked, with the dictionary of their language."""
    for text_ in told.texts:
        stemmer = stemmer_of(text_.language)
        if stemmer is not None:
            yield from ((stemmer, word) for word in text_.words)


def _write(session: Session, told: Mapping[int, _Told], stems: Stems) -> None:
    rows = [
        (each.case_id, each.version, write_vector(each.case_id, each.texts, stems)) for each in told.values()
    ]
    case_ids, versions, vectors = map(list, zip(*rows, strict=True))
    session.execute(_WRITE, {"case_ids": case_ids, "versions": versions, "vectors": vectors})


def _count_languages(session: Session, told: Iterable[_Told]) -> None:
    counted = Counter(each.language or "" for each in told if each.is_new)
    for language, documents in sorted(counted.items()):
        session.execute(_COUNT, {"language": language, "documents": documents})


def _know_words(session: Session, told: Iterable[_Told]) -> None:
    """Keep which words there are, so that one that was mistyped is known by them."""
    said = {word for each in told for text_ in each.texts for word in text_.words}
    words = [word for word in sorted(said) if can_be_mistyped(word)]
    known = {*session.scalars(_KNOWN, {"words": words})}
    new = [{"word": word, "variants": variants_of(word)} for word in words if word not in known]
    if new:
        session.execute(insert(KnownWord).on_conflict_do_nothing(), new)


_KNOWN = select(KnownWord.word).where(KnownWord.word == any_(bindparam("words", type_=ARRAY(Text))))
_CHANGED = (
    select(Case, Feedback, Customer, Sentiment.language)
    .add_columns(
        select(func.array_agg(Profile.handle))
        .where(Profile.customer_id == Case.customer_id)
        .correlate(Case)
        .scalar_subquery(),
        CaseDocument.version,
    )
    .join(Feedback, Feedback.id == Case.feedback_id)
    .join(Customer, Customer.id == Case.customer_id)
    .outerjoin(Sentiment, Sentiment.feedback_id == Case.feedback_id)
    .outerjoin(CaseDocument, CaseDocument.case_id == Case.id)
    .where(Case.id == any_(bindparam("case_ids", type_=ARRAY(Integer))))
    .where(CaseDocument.version.is_distinct_from(Case.version))
    .order_by(Case.id)
    .execution_options(populate_existing=True)
)
_WRITE = text(
    """
    insert into case_documents (case_id, version, vector)
    select case_id, version, cast(vector as tsvector)
      from unnest(cast(:case_ids as int[]), cast(:versions as int[]), cast(:vectors as text[]))
           as written (case_id, version, vector)
    on conflict (case_id) do update set version = excluded.version, vector = excluded.vector
    """
)
_COUNT = text(
    """
    insert into document_languages values (:language, :documents)
    on conflict (language) do update set documents = document_languages.documents + excluded.documents
    """
)
_STEMS = text(
    """
    select asked.dictionary, asked.word, ts_lexize(cast(pg_ts_dict.oid as regdictionary), asked.word)
      from unnest(cast(:dictionaries as text[]), cast(:words as text[])) as asked (dictionary, word)
      join pg_ts_dict on pg_ts_dict.dictname = asked.dictionary
    """
)
