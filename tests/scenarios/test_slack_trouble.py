"""Slack stumbles, refuses, forgets and repeats itself; what we owe it gets there once, and in order."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from slack_sdk import WebClient
from sqlalchemy import select, text

from bot.workspace.errors import ActError
from bot.workspace.limits import Timing
from bot.workspace.server import Workspace
from handlers.threads import load_history
from models.compensation import Compensation
from models.vocabulary import CaseEventKind
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import CHANNEL, Story, words_of

ADMINS, ALARMS, ELSEWHERE = "#recovery-admins", "#recovery-supervisors", "#recovery-elsewhere"
CLAIMED_BY_ANA = f"🙋 <@{ANA}> claimed the case."
HALF_A_MINUTE = timedelta(seconds=30)


PATIENCE, LITTLE_PATIENCE = timedelta(seconds=60), timedelta(seconds=3)
"""How long this Slack waits for the bot; a machine that does other work may need more than three seconds."""


@pytest.fixture
def workspace(open_workspace: Callable[..., Workspace], request: pytest.FixtureRequest) -> Workspace:
    """A Slack that gives up on an unanswered call after a moment, on the bot as the test says."""
    patience = getattr(request, "param", PATIENCE)
    return open_workspace(timing=Timing(patience, PATIENCE, unanswered_call=timedelta(seconds=0.1)))


# Slack has no time


def test_a_card_waits_as_long_as_slack_says(story: Story) -> None:
    story.workspace.fail("chat.postMessage", "ratelimited", retry_after=HALF_A_MINUTE)

    story.receives("My parcel never came")

    assert story.cards == []
    assert [25 < wait <= 30 for wait in waits_of(story)] == [True]


def test_a_card_that_had_to_wait_is_posted_once(story: Story) -> None:
    story.workspace.fail("chat.postMessage", "ratelimited", retry_after=HALF_A_MINUTE)
    story.receives("My parcel never came")

    try_again(story)

    assert len(story.cards) == 1
    assert story.workspace.calls("conversations.history") == []


def test_an_edit_that_had_to_wait_is_made(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.fail("chat.update", "ratelimited", retry_after=HALF_A_MINUTE)
    story.clicks(ANA, "case_claim")

    try_again(story)

    assert f"<@{ANA}>" in story.card_words
    assert story.thread == [CLAIMED_BY_ANA]


def test_lines_that_had_to_wait_keep_their_order(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.fail("chat.postMessage", "ratelimited", retry_after=HALF_A_MINUTE)
    story.clicks(ANA, "case_claim")
    story.types(ANA, "/recovery note 1 The courier found it")

    try_again(story)
    story.types(ANA, "/recovery note 1 It is on its way")

    assert "\n".join(story.thread).splitlines() == [
        CLAIMED_BY_ANA,
        f"📝 <@{ANA}>: The courier found it",
        f"📝 <@{ANA}>: It is on its way",
    ]


def test_what_slack_has_no_time_for_during_minutes_is_told_once_and_mends_by_itself(story: Story) -> None:
    story.workspace.fail("chat.postMessage", "ratelimited", times=3, retry_after=HALF_A_MINUTE)
    story.receives("My parcel never came")
    kinds_at_once = history_of(story, 1)

    story.clock.forward(timedelta(minutes=3))
    try_again(story)
    try_again(story)
    try_again(story)

    assert CaseEventKind.DELIVERY_FAILED not in kinds_at_once
    assert history_of(story, 1)[-2:] == [CaseEventKind.DELIVERY_FAILED, CaseEventKind.DELIVERY_MENDED]
    (told,) = from_bot(story, ADMINS)
    assert f"no time for what we post to {CHANNEL}" in told
    assert len(story.cards) == 1


# Slack acts, but its answer is lost


def test_a_card_whose_answer_was_lost_is_found_and_not_posted_twice(story: Story) -> None:
    story.workspace.drop_after("chat.postMessage")
    story.receives("My parcel never came")

    try_again(story)
    story.clicks(ANA, "case_claim")

    assert len(story.cards) == 1
    assert story.thread == [CLAIMED_BY_ANA]


def test_a_card_that_is_found_shows_what_happened_since(story: Story) -> None:
    story.workspace.drop_after("chat.postMessage")
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")

    try_again(story)

    assert len(story.cards) == 1
    assert f"<@{ANA}>" in story.card_words


def test_a_line_whose_answer_was_lost_stands_once(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.drop_after("chat.postMessage")
    story.clicks(ANA, "case_claim")

    try_again(story)

    assert story.thread == [CLAIMED_BY_ANA]


def test_lines_that_went_together_are_found_together(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.fail("chat.update", "ratelimited", retry_after=HALF_A_MINUTE)
    story.workspace.command(ANA, CHANNEL, "/recovery claim 1")
    story.types(ANA, "/recovery note 1 The courier found it")
    story.workspace.drop_after("chat.postMessage")
    try_again(story)

    story.types(ANA, "/recovery note 1 It is on its way")
    try_again(story)

    assert "\n".join(story.thread).splitlines() == [
        CLAIMED_BY_ANA,
        f"📝 <@{ANA}>: The courier found it",
        f"📝 <@{ANA}>: It is on its way",
    ]


def test_an_escalation_whose_answer_was_lost_reaches_the_supervisors_once(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(timedelta(minutes=9))
    story.workspace.drop_after("chat.postMessage", times=2)

    story.waits(timedelta(minutes=2))
    try_again(story)
    try_again(story)

    assert len(story.workspace.messages(ALARMS)) == 1
    assert len([line for line in story.thread if "Escalated" in line]) == 1


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda workspace, method: workspace.timeout(method, times=2), id="no answer"),
        pytest.param(lambda workspace, method: workspace.unavailable(method, times=2), id="503"),
        pytest.param(lambda workspace, method: workspace.drop_after(method, times=2), id="cut line"),
        pytest.param(lambda workspace, method: workspace.fail(method, "internal_error", times=2), id="error"),
        pytest.param(lambda workspace, method: workspace.fail(method, "fatal_error", times=2), id="fatal"),
    ],
)
def test_a_hiccup_delays_and_neither_loses_nor_doubles(
    story: Story, trouble: Callable[[Workspace, str], None], method: str
) -> None:
    trouble(story.workspace, method)
    story.receives("My parcel never came")
    try_again(story)
    try_again(story)

    story.clicks(ANA, "case_claim")
    try_again(story)
    try_again(story)

    assert len(story.cards) == 1
    assert f"<@{ANA}>" in story.card_words
    assert story.thread == [CLAIMED_BY_ANA]
    assert story.workspace.messages(ADMINS) == []


# Slack refuses


@pytest.mark.parametrize("refused", ["archived", "not_in_channel", "missing"])
def test_a_case_whose_channel_does_not_take_it_is_kept_and_the_admins_are_told_once(
    story: Story, refused: str
) -> None:
    break_channel(story, refused)

    story.receives("My parcel never came")
    story.receives("Nor did mine")
    story.mends(timedelta(hours=1))

    assert [kind for kind in history_of(story, 1) if kind is CaseEventKind.DELIVERY_FAILED] != []
    assert [kind for kind in history_of(story, 2) if kind is CaseEventKind.DELIVERY_FAILED] != []
    (told,) = story.workspace.messages(ADMINS)
    assert ELSEWHERE in words_of(told)
    assert "`recovery doctor`" in words_of(told)


@pytest.mark.parametrize("refused", ["not_in_channel", "missing"])
def test_a_case_is_posted_when_its_channel_is_mended(story: Story, refused: str) -> None:
    break_channel(story, refused)
    story.receives("My parcel never came")
    story.types(ANA, "/recovery claim 1")

    mend_channel(story, refused)
    story.mends(timedelta(hours=1))

    (card,) = [message for message in story.workspace.messages(ELSEWHERE) if message.get("bot_id")]
    assert f"<@{ANA}>" in words_of(card)
    assert words_of(story.workspace.thread(ELSEWHERE, card["ts"])[1]) == CLAIMED_BY_ANA
    assert CaseEventKind.DELIVERY_MENDED in history_of(story, 1)
    assert story.workspace.calls("conversations.history") == []


def test_the_admins_are_told_again_when_a_mended_channel_breaks_again(story: Story) -> None:
    break_channel(story, "not_in_channel")
    story.receives("My parcel never came")
    mend_channel(story, "not_in_channel")
    story.mends(timedelta(hours=1))

    story.workspace.remove(LEA, ELSEWHERE)
    story.receives("Nor did mine")

    assert len(story.workspace.messages(ADMINS)) == 2


def test_a_card_that_cannot_be_edited_in_an_archived_channel_is_kept(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.archive(LEA, CHANNEL)

    answer = story.types(ANA, "/recovery claim 1", channel="#feedback")
    story.mends(timedelta(hours=1))

    assert answer == "Case #1 is yours."
    assert CaseEventKind.DELIVERY_FAILED in history_of(story, 1)
    assert len(story.workspace.messages(ADMINS)) == 1


def test_an_escalation_reaches_the_supervisors_although_the_team_has_no_channel(story: Story) -> None:
    break_channel(story, "missing")
    story.receives("My parcel never came")

    story.waits(timedelta(minutes=11))

    (alarm,) = story.workspace.messages(ALARMS)
    assert "Case #1" in words_of(alarm)


def test_an_admins_channel_that_is_missing_too_loses_nothing(story: Story) -> None:
    break_channel(story, "missing")
    story.workspace.remove(LEA, ADMINS)
    story.receives("My parcel never came")

    story.workspace.invite(LEA, ADMINS)
    mend_channel(story, "missing")
    story.mends(timedelta(hours=1))

    assert len(from_bot(story, ADMINS)) == 1
    assert len(from_bot(story, ELSEWHERE)) == 1


def test_a_revoked_token_loses_nothing(story: Story) -> None:
    story.workspace.revoke(story.workspace.bot_token)
    story.receives("My parcel never came")

    story.workspace.restore(story.workspace.bot_token)
    story.mends(timedelta(hours=1))

    assert len(story.cards) == 1
    assert len(story.workspace.messages(ADMINS)) == 1


# Somebody deletes what we posted


def test_a_card_that_somebody_deleted_is_posted_again(story: Story) -> None:
    story.receives("My parcel never came")
    delete_card(story)

    story.types(ANA, "/recovery claim 1")
    try_again(story)

    assert len(story.cards) == 1
    assert f"<@{ANA}>" in story.card_words
    assert story.thread == [CLAIMED_BY_ANA]


def test_a_card_that_somebody_deleted_is_posted_again_though_nothing_happens_to_its_case(
    story: Story,
) -> None:
    story.receives("My parcel never came")
    delete_card(story)
    story.workspace.until(story.is_quiet)
    story.settle()
    try_again(story)

    assert len(story.cards) == 1
    assert "My parcel never came" in story.card_words


def test_an_escalation_that_somebody_deleted_is_posted_again(story: Story) -> None:
    story.receives("My parcel never came")
    story.waits(timedelta(minutes=11))
    (alarm,) = story.workspace.messages(ALARMS)

    client = WebClient(story.workspace.bot_token, base_url=story.workspace.api_url, retry_handlers=[])
    client.chat_delete(channel=story.workspace.channel(ALARMS)["id"], ts=alarm["ts"])
    story.workspace.until(story.is_quiet)
    story.settle()
    try_again(story)

    (again,) = story.workspace.messages(ALARMS)
    assert again["ts"] != alarm["ts"]


def test_a_card_that_was_deleted_with_its_thread_is_posted_again(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_claim")
    delete_card(story)

    story.types(ANA, "/recovery note 1 The courier found it")
    try_again(story)

    assert len(story.cards) == 1
    assert story.thread == [f"📝 <@{ANA}>: The courier found it"]


def test_a_card_that_is_deleted_between_its_edit_and_the_line_is_posted_again(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.fail("chat.postMessage", "thread_not_found")

    story.types(ANA, "/recovery claim 1")
    try_again(story)

    assert [f"<@{ANA}>" in words_of(card) for card in story.cards] == [True, True]
    assert story.thread == [CLAIMED_BY_ANA]


# The line to Slack is cut


def test_a_new_socket_is_opened_when_slack_asks_for_it(story: Story) -> None:
    story.receives("My parcel never came")
    calls = len(story.workspace.calls("apps.connections.open"))

    story.workspace.refresh_sockets()
    story.workspace.until(lambda: len(story.workspace.calls("apps.connections.open")) > calls)
    story.workspace.until(lambda: story.workspace.sockets() == 1)

    assert story.types(ANA, "/recovery claim 1") == "Case #1 is yours."


def test_a_new_socket_is_opened_when_one_is_cut(story: Story) -> None:
    story.receives("My parcel never came")

    story.workspace.cut_sockets()
    story.workspace.until(lambda: story.workspace.sockets() == 1)

    assert story.types(ANA, "/recovery claim 1") == "Case #1 is yours."


def test_an_event_that_comes_again_after_a_cut_is_acted_on_once(story: Story) -> None:
    story.receives("My parcel never came")
    seen = len(story.workspace.wires())

    with story.desk.transaction() as session:  # the bot cannot finish with the event while this is open
        session.execute(text("select 1 from cases where id = 1 for update"))
        story.workspace.say(ANA, CHANNEL, "@recovery note The courier found it", thread_ts=story.card["ts"])
        story.workspace.until(lambda: story.workspace.on_the_way() > 0)
        story.workspace.cut_sockets()
    story.workspace.until(lambda: story.workspace.sockets() == 1)
    story.workspace.move_clock(timedelta(minutes=1))
    story.workspace.until(story.is_quiet)
    story.settle()

    came = [wire for wire in story.workspace.wires()[seen:] if wire["what"] == "app_mention"]
    assert len(came) > 1
    assert story.thread[1:] == [f"📝 <@{ANA}>: The courier found it"]


def test_a_note_in_the_thread_that_comes_again_after_a_cut_is_one_note(story: Story) -> None:
    story.receives("My parcel never came")

    with story.desk.transaction() as session:
        session.execute(text("select 1 from cases where id = 1 for update"))
        story.workspace.say(ANA, CHANNEL, "I know this customer", thread_ts=story.card["ts"])
        story.workspace.until(lambda: story.workspace.on_the_way() > 0)
        story.workspace.cut_sockets()
    story.workspace.until(lambda: story.workspace.sockets() == 1)
    story.workspace.move_clock(timedelta(minutes=1))
    story.workspace.until(story.is_quiet)
    story.settle()

    assert "1, in the thread" in story.card_words


@pytest.mark.parametrize("workspace", [LITTLE_PATIENCE], indirect=True)
def test_an_answer_that_slack_did_not_take_is_given_when_the_event_comes_again(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.fail("chat.postEphemeral", "internal_error")

    story.says(ANA, "@recovery claim #99")

    (told,) = story.heard_by(ANA)
    assert "There is no case #99" in told


# People act on what is no longer so


def test_a_click_on_a_card_that_is_behind_is_told_how_it_stands(story: Story) -> None:
    story.receives("My parcel never came")
    story.workspace.command(SAM, CHANNEL, "/recovery resolve 1 recovered delivery Sent a new lamp")

    story.clicks(ANA, "case_claim")

    assert "already resolved" in story.heard_by(ANA)[-1]


@pytest.mark.parametrize(
    ("form", "values"),
    [
        (
            "case_resolve",
            {"outcome": "recovered", "theme": "delivery", "what_was_done": "Sent a second lamp"},
        ),
        ("case_compensate", {"kind": "voucher", "amount": "20", "reason": "a week late"}),
    ],
)
def test_a_form_for_a_case_that_was_resolved_meanwhile_says_so(
    story: Story, form: str, values: dict[str, str]
) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, form)
    story.types(SAM, "/recovery resolve 1 recovered delivery Sent a new lamp")

    story.submits(ANA, **values)

    assert "already resolved" in story.form_words(ANA)
    assert f"<@{SAM}> resolved the case as *recovered*" in story.form_words(ANA)
    assert "Sent a new lamp" in story.card_words
    assert given_in(story) == 0


def test_a_form_that_assigns_a_case_somebody_took_meanwhile_says_who(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(SAM, "case_more", "assign 1")
    story.types(BEN, "/recovery claim 1")

    story.submits(SAM, to=ANA)

    assert f"already with <@{BEN}> since <!date^" in story.form_words(SAM)
    assert f"🙋 <@{BEN}> claimed the case." in story.form_words(SAM)
    assert f"<@{BEN}>" in story.card_words


@pytest.mark.parametrize("workspace", [LITTLE_PATIENCE], indirect=True)
def test_a_form_that_is_handed_in_again_because_our_answer_came_too_late_counts_once(story: Story) -> None:
    story.receives("My parcel never came")
    story.clicks(ANA, "case_compensate")
    (view,) = story.workspace.views(ANA)
    values = {"kind": "voucher", "amount": "20", "reason": "a week late"}

    with story.desk.transaction() as session:
        session.execute(text("select 1 from cases where id = 1 for update"))
        with pytest.raises(ActError):
            story.workspace.submit(ANA, view["id"], values)
    story.workspace.until(partial(given_in, story))
    errors = story.submits(ANA, **values)

    assert errors == {}
    assert given_in(story) == 1


@pytest.mark.parametrize(
    ("error", "retry_after"), [("expired_trigger_id", None), ("ratelimited", HALF_A_MINUTE)]
)
def test_who_waits_in_vain_for_a_form_is_asked_to_click_again(
    story: Story, error: str, retry_after: timedelta | None
) -> None:
    story.receives("My parcel never came")
    story.workspace.fail("views.open", error, retry_after=retry_after)

    story.clicks(ANA, "case_resolve")

    assert "Click once more" in story.heard_by(ANA)[-1]


def try_again(story: Story) -> None:
    """Do now what waits for a later try."""
    with story.desk.transaction() as session:
        session.execute(text("update procrastinate_jobs set scheduled_at = null where status = 'todo'"))
    story.settle()


WAITS = text("select extract(epoch from scheduled_at - now()) from procrastinate_jobs where status = 'todo'")


def waits_of(story: Story) -> list[float]:
    """How many seconds each job is to wait."""
    with story.desk.transaction() as session:
        return [float(wait) for wait in session.scalars(WAITS)]


def break_channel(story: Story, how: str) -> None:
    """Let the team's channel be one that takes nothing from the bot."""
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(channel=ELSEWHERE)})
    workspace = story.workspace
    preparations: dict[str, Callable[[], object]] = {
        "missing": lambda: None,
        "not_in_channel": lambda: workspace.create_channel(LEA, "recovery-elsewhere", members=[ANA, BEN]),
        "archived": lambda: create_archived_channel(workspace),
    }
    preparations[how]()


def create_archived_channel(workspace: Workspace) -> None:
    """A channel that was closed."""
    workspace.create_channel(LEA, "recovery-elsewhere")
    workspace.archive(LEA, ELSEWHERE)


def mend_channel(story: Story, how: str) -> None:
    """Do what an admin does about it."""
    mending: dict[str, Callable[[], object]] = {
        "missing": lambda: story.workspace.create_channel(LEA, "recovery-elsewhere"),
        "not_in_channel": lambda: story.workspace.invite(LEA, ELSEWHERE),
    }
    mending[how]()


def delete_card(story: Story) -> None:
    """What an admin can do to a message of ours."""
    workspace = story.workspace
    client = WebClient(workspace.bot_token, base_url=workspace.api_url, retry_handlers=[])
    client.chat_delete(channel=workspace.channel(CHANNEL)["id"], ts=story.card["ts"])


def history_of(story: Story, case_id: int) -> list[CaseEventKind]:
    """What happened to a case, the oldest first."""
    with story.desk.transaction() as session:
        return [line.kind for line in load_history(session, case_id)]


def given_in(story: Story) -> int:
    """How many gifts were given."""
    with story.desk.transaction() as session:
        return len(session.scalars(select(Compensation.id)).all())


def from_bot(story: Story, channel: str) -> list[str]:
    """What the bot posted in a channel."""
    return [words_of(message) for message in story.workspace.messages(channel) if message.get("bot_id")]
