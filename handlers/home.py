"""What a person's Home shows: loaded in a number of statements that no number of cases changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import bookmarks, home_cases, home_leading
from handlers.act import Act
from handlers.cards import load_cards
from handlers.home_snapshots import COUNTED_UP_TO, Count, HomeSnapshot, Listing, Waiting
from handlers.snapshots import CardSnapshot
from models.home import Home
from models.message import Message, MessagePurpose
from models.policies.home import Choices, Reach, reach_of, what_still_is
from models.policies.permissions import why_not_review
from models.policies.rulebook import Rulebook
from models.review import Review
from models.vocabulary import AgentId

PAGE_LENGTH = 5
"""Cases with all their buttons; more would push what follows out of sight."""
BOOKMARKS_SHOWN = 5


def load_home(session: Session, home: Home, act: Act, zone: tzinfo = UTC) -> HomeSnapshot:
    """Read what `act.by`, whose Home it is, sees at this moment: no case of a team that is none of theirs.

    A week begins where `zone` says; only who sees figures need tell it.
    """
    reach = load_reach(session, act.by, act.rulebook)
    choices, dropped = what_still_is(choices_of(home), reach, act.rulebook)
    empty = HomeSnapshot(act.by, reach, choices, dropped, edition=home.wanted)
    if reach.is_nowhere:
        return empty
    return replace(
        _with_lists(session, _with_cases(session, empty, act), act),
        asked=_load_asked(session, reach, act.rulebook),
        reviews=_load_reviews(session, act.by, act.rulebook),
        bookmarks=_load_bookmarks(session, act),
        figures=home_leading.load_figures(session, reach.counted, zone, act.at) if reach.counted else None,
    )


def load_choices(session: Session, who: AgentId, rulebook: Rulebook) -> tuple[Choices, Reach]:
    """What somebody chose, as far as it still is, and among what they can choose."""
    reach = load_reach(session, who, rulebook)
    row = session.scalar(select(Home).where(Home.agent_id == who))
    return what_still_is(choices_of(row) if row else Choices(), reach, rulebook)[0], reach


def load_reach(session: Session, who: AgentId, rulebook: Rulebook) -> Reach:
    """In which teams a person is what; an admin sees the cases of teams that are gone, too."""
    is_admin = who in rulebook.admins.members
    return reach_of(who, rulebook, home_cases.find_orphaned(session, rulebook) if is_admin else ())


def choices_of(home: Home) -> Choices:
    """What the person chose."""
    return Choices(
        whose=home.whose,
        team=home.team,
        kind=home.kind,
        status=home.status,
        source=home.source,
        theme=home.theme,
        priority=home.priority,
        is_overdue=home.is_overdue,
        is_waiting=home.is_waiting,
        ordered_by=home.ordered_by,
        page=home.page,
    )


def _with_cases(session: Session, home: HomeSnapshot, act: Act) -> HomeSnapshot:
    """A page of cases; in place of one that is no more, as cases were resolved meanwhile, the last."""
    choices = home.choices
    page = choices.page if choices.is_usual else 1
    mine, overdue, has_next = home_cases.list_mine(
        session, act.by, home.reach, act.at, page=page, length=PAGE_LENGTH
    )
    numbers, total = mine.numbers, mine.count
    if not choices.is_usual:
        wanted = home_cases.wanted_cases(act.by, home.reach, choices, act.at)
        numbers, has_next = home_cases.list_page(
            session, wanted, who=act.by, choices=choices, length=PAGE_LENGTH
        )
        total = home_cases.count(session, wanted)
    if not numbers and choices.page > 1:
        last = max(-(-total.number // PAGE_LENGTH), 1)
        return _with_cases(session, replace(home, choices=replace(choices, page=last)), act)
    cards = load_cards(session, numbers, act.rulebook)
    return replace(
        home,
        cards=tuple(cards[number] for number in numbers),
        count=total,
        has_next=has_next,
        mine=mine.count,
        overdue=overdue,
    )


def _with_lists(session: Session, home: HomeSnapshot, act: Act) -> HomeSnapshot:
    """What nobody has, and, for who leads teams, what is raised and what is at risk there."""
    unassigned, led = home_cases.find_unassigned(session, home.reach), home.reach.led
    urgent = home_leading.find_urgent(session, led, act.at) if led else ()
    free, *lists = home_cases.load_listings(session, (unassigned, *urgent), act.rulebook)
    if not led:
        return replace(home, unassigned=free)
    escalated, at_risk = lists
    leading = home_leading.load_leading(session, led, act, escalated=escalated, at_risk=at_risk)
    return replace(home, unassigned=free, leading=leading)


def _load_asked(session: Session, reach: Reach, rulebook: Rulebook) -> tuple[CardSnapshot, ...]:
    numbers = home_cases.list_asked(session, reach)
    cards = load_cards(session, numbers, rulebook) if numbers else {}
    return tuple(cards[number] for number in numbers)


def _load_bookmarks(session: Session, act: Act) -> Listing:
    rows, total = bookmarks.load_bookmarks(session, act, page=1, length=BOOKMARKS_SHOWN)
    return Listing(tuple(rows), Count(total))


def _load_reviews(session: Session, who: AgentId, rulebook: Rulebook) -> Waiting | None:
    """The questions how feedback feels; None where nobody is asked, or this person may not answer."""
    if rulebook.review is None or why_not_review(who, rulebook) is not None:
        return None
    waiting = select(Review.feedback_id).where(Review.settled_at.is_(None)).order_by(Review.due_at)
    found = session.scalars(waiting.limit(COUNTED_UP_TO + 1)).all()
    number = Count(min(len(found), COUNTED_UP_TO), is_more=len(found) > COUNTED_UP_TO)
    return Waiting(number, rulebook.review.channel, _find_question(session, found[:1]))


def _find_question(session: Session, feedback_ids: Sequence[int]) -> tuple[str, str] | None:
    """Where the question about this feedback stands, as (channel, ts); None where it is not posted."""
    questions = select(Message).where(
        Message.purpose == MessagePurpose.REVIEW, Message.feedback_id.in_(feedback_ids)
    )
    posted = ((each.posted_channel, each.ts) for each in session.scalars(questions))
    return next(((channel, ts) for channel, ts in posted if channel and ts), None)
