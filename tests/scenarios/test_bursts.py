"""Many customers say the same: one case stands for theirs, and what becomes of it becomes of them."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from bot.hearing import hear
from handlers import closing, intake
from handlers.errors import CannotDo
from handlers.gathering import ONE_AT_A_TIME
from models.case import Case
from models.policies.bursts import BITS, BurstRules, signs_of
from models.vocabulary import AgentId, CaseStatus, Members, NearTheme, OutcomeKind
from tests.builders import ANA, BEN, SAM, a_feedback, a_rulebook
from tests.story import CHANNEL, Story, words_of

NASTY = "The app is down <!channel> ```\u202e" + "x" * 50_000
RULES = BurstRules(customers=3, within=timedelta(minutes=15), alike=0.6)
SAID = ["The app is down", "Your app does not work", "App down again"]
MORE = "Cannot use the app"
WAITING = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")


@pytest.fixture
def outage(story: Story) -> Story:
    """Three customers say the same within three minutes: #1 and #2 have cards, #3 stands for them and #4."""
    story.rules.rulebook = a_rulebook(bursts=RULES)
    for words in (*SAID, MORE, NASTY):
        story.ear.sketches[words] = signs_of((1 << BITS) - 1)
        story.ear.about[words] = (NearTheme("quality", 0.6),)
    story.receives_all(SAID[:2])
    story.clock.forward(timedelta(minutes=2))
    story.receives(SAID[2])
    story.looks_after_bursts()
    return story


def card_of(story: Story, number: int) -> str:
    """What the card of a case says."""
    (card,) = [words_of(card) for card in story.cards if words_of(card).startswith(f"#{number} ")]
    return card


def thread_of(story: Story, number: int) -> list[str]:
    """What stands below the card of a case."""
    (card,) = [card for card in story.cards if words_of(card).startswith(f"#{number} ")]
    return [words_of(reply) for reply in story.workspace.thread(CHANNEL, card["ts"])[1:]]


def test_one_case_stands_for_those_of_many_customers(outage: Story) -> None:
    outage.waits(timedelta(seconds=1))

    assert [words_of(card).partition(" ")[0] for card in outage.cards] == ["#1", "#2", "#3"]
    assert "#3 Quality" in outage.card_words
    assert "🌊 *3 customers said the same*" in outage.card_words
    assert "🌊 stands for 3 cases" in outage.types(ANA, "/recovery list all")
    assert "3 cases of theirs wait for what becomes of this one" in outage.card_words
    assert "|#3> stands*: it is worked there, and promised there." in card_of(outage, 1)
    assert "Claim" not in card_of(outage, 1)
    assert "*#3* “Quality” stands for this case" in thread_of(outage, 2)[-1]
    assert "3 customers said the same within 2 min; this case stands for theirs." in outage.told(SAM)[-1]


def test_the_count_goes_on_in_place_once_a_second_and_the_supervisor_is_told_once(outage: Story) -> None:
    outage.waits(timedelta(seconds=0))
    outage.receives_all([MORE] * 3)
    outage.looks_after_bursts(timedelta(milliseconds=900))
    before = outage.card_words

    outage.looks_after_bursts(timedelta(milliseconds=200))
    outage.waits(timedelta(seconds=1))

    assert "3 customers said" in before
    assert "6 customers said" in outage.card_words
    assert len(outage.cards) == 3
    assert len(outage.told(SAM)) == 1


def test_what_is_said_for_others_is_listed_and_taken_out_again(outage: Story) -> None:
    listed = outage.types(ANA, "/recovery members 3")

    answer = outage.types(ANA, "/recovery takeout 4")

    assert "*Case #3 stands for 3 cases*, the latest first" in listed
    assert "The members of case #3 have pages 1 to 1." in outage.types(ANA, "/recovery members 3 2")
    assert "“x” is no page. Say `members 3`, or `members 3 2`" in outage.types(ANA, "/recovery members 3 x")
    assert "*#4* Ottilie Fenwick" in listed
    assert answer == "Case #4 goes on by itself, with a card and a clock of its own from now on."
    assert "Claim" in card_of(outage, 4)
    assert "acknowledge" in card_of(outage, 4)
    assert f"🫧 <@{ANA}> took this case out of *#3*" in thread_of(outage, 4)[-1]
    assert f"🫧 <@{ANA}> took *#4* “App down again” out" in thread_of(outage, 3)[-1]
    assert "🌊 *2 customers said the same*" in card_of(outage, 3)


def test_a_member_is_taken_out_from_its_card(outage: Story) -> None:
    card = outage.cards[0]

    outage.workspace.click(BEN, CHANNEL, card["ts"], "case_takeout")
    outage.settle()
    outage.workspace.click(BEN, CHANNEL, card["ts"], "case_claim")
    outage.settle()

    assert f"🙋 <@{BEN}> claimed the case." in thread_of(outage, 1)[-1]
    assert "🌊 *2 customers said the same*" in card_of(outage, 3)


def test_all_can_be_taken_out(outage: Story) -> None:
    answer = outage.types(BEN, "/recovery takeout 3 all")

    assert "go on by themselves, one after the other" in answer
    assert "🫧 3 cases go on by themselves from now on." in thread_of(outage, 3)[-1]
    assert all("One of those" not in card_of(outage, number) for number in (1, 2, 4))
    assert "stands for no open case" in outage.types(BEN, "/recovery takeout 3 all")
    assert "no member of a burst" in outage.types(BEN, "/recovery takeout 1")


def test_a_member_is_worked_in_the_case_that_stands_for_it(outage: Story) -> None:
    refusal = outage.types(ANA, "/recovery claim 4")

    assert "Case #4 is one of those for which #3 stands" in refusal
    assert "`/recovery takeout 4`" in refusal
    assert "stands for 3 open cases. Take out one by its number" in outage.types(ANA, "/recovery takeout 3")
    assert "is nothing that can be taken out" in outage.types(ANA, "/recovery takeout 3 both")


def test_who_resolves_it_is_asked_about_the_others(outage: Story) -> None:
    outage.clicks(ANA, "case_resolve")
    asked = outage.form_words(ANA)

    errors = outage.submits(
        ANA, outcome="recovered", theme="quality", what_was_done="Repaired", members="all"
    )

    assert "It stands for 3 cases" in asked
    assert errors == {}
    assert "🌊 3 cases are resolved with it." in thread_of(outage, 3)[-1]
    assert f"✅ <@{ANA}> resolved the case as *recovered* (Quality): Repaired" in thread_of(outage, 1)[-1]
    assert "✅ resolved" in card_of(outage, 1)
    assert "No open cases" in outage.types(ANA, "/recovery list all")


def test_words_must_say_whether_the_others_are_meant(outage: Story) -> None:
    refusal = outage.types(ANA, "/recovery resolve 3 recovered quality Repaired")
    answer = outage.types(ANA, "/recovery resolve 3 alone recovered quality Repaired")

    assert "stands for 3 open cases. Say whether they are meant too" in refusal
    assert "`/recovery resolve 3 all recovered quality …`" in refusal
    assert "Every case for which it stood goes on by itself." in answer
    assert "🫧 3 cases go on by themselves from now on." in thread_of(outage, 3)[-1]
    assert "Claim" in card_of(outage, 4)


def test_what_customers_were_told_is_kept_for_each(outage: Story) -> None:
    refusal = outage.types(ANA, "/recovery contacted 3 email We know, and mend it")
    outage.types(ANA, "/recovery contacted 3 all email We know, and mend it")

    assert "`/recovery contacted 3 all email …`" in refusal
    assert "🌊 The customers of 3 cases were told the same." in thread_of(outage, 3)[-1]
    assert "We know, and mend it" in outage.types(ANA, "/recovery show 4")


def test_who_reopens_it_reopens_what_was_resolved_with_it(outage: Story) -> None:
    outage.types(ANA, "/recovery resolve 3 all recovered quality Repaired")

    outage.types(ANA, "/recovery reopen 3 It is down again")

    assert "🌊 3 cases are open again with it." in thread_of(outage, 3)[-1]
    assert "3 cases of theirs wait" in card_of(outage, 3)


def test_what_stands_for_others_is_not_merged_or_split(outage: Story) -> None:
    outage.receives("The lamp hums")

    merging = outage.types(ANA, "/recovery merge 3 5")
    into_member = outage.types(ANA, "/recovery merge 5 4")
    into_parent = outage.types(ANA, "/recovery merge 5 3")
    splitting = outage.types(ANA, "/recovery split 3 Rude as well")

    assert "stands for 3 open cases, and nothing would stand for them. Merge the other way round" in merging
    assert "is one of those for which #3 stands" in into_member
    assert "is merged into #3" in into_parent
    assert "stands for what many customers said" in splitting


def test_who_is_taken_out_after_a_move_comes_to_where_the_case_went(outage: Story) -> None:
    billing = replace(outage.rules.rulebook.teams["deliveries"], key="billing", name="Billing")
    billing = replace(billing, channel="#recovery-billing")
    teams = {**outage.rules.rulebook.teams, "billing": billing}
    outage.rules.rulebook = replace(outage.rules.rulebook, teams=teams)
    outage.types(SAM, "/recovery move 3 billing")
    outage.receives(MORE)

    outage.types(SAM, "/recovery takeout 4")

    there = [words_of(card) for card in outage.workspace.messages("#recovery-billing") if card.get("bot_id")]
    assert [words.partition(" ")[0] for words in there] == ["#3", "#4"]


def test_a_burst_is_over_when_nobody_says_it_any_more(outage: Story) -> None:
    outage.looks_after_bursts(timedelta(minutes=15))
    outage.receives(MORE)

    assert "Nobody said it since: it is over." in card_of(outage, 3)
    assert "Claim" in card_of(outage, 5)


def test_hostile_words_stay_words(outage: Story) -> None:
    outage.receives(NASTY, author_name="<!here> `" + "y" * 300)
    outage.looks_after_bursts()

    listed = outage.types(ANA, "/recovery members 3")

    assert "&lt;!channel&gt; '''" in listed
    assert "&lt;!here&gt; '" in listed
    assert "<!" not in listed.replace("<!date", "")
    assert len(listed) < 3000


def test_two_workers_who_see_it_at_the_same_moment_open_one_case(story: Story) -> None:
    story.rules.rulebook = a_rulebook(bursts=RULES)
    ids = []
    for said in (*SAID, MORE):
        story.ear.feelings[said], story.ear.sketches[said] = -0.8, signs_of((1 << BITS) - 1)
        with story.desk.transaction() as session:
            ids.append(intake.receive_feedback(session, a_feedback(said), story.clock.now()) or 0)
    for feedback_id in ids[:2]:
        hear(story.desk, story.queue, feedback_id, is_alone=True)

    with story.desk.transaction() as session:
        session.execute(ONE_AT_A_TIME)
        workers = [
            threading.Thread(target=hear, args=(story.desk, story.queue, each), kwargs={"is_alone": True})
            for each in ids[2:]
        ]
        for worker in workers:
            worker.start()
        story.workspace.until(lambda: session.scalar(WAITING) == len(workers))
    for worker in workers:
        worker.join()

    with story.desk.transaction() as session:
        (parent,) = session.scalars(select(Case).where(Case.matter == 0))
        assert session.scalar(select(func.count()).where(Case.parent_id == parent.id)) == 2


def test_of_two_who_resolve_it_at_once_one_decides_about_all(outage: Story) -> None:
    refusals: list[str] = []

    def resolve(who: AgentId, members: Members) -> None:
        try:
            with outage.desk.transaction() as session:
                closing.resolve_case(
                    session,
                    3,
                    outage.desk.act(who),
                    outcome=OutcomeKind.RECOVERED,
                    theme="quality",
                    what_was_done="Repaired",
                    members=members,
                )
        except CannotDo as refusal:
            refusals.append(str(refusal))

    people = [
        threading.Thread(target=resolve, args=(who, members))
        for who, members in ((ANA, Members.ALL), (BEN, Members.ALONE))
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    outage.settle()

    (refusal,) = refusals
    assert "Case #3 is already resolved" in refusal
    with outage.desk.transaction() as session:
        states = session.execute(select(Case.parent_id, Case.status).where(Case.id.in_([1, 2, 4]))).all()
    assert len(set(states)) == 1
    assert states[0] in {(3, CaseStatus.RESOLVED), (None, CaseStatus.OPEN)}
