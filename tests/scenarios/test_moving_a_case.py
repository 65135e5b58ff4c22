"""A case goes to another team: one card in the new channel, and in the old place the way to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from slack_sdk import WebClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.workspace.limits import Timing
from bot.workspace.server import Workspace
from handlers import messages, moves
from handlers.threads import load_history
from models.policies.opening_hours import OpeningHours
from models.policies.rulebook import Rulebook, Team
from models.vocabulary import AgentId, CaseEventKind
from tests.builders import ANA, BEN, LEA, SAM, a_promise, a_rulebook, a_team
from tests.story import CHANNEL, Story, words_of

BILLING, ADMINS, ELSEWHERE = "#recovery-billing", "#recovery-admins", "#recovery-elsewhere"
HALF_A_MINUTE = timedelta(seconds=30)


def rules(**billing: object) -> Rulebook:
    """Ana works for both teams, Ben for Deliveries only; Billing is Lea's and opens at 10:00 UTC."""
    plain: dict[str, object] = {
        "key": "billing",
        "name": "Billing",
        "channel": BILLING,
        "members": (ANA,),
        "supervisors": (LEA,),
        "hours": OpeningHours("Mo-Fr 11:00-18:00", "Europe/Berlin"),
    }
    teams: dict[str, Team] = {"deliveries": a_team(), "billing": a_team(**plain | billing)}
    return a_rulebook(teams=teams, promises={"normal": a_promise(is_round_the_clock=False)})


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace]) -> Workspace:
    """A Slack that gives up on an unanswered call after a moment."""
    patience = timedelta(seconds=60)  # a machine that does other work may need more than Slack's three
    return open_workspace(timing=Timing(patience, patience, unanswered_call=timedelta(seconds=0.1)))


@pytest.fixture
def story(story: Story) -> Story:
    """Two teams, and a case of Deliveries."""
    story.rules.rulebook = rules()
    return story


def cards_in(story: Story, channel: str) -> list[dict[str, object]]:
    return [message for message in story.workspace.messages(channel) if message.get("bot_id")]


def said_in(story: Story, channel: str) -> list[str]:
    """What the bot says in a channel, without its threads."""
    return [words_of(message) for message in cards_in(story, channel)]


def thread_in(story: Story, channel: str, card: int = -1) -> list[str]:
    """What stands below the bot's message in a channel."""
    ts = str(cards_in(story, channel)[card]["ts"])
    return [words_of(reply) for reply in story.workspace.thread(channel, ts)[1:]]


def link_in(story: Story, channel: str) -> str:
    """The address of the card there."""
    (card,) = cards_in(story, channel)
    return f"/archives/{story.workspace.channel(channel)['id']}/p{str(card['ts']).replace('.', '')}"


def lines_of(lines: list[str]) -> list[str]:
    return "\n".join(lines).splitlines()


# In three ways


def test_a_case_is_moved_by_command(story: Story) -> None:
    story.receives("Charged twice")

    answer = story.types(SAM, "/recovery move 1 billing")

    assert answer == "Case #1 goes to Billing."
    (card,) = said_in(story, BILLING)
    assert "Charged twice" in card
    assert "Billing" in card


def test_a_case_is_moved_by_mention(story: Story) -> None:
    story.receives("Charged twice")

    story.says(SAM, "@recovery move Billing")

    assert len(said_in(story, BILLING)) == 1


def test_a_case_is_moved_from_the_menu(story: Story) -> None:
    story.receives("Charged twice")
    story.clicks(SAM, "case_more", "move 1")

    errors = story.submits(SAM, to="billing")

    assert errors == {}
    assert len(said_in(story, BILLING)) == 1


@pytest.mark.parametrize(
    ("button", "by", "field", "filled_in"),
    [
        ("move 1", SAM, "to", {"to": "billing"}),
        ("involve 1", ANA, "team", {"team": "billing", "words": "Please check it"}),
    ],
)
def test_a_team_that_left_the_rules_while_the_form_was_open_is_refused_there(
    story: Story, button: str, by: AgentId, field: str, filled_in: dict[str, str]
) -> None:
    story.receives("Charged twice")
    story.clicks(by, "case_more", button)
    story.rules.rulebook = a_rulebook()

    errors = story.submits(by, **filled_in)

    assert errors == {field: "I do not know the team “billing”. There are: deliveries."}
    assert said_in(story, BILLING) == []


def test_a_channel_that_is_mentioned_names_its_team(story: Story) -> None:
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 #recovery-billing")

    assert len(said_in(story, BILLING)) == 1


# What people see


def test_the_old_place_is_a_short_line_that_leads_to_the_new_card(story: Story) -> None:
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 billing")

    (old,) = cards_in(story, CHANNEL)
    assert words_of(old).startswith("➡️ Case *#1* Charged twice is with *Billing* now: <")
    assert f"{link_in(story, BILLING)}|its card in {BILLING}>" in words_of(old)
    assert [block["type"] for block in old["blocks"]] == ["section"]  # type: ignore[attr-defined]


def test_both_threads_tell_of_the_move(story: Story) -> None:
    story.receives("Charged twice")
    story.types(BEN, "/recovery claim 1")

    story.types(BEN, "/recovery move 1 billing")

    moved = f"🚚 <@{BEN}> moved the case from *Deliveries* to *Billing*, {BILLING}."
    assert moved in thread_in(story, CHANNEL)[-1]
    (told,) = thread_in(story, BILLING)
    assert f"{moved} <@{BEN}> does not have it any more." in told
    assert f"{link_in(story, CHANNEL)}|What was said before>" in told


def test_the_promise_counts_in_the_hours_of_the_new_team_from_the_original_start(story: Story) -> None:
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 billing")

    (told,) = thread_in(story, BILLING)
    assert "By the same promise: to acknowledge by" in told
    assert "02 Mar 10:10 UTC> (was" in told
    assert "02 Mar 11:00 UTC> (was" in told


def test_who_works_for_the_new_team_keeps_the_case(story: Story) -> None:
    story.receives("Charged twice")
    story.types(ANA, "/recovery claim 1")

    story.types(ANA, "/recovery move 1 billing")

    assert f"<@{ANA}>" in said_in(story, BILLING)[0]


def test_who_does_not_work_for_the_new_team_has_the_case_no_more(story: Story) -> None:
    story.receives("Charged twice")
    story.types(BEN, "/recovery claim 1")

    story.types(BEN, "/recovery move 1 billing")

    assert "nobody yet" in said_in(story, BILLING)[0]
    assert (
        "to acknowledge by <!date^1772446200^{date_short_pretty} {time}|02 Mar 10:10 UTC> (new)"
        in thread_in(story, BILLING)[0]
    )
    assert "is yours" in story.types(ANA, "/recovery claim 1")


def test_an_order_in_the_old_thread_is_answered_with_where_the_case_is(story: Story) -> None:
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")

    story.says(ANA, "@recovery claim")

    answer = story.heard_by(ANA)[-1]
    assert answer.startswith("Case #1 is with *Billing* now: <")
    assert link_in(story, BILLING) in answer
    assert "type `/recovery claim 1` in any channel" in answer
    assert "nobody yet" in said_in(story, BILLING)[0]


def test_what_is_written_in_the_old_thread_is_a_note_in_the_new_one(story: Story) -> None:
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")

    story.says(BEN, "I know this customer")

    assert thread_in(story, BILLING)[-1] == f"📝 <@{BEN}>: I know this customer"
    assert "1, in the thread" in said_in(story, BILLING)[0]


def test_orders_in_the_new_thread_are_carried_out(story: Story) -> None:
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")
    (card,) = cards_in(story, BILLING)

    story.workspace.say(ANA, BILLING, "@recovery claim", thread_ts=str(card["ts"]))
    story.workspace.until(story.is_quiet)
    story.settle()

    assert f"<@{ANA}>" in said_in(story, BILLING)[0]


def test_a_case_that_comes_back_has_a_card_of_its_own_and_every_old_place_leads_to_it(story: Story) -> None:
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")

    story.types(LEA, "/recovery move 1 deliveries")

    old, card = cards_in(story, CHANNEL)
    link = f"/p{str(card['ts']).replace('.', '')}|its card in {CHANNEL}>"
    assert "Charged twice" in words_of(card)
    assert link in words_of(old)
    assert link in said_in(story, BILLING)[0]


# Who may, and what may not be


def test_who_may_not_move_a_case_is_told_who_can(story: Story) -> None:
    story.receives("Charged twice")

    nobody_has_it = story.types(BEN, "/recovery move 1 billing")
    story.types(ANA, "/recovery claim 1")
    ana_has_it = story.types(BEN, "/recovery move 1 billing")
    of_another_team = story.types(LEA, "/recovery move 1 billing")

    assert "claim it first, or ask a supervisor" in nobody_has_it
    assert f"Only <@{ANA}>, who has it, or a supervisor" in ana_has_it
    assert of_another_team == "Case #1 goes to Billing."  # she is an admin


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("move 1 deliveries", "Case #1 is with Deliveries already. It could go to: billing."),
        ("move 1 bilking", "I do not know the team “bilking”. There are: deliveries, billing."),
        ("move 1", "I do not know the team “”. There are: deliveries, billing."),
    ],
)
def test_a_team_that_it_cannot_go_to_is_answered_with_those_that_there_are(
    story: Story, order: str, said: str
) -> None:
    story.receives("Charged twice")

    assert story.types(SAM, f"/recovery {order}") == f"✋ {said}"


def test_where_there_is_one_team_only_the_menu_says_so(story: Story) -> None:
    story.rules.rulebook = a_rulebook()
    story.receives("Charged twice")

    story.clicks(SAM, "case_more", "move 1")

    assert "There is no other team" in story.heard_by(SAM)[-1]


def test_a_resolved_case_stays_where_it_is(story: Story) -> None:
    story.receives("Charged twice")
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent the money")

    assert "already resolved" in story.types(SAM, "/recovery move 1 billing")


# Slack refuses, stumbles, forgets


def test_a_new_channel_that_slack_refuses_is_told_and_posted_to_when_it_is_mended(story: Story) -> None:
    story.rules.rulebook = rules(channel=ELSEWHERE)
    story.workspace.create_channel(LEA, "recovery-elsewhere", members=[ANA])
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 billing")
    on_the_way = said_in(story, CHANNEL)
    story.workspace.invite(LEA, ELSEWHERE)
    story.mends(timedelta(hours=1))

    assert on_the_way == [
        f"➡️ Case *#1* Charged twice is with *Billing* now; its card is on the way to {ELSEWHERE}."
    ]
    assert len(story.workspace.messages(ADMINS)) == 1
    assert len(said_in(story, ELSEWHERE)) == 1
    assert link_in(story, ELSEWHERE) in said_in(story, CHANNEL)[0]
    assert len(thread_in(story, ELSEWHERE)) == 1


def test_a_case_is_worked_while_its_new_channel_refuses_the_card(story: Story) -> None:
    story.rules.rulebook = rules(channel=ELSEWHERE)
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")

    answer = story.types(ANA, "/recovery claim 1")

    assert answer == "Case #1 is yours."
    assert CaseEventKind.DELIVERY_FAILED in history_of(story, 1)


def test_a_move_whose_posts_are_cut_off_stands_once_everywhere(story: Story) -> None:
    story.receives("Charged twice")
    story.workspace.drop_after("chat.postMessage", times=2)
    story.workspace.drop_after("chat.update", times=2)

    story.types(SAM, "/recovery move 1 billing")
    try_again(story)
    try_again(story)
    try_again(story)
    try_again(story)

    assert len(said_in(story, BILLING)) == len(said_in(story, CHANNEL)) == 1
    assert len(thread_in(story, BILLING)) == len(thread_in(story, CHANNEL)) == 1
    assert link_in(story, BILLING) in said_in(story, CHANNEL)[0]


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda workspace, method, times: workspace.timeout(method, times=times), id="no answer"),
        pytest.param(
            lambda workspace, method, times: workspace.drop_after(method, times=times), id="cut line"
        ),
        pytest.param(lambda workspace, method, times: workspace.unavailable(method, times=times), id="503"),
    ],
)
def test_a_hiccup_delays_a_move_and_neither_loses_nor_doubles(
    story: Story, trouble: Callable[[Workspace, str, int], None], method: str, times: int
) -> None:
    story.receives("Charged twice")
    trouble(story.workspace, method, times)

    story.types(SAM, "/recovery move 1 billing")
    try_again(story)
    try_again(story)
    try_again(story)

    assert len(said_in(story, BILLING)) == len(said_in(story, CHANNEL)) == 1
    assert len(thread_in(story, BILLING)) == len(thread_in(story, CHANNEL)) == 1
    assert link_in(story, BILLING) in said_in(story, CHANNEL)[0]


def test_a_case_that_is_moved_while_its_card_is_on_the_way_has_one_card(story: Story) -> None:
    story.workspace.late("chat.postMessage", timedelta(seconds=1))

    with ThreadPoolExecutor(1) as worker:
        posting = worker.submit(story.receives, "Charged twice")
        story.workspace.until(lambda: story.workspace.calls("chat.postMessage"))
        with story.desk.transaction() as session:
            moves.move(session, 1, story.desk.act(SAM), to="billing")
        posting.result()
    story.settle()

    assert len(said_in(story, BILLING)) == len(said_in(story, CHANNEL)) == 1
    assert len(thread_in(story, BILLING)) == len(thread_in(story, CHANNEL)) == 1
    assert link_in(story, BILLING) in said_in(story, CHANNEL)[0]


def test_what_is_about_to_be_posted_is_not_moved_until_that_is_written_down(story: Story) -> None:
    story.receives("Charged twice")
    story.workspace.fail("chat.update", "ratelimited", retry_after=HALF_A_MINUTE)
    story.types(SAM, "/recovery claim 1")

    with story.desk.transaction() as delivering:
        messages.load_owed(delivering, 1)
        with pytest.raises(OperationalError, match="lock timeout"):
            move_without_waiting(story)

    assert said_in(story, BILLING) == []


def test_a_card_whose_answer_was_lost_before_the_move_becomes_the_old_place(story: Story) -> None:
    story.workspace.drop_after("chat.postMessage")
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 billing")
    try_again(story)

    assert len(said_in(story, BILLING)) == 1
    (old,) = said_in(story, CHANNEL)
    assert link_in(story, BILLING) in old
    assert lines_of(thread_in(story, CHANNEL))[0].startswith("🚚")


def test_a_card_that_slack_never_got_before_the_move_leaves_nothing_behind(story: Story) -> None:
    story.workspace.timeout("chat.postMessage", times=20)
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 billing")
    story.workspace.clear_faults()
    try_again(story)
    try_again(story)

    assert said_in(story, CHANNEL) == []
    assert len(said_in(story, BILLING)) == 1
    assert len(thread_in(story, BILLING)) == 1


def test_a_card_that_was_never_asked_for_is_posted_in_the_new_channel_only(story: Story) -> None:
    story.workspace.fail("chat.postMessage", "ratelimited", retry_after=HALF_A_MINUTE)
    story.receives("Charged twice")

    story.types(SAM, "/recovery move 1 billing")
    try_again(story)

    assert said_in(story, CHANNEL) == []
    assert len(said_in(story, BILLING)) == 1
    assert story.workspace.calls("conversations.history") == []


def test_a_line_whose_answer_was_lost_before_the_move_stands_once_in_the_old_thread(story: Story) -> None:
    story.receives("Charged twice")
    story.workspace.drop_after("chat.postMessage")
    story.types(ANA, "/recovery claim 1")

    story.types(ANA, "/recovery move 1 billing")
    try_again(story)
    try_again(story)

    claimed = f"🙋 <@{ANA}> claimed the case."
    assert lines_of(thread_in(story, CHANNEL)).count(claimed) == 1
    assert claimed not in lines_of(thread_in(story, BILLING))


def test_a_worker_that_is_killed_between_slack_and_the_books_posts_no_second_card(story: Story) -> None:
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")

    forget_the_answer(story)
    story.types(ANA, "/recovery claim 1")

    (card,) = said_in(story, BILLING)
    assert f"<@{ANA}>" in card
    assert len(said_in(story, CHANNEL)) == 1


def test_an_old_place_that_somebody_deleted_is_forgotten(story: Story) -> None:
    story.receives("Charged twice")
    old = story.card
    delete(story, CHANNEL, old["ts"])

    story.types(SAM, "/recovery move 1 billing")
    try_again(story)

    assert said_in(story, CHANNEL) == []
    assert len(said_in(story, BILLING)) == len(thread_in(story, BILLING)) == 1
    assert story.workspace.messages(ADMINS) == []


def test_an_old_channel_that_was_archived_troubles_nobody(story: Story) -> None:
    story.receives("Charged twice")
    story.workspace.archive(LEA, CHANNEL)

    story.types(SAM, "/recovery move 1 billing", channel="#feedback")
    story.mends(timedelta(hours=1))

    assert len(said_in(story, BILLING)) == len(thread_in(story, BILLING)) == 1
    assert story.workspace.messages(ADMINS) == []


def test_a_new_card_that_somebody_deleted_is_posted_again_and_the_old_place_leads_to_it(story: Story) -> None:
    story.receives("Charged twice")
    story.types(SAM, "/recovery move 1 billing")
    delete(story, BILLING, str(cards_in(story, BILLING)[0]["ts"]))

    story.types(ANA, "/recovery claim 1")
    try_again(story)

    assert link_in(story, BILLING) in said_in(story, CHANNEL)[0]


def try_again(story: Story) -> None:
    """Do now what waits for a later try."""
    with story.desk.transaction() as session:
        session.execute(text("update procrastinate_jobs set scheduled_at = null where status = 'todo'"))
    story.settle()


def move_without_waiting(story: Story) -> None:
    """A move that gives up on whoever holds what it needs."""
    with story.desk.transaction() as session:
        session.execute(text("set local lock_timeout = '100ms'"))
        moves.move(session, 1, story.desk.act(SAM), to="billing")


def forget_the_answer(story: Story) -> None:
    """As a SIGKILL leaves it right after Slack took the new card."""
    with story.desk.transaction() as session:
        session.execute(
            text(
                "update messages set ts = null, posted_channel = null, posted_at = null, shown_version = 0 "
                "where purpose = 'card'"
            )
        )


def delete(story: Story, channel: str, ts: str) -> None:
    """What an admin can do to a message of ours."""
    client = WebClient(story.workspace.bot_token, base_url=story.workspace.api_url, retry_handlers=[])
    client.chat_delete(channel=story.workspace.channel(channel)["id"], ts=ts)


def history_of(story: Story, case_id: int) -> list[CaseEventKind]:
    """What happened to a case, the oldest first."""
    with story.desk.transaction() as session:
        return [line.kind for line in load_history(session, case_id)]
