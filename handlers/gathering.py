"""Like feedback of many customers is gathered: one case stands for theirs while they are heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import DateTime, bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from handlers import bursts, carrying, members, messages, notices, sla
from handlers.act import Act
from handlers.cases import lock_cases
from models.burst import Burst, Carry, HeardEcho
from models.case import Case, CaseEvent
from models.feedback import Feedback
from models.policies.bursts import (
    BurstRules,
    Crowd,
    Echo,
    Running,
    find_like,
    is_over,
    middle_of,
    signs_of,
    sketch_of,
)
from models.policies.promises import Traits
from models.policies.rulebook import Rulebook
from models.policies.rules import Decision, Effect
from models.policies.themes import theme_name
from models.vocabulary import (
    SYSTEM,
    CarriedKind,
    CaseEventKind,
    CaseStatus,
    Priority,
    SentimentScore,
)

BY_MANY = "Many say the same"
"""Stands for the rule's name where a burst opened the case, and for its theme's where it has none."""
EDIT_EVERY = timedelta(seconds=1)
LEARNT_FROM = 100
NOBODY_ON_THE_WAY = timedelta(minutes=1)
"""A transaction that began before a parent was resolved has ended long before."""

ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtextextended("bursts", 0)))

_REMEMBER = text(
    """
    insert into echoes (feedback_id, customer_id, team, theme, sketch, parent_id, gathered_at, at)
    select each.*, case when parent is not null then :at end, :at
      from unnest(cast(:feedback_ids as int[]), cast(:customer_ids as int[]), cast(:teams as text[]),
                  cast(:themes as text[]), cast(:sketches as bytea[]), cast(:parents as int[]))
        as each (feedback_id, customer_id, team, theme, sketch, parent)
    on conflict do nothing
    """
).bindparams(bindparam("at", type_=DateTime(timezone=True)))
"""One statement for all of them: row by row it would take as long as to hear them."""

Ordered = tuple[Feedback, Decision]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of feedback that may be one of many, and the case that its rule orders."""

    feedback: Feedback
    effect: Effect
    echo: Echo


@dataclass(slots=True)
class Gathered:
    """What came of pieces that are heard together: whose case is a member of which parent, by the feedback.

    `opened` are parents that did not exist before.
    """

    pieces: list[_Piece] = field(default_factory=list)
    parents: dict[int, int] = field(default_factory=dict)
    opened: list[Case] = field(default_factory=list)


def gather(
    session: Session,
    ordered: Sequence[Ordered],
    scores: Mapping[int, SentimentScore],
    rulebook: Rulebook,
    at: datetime,
) -> Gathered:
    """Find out which of the cases that are about to open are one of many, and open the parents they lack.

    Two questions for all of them and one statement to remember them; where none begins, nothing is locked.
    """
    rules = rulebook.bursts
    gathered = Gathered(_pieces(ordered, scores, rules, at) if rules is not None else [])
    if rules is None or not gathered.pieces:
        return gathered
    running = bursts.load_running(session, {piece.effect.team for piece in gathered.pieces})
    about = list(dict.fromkeys((piece.effect.team, piece.echo.theme) for piece in gathered.pieces))
    recent = bursts.load_echoes(session, about, at - rules.within)
    for piece in gathered.pieces:
        team = piece.effect.team
        burst = _find_running(piece.echo, running[team])
        if burst is None and (like := find_like(piece.echo, recent[team], rules)):
            burst = _begin(session, piece, like, gathered, rulebook)
            running[team].append(burst)
        if burst is None:
            recent[team].append(piece.echo)
        else:
            gathered.parents[piece.echo.feedback_id] = burst.parent_id
    _remember(session, gathered)
    return gathered


def list_running(session: Session) -> Sequence[int]:
    """The parents of the bursts that go on, the oldest first."""
    return session.scalars(
        select(Burst.parent_id).where(Burst.ended_at.is_(None)).order_by(Burst.parent_id)
    ).all()


def claim_echoes(session: Session, parent_id: int, at: datetime) -> None:
    """What was said lately, is in no burst, and is near to the middle of this one, belongs to it.

    Not once its parent is resolved: what is said then is another matter. In a transaction of its own, which
    locks no case: whoever locks cases and echoes locks the cases first.
    """
    row = session.get_one(Burst, parent_id)
    running = bursts.load_running(session, {row.team})[row.team]
    burst = next((each for each in running if each.parent_id == parent_id), None)
    if burst is not None:
        lately = bursts.load_echoes(session, [(row.team, row.theme)], at - row.within)[row.team]
        _let_belong(session, [each for each in lately if burst.takes(each)], parent_id)


def look_after(session: Session, parent_id: int, rulebook: Rulebook, at: datetime) -> None:
    """Gather what was said before a burst was known, let its card count on, and end it when it is over.

    The card is edited once a second at most, whoever looks, and how many may come meanwhile.
    """
    waiting = _find_waiting(session, parent_id)
    crowd = bursts.load_crowd(session, parent_id)
    if not (waiting or crowd.is_resolved) and not _is_news(session.get_one(Burst, parent_id), crowd, at):
        return
    taken = lock_cases(session, [parent_id, *waiting.values()])
    burst, parent = session.get_one(Burst, parent_id, populate_existing=True), taken.pop(parent_id)
    if burst.ended_at is not None:
        return
    if parent.status is CaseStatus.RESOLVED:
        _settle_late(session, parent, burst, Act(SYSTEM, at, rulebook))
        return
    if waiting:
        members.gather_in(session, parent, list(taken.values()), at)
        are_gathered = update(HeardEcho).where(HeardEcho.feedback_id.in_(list(waiting)))
        session.execute(are_gathered.values(gathered_at=at))
    _learn(session, burst, at)
    _count_on(session, parent, burst, rulebook, at)


def forget_old(session: Session, rulebook: Rulebook, at: datetime) -> None:
    """Drop what is too old to be the beginning of a burst."""
    within = rulebook.bursts.within if rulebook.bursts else timedelta()
    session.execute(delete(HeardEcho).where(HeardEcho.at <= at - within))


def _let_belong(session: Session, echoes: Sequence[Echo], parent_id: int) -> None:
    if echoes:
        free = update(HeardEcho).where(HeardEcho.parent_id.is_(None))
        these = free.where(HeardEcho.feedback_id.in_([each.feedback_id for each in echoes]))
        session.execute(these.values(parent_id=parent_id))


def _find_waiting(session: Session, parent_id: int) -> dict[int, int]:
    """The feedback that belongs to a burst and whose case is not gathered yet, with that case."""
    waits = (HeardEcho.parent_id == parent_id) & HeardEcho.gathered_at.is_(None)
    found = (
        select(HeardEcho.feedback_id, Case.id)
        .join(Case, (Case.feedback_id == HeardEcho.feedback_id) & (Case.matter == 1))
        .where(waits)
    )
    return dict(session.execute(found).all())


def _learn(session: Session, burst: Burst, at: datetime) -> None:
    """Tell the middle of a young burst anew: few had said it when it began, each in their own words.

    From those that came first, so that it does not wander off to what came last.
    """
    first = select(HeardEcho.sketch).where(HeardEcho.parent_id == burst.parent_id)
    sketches = session.scalars(first.order_by(HeardEcho.at, HeardEcho.feedback_id).limit(LEARNT_FROM)).all()
    if sketches and at - burst.began_at < burst.within:
        burst.middle = signs_of(middle_of([sketch_of(each) for each in sketches]))


def _settle_late(session: Session, parent: Case, burst: Burst, act: Act) -> None:
    """The parent is over. Who was heard as that happened has a member that nobody decided about: it goes on.

    After a while nobody can be on the way any more, and the burst has ended.
    """
    if parent.resolved_at is not None and act.at - parent.resolved_at >= NOBODY_ON_THE_WAY:
        burst.ended_at = act.at
    waits = select(Carry.id).where(Carry.parent_id == parent.id, Carry.ended_at.is_(None))
    if bursts.count_open_members(session, parent.id) and session.scalar(waits.limit(1)) is None:
        carrying.order(session, parent, CarriedKind.TAKEN_OUT, act)


def _is_news(burst: Burst, crowd: Crowd, at: datetime) -> bool:
    """Whether its card would say something else: more members, or fewer, or that it is over."""
    return crowd.members != burst.counted or is_over(crowd.latest, burst.within, at)


def _count_on(session: Session, parent: Case, burst: Burst, rulebook: Rulebook, at: datetime) -> None:
    crowd = bursts.load_crowd(session, parent.id)
    is_new = burst.counted == 0
    if not _is_news(burst, crowd, at) or (not is_new and at - burst.counted_at < EDIT_EVERY):
        return
    burst.counted, burst.counted_at = crowd.members, at
    if is_over(crowd.latest, burst.within, at):
        burst.ended_at = at
    if is_new:
        team = rulebook.teams.get(parent.team)
        messages.promise_card(session, parent, team.channel if team else rulebook.admins.channel, at)
    else:
        messages.refresh_card(session, parent)
    messages.deliver_first(session, parent.id)


def _remember(session: Session, gathered: Gathered) -> None:
    """Keep for a while what they mean: what could be the beginning of a burst, or tells what one is about."""
    kept = [(piece, gathered.parents.get(piece.echo.feedback_id)) for piece in gathered.pieces]
    if kept:
        columns = {
            "feedback_ids": [piece.echo.feedback_id for piece, _ in kept],
            "customer_ids": [piece.echo.customer_id for piece, _ in kept],
            "teams": [piece.effect.team for piece, _ in kept],
            "themes": [piece.echo.theme for piece, _ in kept],
            "sketches": [signs_of(piece.echo.sketch) for piece, _ in kept],
            "parents": [parent for _, parent in kept],
        }
        session.execute(_REMEMBER, {**columns, "at": kept[0][0].echo.at})


def _pieces(
    ordered: Sequence[Ordered], scores: Mapping[int, SentimentScore], rules: BurstRules, at: datetime
) -> list[_Piece]:
    """What may be one of many: its meaning is known, and bursts are for the case that its rule orders."""
    pieces = []
    for feedback, decision in ordered:
        effect, score = decision.effect, scores[feedback.id]
        if effect is None or not score.sketch:
            continue
        case = Traits(effect.kind, effect.priority, effect.team, feedback.customer.segment)
        if rules.takes(case):
            theme = score.themes[0].key if score.themes else ""
            echo = Echo(feedback.id, feedback.customer_id, theme, sketch_of(score.sketch), at)
            pieces.append(_Piece(feedback, effect, echo))
    return pieces


def _find_running(echo: Echo, running: Sequence[Running]) -> Running | None:
    return next((burst for burst in running if burst.takes(echo)), None)


def _begin(
    session: Session, piece: _Piece, like: Sequence[Echo], gathered: Gathered, rulebook: Rulebook
) -> Running:
    """The burst that these pieces are: opened now, unless it is one that is open by now, in other words.

    Whoever holds the lock waits for no case: it comes after every case that is to be changed was locked.
    Those of the pieces whose cases are not open yet become members with it; the others the next look gathers.
    """
    session.execute(ONE_AT_A_TIME)
    team, middle = piece.effect.team, middle_of([each.sketch for each in like])
    running = bursts.load_running(session, {team})[team]
    burst = next((each for each in running if each.is_same(piece.echo.theme, middle)), None)
    is_like = {each.feedback_id for each in like}
    heard_now = [each for each in gathered.pieces if each.echo.feedback_id in is_like]
    if burst is None:
        priority = _highest(session, like, heard_now)
        most_urgent = replace(piece, effect=replace(piece.effect, priority=priority))
        parent, burst = _open(session, most_urgent, like, rulebook)
        gathered.opened.append(parent)
    _let_belong(session, like, burst.parent_id)
    for each in heard_now:
        gathered.parents[each.echo.feedback_id] = burst.parent_id
    return burst


def _open(session: Session, piece: _Piece, like: Sequence[Echo], rulebook: Rulebook) -> tuple[Case, Running]:
    """Open the case that stands for these, as the piece orders it; its promise counts from the first of them.

    Its card is owed when the next look has counted for whom it stands.
    """
    rules, at, team = rulebook.bursts, piece.echo.at, piece.effect.team
    if rules is None:
        raise ValueError("no bursts in this rulebook")
    began_at = min(each.at for each in like)
    customers = len({each.customer_id for each in like})
    parent = _new_parent(session, piece, like, rulebook)
    session.add(parent)
    session.flush()
    sla.start_clocks(session, parent, rulebook, at, since=began_at)
    middle = middle_of([each.sketch for each in like])
    row = Burst(parent_id=parent.id, team=team, theme=piece.echo.theme, middle=signs_of(middle))
    row.alike, row.within, row.began_at = rules.alike, rules.within, began_at
    row.counted, row.counted_at = 0, at
    event = CaseEvent(case_id=parent.id, kind=CaseEventKind.BURST_BEGAN, actor=SYSTEM, at=at)
    event.details = {"customers": customers, "seconds": (at - began_at).total_seconds()}
    session.add_all([row, event])
    session.flush()
    for supervisor in rulebook.teams[team].supervisors:
        notices.owe(session, supervisor, event)
    return parent, Running(parent.id, row.theme, middle, rules.alike)


def _new_parent(session: Session, piece: _Piece, like: Sequence[Echo], rulebook: Rulebook) -> Case:
    """A case about what the first of them said."""
    first = _first(session, piece, like)
    effect, theme, at = piece.effect, piece.echo.theme, piece.echo.at
    customers = len({each.customer_id for each in like})
    return Case(
        feedback_id=first.id,
        matter=0,
        customer_id=first.customer_id,
        title=theme_name(rulebook.themes, theme) if theme else BY_MANY,
        kind=effect.kind,
        priority=effect.priority,
        status=CaseStatus.OPEN,
        team=effect.team,
        promise=rulebook.promise_for(effect, None).promise,
        rule=BY_MANY,
        why=f"{customers} customers said it, alike in meaning and about the same theme",
        needs=sorted(effect.needs),
        opened_at=at,
    )


def _first(session: Session, piece: _Piece, like: Sequence[Echo]) -> Feedback:
    """What was said first; a piece for which a burst was opened before stands for that one."""
    numbers = [each.feedback_id for each in sorted(like, key=lambda each: (each.at, each.feedback_id))]
    taken = set(
        session.scalars(select(Case.feedback_id).where(Case.feedback_id.in_(numbers), Case.matter == 0))
    )
    free = next((number for number in numbers if number not in taken), piece.feedback.id)
    return session.get_one(Feedback, free)


def _highest(session: Session, like: Sequence[Echo], heard_now: Sequence[_Piece]) -> Priority:
    """The priority of the most urgent of them, of which those that are heard now have no case yet."""
    numbers = [each.feedback_id for each in like]
    opened = session.scalars(select(Case.priority).where(Case.feedback_id.in_(numbers), Case.matter == 1))
    heard = [each.effect.priority for each in heard_now]
    highest: Priority = max([*opened, *heard], key=list(Priority).index)
    return highest
