"""Cases are found by their words in whatever form, best first, and shown to nobody without the right."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.sentiment.language import detect_language
from handlers import bookmarks, documents, lists, notes, searching
from handlers.act import Act
from handlers.cases import look_at
from handlers.errors import CannotDo, NotAllowed
from models.case import Case
from models.part import Part
from models.policies.rulebook import Admins, Rulebook
from models.vocabulary import AgentId, CaseStatus, PartEnd
from tests.builders import ANA, BEN, LEA, SAM, STRANGER, a_case, a_rulebook, a_team, an_act

PEOPLE = (ANA, BEN, SAM, LEA, STRANGER)
TEAMS = ("billing", "deliveries", "legal", "safety")


def found(session: Session, question: str, act: Act | None = None) -> list[int]:
    """The numbers of the cases that a question finds, the best first."""
    return [hit.row.number for hit in searched(session, question, act).hits]


def searched(session: Session, question: str, act: Act | None = None) -> searching.Found:
    """The first twenty."""
    session.flush()
    documents.catch_up(session, detect_language)
    return searching.search(session, act or an_act(), question, page=1, length=20)


def marked(session: Session, question: str) -> list[str]:
    """The words that are marked in what the first hit shows."""
    hit = searched(session, question).hits[0]
    return [piece.words for piece in (*hit.customer, *hit.words, *hit.note) if piece.is_found]


@pytest.mark.parametrize(
    ("language", "said", "questions"),
    [
        ("en", "She was delivering parcels", ["deliver", "DELIVERED", "parcel", "parc", "she parcels"]),
        ("de", "Die Häuser waren beschädigt", ["haus", "Hauses", "beschadigt", "die hauser"]),
        ("fr", "Les colis ont été livrés", ["livrer", "livré", "ete", "colis"]),
        ("ru", "Посылки потерялись", ["посылка", "ПОСЫЛКУ"]),
        ("tr", "İstanbul'da kargolar", ["istanbul", "kargo"]),
        ("el", "Χάθηκαν τα δέματα", ["δεμα", "ΔΈΜΑΤΑ"]),
        ("ja", "荷物が届きません", ["荷物", "届"]),
        ("th", "พัสดุไม่มา", ["พัสดุ"]),
        (None, "Quuxinating wobbles", ["wobbles", "wobb"]),
    ],
)
def test_words_are_found_in_the_language_of_the_text_and_by_their_beginning(
    session: Session, language: str | None, said: str, questions: Sequence[str]
) -> None:
    case = a_case(session, text=said, language=language, author_name="X", author_handle="x1")
    a_case(session, text="Quite another matter", language="en", author_name="Y", author_handle="y1")

    assert [found(session, each) for each in questions] == [[case.id]] * len(questions)


def test_who_it_is_weighs_more_than_what_was_said_and_that_more_than_notes(session: Session) -> None:
    noted = a_case(session, text="A matter", author_name="X")
    notes.add_note(session, noted.id, an_act(), text="Ask Amber")
    said = a_case(session, text="The amber light is broken", author_name="X")
    by = a_case(session, text="A matter", author_name="Amber Fenwick")
    later = a_case(session, text="The amber light is broken", author_name="X")

    assert found(session, "amber") == [by.id, later.id, said.id, noted.id]


def test_each_hit_shows_where_the_words_stand_with_those_marked(session: Session) -> None:
    case = a_case(session, text="x " * 200 + "the par\u200bcels of the Café", language="en")
    notes.add_note(session, case.id, an_act(), text="Ottilie sends parcels <!here>")

    assert marked(session, "ottilie cafe parcel") == [
        "Ottilie",
        "par\u200bcels",
        "Café",
        "Ottilie",
        "parcels",
    ]


@pytest.mark.parametrize("typed", ["fenwik", "fenwikc", "fenwickk", "fenwyck", "ottilei"])
def test_one_slip_of_a_finger_is_forgiven(session: Session, typed: str) -> None:
    case = a_case(session)

    answer = searched(session, typed)

    assert [hit.row.number for hit in answer.hits] == [case.id]
    assert list(answer.near) == [typed]


def test_only_words_that_no_case_has_are_taken_for_others(session: Session) -> None:
    a_case(session, text="Two lamps and a lamp")

    assert searched(session, "lamp fenwik").near == {"fenwik": ["fenwick"]}
    assert searched(session, "lamps ottilie fenw").near == {"lamps": ["lamp"]}


def test_what_is_found_as_it_was_typed_stands_before_what_is_near(session: Session) -> None:
    near = a_case(session, text="The lamp", author_name="Lamb")
    exact = a_case(session, text="The lamb", author_name="Lamp Lamp")
    typed = a_case(session, text="A lomp", author_name="X")

    assert found(session, "lomp")[0] == typed.id
    assert {near.id, exact.id} < set(found(session, "lomp"))


def test_no_word_is_told_that_only_cases_have_at_which_one_may_not_look(session: Session) -> None:
    secret, case = a_case(session, text="The lomb"), a_case(session, text="The lamb")
    secret.team = "legal"
    legal = a_team(key="legal", members=(ANA,), supervisors=(), is_private=True)
    rulebook = a_rulebook(teams={"deliveries": a_team(), "legal": legal})

    inside, answer = (searched(session, "limb", an_act(who, rulebook=rulebook)) for who in (ANA, BEN))

    assert inside.near == {"limb": ["lamb", "lomb"]}
    assert ([hit.row.number for hit in answer.hits], answer.near) == ([case.id], {"limb": ["lamb"]})


def test_a_common_word_is_looked_for_in_the_newest_cases(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_RANKED", 3)
    numbers = [a_case(session, text="Lamp").id for _ in range(5)]

    answer = searched(session, "lamp")

    assert [hit.row.number for hit in answer.hits] == numbers[:1:-1]
    assert answer.is_cut


def test_the_beginning_of_very_many_words_is_found_alone_and_beside_others(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_COMPLETED", 0)
    lamp = a_case(session, text="A red lamp")
    a_case(session, text="A red chair")

    assert found(session, "lam") == [lamp.id]
    assert found(session, "red lam") == [lamp.id]
    assert found(session, "red blu") == []


def test_words_that_stand_in_every_text_are_refused_and_passed_over_beside_others(session: Session) -> None:
    case = a_case(session, text="The lamp of the house", language="en")

    assert found(session, "the lamp of") == [case.id]
    with pytest.raises(CannotDo, match="“the of” stands in every text"):
        found(session, "the of")


@pytest.mark.parametrize(
    "question", ["<!channel>", "*'*:AB", "lamp:*|!(", "' or 1=1; --", "\\", "%", "ab" * 99]
)
def test_no_question_is_more_than_its_words(session: Session, question: str) -> None:
    a_case(session, text="Some lamp")

    with_words = any(map(str.isalnum, question))
    assert with_words is (searching.why_not_search(question) is None)
    assert not with_words or len(found(session, question)) == ("lamp" in question)


def _rulebooks() -> st.SearchStrategy[Rulebook]:
    people = st.sets(st.sampled_from(PEOPLE[:-1])).map(tuple)
    team = st.builds(
        lambda members, supervisors, leads, is_private: a_team(
            members=members, supervisors=supervisors, leads=leads, is_private=is_private
        ),
        *(people, people, people, st.booleans()),
    )
    return st.builds(
        lambda teams, admins: a_rulebook(
            admins=Admins(members=admins, channel="#admins"),
            teams={key: replace(each, key=key, name=key) for key, each in zip(TEAMS, teams, strict=True)},
        ),
        st.lists(team, min_size=len(TEAMS), max_size=len(TEAMS)),
        people,
    )


def _may_look(who: AgentId, case: Case, rulebook: Rulebook) -> bool:
    """Decided a second time: everybody at an open team, at a private one its people and the admins.

    Besides them, the people of a team that does a part of the case, or did.
    """
    teams = [rulebook.teams[key] for key in (case.team, *_asked_to_help(case))]
    people = {person for team in teams for person in (*team.members, *team.supervisors, *team.leads)}
    return not teams[0].is_private or who in people | {*rulebook.admins.members}


def _asked_to_help(case: Case) -> list[str]:
    """Every third case has a part, of the team before its own."""
    return [TEAMS[TEAMS.index(case.team) - 1]] if case.id % 3 == 0 else []


@pytest.fixture
def cases(session: Session) -> list[Case]:
    """Three of each team, some with a part of another, kept at hand by everybody; search knows of them."""
    opened = [a_case(session, text=f"Lamp {n}", language="en") for n in range(3 * len(TEAMS))]
    for case, team in zip(opened, TEAMS * 3, strict=True):
        case.team = team
        notes.add_note(session, case.id, an_act(LEA, rulebook=_all_teams()), text="Shade")
        asked = {"asked_for": "Look", "asked_by": LEA, "asked_at": case.opened_at, **_ending(case)}
        session.add_all(Part(case_id=case.id, team=other, **asked) for other in _asked_to_help(case))
    for who in PEOPLE:
        for case in opened:
            bookmarks.add(session, case.id, an_act(who, rulebook=_all_teams()))
    opened[-1].status, opened[-1].resolved_at = CaseStatus.RESOLVED, opened[-1].opened_at
    session.flush()
    documents.catch_up(session, detect_language)
    return opened


def _ending(case: Case) -> dict[str, Any]:
    """How the part ended, of every other case that has one."""
    ending = {"ended_at": case.opened_at, "ended_by": LEA, "ended_because": PartEnd.DONE}
    return ending if case.id % 2 else {}


def _all_teams() -> Rulebook:
    return a_rulebook(teams={key: a_team(key=key) for key in TEAMS})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rulebook=_rulebooks(), who=st.sampled_from(PEOPLE), word=st.sampled_from(["lamp", "shade", "lam", "lomp"])
)
def test_no_query_shows_a_case_to_somebody_without_the_right(
    session: Session, cases: list[Case], rulebook: Rulebook, who: AgentId, word: str
) -> None:
    act = an_act(who, rulebook=rulebook)
    right = {case.id for case in cases if _may_look(who, case, rulebook)}

    by_words = searching.search(session, act, word, page=1, length=50)
    by_number = [searching.search(session, act, str(case.id), page=1, length=50) for case in cases]
    listed, _ = lists.load_list(session, act, teams=None, owner=None, limit=50)
    kept, how_many = bookmarks.load_bookmarks(session, act, page=1, length=50)

    assert {hit.row.number for hit in by_words.hits} == right
    assert by_words.total == how_many == len(right)
    assert {hit.row.number for each in by_number for hit in each.hits} == right
    assert {row.number for row in listed} == right - {cases[-1].id}
    assert {row.number for row in kept} == right
    assert {case.id for case in cases if _can_open(session, case, act)} == right


def _can_open(session: Session, case: Case, act: Act) -> bool:
    try:
        look_at(session, case.id, act)
    except NotAllowed:
        return False
    return True
