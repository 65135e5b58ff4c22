"""Things that are valid by default; a test names only what it is about."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from handlers import intake
from handlers.act import Act
from handlers.storing import store_feedback
from models.case import Case
from models.policies.catalogue import Quantity, Wish
from models.policies.intake import IncomingFeedback
from models.policies.opening_hours import OpeningHours
from models.policies.promises import Promise
from models.policies.rights import Role
from models.policies.rulebook import (
    Admins,
    CompensationRules,
    ImportRules,
    Rulebook,
    Source,
    Team,
)
from models.policies.rules import Answer, Effect, Facts, Rule, Verdict
from models.policies.themes import SOMETHING_ELSE, Theme
from models.vocabulary import (
    AgentId,
    CaseKind,
    ClockKind,
    CompensationKind,
    Money,
    Priority,
    SentimentLabel,
    SentimentScore,
)
from tests.clock import MONDAY_MORNING

ANA, BEN, SAM, LEA = (AgentId(each) for each in ("U0ANA", "U0BEN", "U0SAM", "U0LEA"))
STRANGER = AgentId("U0STRANGER")
A_LATE_DELIVERY = Theme("delivery", "Late or lost delivery", "It came late or not at all", ("Where is it?",))
POOR_QUALITY = Theme("quality", "Quality", "It does not last", ("It broke",))

_numbers = count(1)


def euro(amount: str | int) -> Money:
    """So much in euro."""
    return Money(Decimal(amount), "EUR")


def a_wish(money: Money, what: str = "voucher") -> Wish:
    """A voucher of so much."""
    return Wish(what, Quantity(money.amount, money.currency))


def a_feedback(text: str = "My parcel never arrived and nobody answers.", **changes: Any) -> IncomingFeedback:
    """Feedback by e-mail from somebody new."""
    number = next(_numbers)
    plain = IncomingFeedback(
        source="email",
        external_id=f"mail-{number}",
        text=text,
        author_handle=f"customer{number}@example.com",
        author_name="Ottilie Fenwick",
    )
    return replace(plain, **changes)


def a_score(score: float = -0.8) -> SentimentScore:
    """How it feels: -1 to 1."""
    label = (
        SentimentLabel.NEGATIVE
        if score < -0.3
        else SentimentLabel.POSITIVE
        if score > 0.3
        else SentimentLabel.NEUTRAL
    )
    negative, positive = max(-score, 0.0), max(score, 0.0)
    return SentimentScore(label, score, negative, 1 - negative - positive, positive, model="by hand")


def a_team(**changes: Any) -> Team:
    """Deliveries: Ana and Ben work, Sam supervises."""
    plain = Team(
        key="deliveries",
        name="Deliveries",
        channel="#recovery-deliveries",
        escalation_channel="#recovery-supervisors",
        members=(ANA, BEN),
        supervisors=(SAM,),
        leads=(),
        hours=OpeningHours("24/7", "Europe/Berlin"),
    )
    return replace(plain, **changes)


def a_promise(**changes: Any) -> Promise:
    """Acknowledged in ten minutes, resolved in an hour, pinged at half and at nine tenths."""
    plain = Promise(
        name="normal",
        lengths={ClockKind.ACKNOWLEDGE: timedelta(minutes=10), ClockKind.RESOLVE: timedelta(hours=1)},
        ping_at=(0.5, 0.9),
        is_round_the_clock=True,
    )
    return replace(plain, **changes)


def a_rule(**changes: Any) -> Rule:
    """Whatever feels negative is a complaint for Deliveries."""
    effect = Effect(kind=CaseKind.COMPLAINT, team="deliveries", priority=Priority.HIGH, promise="normal")
    plain = Rule(
        name="Unhappy customer", condition=_feels_negative, because="Somebody is unhappy", effect=effect
    )
    return replace(plain, **changes)


def a_rulebook(**changes: Any) -> Rulebook:
    """One team, one promise, one rule; up to 50 EUR by an agent, 250 by a supervisor."""
    plain = Rulebook(
        version="test",
        time_zone="Europe/Berlin",
        admins=Admins(members=(LEA,), channel="#recovery-admins"),
        sources={
            key: Source(key, name) for key, name in (("email", "E-mail"), ("survey", "Survey"), ("x", "X"))
        },
        teams={"deliveries": a_team()},
        promises={"normal": a_promise()},
        rules=(a_rule(),),
        compensation=CompensationRules(
            currency="EUR",
            options=tuple(CompensationKind),
            limits_per_case={Role.AGENT: euro(50), Role.SUPERVISOR: euro(250)},
        ),
        imports=ImportRules(open_cases_for=timedelta(days=7), at_most=25),
        themes={theme.key: theme for theme in (A_LATE_DELIVERY, POOR_QUALITY, SOMETHING_ELSE)},
    )
    return replace(plain, **changes)


def an_act(by: AgentId = ANA, **changes: Any) -> Act:
    """Ana doing something on Monday morning."""
    return replace(Act(by=by, at=MONDAY_MORNING, rulebook=a_rulebook()), **changes)


def a_case(session: Session, *, rulebook: Rulebook | None = None, **feedback: Any) -> Case:
    """A case that a rule opened on Monday morning, with its card promised."""
    feedback_id = store_feedback(session, a_feedback(**feedback), MONDAY_MORNING, is_imported=False)
    if feedback_id is None:
        raise AssertionError("the feedback was there already")
    heard = {feedback_id: a_score()}
    (case,) = intake.hear_all(session, heard, rulebook or a_rulebook(), at=MONDAY_MORNING)
    return case


def _feels_negative(facts: Facts) -> Verdict:
    is_negative = facts.get("sentiment.label") == "negative"
    return Verdict(Answer.MATCHED if is_negative else Answer.NOT_MATCHED)
