"""Many at once on the real database: one wins, the others are told; nothing is passed, lost or doubled."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select, text

from bot.app import teach
from bot.database import Database
from bot.desk import Desk
from bot.jobs import JobQueue, TryAgain
from bot.schedule import sweep_clocks
from bot.slack.client import SlackApi
from bot.slack.delivery import deliver_case
from bot.slack.orders import Order
from bot.slack.routes import carry_out_form
from bot.workspace.server import Workspace
from handlers import (
    absences,
    approving,
    assignment,
    closing,
    compensation,
    contact,
    imports,
    intake,
    merging,
    notes,
    waiting,
)
from handlers import sweep as sweeping
from handlers.errors import CannotDo, NeedsApproval
from handlers.history import record
from handlers.meanwhile import ChangedMeanwhile
from handlers.notes import Written
from handlers.places import Thread
from models.approval import ApprovalRequest
from models.base import Base
from models.case import Assignment, Case, CaseEvent, Note, Outcome
from models.compensation import LedgerEntry
from models.customer import Customer
from models.feedback import Feedback, FeedbackDecision
from models.merge import Merge
from models.message import Message, MessagePurpose
from models.notice import Notice
from models.policies.absence import Away
from models.policies.assignment import AssignmentRules, Strategy
from models.policies.imports import Opening, Opens
from models.policies.intake import IncomingFeedback
from models.policies.permissions import Verb
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.sla import Escalation, EscalationStep, SlaPause, SlaPing
from models.vocabulary import (
    SYSTEM,
    AgentId,
    CaseEventKind,
    CaseStatus,
    OutcomeKind,
    PauseReason,
    mention,
)
from tests.builders import (
    ANA,
    BEN,
    SAM,
    a_case,
    a_feedback,
    a_rulebook,
    a_score,
    a_team,
    a_wish,
    an_act,
    euro,
)
from tests.clock import MONDAY_MORNING, TestClock
from tests.scenarios.processes import recovery, until
from tests.story import CHANNEL, KnownRules, ToldEar, words_of

R = TypeVar("R")
FIFTY = tuple(AgentId(f"U0AGENT{number:02d}") for number in range(50))
TWENTY = tuple(AgentId(f"U0AGENT{number:02d}") for number in range(20))
MINUTE = timedelta(minutes=1)
LEFT = text("select count(*) from procrastinate_jobs")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of its own, as one process has it."""
    database = Database(database_url, JobQueue(database_url))
    yield database
    database.close()


def test_of_twenty_people_who_claim_at_once_one_wins_and_the_others_are_told_who(database: Database) -> None:
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY)})
    (case_id,) = open_cases(database, 1)

    outcomes = at_once([partial(claim, database, case_id, who, rulebook) for who in TWENTY])

    winners = [outcome for outcome in outcomes if isinstance(outcome, str)]
    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, CannotDo)]
    assert len(winners) == 1
    assert [f"already with {mention(AgentId(winners[0]))}" in refusal for refusal in refusals] == [True] * 19
    assert count(database, Assignment) == 1
    assert happened(database) == Counter({CaseEventKind.OPENED: 1, CaseEventKind.CLAIMED: 1})


def test_of_ten_people_who_resolve_at_once_one_wins_and_the_others_are_told_who_and_when(
    database: Database,
) -> None:
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY)})
    (case_id,) = open_cases(database, 1)

    outcomes = at_once([partial(resolve, database, case_id, who, rulebook) for who in TWENTY[:10]])

    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, str))
    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, CannotDo)]
    told = f"already resolved: {mention(AgentId(winner))} resolved it as recovered, <!date^"
    assert [told in refusal for refusal in refusals] == [True] * 9
    assert count(database, Outcome) == happened(database)[CaseEventKind.RESOLVED] == 1


def test_who_assigns_while_others_resolve_changes_no_case_that_is_over(database: Database) -> None:
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY)})
    case_ids = open_cases(database, 10)
    works: list[Callable[[], object]] = []
    for case_id in case_ids:
        works += [
            partial(assign, database, case_id, SAM, rulebook),
            partial(resolve, database, case_id, TWENTY[1], rulebook),
        ]

    at_once(works)

    with database.transaction() as session:
        last = select(func.max(CaseEvent.id)).group_by(CaseEvent.case_id)
        kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.id.in_(last))).all()
        cases = session.scalars(select(Case.status)).all()
    assert kinds == [CaseEventKind.RESOLVED] * 10
    assert cases == [CaseStatus.RESOLVED] * 10


def test_changes_that_come_at_once_are_all_counted(database: Database) -> None:
    (case_id,) = open_cases(database, 1)

    at_once([partial(note_refusal, database, case_id)] * 20)

    with database.transaction() as session:
        assert session.get_one(Case, case_id).version == 21


def test_of_eight_forms_that_were_opened_with_the_same_version_one_counts_and_the_others_are_shown_it(
    workers: "Workers",
) -> None:
    (case_id,) = open_cases(workers.database, 1)
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY)})
    desk = replace(workers.desks[0], rules=KnownRules(rulebook))

    outcomes = at_once([partial(hand_in, desk, case_id, who) for who in TWENTY[:8]])

    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, str))
    stale = [outcome for outcome in outcomes if isinstance(outcome, ChangedMeanwhile)]
    assert [[line.actor for line in each.changes.lines] for each in stale] == [[winner]] * 7
    assert [each.changes.version for each in stale] == [2] * 7
    assert sum_of(workers.database) == 5


def test_twenty_quick_compensations_never_pass_the_limit(database: Database) -> None:
    (case_id,) = open_cases(database, 1)

    outcomes = at_once([partial(compensate, database, case_id, 8)] * 20)

    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, CannotDo)]
    assert sum_of(database) == 48
    assert ["over your limit of 50.00 EUR" in refusal for refusal in refusals] == [True] * 14
    assert happened(database)[CaseEventKind.COMPENSATED] == 6


def test_fifty_people_who_give_at_once_never_pass_a_budget(database: Database) -> None:
    rulebook = with_budgets(a_rulebook(teams={"deliveries": a_team(members=FIFTY)}))
    case_ids = open_cases(database, 50)

    outcomes = at_once(
        [partial(give_often, database, case_ids, who, rulebook, n) for n, who in enumerate(FIFTY)]
    )

    assert sum(sum(outcome.values()) for outcome in outcomes if isinstance(outcome, Counter)) == 2000
    assert sum_of(database) == 999
    assert per_person(database) <= 60
    assert happened(database)[CaseEventKind.COMPENSATED] == 333


def test_people_who_give_and_ask_at_once_pass_a_budget_only_with_a_yes(database: Database) -> None:
    people = FIFTY[:28]  # with the two leads as many as there are connections: nobody waits in vain for one
    team = a_team(members=people, leads=(SAM, BEN))
    rulebook = with_budgets(a_rulebook(teams={"deliveries": team}))
    case_ids = open_cases(database, 25)
    works = [partial(give_or_ask, database, case_ids, who, rulebook, n) for n, who in enumerate(people)]
    yes = [partial(say_yes, database, case_ids, who, rulebook) for who in (SAM, BEN)]

    at_once([*works, *yes])
    say_yes(database, case_ids, SAM, rulebook)

    with database.transaction() as session:
        lines = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
        rows = session.scalars(select(ApprovalRequest).where(ApprovalRequest.given.is_not(None))).all()
    plain = [line for line in lines if line.approved_by is None]
    assert [line.id for line in plain if sum_until(lines, line) > 1000] == []
    assert [line.id for line in plain if sum_until(lines, line, line.granted_by) > 60] == []
    assert [line.id for line in plain if line.over] == []
    assert sorted(row.compensation_id or 0 for row in rows) == sorted(
        line.compensation_id for line in lines if line.approved_by
    )
    assert len(rows) > 20
    assert sum(line.amount for line in lines) > 1000


def test_of_ten_who_decide_at_once_one_does_and_the_others_are_told_who(database: Database) -> None:
    leads = TWENTY[:10]
    rulebook = a_rulebook(teams={"deliveries": a_team(leads=leads)})
    (case_id,) = open_cases(database, 1)
    ask(database, case_id, ANA, rulebook)

    outcomes = at_once([partial(approve, database, case_id, who, rulebook) for who in leads])

    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, str))
    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, CannotDo)]
    assert [f"{mention(AgentId(winner))} has approved" in refusal for refusal in refusals] == [True] * 9
    assert sum_of(database) == 80


def test_people_who_claim_and_move_a_case_at_once_leave_one_owner(database: Database) -> None:
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY)})
    (case_id,) = open_cases(database, 1)
    claims = [partial(claim, database, case_id, who, rulebook) for who in TWENTY[:10]]
    moves = [partial(reassign, database, case_id, to, rulebook) for to in TWENTY[10:]]

    at_once([*claims, *moves])

    with database.transaction() as session:
        held = session.scalars(select(Assignment.agent_id).where(Assignment.ended_at.is_(None))).all()
    assert len(held) == 1
    assert happened(database)[CaseEventKind.CLAIMED] == 1
    assert count(database, Assignment) == 1 + happened(database)[CaseEventKind.REASSIGNED]


def test_of_twenty_people_who_pause_at_once_one_wins_and_the_others_are_told_who(database: Database) -> None:
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY)})
    (case_id,) = open_cases(database, 1)
    claim(database, case_id, TWENTY[0], rulebook)

    outcomes = at_once([partial(pause, database, case_id, who, rulebook) for who in TWENTY])

    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, str))
    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, CannotDo)]
    assert [f"by {mention(AgentId(winner))}" in refusal for refusal in refusals] == [True] * 19
    assert count(database, SlaPause) == happened(database)[CaseEventKind.PAUSED] == 1


def test_a_pause_ends_once_whoever_ends_it(database: Database) -> None:
    (case_id,) = open_cases(database, 1)
    claim(database, case_id, ANA, a_rulebook())
    with database.transaction() as session:
        customer_id = session.get_one(Case, case_id).customer_id
    pause(database, case_id, ANA, a_rulebook())

    def resumes() -> None:
        with database.transaction() as session:
            waiting.resume(session, case_id, an_act(BEN))

    def answers() -> None:
        with database.transaction() as session:
            contact.hear_customers(session, {customer_id: "email"}, MONDAY_MORNING)

    at_once([resumes, answers] * 8)

    assert happened(database)[CaseEventKind.RESUMED] == 1


def test_eight_schedulers_wake_each_snoozed_case_once(database: Database) -> None:
    for case_id in open_cases(database, 30):
        claim(database, case_id, ANA, a_rulebook())
        with database.transaction() as session:
            waiting.snooze(session, case_id, an_act(), until=MONDAY_MORNING + MINUTE, why="")

    def wakes() -> int:
        with database.transaction() as session:
            return waiting.wake(session, MONDAY_MORNING + 2 * MINUTE)

    woken = at_once([wakes] * 8)

    assert sum(each for each in woken if isinstance(each, int)) == 30
    assert happened(database)[CaseEventKind.RESUMED] == count(database, Notice) == 30


def test_cases_that_open_at_once_never_pass_the_limit_and_go_round(database: Database) -> None:
    shared_out = AssignmentRules(Strategy.ROUND_ROBIN, limit_per_person=3)
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY[:4], assignment=shared_out)})

    at_once([partial(open_a_case, database, rulebook)] * 16)

    held = held_by(database)
    assert held == Counter(dict.fromkeys(TWENTY[:4], 3))
    assert count(database, Case) == 16


def test_agents_who_assign_at_once_never_pass_the_limit(database: Database) -> None:
    limited = a_team(members=TWENTY, assignment=AssignmentRules(limit_per_person=2))
    case_ids = open_cases(database, 10)
    gifts = [
        partial(assign, database, case_id, by, a_rulebook(teams={"deliveries": limited}))
        for case_id, by in zip(case_ids, TWENTY[1:], strict=False)
    ]

    outcomes = at_once(gifts)

    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, CannotDo)]
    assert held_by(database) == Counter({TWENTY[0]: 2})
    assert ["the team's limit is 2" in refusal for refusal in refusals] == [True] * 8


def test_an_absence_that_many_schedulers_begin_at_once_hands_each_case_over_once(database: Database) -> None:
    case_ids = open_cases(database, 10)
    for case_id in case_ids:
        claim(database, case_id, ANA, a_rulebook())
    with database.transaction() as session:
        away = Away(MONDAY_MORNING + MINUTE, stand_in=BEN)
        absences.go_away(session, an_act(ANA), who=ANA, away=away)

    at_once([partial(keep_time, database, MONDAY_MORNING + 2 * MINUTE)] * 4)

    assert held_by(database) == Counter({BEN: 10})
    assert happened(database)[CaseEventKind.HANDED_OVER] == 10


def test_who_goes_away_while_cases_open_is_left_without_any(database: Database) -> None:
    shared_out = AssignmentRules(Strategy.ROUND_ROBIN)
    rulebook = a_rulebook(teams={"deliveries": a_team(members=TWENTY[:3], assignment=shared_out)})
    opening = [partial(open_a_case, database, rulebook)] * 12

    at_once([*opening, partial(go_away, database, TWENTY[0], rulebook)])
    keep_time(database, MONDAY_MORNING, rulebook)

    held = held_by(database)
    assert (held[TWENTY[0]], held.total()) == (0, 12)


def test_sweeps_at_once_write_every_ping_and_escalation_once(database: Database) -> None:
    case_ids = open_cases(database, 30)

    at_once([partial(sweep_until_done, database, MONDAY_MORNING + 5 * MINUTE)] * 4)
    at_once([partial(sweep_until_done, database, MONDAY_MORNING + 11 * MINUTE)] * 4)

    assert count(database, SlaPing) == 2 * len(case_ids)
    assert count(database, Escalation) == len(case_ids)
    told = happened(database)
    assert (told[CaseEventKind.PINGED], told[CaseEventKind.ESCALATED]) == (len(case_ids), len(case_ids))


def test_schedulers_that_sweep_at_once_send_each_person_one_message(workers: "Workers") -> None:
    for number in open_cases(workers.database, 120):
        claim(workers.database, number, (ANA, BEN)[number % 2], a_rulebook())
    workers.wait(30 * MINUTE)

    at_once([partial(sweep_clocks, desk) for desk in workers.desks * 2])

    told = select(Message.slack_channel).where(Message.purpose == MessagePurpose.DIRECT)
    untold = select(func.count()).where(Notice.message_id.is_(None))
    with workers.database.transaction() as session:
        assert sorted(session.scalars(told)) == [ANA, BEN]
        assert session.scalar(untold) == 0
    assert count(workers.database, Notice) == 120


def test_sweeps_at_once_tell_every_step_of_every_ladder_once(database: Database) -> None:
    case_ids = open_cases(database, 20)
    at_once([partial(sweep_until_done, database, MONDAY_MORNING + 10 * MINUTE)] * 4)

    at_once([partial(sweep_until_done, database, MONDAY_MORNING + 41 * MINUTE)] * 4)

    told = happened(database)
    assert count(database, EscalationStep) == 2 * len(case_ids)
    assert (told[CaseEventKind.ESCALATED], told[CaseEventKind.ADMINS_TOLD]) == (len(case_ids), len(case_ids))


def test_a_sweep_and_a_claim_at_once_agree(database: Database) -> None:
    case_ids = open_cases(database, 20)
    claims = [partial(claim, database, number, ANA, a_rulebook()) for number in case_ids]

    at_once([*claims, *[partial(sweep_until_done, database, MONDAY_MORNING + 11 * MINUTE)] * 3])

    told = happened(database)
    assert told[CaseEventKind.CLAIMED] == len(case_ids)
    assert told[CaseEventKind.ESCALATED] == count(database, Escalation)


def test_cases_that_are_merged_in_a_ring_at_once_leave_no_case_behind_another(database: Database) -> None:
    one, two, three = open_cases(database, 3)
    ring = ((one, two), (two, three), (three, one), (two, one), (three, two), (one, three))

    outcomes = at_once([partial(merge, database, case, into) for case, into in ring])

    with database.transaction() as session:
        standing = session.execute(select(Merge.case_id, Merge.into_id)).all()
        left_open = session.scalars(select(Case.id).where(Case.resolved_at.is_(None))).all()
    assert {into for _, into in standing} == set(left_open)
    assert len(standing) == outcomes.count("merged") == 2
    assert [type(each) for each in outcomes if each != "merged"] == [CannotDo] * 4


def test_a_merge_that_many_undo_at_once_is_undone_once(database: Database) -> None:
    one, two = open_cases(database, 2)
    merge(database, two, one)

    outcomes = at_once([partial(unmerge, database, two)] * 8)

    assert [type(each) for each in outcomes if each != "undone"] == [CannotDo] * 7
    assert happened(database)[CaseEventKind.UNMERGED] == 2


def test_a_message_in_the_thread_that_comes_ten_times_at_once_is_one_note(database: Database) -> None:
    (case_id,) = open_cases(database, 1)

    at_once([partial(keep_thread_message, database, case_id)] * 10)

    assert count(database, Note) == 1
    assert happened(database)[CaseEventKind.NOTED] == 1


def test_the_same_words_that_come_twenty_times_at_once_are_one_piece_of_feedback(database: Database) -> None:
    said = a_feedback()

    stored = at_once([partial(receive, database, said)] * 20)

    assert len([feedback_id for feedback_id in stored if feedback_id is not None]) == 1
    assert (count(database, Feedback), count(database, Customer)) == (1, 1)


def test_words_of_nobody_that_come_twenty_times_at_once_leave_one_customer(database: Database) -> None:
    said = a_feedback(author_handle=None, author_name=None)

    at_once([partial(receive, database, said)] * 20)

    assert (count(database, Feedback), count(database, Customer)) == (1, 1)


def test_a_new_customer_who_says_twenty_things_at_once_is_one_customer(database: Database) -> None:
    said = [a_feedback(author_handle="ottilie@example.com") for _ in range(20)]

    at_once([partial(receive, database, each) for each in said])

    assert (count(database, Feedback), count(database, Customer)) == (20, 1)


def test_two_workers_at_once_hear_and_post_everything_once(workers: "Workers") -> None:
    texts = [f"Parcel {number} never came" for number in range(30)]

    workers.receive(texts)
    workers.start()
    until(workers.are_done)

    cards = [words_of(card) for card in workers.workspace.messages(CHANNEL)]
    assert sorted(card.splitlines()[0].split(" ", 1)[1] for card in cards) == sorted(texts)
    assert count(workers.database, FeedbackDecision) == count(workers.database, Case) == 30


def test_a_case_that_two_workers_deliver_at_once_is_posted_once(workers: "Workers") -> None:
    (case_id,) = open_cases(workers.database, 1)
    workers.workspace.late("chat.postMessage", timedelta(seconds=0.5), times=2)

    outcomes = at_once([partial(deliver_case, desk, case_id) for desk in workers.desks])

    assert len(workers.workspace.messages(CHANNEL)) == 1
    assert Counter(type(outcome) for outcome in outcomes) == {TryAgain: 1, type(None): 1}


def test_two_processes_that_import_the_same_rows_at_once_keep_each_row_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    rows = [f'm-{number},"Parcel {number} never came, I am angry"\n' for number in range(100)]
    files = write_files(tmp_path, rows, rows[::-1])

    processes = [recovery(tmp_path, "import", str(file), DATABASE_URL=database_url) for file in files]

    assert [each.wait() for each in processes] == [0, 0]
    assert count(database, Feedback) == count(database, FeedbackDecision) == count(database, Customer) == 100


def test_imports_of_the_same_rows_in_different_order_do_not_wait_for_each_other(database: Database) -> None:
    said = [a_feedback(author_handle=None, author_name=None) for _ in range(200)]
    known = [a_feedback(author_handle=f"customer{number}@example.com") for number in range(200)]

    at_once([partial(take_in, database, each) for each in (said, said[::-1], said, said[::-1])])
    at_once([partial(take_in, database, each) for each in (known, known[::-1], known, known[::-1])])

    assert count(database, Feedback) == count(database, Customer) == 400


@pytest.fixture
def workers(database_url: str, workspace: Workspace) -> Iterator["Workers"]:
    """Two processes' worth of workers."""
    workers = Workers(database_url, workspace)
    yield workers
    workers.close()


class Workers:
    """Two processes' worth of workers on one database and one Slack."""

    def __init__(self, database_url: str, workspace: Workspace) -> None:
        self.workspace = workspace
        self.ear, self.clock = ToldEar(), TestClock()
        self._queues = [JobQueue(database_url) for _ in range(2)]
        self.desks = [self._desk(database_url, queue) for queue in self._queues]
        self.database = self.desks[0].database
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(queue,)) for queue in self._queues]

    def receive(self, texts: Sequence[str]) -> None:
        """Customers say all this."""
        self.ear.feelings.update(dict.fromkeys(texts, -0.8))
        for words in texts:
            receive(self.database, a_feedback(words))

    def wait(self, length: timedelta) -> None:
        """Let time pass for both."""
        self.clock.forward(length)

    def start(self) -> None:
        """Let both work."""
        for thread in self._threads:
            thread.start()

    def are_done(self) -> bool:
        """Whether nothing waits."""
        with self.database.transaction() as session:
            return not session.scalar(LEFT)

    def close(self) -> None:
        """Stop both."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for desk in self.desks:
            desk.database.close()

    def _desk(self, database_url: str, queue: JobQueue) -> Desk:
        slack = SlackApi(self.workspace.bot_token, self.workspace.api_url)
        rules = KnownRules(a_rulebook())
        desk = Desk(Database(database_url, queue), slack, rules, self.clock, self.ear)
        teach(queue, desk)
        return desk

    def _work(self, queue: JobQueue) -> None:
        queue.work(self._stop, concurrency=4)


def at_once(works: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """Do all this at the same moment, each in a thread; what came of each, refusals included."""
    barrier = threading.Barrier(len(works))

    def do(work: Callable[[], R]) -> R | Exception:
        barrier.wait()
        try:
            return work()
        except (CannotDo, TryAgain) as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(do, works))


def open_cases(database: Database, how_many: int) -> list[int]:
    """So many cases that nobody has."""
    with database.transaction() as session:
        return [a_case(session).id for _ in range(how_many)]


def claim(database: Database, case_id: int, who: AgentId, rulebook: Rulebook) -> str:
    """Who claimed it."""
    with database.transaction() as session:
        assignment.claim(session, case_id, an_act(who, rulebook=rulebook))
    return who


def pause(database: Database, case_id: int, who: AgentId, rulebook: Rulebook) -> str:
    """Who paused it."""
    with database.transaction() as session:
        act = an_act(who, rulebook=rulebook)
        waiting.pause(session, case_id, act, reason=PauseReason.CUSTOMER, why="They look for it")
    return who


def open_a_case(database: Database, rulebook: Rulebook) -> int:
    """The number of a new case that the team's strategy gave to somebody, or to nobody."""
    with database.transaction() as session:
        return a_case(session, rulebook=rulebook).id


def assign(database: Database, case_id: int, by: AgentId, rulebook: Rulebook) -> None:
    """Give it to the first of twenty."""
    with database.transaction() as session:
        assignment.assign(session, case_id, an_act(by, rulebook=rulebook), to=TWENTY[0])


def held_by(database: Database) -> Counter[AgentId]:
    """How many cases each person has."""
    with database.transaction() as session:
        return Counter(session.scalars(select(Assignment.agent_id).where(Assignment.ended_at.is_(None))))


def keep_time(database: Database, at: datetime, rulebook: Rulebook | None = None) -> str:
    """Look at the absences until nothing is due."""
    is_due = True
    while is_due:
        with database.transaction() as session:
            is_due = absences.keep_time(session, rulebook or a_rulebook(), at)
    return "done"


def go_away(database: Database, who: AgentId, rulebook: Rulebook) -> int:
    """How many cases others have instead."""
    with database.transaction() as session:
        act = an_act(who, rulebook=rulebook)
        return len(absences.go_away(session, act, who=who, away=Away(MONDAY_MORNING)).passed_on)


def resolve(database: Database, case_id: int, who: AgentId, rulebook: Rulebook) -> str:
    """Who resolved it."""
    with database.transaction() as session:
        act = an_act(who, rulebook=rulebook)
        closing.resolve_case(
            session, case_id, act, outcome=OutcomeKind.RECOVERED, theme="delivery", what_was_done="Sent it"
        )
    return who


def note_refusal(database: Database, case_id: int) -> None:
    """Slack refused the card: written down by a worker that did not lock the case."""
    with database.transaction() as session:
        case = session.get_one(Case, case_id)
        record(session, case, CaseEventKind.DELIVERY_FAILED, by=SYSTEM, at=MONDAY_MORNING, error="x")


def hand_in(desk: Desk, case_id: int, who: AgentId) -> str:
    """Who gave five euro by a form that was opened when nothing had happened."""
    order = Order(verb=Verb.COMPENSATE, by=who, number=case_id, slack_channel="", seen=1)
    carry_out_form(desk, order, {"kind": "voucher", "amount": "5", "reason": "late"})
    return who


def reassign(database: Database, case_id: int, to: AgentId, rulebook: Rulebook) -> str:
    """Who has it now, moved there by a supervisor."""
    with database.transaction() as session:
        assignment.reassign(session, case_id, an_act(SAM, rulebook=rulebook), to=to)
    return to


def compensate(database: Database, case_id: int, amount: int) -> str:
    """What was given, by Ana."""
    with database.transaction() as session:
        granted = compensation.grant(
            session, case_id, an_act(ANA), wish=a_wish(euro(amount)), reason="it came late"
        )
        return str(granted.money)


def with_budgets(rulebook: Rulebook) -> Rulebook:
    """1,000 euro in a month for the team, 60 in seven days for each person."""
    limits = replace(
        rulebook.compensation,
        limits_per_week={Role.AGENT: euro(60)},
        budgets_per_month={"deliveries": euro(1000)},
    )
    return replace(rulebook, compensation=limits)


def give_often(
    database: Database, case_ids: Sequence[int], who: AgentId, rulebook: Rulebook, first: int
) -> Counter[str]:
    """Forty tries to give three euro, each in another case; how many were carried out and refused."""
    came: Counter[str] = Counter()
    for n in range(40):
        try:
            with database.transaction() as session:
                compensation.grant(
                    session,
                    case_ids[(first + n) % len(case_ids)],
                    an_act(who, rulebook=rulebook),
                    wish=a_wish(euro(3)),
                    reason="it came late",
                )
            came["given"] += 1
        except CannotDo:
            came["refused"] += 1
    return came


def give_or_ask(
    database: Database, case_ids: Sequence[int], who: AgentId, rulebook: Rulebook, first: int
) -> None:
    """Twelve tries to give six euro; what passes a limit is asked for."""
    for n in range(12):
        case_id = case_ids[(first + n) % len(case_ids)]
        act, wish = an_act(who, rulebook=rulebook), a_wish(euro(6))
        try:
            with database.transaction() as session:
                compensation.grant(session, case_id, act, wish=wish, reason="it came late")
        except NeedsApproval:
            with suppress(CannotDo), database.transaction() as session:
                approving.ask(session, case_id, act, wish=wish, reason="it came late")


def say_yes(database: Database, case_ids: Sequence[int], who: AgentId, rulebook: Rulebook) -> None:
    """Two looks at every case: what is asked for there is approved."""
    for case_id in [*case_ids] * 2:
        with suppress(CannotDo):
            approve(database, case_id, who, rulebook)


def ask(database: Database, case_id: int, who: AgentId, rulebook: Rulebook) -> None:
    """Eighty euro, which is over a limit."""
    with database.transaction() as session:
        act = an_act(who, rulebook=rulebook)
        approving.ask(session, case_id, act, wish=a_wish(euro(80)), reason="it came late")


def approve(database: Database, case_id: int, who: AgentId, rulebook: Rulebook) -> str:
    """Who approved it."""
    with database.transaction() as session:
        act = an_act(who, rulebook=rulebook)
        approving.approve(session, case_id, act, request=None, quantity=None)
    return who


def sum_until(lines: Sequence[LedgerEntry], last: LedgerEntry, giver: AgentId | None = None) -> Decimal:
    """What was given up to that line, by that person or by everybody; lines wait for the team's budget."""
    counted = [line for line in lines if line.id <= last.id and giver in {None, line.granted_by}]
    return sum((line.amount for line in counted), start=Decimal(0))


def per_person(database: Database) -> Decimal:
    """What the one gave who gave the most."""
    with database.transaction() as session:
        sums = session.scalars(select(func.sum(LedgerEntry.amount)).group_by(LedgerEntry.granted_by))
        return max(sums)


def keep_thread_message(database: Database, case_id: int) -> None:
    """Ana wrote something below the card."""
    with database.transaction() as session:
        act = an_act(ANA)
        notes.keep_thread_message(
            session, Thread(case_id), act, written=Written("I know her", "C0DELIVERY:1.000001")
        )


def receive(database: Database, said: IncomingFeedback) -> int | None:
    """Its number; None where it was there already."""
    with database.transaction() as session:
        return intake.receive_feedback(session, said, MONDAY_MORNING)


def take_in(database: Database, said: Sequence[IncomingFeedback]) -> int:
    """How much of this old feedback was new."""
    opening = Opening(Opens.NONE, recent=timedelta(days=7), at_most=0, at=MONDAY_MORNING)
    with database.transaction() as session:
        heard = [imports.Heard(each, a_score()) for each in said]
        return len(imports.take_in(session, heard, a_rulebook(), opening, opened=0).scores)


def merge(database: Database, case_id: int, into: int) -> str:
    """End a case as a duplicate."""
    with database.transaction() as session:
        merging.merge(session, case_id, an_act(), into=into)
    return "merged"


def unmerge(database: Database, case_id: int) -> str:
    """Undo that."""
    with database.transaction() as session:
        merging.unmerge(session, case_id, an_act())
    return "undone"


def sweep_until_done(database: Database, at: datetime) -> str:
    """Look at the clocks until nothing is due."""
    while sweep(database, at):
        continue
    return "done"


def sweep(database: Database, at: datetime) -> int:
    """Look at the clocks once; how many cases had something due."""
    with database.transaction() as session:
        return sweeping.sweep(session, a_rulebook(), at, limit=5)


def count(database: Database, table: type[Base]) -> int:
    """How many rows a table has."""
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def sum_of(database: Database) -> Decimal | None:
    """What was given in all."""
    with database.transaction() as session:
        return session.scalar(select(func.sum(LedgerEntry.amount)))


def happened(database: Database) -> Counter[CaseEventKind]:
    """How often each kind of thing happened."""
    with database.transaction() as session:
        return Counter(session.scalars(select(CaseEvent.kind)))


def write_files(folder: Path, *files: Sequence[str]) -> list[Path]:
    """Files of customers' words."""
    paths = [folder / f"words-{number}.csv" for number in range(len(files))]
    for path, rows in zip(paths, files, strict=True):
        path.write_text("id,text\n" + "".join(rows))
    return paths
