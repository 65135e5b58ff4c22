"""Feedback arrives, is heard, and opens what the rules say."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from handlers import asking, assignment, cases, contact, gathering, messages
from handlers.act import Act
from handlers.customers import FEEDBACK_COUNT, OPEN_CASES
from handlers.errors import CannotDo
from handlers.jobs import Job, Urgency, defer
from handlers.storing import store_feedback
from models.case import Case
from models.customer import Customer
from models.feedback import Feedback, FeedbackDecision, Sentiment
from models.policies.intake import IncomingFeedback, as_one_text, ts_of_post
from models.policies.permissions import Verb
from models.policies.review import matters, why_ask
from models.policies.rulebook import Rulebook
from models.policies.rules import Decision, Effect, Facts, build_facts, decide
from models.review import Review
from models.vocabulary import ReviewReason, SentimentScore, mention

BY_HAND = "By hand"
"""Stands for the rule's name where a person opened the case."""
TOO_OLD = "imported to be counted, not to be worked on"

Piece = Row[Feedback, Customer, int, int]
"""Stored feedback, who said it, how often they wrote by now, and how many cases of theirs are open."""

_PIECE = (
    select(Feedback, Customer, FEEDBACK_COUNT, OPEN_CASES)
    .join(Customer, Customer.id == Feedback.customer_id)
    .where(Feedback.id.in_(bindparam("feedback_ids", expanding=True)))
    .order_by(Feedback.id)
)
_UNHEARD = (
    select(Feedback.id, Feedback.customer_id, Feedback.title, Feedback.text)
    .outerjoin(FeedbackDecision)
    .outerjoin(Review, Review.feedback_id == Feedback.id)
    .where(Feedback.id.in_(bindparam("feedback_ids", expanding=True)), FeedbackDecision.feedback_id.is_(None))
    .where(Review.feedback_id.is_(None))
    .order_by(Feedback.id)
)
_BOOK = insert(FeedbackDecision).on_conflict_do_nothing().returning(FeedbackDecision.feedback_id)


@dataclass(frozen=True, slots=True)
class Unheard:
    """What the ear needs to know of a piece of feedback that nobody has scored yet."""

    feedback_id: int
    customer_id: int
    title: str | None
    text: str

    @property
    def words(self) -> str:
        """Title and text as one text, as a reader would take them."""
        return as_one_text(self.title, self.text)


def receive_feedback(session: Session, incoming: IncomingFeedback, at: datetime) -> int | None:
    """Store live feedback and ask for it to be heard; its id, or None when we have it already."""
    feedback_id = store_feedback(session, incoming, at, is_imported=False)
    if feedback_id is not None:
        defer(session, Job.HEAR, feedback_id, lock=None, urgency=Urgency.NEW_CASE)
    return feedback_id


def receive_old_feedback(session: Session, incoming: IncomingFeedback, at: datetime) -> int | None:
    """The same for what was said long ago: it is heard and counted, and opens nothing."""
    feedback_id = store_feedback(session, incoming, at, is_imported=True)
    if feedback_id is not None:
        defer(session, Job.HEAR, feedback_id, lock=None, urgency=Urgency.REFRESH)
    return feedback_id


def open_by_hand(
    session: Session, incoming: IncomingFeedback, score: SentimentScore, act: Act, *, effect: Effect
) -> Case:
    """Record what a customer said to one of us, and open the case that this person orders.

    Where its source told us already, and it opened none, the case is about what is there: that is never
    edited. Raises NotAllowed for who does not work for the team, CannotDo where the same words are a case
    already.
    """
    cases.check_may(Verb.NEW, act, effect.team, field="team")
    is_new = store_feedback(session, incoming, act.at, is_imported=False) is not None
    feedback = _take_feedback(session, incoming)
    why = "heard it from the customer" if is_new else "read it where it was posted"
    decision = Decision(BY_HAND, f"{mention(act.by)} {why}", effect, ())
    _book(session, [(feedback, decision)], act.rulebook, act.at)
    _check_is_no_case(session, feedback)
    if session.get(Sentiment, feedback.id) is None:
        keep_sentiment(session, feedback.id, score, act.at)
    (case,) = cases.open_cases(session, [(feedback, decision)], act.rulebook, act.at)
    _tell_origin(session, case, feedback, act.rulebook, act.at)
    return case


def load_unheard(session: Session, feedback_ids: Sequence[int]) -> list[Unheard]:
    """What of these is still to be scored, the oldest first; what was heard already is left out."""
    return [Unheard(*row) for row in session.execute(_UNHEARD, {"feedback_ids": feedback_ids})]


def hear_all(
    session: Session, scores: Mapping[int, SentimentScore], rulebook: Rulebook, *, at: datetime
) -> list[Case]:
    """Keep how feedback feels, let the rules decide, and open the cases that they order.

    `scores` by the ids of feedback of as many customers: what one of them wrote before must be decided
    before what they wrote next. The decision's row makes this happen once: a second job for the same
    feedback finds it and does nothing. Old feedback, which opens nothing, is counted all the same. About
    what the model is not sure of a person is asked, and it is decided later.
    """
    pieces = session.execute(_PIECE, {"feedback_ids": list(scores)}).all()
    asked = asking.ask(session, _doubtful(pieces, scores, rulebook, at), rulebook.review, at)
    left = [piece for piece in pieces if piece[0].id not in asked.by_now]
    ours = _decide_all(session, left, scores, rulebook, at)
    heard = [*(feedback for feedback, _ in ours), *(piece[0] for piece in pieces if piece[0].id in asked.now)]
    for feedback in heard:
        keep_sentiment(session, feedback.id, scores[feedback.id], at)
    sources = {each.customer_id: each.source for each in heard if not each.is_imported}
    contact.hear_customers(session, sources, at)
    return _open_all(session, ours, scores, rulebook, at)


def decide_reviewed(
    session: Session, scores: Mapping[int, SentimentScore], rulebook: Rulebook, *, at: datetime
) -> list[Case]:
    """Let the rules decide about feedback that was heard and asked about, and open the cases they order."""
    pieces = session.execute(_PIECE, {"feedback_ids": list(scores)}).all()
    decided = _decide_all(session, pieces, scores, rulebook, at)
    return _open_all(session, decided, scores, rulebook, at)


def keep_sentiment(session: Session, feedback_id: int, score: SentimentScore, at: datetime) -> None:
    """Keep the score of one piece of feedback."""
    session.add(Sentiment(**columns_of_sentiment(feedback_id, score, at)))


def columns_of_sentiment(feedback_id: int, score: SentimentScore, at: datetime) -> dict[str, Any]:
    """A row of sentiments."""
    kept = {name: value for name, value in asdict(score).items() if name != "sketch"}
    return {**kept, "feedback_id": feedback_id, "scored_at": at}


def facts_of(piece: Piece, score: SentimentScore, at: datetime) -> Facts:
    """What the rules may look at, for one piece of stored feedback."""
    feedback, customer, times_written, open_cases = piece
    return build_facts(
        text=feedback.text,
        title=feedback.title,
        source=feedback.source,
        language=feedback.language,
        age=at - (feedback.occurred_at or feedback.received_at),
        sentiment=score,
        survey_scale=feedback.survey_scale,
        survey_score=feedback.survey_score,
        customer_name=customer.name,
        customer_segment=customer.segment,
        customer_feedback_count=times_written,
        customer_open_cases=open_cases,
        customer_attributes=customer.attributes,
        attributes=feedback.attributes,
    )


def _take_feedback(session: Session, incoming: IncomingFeedback) -> Feedback:
    """What is stored of it, locked: of two who make a case of it at once the second finds that of the first.

    Hearing it waits for nobody.
    """
    stored = select(Feedback).where(
        Feedback.source == incoming.source, Feedback.external_id == incoming.external_id
    )
    return session.scalars(stored.with_for_update(key_share=True)).one()


def _check_is_no_case(session: Session, feedback: Feedback) -> None:
    """Refuse a second case for the same words; what was decided of them, by whomever, is booked by now."""
    found = select(Case.id).where(Case.feedback_id == feedback.id, Case.matter > 0).order_by(Case.matter)
    number = session.scalar(found.limit(1))
    if number is not None:
        raise CannotDo(f"This is case #{number} already.")


def _doubtful(
    pieces: Sequence[Piece], scores: Mapping[int, SentimentScore], rulebook: Rulebook, at: datetime
) -> dict[int, ReviewReason]:
    """Of which pieces the model is not sure, where what it hears makes a difference; never of old ones."""
    if rulebook.review is None:
        return {}
    doubts = {piece[0].id: why_ask(scores[piece[0].id], rulebook.review) for piece in pieces}
    return {
        piece[0].id: why
        for piece in pieces
        if (why := doubts[piece[0].id]) is not None
        and not piece[0].is_imported
        and matters(partial(_decide, piece, rulebook=rulebook, at=at), scores[piece[0].id])
    }


def _decide_all(
    session: Session,
    pieces: Sequence[Piece],
    scores: Mapping[int, SentimentScore],
    rulebook: Rulebook,
    at: datetime,
) -> list[tuple[Feedback, Decision]]:
    """Decide about each piece and book it; those are left out that somebody else had decided."""
    decided = [(piece[0], _decide(piece, scores[piece[0].id], rulebook, at)) for piece in pieces]
    booked = _book(session, decided, rulebook, at)
    return [(feedback, decision) for feedback, decision in decided if feedback.id in booked]


def _open_all(
    session: Session,
    ours: Sequence[tuple[Feedback, Decision]],
    scores: Mapping[int, SentimentScore],
    rulebook: Rulebook,
    at: datetime,
) -> list[Case]:
    """Open what was ordered; what many say at once is gathered under one case, which is given to somebody."""
    ordered = [(feedback, decision) for feedback, decision in ours if decision.effect is not None]
    gathered = gathering.gather(session, ordered, scores, rulebook, at)
    opened = cases.open_cases(session, ordered, rulebook, at, gathered.parents)
    alone = [case for case in opened if case.parent_id is None]
    assignment.assign_by_rules(session, [*alone, *gathered.opened], rulebook, at)
    for case, (feedback, _) in zip(opened, ordered, strict=True):
        _tell_origin(session, case, feedback, rulebook, at)
    return opened


def _tell_origin(session: Session, case: Case, feedback: Feedback, rulebook: Rulebook, at: datetime) -> None:
    """What was posted in a watched channel is told there that it is a case now."""
    source, ts = rulebook.sources.get(feedback.source), ts_of_post(feedback.external_id)
    if source is not None and source.slack_channel is not None and ts is not None:
        messages.promise_origin(session, case, channel=source.slack_channel, below_ts=ts, at=at)


def _decide(piece: Piece, score: SentimentScore, rulebook: Rulebook, at: datetime) -> Decision:
    decision = decide(rulebook.rules, facts_of(piece, score, at))
    if piece[0].is_imported and decision.effect is not None:
        return replace(decision, effect=None, why=f"{TOO_OLD}; else: {decision.why}")
    return decision


def _book(
    session: Session, decided: Sequence[tuple[Feedback, Decision]], rulebook: Rulebook, at: datetime
) -> set[int]:
    """Keep what was decided about each piece; the ids of those that nobody had decided before."""
    rows = [
        {
            "feedback_id": feedback.id,
            "rule": decision.rule,
            "why": decision.why,
            "opens_case": decision.effect is not None,
            "rulebook_version": rulebook.version,
            "decided_at": at,
        }
        for feedback, decision in decided
    ]
    return set(session.scalars(_BOOK, rows)) if rows else set()
