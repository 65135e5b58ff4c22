"""A playbook becomes a checklist in the case's thread, and people tick its steps."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text, update

from handlers import playbooks
from models.case import CaseEvent, LatestClick
from models.policies.playbooks import USUAL_PLAYBOOK, Knowledge, Playbook, PlaybookStep
from models.vocabulary import AgentId, Care, CaseEventKind, NearTheme
from tests.builders import ANA, BEN, a_rulebook, a_team
from tests.story import CHANNEL, Story, words_of

LATE = Playbook(
    "late-parcel",
    "Late <!channel> parcel",
    (
        PlaybookStep(Care.COMMUNICATION, "Say <!here> that you have read it"),
        PlaybookStep(Care.SOLUTION, "Trace ```the parcel"),
        PlaybookStep(Care.SOLUTION, "Send it again"),
    ),
    knowledge=(Knowledge("How to trace", "https://wiki.example.com/trace"),),
    for_themes=frozenset({"delivery"}),
)
BILLING = a_team(key="billing", name="Billing", channel="#recovery-billing", members=(ANA,))
NOW_DUE = text("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
RULES = a_rulebook(
    playbooks={each.key: each for each in (LATE, USUAL_PLAYBOOK)},
    teams={"deliveries": a_team(), "billing": BILLING},
)


@pytest.fixture
def story(story: Story) -> Story:
    """A case about a late delivery."""
    story.rules.rulebook = RULES
    story.ear.about["Where is it?"] = (NearTheme("delivery", 0.6),)
    story.receives("Where is it?")
    return story


def ticks(story: Story, who: AgentId, step: int, action: str = "case_tick") -> None:
    """Somebody presses the button of a step on the checklist."""
    ts = story.workspace.thread(CHANNEL, story.card["ts"])[1]["ts"]
    story.workspace.click(who, CHANNEL, ts, action, block_id=f"step_{step}")
    story.settle()


def happened(story: Story) -> list[tuple[CaseEventKind, AgentId, int | None]]:
    """What the history knows of steps, with who and which."""
    kinds = (CaseEventKind.STEP_DONE, CaseEventKind.STEP_UNDONE, CaseEventKind.PLAYBOOK_BEGUN)
    with story.desk.transaction() as session:
        found = select(CaseEvent).where(CaseEvent.kind.in_(kinds)).order_by(CaseEvent.id)
        return [(each.kind, each.actor, each.details.get("number")) for each in session.scalars(found)]


def test_the_form_proposes_the_best_and_the_checklist_is_edited_in_place(story: Story) -> None:
    story.clicks(ANA, "case_more", "playbook 1")
    errors = story.submits(ANA, playbook="late-parcel")
    begun = story.thread[-1]

    ticks(story, ANA, 1)
    ticks(story, BEN, 3)
    ticks(story, BEN, 1, "case_untick")

    assert errors == {}
    assert len(story.thread) == 1
    assert f"📘 *Late &lt;!channel&gt; parcel*, begun by <@{ANA}>: 0 of 3 steps done" in begun
    assert "⬜ *2.* Trace '''the parcel" in begun
    assert "<https://wiki.example.com/trace|How to trace>" in begun
    assert "1 of 3 steps done" in story.thread[0]
    assert "⬜ *1.* Say &lt;!here&gt; that you have read it" in story.thread[0]
    assert f"✅ *3.* Send it again\n<@{BEN}>" in story.thread[0]
    assert happened(story) == [
        (CaseEventKind.PLAYBOOK_BEGUN, ANA, None),
        (CaseEventKind.STEP_DONE, ANA, 1),
        (CaseEventKind.STEP_DONE, BEN, 3),
        (CaseEventKind.STEP_UNDONE, BEN, 1),
    ]
    shown = story.types(ANA, "/recovery show 1")
    assert "parcel*: 1 of 3 steps done; next *1.* Say &lt;!here&gt; that you have read it" in shown
    assert f"<@{BEN}> took the tick off step 1" in story.types(ANA, "/recovery show 1 history")


def test_it_is_begun_once_and_another_goes_on_with_its_numbers(story: Story) -> None:
    story.says(ANA, "@recovery playbook")
    again = story.types(BEN, "/recovery playbook 1")
    unknown = story.types(BEN, "/recovery playbook 1 <!here>")
    story.types(BEN, "/recovery playbook 1 any case")
    story.says(BEN, "@recovery tick 2, 4")
    twice = story.types(ANA, "/recovery tick 1 4")
    none = story.types(ANA, "/recovery tick 1 99")

    assert f"<@{ANA}> has begun the playbook “Late" in again
    assert "I do not know the playbook" in unknown
    assert "late-parcel, usual" in unknown
    assert "1 of 3 steps done" in story.thread[1]
    assert "✅ *4.* Say that you have read it" in story.thread[2]
    assert f"<@{BEN}> has ticked step 4 of case #1 already" in twice
    assert "steps 1 to 9; 99 is none of them" in none


def test_the_form_offers_what_was_not_begun_yet(story: Story) -> None:
    story.types(ANA, "/recovery playbook 1")
    story.clicks(ANA, "case_more", "playbook 1")
    offered = story.form_words(ANA)
    story.submits(ANA)

    story.clicks(BEN, "case_more", "playbook 1")

    assert "Any case" in offered
    assert "Late" not in offered
    assert len(story.thread) == 2
    assert "Every playbook was begun on case #1" in story.heard_by(BEN)[-1]


def test_two_who_tick_at_once_lose_nothing(story: Story) -> None:
    story.types(ANA, "/recovery playbook 1")
    both = Barrier(2)

    def tick(who: AgentId, step: int) -> None:
        both.wait()
        with story.desk.transaction() as session:
            playbooks.tick(session, 1, story.desk.act(who), steps=[step])

    people = [Thread(target=tick, args=each) for each in ((ANA, 1), (BEN, 2))]
    [thread.start() for thread in people]
    [thread.join() for thread in people]
    story.settle()

    assert "2 of 3 steps done" in story.thread[0]
    assert len(happened(story)) == 3


def test_a_click_on_a_step_that_comes_after_a_later_one_of_that_person_is_not_done(story: Story) -> None:
    story.types(ANA, "/recovery playbook 1")
    ticks(story, ANA, 1)
    ticks(story, ANA, 1, "case_untick")
    with story.desk.transaction() as session:
        session.execute(update(LatestClick).where(LatestClick.step == 1).values(stamp="9999999999.000000"))

    ticks(story, ANA, 1)
    late = story.thread[0]
    ticks(story, ANA, 2)
    ticks(story, BEN, 1)
    story.says(ANA, "@recovery tick 3, 3")

    assert "0 of 3 steps done" in late
    assert "Your `tick` of case #1 came late" in story.heard_by(ANA)[-1]
    assert "3 of 3 steps done" in story.thread[0]
    assert f"✅ *1.* Say &lt;!here&gt; that you have read it\n<@{BEN}>" in story.thread[0]


def test_the_steps_stay_as_they_were_and_an_unknown_theme_has_a_default(story: Story) -> None:
    story.types(ANA, "/recovery playbook 1")
    changed = replace(LATE, steps=(PlaybookStep(Care.EMPATHY, "Sing"),))
    story.rules.rulebook = replace(RULES, playbooks={"late-parcel": changed})
    ticks(story, ANA, 3)
    first = story.thread[0]
    story.rules.rulebook = RULES
    story.receives("It hums")
    story.says(BEN, "@recovery playbook")

    assert "✅ *3.* Send it again" in first
    assert "Sing" not in first
    assert "📘 *Any case*" in story.thread[-1]


def test_a_checklist_follows_a_case_that_is_moved_and_both_are_kept_in_step(story: Story) -> None:
    story.types(ANA, "/recovery claim 1")
    story.types(ANA, "/recovery playbook 1")
    old = story.card["ts"]
    story.types(ANA, "/recovery move 1 billing")

    story.types(ANA, "/recovery tick 1 2")

    (card,) = (each for each in story.workspace.messages("#recovery-billing") if each.get("bot_id"))
    new = "\n".join(map(words_of, story.workspace.thread("#recovery-billing", card["ts"])))
    left = "\n".join(map(words_of, story.workspace.thread(CHANNEL, old)))
    assert new.count("1 of 3 steps done") == 1
    assert left.count("1 of 3 steps done") == 1


def test_what_somebody_deleted_is_posted_again_and_a_case_that_is_over_takes_no_ticks(story: Story) -> None:
    story.types(ANA, "/recovery playbook 1")
    ts = story.workspace.thread(CHANNEL, story.card["ts"])[1]["ts"]
    story.slack.writes.chat_delete(channel=story.slack.channel_id(CHANNEL), ts=ts)
    story.workspace.until(story.is_quiet)
    story.settle()
    story.types(ANA, "/recovery tick 1 1")
    with story.desk.transaction() as session:
        session.execute(NOW_DUE)
    story.settle()
    shown = [words for words in story.thread if "📘" in words]
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent it again")
    late = story.types(ANA, "/recovery tick 1 2")

    assert len(shown) == 1
    assert "1 of 3 steps done" in shown[0]
    assert "resolved" in late


def test_the_figures_count_the_steps_and_what_was_resolved_after(story: Story) -> None:
    story.types(ANA, "/recovery playbook 1")
    story.types(ANA, "/recovery tick 1 1, 2")
    story.clock.forward(timedelta(minutes=30))
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent it again")
    story.ear.about["Still not here"] = (NearTheme("delivery", 0.6),)
    story.receives("Still not here")
    story.types(ANA, "/recovery playbook 2")

    figures = story.types(ANA, "/recovery-stats")

    told = "on 2 cases: 33% of its steps done (2 of 6), 1 resolved, median 30 min after it"
    assert f"📘 *Playbook Late &lt;!channel&gt; parcel* {told}" in figures
