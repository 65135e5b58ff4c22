"""Old feedback comes in by the hundred: the same rows as one by one, written in a few statements."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.orm import Session

from handlers import assignment, cases
from handlers.intake import columns_of_sentiment
from handlers.storing import columns_of_feedback
from models.case import Case
from models.customer import Customer, Profile
from models.feedback import Feedback, FeedbackDecision, Sentiment
from models.policies.imports import Opening
from models.policies.incoming_facts import (
    Author,
    attributes_from_now_on,
    customer_attributes_of,
    facts_of_incoming,
    segment_of,
)
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Rulebook
from models.policies.rules import Decision, decide
from models.vocabulary import CaseStatus, SentimentScore

SAME_IMPORT = timedelta(days=1)
"""An import that was cut off is taken up within this: what it had opened then, it has opened."""


@dataclass(frozen=True, slots=True)
class Known:
    """What of a batch was stored before: by external id a digest of the words; the cases it lately opened."""

    digests: Mapping[str, str]
    opened_lately: int

    def is_new(self, piece: IncomingFeedback) -> bool:
        """Whether nothing is stored under its id."""
        return piece.external_id not in self.digests

    def has_other_words(self, piece: IncomingFeedback) -> bool:
        """Whether its id is known, but for something else that a customer said."""
        return self.digests.get(piece.external_id) not in {None, _digest(piece.text)}


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece of feedback from a file, and how it feels."""

    feedback: IncomingFeedback
    score: SentimentScore


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: the scores of what is new, and how many cases were opened for it.

    `held_back`: for how many pieces a rule ordered a case that was not opened, by the reason.
    """

    scores: Sequence[SentimentScore]
    opened: int
    held_back: Counter[str]


@dataclass(frozen=True, slots=True)
class _Stored:
    feedback_id: int
    heard: Heard
    customer: Customer


@dataclass(frozen=True, slots=True)
class _Decided:
    feedback_id: int
    score: SentimentScore
    decision: Decision
    held_back: str | None


@dataclass(slots=True)
class _Counts:
    """What grows while a batch is decided on, piece by piece: by customer, and for the whole import."""

    written: Counter[int]
    open_cases: Counter[int]
    opened: int


def load_known(session: Session, source: str, external_ids: Collection[str], at: datetime) -> Known:
    """Which of these pieces of feedback are stored."""
    rows = session.execute(
        select(Feedback.external_id, func.md5(Feedback.text).label("digest"), Feedback.received_at, Case.id)
        .outerjoin(Case, (Case.feedback_id == Feedback.id) & (Case.matter == 1))
        .where(Feedback.source == source, Feedback.external_id.in_(external_ids))
    ).all()
    opened = [row for row in rows if row.id is not None and row.received_at > at - SAME_IMPORT]
    return Known({row.external_id: row.digest for row in rows}, len(opened))


def take_in(
    session: Session, batch: Sequence[Heard], rulebook: Rulebook, opening: Opening, *, opened: int
) -> Taken:
    """Store a batch of one source, decide on each piece, and open the cases that may be opened.

    `opened`: how many the import opened before. No external id may stand twice in the batch. A piece that
    somebody else stored meanwhile is left to them.
    """
    customers = _find_or_add_customers(session, [each.feedback for each in batch], opening.at)
    counts = _count(session, customers, opened)
    stored = _store(session, batch, customers, opening.at)
    decided = list(_decide(stored, counts, rulebook, opening))
    _keep_scores(session, decided, opening.at)
    _keep_decisions(session, decided, rulebook, opening.at)
    ordered = [
        (session.get_one(Feedback, each.feedback_id), each.decision)
        for each in decided
        if each.decision.effect is not None
    ]
    new_cases = cases.open_cases(session, ordered, rulebook, opening.at)
    assignment.assign_by_rules(session, new_cases, rulebook, opening.at)
    return Taken(
        scores=[each.score for each in decided],
        opened=counts.opened - opened,
        held_back=Counter(each.held_back for each in decided if each.held_back is not None),
    )


def _digest(text: str) -> str:
    """As PostgreSQL makes it of the stored words, which need not come here for that."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _find_or_add_customers(
    session: Session, batch: Sequence[IncomingFeedback], at: datetime
) -> list[Customer]:
    """The customer of each piece, in the same order; without a handle it is somebody unknown each time."""
    source = batch[0].source
    known = _find_customers(session, source, {piece.author_handle for piece in batch} - {None})
    named = {piece.author_handle: piece for piece in reversed(batch) if piece.author_handle is not None}
    newcomers = [named[handle] for handle in sorted(named.keys() - known.keys())]
    strangers = [piece for piece in batch if piece.author_handle is None]
    added = _add_customers(session, [*newcomers, *strangers], at)
    known |= _take_handles(session, source, newcomers, added)
    unknown = iter(added[len(newcomers) :])
    customers = [known[handle] if (handle := piece.author_handle) else next(unknown) for piece in batch]
    for piece, customer in zip(batch, customers, strict=True):
        customer.segment = segment_of(piece) or customer.segment
        if told := customer_attributes_of(piece):
            customer.attributes = attributes_from_now_on(customer.attributes, told)
    return customers


def _find_customers(session: Session, source: str, handles: Collection[str | None]) -> dict[str, Customer]:
    rows = session.execute(
        select(Profile.handle, Customer)
        .join(Customer, Customer.id == Profile.customer_id)
        .where(Profile.source == source, Profile.handle.in_(handles))
    )
    return dict(rows.all())


def _add_customers(session: Session, pieces: Sequence[IncomingFeedback], at: datetime) -> list[Customer]:
    if not pieces:
        return []
    rows = [
        {"name": piece.author_name or piece.author_handle, "segment": None, "first_heard_at": at}
        for piece in pieces
    ]
    return list(session.scalars(insert(Customer).returning(Customer, sort_by_parameter_order=True), rows))


def _take_handles(
    session: Session, source: str, newcomers: Sequence[IncomingFeedback], added: Sequence[Customer]
) -> dict[str, Customer]:
    """The customer behind each new handle: ours, or the one that somebody else has just added for it.

    The handles come in their order, so that two imports at once never wait for each other.
    """
    if not newcomers:
        return {}
    ours = {str(piece.author_handle): customer for piece, customer in zip(newcomers, added, strict=False)}
    rows = [
        {"customer_id": customer.id, "source": source, "handle": handle} for handle, customer in ours.items()
    ]
    taken = session.scalars(insert_new(Profile).on_conflict_do_nothing().returning(Profile.handle), rows)
    lost = ours.keys() - set(taken)
    if lost:
        session.execute(delete(Customer).where(Customer.id.in_([ours[handle].id for handle in lost])))
    return ours | _find_customers(session, source, lost)


def _count(session: Session, customers: Sequence[Customer], opened: int) -> _Counts:
    """How often these customers wrote before the batch, and how many cases they have open."""
    ids = {customer.id for customer in customers}
    written = select(Feedback.customer_id, func.count()).where(Feedback.customer_id.in_(ids))
    unresolved = select(Case.customer_id, func.count()).where(
        Case.customer_id.in_(ids), Case.status != CaseStatus.RESOLVED
    )
    return _Counts(
        written=Counter(dict(session.execute(written.group_by(Feedback.customer_id)).all())),
        open_cases=Counter(dict(session.execute(unresolved.group_by(Case.customer_id)).all())),
        opened=opened,
    )


def _store(
    session: Session, batch: Sequence[Heard], customers: Sequence[Customer], at: datetime
) -> list[_Stored]:
    """What of the batch is new, in its order.

    The rows are written in the order of their ids, so that two imports at once never wait for each other.
    """
    pairs = list(zip(batch, customers, strict=True))
    in_order = sorted(pairs, key=lambda pair: pair[0].feedback.external_id)
    rows = [
        {**columns_of_feedback(each.feedback, at, is_imported=True), "customer_id": customer.id}
        for each, customer in in_order
    ]
    statement = insert_new(Feedback).on_conflict_do_nothing().returning(Feedback.external_id, Feedback.id)
    ids = dict(session.execute(statement, rows).all())
    _drop_strangers(session, [pair for pair in pairs if pair[0].feedback.external_id not in ids])
    return [
        _Stored(ids[each.feedback.external_id], each, customer)
        for each, customer in pairs
        if each.feedback.external_id in ids
    ]


def _drop_strangers(session: Session, left_out: Sequence[tuple[Heard, Customer]]) -> None:
    """Who said what somebody else stored meanwhile was added there; here nobody would know them again."""
    strangers = [customer.id for each, customer in left_out if each.feedback.author_handle is None]
    if strangers:
        session.execute(delete(Customer).where(Customer.id.in_(strangers)))


def _decide(
    stored: Sequence[_Stored], counts: _Counts, rulebook: Rulebook, opening: Opening
) -> Iterator[_Decided]:
    for each in stored:
        customer, piece = each.customer, each.heard.feedback
        counts.written[customer.id] += 1
        author = Author(
            customer.name,
            customer.segment,
            counts.written[customer.id],
            counts.open_cases[customer.id],
            customer.attributes,
        )
        decision = decide(rulebook.rules, facts_of_incoming(piece, each.heard.score, author, opening.at))
        held_back = opening.why_not(piece.occurred_at, counts.opened) if decision.effect else None
        if held_back is not None:
            decision = replace(decision, effect=None, why=f"Imported, and {held_back}; else: {decision.why}")
        if decision.effect is not None:
            counts.opened += 1
            counts.open_cases[customer.id] += 1
        yield _Decided(each.feedback_id, each.heard.score, decision, held_back)


def _keep_scores(session: Session, decided: Sequence[_Decided], at: datetime) -> None:
    rows = [columns_of_sentiment(each.feedback_id, each.score, at) for each in decided]
    if rows:
        session.execute(insert(Sentiment), rows)


def _keep_decisions(session: Session, decided: Sequence[_Decided], rulebook: Rulebook, at: datetime) -> None:
    rows = [
        {
            "feedback_id": each.feedback_id,
            "rule": each.decision.rule,
            "why": each.decision.why,
            "opens_case": each.decision.effect is not None,
            "rulebook_version": rulebook.version,
            "decided_at": at,
        }
        for each in decided
    ]
    if rows:
        session.execute(insert(FeedbackDecision), rows)
