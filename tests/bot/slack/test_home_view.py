"""The Home tab as people see it, and that Slack takes it whatever stands behind it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.views import home
from bot.slack.views.home import Links
from bot.workspace.blocks import checked_view
from bot.workspace.clock import Ids
from handlers.home_snapshots import Count, Figures, HomeSnapshot, Listing, Waiting
from handlers.part_report import Parts
from handlers.snapshots import CardSnapshot
from handlers.stats import Attainment, FirstContacts, Reason, Stats
from models.policies.absence import Away
from models.policies.approvals import Waits
from models.policies.home import Choices, Dropped, Reach
from models.policies.loads import Load
from models.policies.pausing import Pausing
from models.policies.periods import Period
from models.policies.rights import Role
from models.vocabulary import CaseKind, ClockKind, Whose
from tests.bot.slack.nasty import OWN
from tests.bot.slack.test_hostile_text import ROW, a_card, a_leading, a_part
from tests.bot.slack.test_views import AT, CLAIMED, OPEN, PAUSED
from tests.builders import ANA, BEN, SAM, a_rulebook
from tests.clock import MONDAY_MORNING
from tests.story import words_of

REACH = Reach(("deliveries",), (Role.AGENT,), (), ())
EMPTY = HomeSnapshot(ANA, REACH, Choices(), (), edition=1)
TEXTS = st.sampled_from((*OWN.values(), "My lamp hums"))


WEEK = Period("this week", MONDAY_MORNING, MONDAY_MORNING + timedelta(days=7))
NOTHING = Stats(
    feedback=None,
    opened=dict.fromkeys(CaseKind, 0),
    duplicates=0,
    resolved=0,
    open_now=0,
    escalated=0,
    attainment=tuple(Attainment(kind, 0, 0, None) for kind in ClockKind),
    first_contacts=FirstContacts(0, 0, None),
    pausing=Pausing(0, 0, timedelta(), (), ()),
    given=(),
    reasons=tuple(Reason(f"theme {number}", number) for number in range(100)),
    approvals=Waits(0, 0, 0, 0, 0, None),
    playbooks=(),
    parts=Parts(7, 3, 1, 1, 2, timedelta(hours=3), ()),
)
FIGURES = Figures(WEEK, NOTHING)


def words(snapshot: HomeSnapshot) -> str:
    """What a Home says."""
    return words_of(home.render(snapshot, a_rulebook(), AT, Links()))


def test_who_has_nothing_to_do_is_told_so() -> None:
    assert "*Your cases*: none. 🎉" in words(EMPTY)


def test_a_case_that_waits_and_one_that_is_late_say_so_with_their_moments() -> None:
    late = replace(CLAIMED, number=7)

    said = words(replace(EMPTY, cards=(PAUSED, late), count=Count(2)))

    assert "#41* Parcel never arrived\n⏸️ resolve paused since <!date^" in said
    assert "#7* Parcel never arrived\n⏱️ resolve by <!date^" in said


def test_a_case_says_who_else_is_on_it() -> None:
    shared = replace(CLAIMED, helpers=(BEN,), parts=(replace(a_part("Billing"), holder=SAM),))

    said = words(replace(EMPTY, cards=(shared,), count=Count(1)))

    assert f"Ottilie Fenwick (gold) · Deliveries · 🤝 with <@{BEN}> · 👥 Billing, <@{SAM}>" in said


def test_a_home_says_the_same_a_minute_later_while_nothing_changes() -> None:
    snapshot = replace(EMPTY, cards=(CLAIMED,), count=Count(1))
    later = AT.replace(second=30)

    first, second = (home.render(snapshot, a_rulebook(), at, Links()) for at in (AT, later))

    assert first == second


def test_a_load_says_of_how_many_cases_it_knows_how_long_they_take_and_who_is_away() -> None:
    away_until = MONDAY_MORNING + timedelta(days=1)
    loads = (
        Load(ANA, 5, 3, timedelta(hours=5), 60),
        Load(BEN, 1, 0, None, 0),
        Load(SAM, 0, 0, None, 0),
    )
    leading = replace(a_leading("x"), loads=loads, away={SAM: Away(MONDAY_MORNING, away_until, BEN)})

    said = words(replace(EMPTY, leading=leading))

    assert f"<@{ANA}> *5* cases, likely 5 h 0 min for 3 of them (n 60)" in said
    assert f"<@{BEN}> *1* case, too few like them to tell how long" in said
    assert f"Nothing: <@{SAM}> 🌴 away until <!date^" in said
    assert f", <@{BEN}> stands in" in said


cards = st.lists(st.sampled_from((OPEN, CLAIMED, PAUSED)), max_size=5)
counts = st.builds(Count, st.sampled_from((0, 1, 10_000)), st.booleans())


lists = st.builds(
    lambda text, rows, count: Listing(
        tuple(replace(ROW, number=number, title=text, team=text) for number in range(rows)), count
    ),
    TEXTS,
    st.integers(0, 5),
    counts,
)


@settings(max_examples=150)
@given(TEXTS, cards, counts, lists, st.sampled_from(Whose), st.booleans())
def test_slack_takes_every_home(
    text: str, like: list[CardSnapshot], count: Count, listing: Listing, whose: Whose, is_leading: bool
) -> None:
    snapshot = replace(
        EMPTY,
        choices=Choices(whose=whose, team=text, page=2),
        dropped=tuple(Dropped(what, text) for what in ("team", "source", "theme")),
        cards=tuple(replace(a_card(text, each), number=n) for n, each in enumerate(like)),
        count=count,
        has_next=count.is_more,
        unassigned=listing,
        reviews=Waiting(count, text, None),
        bookmarks=listing,
        leading=a_leading(text) if is_leading else None,
        figures=FIGURES if is_leading else None,
    )

    view = home.render(snapshot, a_rulebook(), AT, Links(review=f"https://harbour.example/{text}"))

    checked_view(view, "home", Ids())
    assert len(view["blocks"]) <= home.MOST_BLOCKS
