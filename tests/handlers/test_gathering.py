"""Gathering: what many say is one case, what somebody works on is left alone, and nothing is forgotten."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers import assignment, carrying, closing, gathering, intake, moves, sla
from handlers.errors import CannotDo
from handlers.stats import Scope, load_stats
from handlers.storing import store_feedback
from models.burst import Burst, Carry, HeardEcho
from models.case import Case, CaseEvent, Outcome
from models.interaction import Interaction
from models.message import Message, MessagePurpose
from models.policies.bursts import BITS, BurstRules, signs_of
from models.policies.periods import Period
from models.policies.rules import Answer, Effect, Facts, Verdict
from models.sla import SlaClock
from models.vocabulary import (
    CarriedKind,
    CaseEventKind,
    CaseKind,
    CaseStatus,
    ContactBy,
    Members,
    NearTheme,
    OutcomeKind,
    Priority,
)
from tests.builders import ANA, BEN, LEA, a_feedback, a_rule, a_rulebook, a_score, a_team, an_act
from tests.clock import MONDAY_MORNING

MINUTE = timedelta(minutes=1)
OUTAGE, OTHER = (1 << BITS) - 1, (1 << BITS // 2) - 1
RULES = a_rulebook(bursts=BurstRules(customers=3, within=15 * MINUTE, alike=0.6))


def after(minutes: float) -> datetime:
    return MONDAY_MORNING + minutes * MINUTE


def hear(
    session: Session,
    count: int = 1,
    *,
    minutes: float = 0,
    sketch: int = OUTAGE,
    words: Sequence[str] = (),
    **changes: object,
) -> list[Case]:
    """So many customers say it at once, or one for each of these words; the cases that they opened."""
    rulebook = replace(RULES, **changes)
    score = replace(a_score(), sketch=signs_of(sketch), themes=(NearTheme("quality", 0.5),))
    said = [a_feedback(each) for each in words] or [a_feedback() for _ in range(count)]
    ids = [store_feedback(session, each, after(minutes), is_imported=False) for each in said]
    return intake.hear_all(session, {each or 0: score for each in ids}, rulebook, at=after(minutes))


def is_loud(facts: Facts) -> Verdict:
    return Verdict(Answer.MATCHED if str(facts["feedback.text"]).isupper() else Answer.NOT_MATCHED)


def in_own_words(seed: int, share: float, what: int = OUTAGE) -> int:
    """The outage as somebody else would tell it: so many of all signs are others."""
    flips = random.Random(seed).sample(range(BITS), round(share * BITS))
    return what ^ sum(1 << place for place in flips)


def look(session: Session, minutes: float) -> None:
    for parent_id in gathering.list_running(session):
        gathering.claim_echoes(session, parent_id, after(minutes))
        gathering.look_after(session, parent_id, RULES, after(minutes))


def carry_all(session: Session, minutes: float) -> None:
    """Carry out what was ordered, as the job does."""
    for carry_id in session.scalars(select(Carry.id).where(Carry.ended_at.is_(None))).all():
        assert not carrying.carry_on(session, carry_id, RULES, after(minutes))
        assert carrying.carry_on(session, carry_id, RULES, after(minutes))


def parents(session: Session) -> list[Case]:
    return list(session.scalars(select(Case).where(Case.matter == 0).order_by(Case.id)))


def members_of(session: Session, parent: Case) -> list[int]:
    return list(session.scalars(select(Case.id).where(Case.parent_id == parent.id).order_by(Case.id)))


def kinds_of(session: Session, case: Case) -> list[CaseEventKind]:
    return list(
        session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    )


def count(session: Session, what: type, cases: Sequence[int]) -> int:
    return session.scalar(select(func.count()).select_from(what).where(what.case_id.in_(cases))) or 0


@pytest.fixture
def parent(session: Session) -> Case:
    """Two said it at nine, three more two minutes later; all five are gathered."""
    hear(session, 2)
    hear(session, 3, minutes=2)
    look(session, 2.1)
    (parent,) = parents(session)
    return parent


def test_those_who_say_it_after_the_burst_began_have_neither_card_nor_clock(session: Session) -> None:
    first = hear(session, 2)
    later = [*hear(session, 1, minutes=1), *hear(session, 4, minutes=2)]

    (parent,) = parents(session)

    assert members_of(session, parent) == [case.id for case in later]
    assert count(session, SlaClock, [case.id for case in later]) == 0
    assert count(session, Message, [case.id for case in later]) == 0
    echoes = select(HeardEcho.feedback_id).where(HeardEcho.gathered_at.is_(None))
    assert sorted(session.scalars(echoes)) == [case.feedback_id for case in first]


def test_many_who_come_in_one_batch_are_one_burst(session: Session) -> None:
    cases = hear(session, 5)

    (parent,) = parents(session)

    assert members_of(session, parent) == [case.id for case in cases]
    assert parent.feedback_id == cases[0].feedback_id


def test_it_is_as_urgent_as_the_most_urgent_of_one_batch(session: Session) -> None:
    low = Effect(CaseKind.COMPLAINT, "deliveries", Priority.LOW, promise="normal")
    rules = (a_rule(name="Loud", condition=is_loud), a_rule(effect=low))

    cases = hear(session, words=["It is down", "IT IS DOWN", "Is it down?"], rules=rules)

    (parent,) = parents(session)
    assert [case.priority for case in cases] == [Priority.LOW, Priority.HIGH, Priority.LOW]
    assert parent.priority is Priority.HIGH


def test_what_came_before_is_gathered_and_what_slack_never_saw_of_it_is_not_posted(session: Session) -> None:
    posted, unposted = hear(session, 2)
    card = session.scalars(select(Message).where(Message.case_id == posted.id)).one()
    card.tried_at = after(0)
    hear(session, 1, minutes=2)

    look(session, 2.1)

    (parent,) = parents(session)
    assert len(members_of(session, parent)) == 3
    assert kinds_of(session, posted)[-1] is CaseEventKind.GATHERED
    assert count(session, Message, [unposted.id]) == 0
    assert count(session, Message, [posted.id]) == 2
    running = select(SlaClock).where(SlaClock.stopped_at.is_(None), SlaClock.case_id != parent.id)
    assert session.scalars(running).all() == []


def test_the_promise_of_the_parent_counts_from_the_first(session: Session, parent: Case) -> None:
    clocks = sla.load_clocks(session, [parent.id])[parent.id]

    assert {clock.started_at for clock in clocks} == {MONDAY_MORNING}
    assert parent.opened_at == after(2)


def test_it_can_be_moved_before_it_has_a_card(session: Session) -> None:
    billing = a_team(key="billing", channel="#recovery-billing")
    rulebook = replace(RULES, teams={**RULES.teams, "billing": billing})
    hear(session, 3)
    (parent,) = parents(session)

    moves.move(session, parent.id, an_act(LEA, rulebook=rulebook, at=after(0)), to="billing")
    gathering.look_after(session, parent.id, rulebook, after(0.1))

    (channel,) = session.scalars(select(Message.slack_channel).where(Message.purpose == MessagePurpose.CARD))
    assert channel == "#recovery-billing"


def test_what_somebody_has_begun_with_is_left_alone(session: Session) -> None:
    begun, other = hear(session, 2)
    assignment.claim(session, begun.id, an_act(rulebook=RULES, at=after(1)))
    hear(session, 1, minutes=2)

    look(session, 2.1)

    (parent,) = parents(session)
    assert begun.parent_id is None
    assert kinds_of(session, begun)[-1] is CaseEventKind.LEFT_ALONE
    assert other.id in members_of(session, parent)


def test_what_a_strategy_gave_to_somebody_is_gathered(session: Session) -> None:
    turns = a_team(assignment=replace(a_team().assignment, strategy="round robin"))
    first, _ = hear(session, 2, teams={"deliveries": turns})
    hear(session, 1, minutes=2, teams={"deliveries": turns})

    look(session, 2.1)

    (parent,) = parents(session)
    assert first.parent_id == parent.id
    assert first.status is CaseStatus.OPEN
    assert parent.status is CaseStatus.IN_PROGRESS


@pytest.mark.parametrize(
    "changes",
    [
        {"bursts": None},
        {"rules": (a_rule(effect=Effect(CaseKind.COMPLAINT, "deliveries", Priority.URGENT)),)},
        {"rules": (a_rule(effect=Effect(CaseKind.QUERY, "deliveries", Priority.NORMAL)),)},
    ],
    ids=["no bursts", "urgent", "a query"],
)
def test_what_bursts_are_not_for_is_opened_as_ever(session: Session, changes: dict[str, object]) -> None:
    cases = hear(session, 5, **changes)

    assert parents(session) == []
    assert count(session, Message, [case.id for case in cases]) == 5


def test_another_matter_stays_out_of_it(session: Session, parent: Case) -> None:
    (case,) = hear(session, minutes=3, sketch=OTHER)

    assert case.parent_id is None


def test_a_burst_is_known_better_the_more_say_it(session: Session) -> None:
    loose = BurstRules(customers=3, within=15 * MINUTE, alike=0.5)
    for seed in range(3):
        hear(session, sketch=in_own_words(seed, 0.2), bursts=loose)
    (odd,) = hear(session, sketch=in_own_words(99, 0.32), bursts=loose)
    for seed in range(3, 20):
        hear(session, sketch=in_own_words(seed, 0.2), bursts=loose)
    before = odd.parent_id

    look(session, 0.1)
    look(session, 0.2)

    (parent,) = parents(session)
    assert before is None
    assert odd.parent_id == parent.id


def test_who_says_it_in_another_way_comes_to_the_same_burst(session: Session) -> None:
    loose, another_way = BurstRules(customers=3, within=15 * MINUTE, alike=0.5), in_own_words(77, 0.2)
    for seed in range(3):
        hear(session, sketch=in_own_words(seed, 0.2), bursts=loose)
    others = [
        *hear(session, sketch=in_own_words(20, 0.18, another_way), bursts=loose),
        *hear(session, sketch=in_own_words(21, 0.18, another_way), bursts=loose),
    ]
    before = [case.parent_id for case in others]

    (third,) = hear(session, sketch=in_own_words(22, 0.18, another_way), bursts=loose)
    look(session, 0.1)

    (parent,) = parents(session)
    assert before == [None, None]
    assert {case.parent_id for case in [*others, third]} == {parent.id}


def test_one_of_them_that_is_taken_out_is_not_drawn_in_again(session: Session, parent: Case) -> None:
    member = members_of(session, parent)[0]

    carrying.take_out(session, member, an_act(rulebook=RULES, at=after(3)))
    look(session, 4)

    case = session.get_one(Case, member)
    assert case.parent_id is None
    (clock, *_) = sla.load_clocks(session, [member])[member]
    assert clock.started_at == after(3)


def test_a_burst_that_is_over_is_followed_by_another(session: Session, parent: Case) -> None:
    look(session, 20)
    hear(session, 3, minutes=20)

    assert parents(session)[0].id == parent.id
    assert len(parents(session)) == 2
    assert session.get_one(Burst, parent.id).ended_at == after(20)


def test_all_are_resolved_with_it_once(session: Session, parent: Case) -> None:
    members = members_of(session, parent)
    resolve(session, parent, Members.ALL, 3)

    carry_all(session, 3)
    carry_all(session, 4)

    ended = session.scalars(select(Outcome).where(Outcome.case_id.in_(members))).all()
    assert {(each.kind, each.decided_by, each.at) for each in ended} == {
        (OutcomeKind.RECOVERED, ANA, after(3))
    }
    assert len(ended) == 5
    resolved = select(func.count()).where(
        CaseEvent.case_id.in_(members), CaseEvent.kind == CaseEventKind.RESOLVED
    )
    assert session.scalar(resolved) == 5
    (told,) = session.scalars(select(CaseEvent).where(CaseEvent.kind == CaseEventKind.CARRIED))
    assert told.details == {"what": "resolved", "members": 5}


def test_a_crash_leaves_nobody_out_and_does_nothing_twice(session: Session, parent: Case) -> None:
    resolve(session, parent, Members.ALL, 3)
    (carry_id,) = session.scalars(select(Carry.id))
    carrying.carry_on(session, carry_id, RULES, after(3), at_a_time=2)
    with session.begin_nested() as crash:
        carrying.carry_on(session, carry_id, RULES, after(3), at_a_time=2)
        crash.rollback()
    session.expire_all()

    rounds = [carrying.carry_on(session, carry_id, RULES, after(4), at_a_time=2) for _ in range(4)]

    assert rounds == [False, False, True, True]
    members = members_of(session, parent)
    assert count(session, Outcome, members) == 5
    done = select(CaseEvent.case_id).where(CaseEvent.kind == CaseEventKind.RESOLVED)
    assert sorted(session.scalars(done)) == sorted([parent.id, *members])


def test_whoever_is_heard_as_it_is_resolved_goes_on_by_themselves(session: Session, parent: Case) -> None:
    late = members_of(session, parent)[-1]
    resolve(session, parent, Members.ALL, 3)
    carry_all(session, 3)
    reopened = session.get_one(Case, late)  # as if its transaction had ended only now
    session.delete(session.get_one(Outcome, late))
    reopened.status, reopened.resolved_at = CaseStatus.OPEN, None
    session.flush()

    look(session, 3.1)
    carry_all(session, 3.2)
    look(session, 5)

    assert reopened.parent_id is None
    assert count(session, Message, [late]) > 0
    assert session.get_one(Burst, parent.id).ended_at == after(5)


def test_what_is_said_after_it_was_resolved_is_a_new_matter(session: Session, parent: Case) -> None:
    resolve(session, parent, Members.ALONE, 3)
    (case,) = hear(session, minutes=3)

    assert case.parent_id is None


def test_what_many_say_after_it_was_resolved_is_another_burst(session: Session, parent: Case) -> None:
    resolve(session, parent, Members.ALL, 3)
    carry_all(session, 3)
    first = hear(session, 2, minutes=3.1)
    look(session, 3.2)

    hear(session, 1, minutes=3.3)
    look(session, 3.4)

    _, another = parents(session)
    assert [case.parent_id for case in first] == [another.id, another.id]


def test_a_member_that_was_resolved_is_open_again_when_it_is_taken_out(
    session: Session, parent: Case
) -> None:
    member = members_of(session, parent)[0]
    resolve(session, parent, Members.ALL, 3)
    carry_all(session, 3)

    carrying.take_out(session, member, an_act(BEN, rulebook=RULES, at=after(4)))

    case = session.get_one(Case, member)
    assert (case.status, case.resolved_at) == (CaseStatus.OPEN, None)
    assert session.get(Outcome, member) is None


def test_members_are_counted_and_their_parent_is_not(session: Session, parent: Case) -> None:
    resolve(session, parent, Members.ALL, 3)
    carry_all(session, 3)

    figures = load_stats(session, Period("all", after(-1), after(60)), Scope(), after(60))

    assert figures.opened[CaseKind.COMPLAINT] == 5
    assert figures.resolved == 5
    assert figures.open_now == 0
    assert [(each.kind.value, each.decided) for each in figures.attainment] == [
        ("acknowledge", 1),
        ("resolve", 1),
    ]


def test_nobody_goes_on_by_themselves_where_no_team_would_have_them(session: Session, parent: Case) -> None:
    gone = an_act(LEA, rulebook=replace(RULES, teams={}), at=after(3))
    ended = {"outcome": OutcomeKind.RECOVERED, "theme": "quality", "what_was_done": "Repaired"}

    with pytest.raises(CannotDo, match="has left rules"):
        carrying.take_out(session, parent.id, gone, is_all=True)
    with pytest.raises(CannotDo, match="has left rules"):
        closing.resolve_case(session, parent.id, gone, **ended, members=Members.ALONE)

    assert session.scalars(select(Carry)).all() == []


def test_what_is_carried_to_nobody_is_not_told(session: Session, parent: Case) -> None:
    act = an_act(rulebook=RULES, at=after(3))
    resolve(session, parent, Members.ALONE, 3)
    carry_all(session, 3)

    carrying.order(session, parent, CarriedKind.REOPENED, act, why="Down again", owner=None, deadlines={})
    (carry_id,) = session.scalars(select(Carry.id).where(Carry.ended_at.is_(None)))

    assert carrying.carry_on(session, carry_id, RULES, after(4))
    assert kinds_of(session, parent).count(CaseEventKind.CARRIED) == 1


def test_what_customers_were_told_goes_to_those_who_wait(session: Session, parent: Case) -> None:
    act = an_act(rulebook=RULES, at=after(3))
    order = {"channel": ContactBy.EMAIL.value, "words": "We know"}
    out = members_of(session, parent)[0]
    carrying.order(session, parent, CarriedKind.CONTACTED, act, **order)
    carrying.take_out(session, out, act)

    carry_all(session, 3)

    assert count(session, Interaction, members_of(session, parent)) == 4
    assert count(session, Interaction, [out]) == 0


def test_what_is_too_old_to_begin_a_burst_is_forgotten(session: Session) -> None:
    hear(session, 2)

    gathering.forget_old(session, RULES, after(14))
    kept = session.scalar(select(func.count()).select_from(HeardEcho))
    gathering.forget_old(session, RULES, after(15))

    assert kept == 2
    assert session.scalar(select(func.count()).select_from(HeardEcho)) == 0


def resolve(session: Session, parent: Case, members: Members, minutes: float) -> None:
    act = an_act(rulebook=RULES, at=after(minutes))
    ended = {"outcome": OutcomeKind.RECOVERED, "theme": "quality", "what_was_done": "Repaired"}
    closing.resolve_case(session, parent.id, act, **ended, members=members)
