"""What of the catalogue can be given in a case, by whom, and what came of it in cases like it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session

from handlers.act import Act
from handlers.cases import refuse
from handlers.likeness import ABOUT_THE_SAME, BY_THE_SAME_RULE, Likeness, find_theme
from models.case import Case, Outcome
from models.compensation import Compensation, LedgerEntry
from models.feedback import Feedback, Sentiment
from models.policies import compensation as policy
from models.policies.budgets import YEAR
from models.policies.catalogue import Choice, Occasion, Offer, Record, Wish, suggested, why_not_now
from models.policies.permissions import roles_in
from models.vocabulary import LedgerState, Money, OutcomeKind


@dataclass(frozen=True, slots=True)
class Settled:
    """A wish that can be given: the entry, how much of it where that is not money, and what it costs."""

    offer: Offer
    quantity: str | None
    money: Money


def settle(session: Session, case: Case, act: Act, wish: Wish) -> Settled:
    """Which entry of today's catalogue is meant and what it costs; limits are not looked at."""
    rules, occasion = act.rulebook.compensation, occasion_of(session, case, act)
    refuse(policy.why_not_find(wish.what, occasion, rules), field="kind")
    offer = policy.get_offer(wish.what, occasion, rules)
    refuse(why_not_now(offer, occasion), field="kind")
    refuse(policy.why_not_offer(offer, wish.quantity, occasion, rules), field="amount")
    money = policy.cost_of(offer, wish.quantity, occasion, rules)
    return Settled(offer, policy.words_of_quantity(offer, wish.quantity), money)


def occasion_of(session: Session, case: Case, act: Act) -> Occasion:
    """What a decision about an entry looks at; the day is that of the rulebook's time zone."""
    feedback = session.get_one(Feedback, case.feedback_id)
    return Occasion(
        case=case.id,
        kind=case.kind,
        rule=case.rule,
        roles=roles_in(act.by, case.team, act.rulebook),
        today=act.at.astimezone(ZoneInfo(act.rulebook.time_zone)).date(),
        attributes=feedback.attributes,
        about=find_theme(session, case),
        themes=act.rulebook.themes,
    )


def load_choices(session: Session, case: Case, act: Act) -> list[Choice]:
    """What that person can give in that case, what is suggested first."""
    rules, occasion = act.rulebook.compensation, occasion_of(session, case, act)
    records = _records(session, Likeness(case.id, case.kind, case.rule, occasion.about), act)
    able = [offer for offer in rules.offers.values() if why_not_now(offer, occasion) is None]
    ordered = suggested(able, records) if rules.catalogue else able
    return [Choice(offer, policy.range_of(offer, rules), records.get(offer.key)) for offer in ordered]


def _records(session: Session, of: Likeness, act: Act) -> Mapping[str, Record]:
    """What came of each entry in like cases of the last year, by its key.

    Like are those of that kind and theme where there are enough of them, else those that the same rule
    opened.
    """
    usual = _records_of(session, of, act, BY_THE_SAME_RULE)
    if of.about is None:
        return usual
    nearer = _records_of(session, of, act, ABOUT_THE_SAME)
    return {**usual, **{key: record for key, record in nearer.items() if record.is_enough}}


def _records_of(
    session: Session, of: Likeness, act: Act, is_like: ColumnElement[bool]
) -> Mapping[str, Record]:
    """What was taken back is no gift; what is in another currency is left out: it could not be added up."""
    currency = act.rulebook.compensation.currency
    key = func.coalesce(Compensation.offer, cast(Compensation.kind, Text))
    is_recovered = Outcome.kind == OutcomeKind.RECOVERED
    rows = session.execute(
        select(
            key,
            func.count(func.distinct(Case.id)),
            func.count(func.distinct(Case.id)).filter(is_recovered),
            func.sum(Compensation.amount) / func.count(),
        )
        .join(Case, Case.id == Compensation.case_id)
        .join(Outcome, Outcome.case_id == Case.id)
        .outerjoin(Sentiment, Sentiment.feedback_id == Case.feedback_id)
        .where(is_like, Compensation.granted_at >= act.at - YEAR, Compensation.currency == currency)
        .where(~Compensation.entries.any(LedgerEntry.state == LedgerState.CANCELLED))
        .group_by(key),
        asdict(of),
    )
    return {
        each: Record(cases, recovered, Money(cost, currency).rounded())
        for each, cases, recovered, cost in rows
    }
