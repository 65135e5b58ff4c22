"""The Home tab as people see it, and that Slack takes it whatever stands behind it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.views import home
from bot.slack.views.home import Links
from bot.workspace.blocks import checked_view
from bot.workspace.clock import Ids
from handlers.home_snapshots import Count, HomeSnapshot, Listing, Waiting
from models.policies.home import Choices, Dropped, Reach
from models.policies.rights import Role
from models.vocabulary import Whose
from tests.bot.slack.nasty import OWN
from tests.bot.slack.test_hostile_text import ROW, a_card
from tests.bot.slack.test_views import AT, CLAIMED, OPEN, PAUSED
from tests.builders import ANA, a_rulebook
from tests.story import words_of

REACH = Reach(("deliveries",), (Role.AGENT,), (), ())
EMPTY = HomeSnapshot(ANA, REACH, Choices(), (), edition=1)
TEXTS = st.sampled_from((*OWN.values(), "My lamp hums"))


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


def test_a_home_says_the_same_a_minute_later_while_nothing_changes() -> None:
    snapshot = replace(EMPTY, cards=(CLAIMED,), count=Count(1))
    later = AT.replace(second=30)

    first, second = (home.render(snapshot, a_rulebook(), at, Links()) for at in (AT, later))

    assert first == second


cards = st.lists(st.sampled_from((OPEN, CLAIMED, PAUSED)), max_size=5)
counts = st.builds(Count, st.sampled_from((0, 1, 10_000)), st.booleans())


@settings(max_examples=150)
@given(TEXTS, cards, counts, st.integers(0, 5), st.sampled_from(Whose), st.booleans())
def test_slack_takes_every_home(
    text: str, like: list[object], count: Count, rows: int, whose: Whose, has_next: bool
) -> None:
    listing = Listing(tuple(replace(ROW, number=n, title=text, team=text) for n in range(rows)), count)
    snapshot = replace(
        EMPTY,
        choices=Choices(whose=whose, team=text, page=2),
        dropped=tuple(Dropped(what, text) for what in ("team", "source", "theme")),
        cards=tuple(replace(a_card(text, each), number=n) for n, each in enumerate(like)),
        count=count,
        has_next=has_next,
        unassigned=listing,
        reviews=Waiting(count, text, None),
    )

    view = home.render(snapshot, a_rulebook(), AT, Links(review=f"https://harbour.example/{text}"))

    checked_view(view, "home", Ids())
    assert len(view["blocks"]) <= home.MOST_BLOCKS
