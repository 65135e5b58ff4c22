"""Themes are learned from what people said on cards, by one process, and every process hears by it."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.learning import KNOWN_FOR_SECONDS, KnownLessons, ask_for_lessons, learn_themes
from bot.sentiment import Interpreter
from handlers import lessons
from handlers.jobs import ASKED, Job
from models.lessons import ThemeLessons
from models.policies.themes import Theme
from models.review import Label
from tests.bot.test_staffed_rules import CountingDatabase
from tests.builders import ANA, a_case, a_rulebook
from tests.clock import MONDAY_MORNING, TestClock
from tests.story import KnownRules, ToldEar

LATE, HOTLINE = "The courier of order {} is a mystery", "Your support line of branch {} is a mystery"
RULES = a_rulebook(
    themes={
        "blue": Theme("blue", "Orders", "What happened to an order, or to its courier"),
        "red": Theme("red", "Branches", "What happens in a branch, or on its support line"),
    }
)


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(threads=1)


@pytest.fixture
def database(session: Session) -> CountingDatabase:
    return CountingDatabase(session)


@pytest.fixture
def desk(database: CountingDatabase) -> Desk:
    return Desk(database, None, KnownRules(RULES), TestClock(), ToldEar())  # type: ignore[arg-type]


def say(session: Session, texts: dict[str, str]) -> None:
    """What Ana says that each text is about."""
    for number, (text, theme) in enumerate(texts.items()):
        case = a_case(session, text=text, external_id=str(number), author_handle=f"c{number}")
        at = MONDAY_MORNING + timedelta(minutes=number)
        session.add(Label(feedback_id=case.feedback_id, theme=theme, said_by=ANA, said_at=at))
    session.flush()


def nearest(interpreter: Interpreter, text: str, known: KnownLessons) -> str:
    found = known.current(interpreter.themes.name)
    (score,) = interpreter.score([text], RULES.themes.values(), found)
    return score.themes[0].key


def test_what_people_say_on_cards_is_heard_from_then_on_whatever_it_is_near_to(
    session: Session, desk: Desk, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("bot.learning.time.monotonic", lambda: now)
    known = KnownLessons(desk.database)
    late, hotline = LATE.format("seven"), HOTLINE.format("seven")
    before = [nearest(interpreter, text, known) for text in (late, hotline)]
    say(session, {LATE.format(n): "red" for n in range(25)} | {HOTLINE.format(n): "blue" for n in range(25)})
    session.info.pop(ASKED, None)

    ask_for_lessons(desk)
    (asked,) = session.info[ASKED].values()
    assert (asked.job, asked.subject_id) == (Job.LEARN_THEMES, 50)
    learn_themes(desk, interpreter, 50)

    now += KNOWN_FOR_SECONDS
    assert before == ["blue", "red"]
    assert [nearest(interpreter, text, known) for text in (late, hotline)] == ["red", "blue"]
    row = lessons.load(session)
    assert row is not None
    assert (row.told, row.texts, row.keys) == (50, 50, ["blue", "red"])
    assert row.right_after > 90 > row.right_before
    session.info.pop(ASKED, None)
    ask_for_lessons(desk)
    learn_themes(desk, interpreter, 50)
    assert ASKED not in session.info
    assert lessons.load(session) is row


def test_what_another_model_learned_is_learned_anew(
    session: Session, desk: Desk, interpreter: Interpreter
) -> None:
    say(session, {LATE.format(n): "red" for n in range(25)} | {HOTLINE.format(n): "blue" for n in range(25)})
    figures = {"told": 50, "texts": 50, "right_before": 50, "right_after": 60}
    lessons.keep(session, ThemeLessons(learned_at=MONDAY_MORNING, model="before", keys=[], **figures))
    session.flush()
    session.info.pop(ASKED, None)

    ask_for_lessons(desk)
    learn_themes(desk, interpreter, 50)

    assert [asked.job for asked in session.info[ASKED].values()] == [Job.LEARN_THEMES]
    row = lessons.load(session)
    assert row is not None
    assert row.model == interpreter.themes.name
    assert row.weights is not None


def test_what_is_no_better_than_nearness_is_not_used(
    session: Session, desk: Desk, interpreter: Interpreter
) -> None:
    say(session, {LATE.format(n): "blue" for n in range(10)})

    learn_themes(desk, interpreter, 10)

    row = lessons.load(session)
    assert row is not None
    assert row.weights is None
    assert KnownLessons(desk.database).current(interpreter.themes.name) is None


def test_lessons_are_read_once_a_minute_are_of_one_model_and_outlive_the_database(
    session: Session, database: CountingDatabase, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("bot.learning.time.monotonic", lambda: now)
    weights = b"\0" * 4 * 3 * 2
    figures = {"told": 50, "texts": 50, "right_before": 50, "right_after": 60}
    lessons.keep(
        session,
        ThemeLessons(
            learned_at=MONDAY_MORNING, model="ours", keys=["blue", "red"], weights=weights, **figures
        ),
    )
    known = KnownLessons(desk.database)

    assert known.current("ours") is not None
    assert known.current("another") is None
    assert database.asked == 1
    now += KNOWN_FOR_SECONDS
    database.is_away = True
    assert known.current("ours") is not None
    assert database.asked == 2


def test_newer_lessons_take_the_place_of_those_known_and_the_same_ones_are_not_read_again(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("bot.learning.time.monotonic", lambda: now)
    figures = {"told": 50, "texts": 50, "right_before": 50, "right_after": 60, "learned_at": MONDAY_MORNING}
    known = KnownLessons(desk.database)
    found = []
    for model in ("first", "second"):
        lessons.keep(session, ThemeLessons(model=model, keys=["blue"], weights=b"\0" * 12, **figures))
        session.flush()
        now += KNOWN_FOR_SECONDS
        found.append(known.current(model))
    now += KNOWN_FOR_SECONDS
    found.append(known.current("second"))

    assert known.current("first") is None
    assert found[0] is not None
    assert found[1] is not None
    assert found[2] is found[1]
