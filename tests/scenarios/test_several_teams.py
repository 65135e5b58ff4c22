"""Another team does something for a case: a card of its own in step with the case's, and its own clock."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, text

from handlers import closing, involving, messages
from handlers.errors import CannotDo
from models.case import Case
from models.message import MessagePurpose
from models.part import Part
from models.policies.rulebook import Admins
from models.vocabulary import CaseStatus, OutcomeKind, PartEnd
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team, an_act
from tests.scenarios.test_races import at_once
from tests.scenarios.test_slack_trouble import try_again
from tests.story import CHANNEL, Story, words_of

BILLING, PRODUCTS, ADMINS = "#recovery-billing", "#recovery-products", "#recovery-admins"
ASKED = "/recovery involve 1 billing Please check the invoice"


@pytest.fixture
def story(story: Story) -> Story:
    """Ana works for Deliveries, Ben for Billing, which Lea leads; a case of Deliveries."""
    deliveries = a_team(members=(ANA,), supervisors=(SAM,))
    billing = a_team(key="billing", name="Billing", channel=BILLING, members=(BEN,), supervisors=(LEA,))
    products = a_team(key="products", name="Products", channel=PRODUCTS, members=(SAM,), supervisors=())
    story.rules.rulebook = a_rulebook(
        teams={"deliveries": deliveries, "billing": billing, "products": products},
        admins=Admins(members=(SAM,), channel=ADMINS),
    )
    story.receives("Charged twice")
    return story


def cards_in(story: Story, channel: str) -> list[dict[str, str]]:
    return [message for message in story.workspace.messages(channel) if message.get("bot_id")]


def part_words(story: Story) -> str:
    """What Billing's latest card says."""
    return words_of(cards_in(story, BILLING)[-1])


def thread_in(story: Story, channel: str) -> list[str]:
    """What stands below the latest card in a channel."""
    ts = cards_in(story, channel)[-1]["ts"]
    return [words_of(reply) for reply in story.workspace.thread(channel, ts)[1:]]


def part_thread(story: Story) -> list[str]:
    """What stands below Billing's latest card."""
    return thread_in(story, BILLING)


def react_to_part(story: Story, who: str, name: str) -> None:
    """Somebody puts an emoji on Billing's card."""
    story.workspace.react(who, BILLING, cards_in(story, BILLING)[-1]["ts"], name)
    story.workspace.until(story.is_quiet)
    story.settle()


def click_part(story: Story, who: str, action: str, value: str | None = None) -> None:
    """Somebody presses a button on Billing's card."""
    story.workspace.click(who, BILLING, cards_in(story, BILLING)[-1]["ts"], action, value)
    story.settle()


def say_in_part(story: Story, who: str, text: str) -> None:
    """Somebody writes in the thread of Billing's card."""
    story.workspace.say(who, BILLING, text, thread_ts=cards_in(story, BILLING)[-1]["ts"])
    story.workspace.until(story.is_quiet)
    story.settle()


def link_in(story: Story, channel: str) -> str:
    (card,) = cards_in(story, channel)
    return f"/archives/{story.workspace.channel(channel)['id']}/p{card['ts'].replace('.', '')}"


# A card of its own


def test_a_team_that_is_brought_in_has_a_card_that_leads_to_the_cases_and_back(story: Story) -> None:
    answer = story.types(ANA, ASKED)

    assert answer == "Billing is on case #1 now; its card stands in their channel too."
    assert "👥 *Deliveries* asks *Billing*: Please check the invoice" in part_words(story)
    assert "Charged twice" in part_words(story)
    assert f"{link_in(story, CHANNEL)}|the case's card>" in part_words(story)
    assert f"{link_in(story, BILLING)}|Billing>*: “Please check the invoice”" in story.card_words
    assert f"👥 <@{ANA}> brought in *Billing*: Please check the invoice" in story.thread[-1]


def test_the_cards_stay_in_step(story: Story) -> None:
    story.types(ANA, ASKED)

    story.types(ANA, "/recovery claim 1")
    click_part(story, BEN, "case_claim")

    assert f"*Its owner*\n<@{ANA}>" in part_words(story)
    assert f"🛠️ <@{BEN}>" in part_words(story)
    assert f"🛠️ <@{BEN}>" in story.card_words
    assert part_thread(story) == [f"🙋 <@{ANA}> claimed the case.", f"🙋 <@{BEN}> takes *Billing*'s part."]


def test_a_team_is_brought_in_from_the_menu(story: Story) -> None:
    story.clicks(ANA, "case_more", "involve 1")

    errors = story.submits(ANA, team="billing", words="Please check the invoice")

    assert errors == {}
    assert "Please check the invoice" in part_words(story)


def test_a_team_is_brought_in_by_mention_and_once(story: Story) -> None:
    story.says(ANA, "@recovery involve Billing please check it")

    refused = [story.types(ANA, ASKED), story.types(ANA, "/recovery involve 1 deliveries Look at it")]

    assert len(cards_in(story, BILLING)) == 1
    assert "Billing is on case #1 already" in refused[0]
    assert "Name another team" in refused[1]


# Threads


def test_what_is_written_in_one_thread_is_a_note_and_a_line_in_the_other(story: Story) -> None:
    story.types(ANA, ASKED)

    say_in_part(story, BEN, "It was booked twice")
    story.says(ANA, "Thank you, Ben")

    assert story.thread[-2:] == [f"📝 <@{BEN}>: It was booked twice", "Thank you, Ben"]
    assert part_thread(story)[-2:] == ["It was booked twice", f"📝 <@{ANA}>: Thank you, Ben"]
    assert "2, in the threads" in part_words(story)


def test_a_note_that_was_repeated_is_followed_where_it_was_repeated(story: Story) -> None:
    story.types(ANA, ASKED)
    say_in_part(story, BEN, "It was booked twise")
    ts = story.workspace.thread(BILLING, cards_in(story, BILLING)[-1]["ts"])[-1]["ts"]

    story.workspace.edit(BEN, BILLING, ts, "It was booked twice")
    story.workspace.until(story.is_quiet)
    story.workspace.delete(BEN, BILLING, ts)
    story.workspace.until(story.is_quiet)
    story.settle()

    told = "\n".join(story.thread).splitlines()
    assert f"✏️ <@{BEN}> changed a note from “It was booked twise” to “It was booked twice”" in told
    assert f"🗑️ A note of <@{BEN}> was deleted in Slack; it said “It was booked twice”" in told
    assert not any("🗑️" in line for line in part_thread(story))


def test_a_mention_in_the_teams_thread_is_about_its_part(story: Story) -> None:
    story.types(ANA, ASKED)

    say_in_part(story, BEN, "@recovery claim")
    say_in_part(story, BEN, "@recovery contacted phone We pay it back")
    say_in_part(story, BEN, "@recovery done Paid back")

    assert f"☑️ <@{BEN}> finished *Billing*'s part: Paid back" in part_thread(story)[-1]
    assert "☑️ done" in story.card_words
    assert f"📞 <@{BEN}> contacted the customer" in story.thread[-2]


# Done, sent back, needed no more


def test_a_part_is_done_by_its_form_and_who_has_the_case_hears_of_it(story: Story) -> None:
    story.types(ANA, "/recovery claim 1")
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_done")

    errors = story.submits(BEN, words="It was booked twice; paid back.")
    story.waits(timedelta(seconds=1))

    assert errors == {}
    assert "It was booked twice; paid back." in story.card_words
    assert "finished *Billing*'s part" in story.told(ANA)[-1]


def test_of_two_colleagues_who_finish_a_part_by_form_the_second_sees_what_the_first_did(story: Story) -> None:
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_done")
    story.types(LEA, "/recovery done 1 Booked twice")

    story.submits(BEN, words="Paid back")
    shown = story.form_words(BEN)
    click_part(story, BEN, "case_show")

    assert f"☑️ <@{LEA}> finished *Billing*'s part: Booked twice" in shown
    assert "Paid back" not in story.card_words


def test_one_of_two_parts_is_ended_from_the_menu_of_the_cases_card(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(ANA, "/recovery involve 1 products Is the lamp sold out?")
    story.clicks(ANA, "case_more", "uninvolve 1")

    errors = story.submits(ANA, part="P2", words="They found one")

    assert errors == {}
    assert "👋 not needed any more" in words_of(cards_in(story, PRODUCTS)[-1])
    assert "Claim" in part_words(story)


def test_who_asked_takes_it_back_on_the_card_of_the_part_too(story: Story) -> None:
    story.types(ANA, ASKED)
    click_part(story, ANA, "case_more", "uninvolve 1 P1")

    errors = story.submits(ANA, words="They found it")

    assert errors == {}
    assert f"👋 not needed any more, <@{ANA}>" in part_words(story)


def test_only_the_team_that_is_asked_finishes_its_part_and_only_the_cases_resolves_it(story: Story) -> None:
    story.types(ANA, ASKED)

    said = [
        story.types(ANA, "/recovery done 1 Paid"),
        story.types(BEN, "/recovery resolve 1 recovered other Paid back"),
    ]

    assert "Only people of Billing can finish its part" in said[0]
    assert "Only people of Deliveries can resolve its cases" in said[1]


def test_a_part_is_sent_back_or_needed_no_more_and_the_team_can_be_asked_again(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(BEN, "/recovery uninvolve 1 Not our invoice")
    story.types(ANA, ASKED)

    story.types(ANA, "/recovery uninvolve 1 billing The customer found it")

    assert f"👋 <@{ANA}> does not need *Billing* any more: The customer found it" in story.thread[-1]
    assert any(f"↩️ <@{BEN}> sent *Billing*'s part back: Not our invoice" in line for line in story.thread)
    assert len(cards_in(story, BILLING)) == 2
    assert "No other team than Deliveries" not in story.types(BEN, "/recovery done 1 Late")


def test_a_case_that_is_resolved_ends_the_part_and_says_so_before(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(BEN, "/recovery claim 1")
    story.clicks(ANA, "case_resolve")
    warned = story.form_words(ANA)

    story.submits(ANA, outcome="recovered", theme="delivery", what_was_done="Paid back")
    story.waits(timedelta(seconds=1))
    late = story.types(BEN, "/recovery done 1 Paid back")

    assert "*Billing* has not finished its part yet, which ends with the case" in warned
    assert part_thread(story)[-1].splitlines() == [
        f"✅ <@{ANA}> resolved the case as *recovered* (Late or lost delivery): Paid back",
        "👋 *Billing*'s part is over: the case was resolved.",
    ]
    assert "*Billing*'s part is over: the case was resolved" in story.told(BEN)[-1]
    assert f"Case #1 is already resolved: <@{ANA}> resolved it" in late


# What becomes of parts when the case changes


def test_a_case_that_is_moved_to_a_team_with_a_part_is_theirs_and_others_are_led_there(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(ANA, "/recovery involve 1 products Is the lamp sold out?")

    story.types(SAM, "/recovery move 1 billing")

    part, card = cards_in(story, BILLING)
    (lamp,) = cards_in(story, PRODUCTS)
    assert "the case is theirs now" in words_of(part)
    assert "Is the lamp sold out?" in words_of(card)
    assert "Billing* asks *Products" in words_of(lamp)
    assert f"p{card['ts'].replace('.', '')}|the case's card" in words_of(lamp)
    assert "moved the case from *Deliveries* to *Billing*" in thread_in(story, PRODUCTS)[-1]


def test_a_merge_ends_the_parts_and_a_split_leaves_them(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(ANA, "/recovery split 1 The driver was rude")
    after_split = part_words(story)

    story.types(ANA, "/recovery merge 1 2")
    story.types(ANA, "/recovery unmerge 1")

    assert "Claim" in after_split
    assert "the case was merged" in part_words(story)
    assert "*Billing*" not in words_of(cards_in(story, CHANNEL)[1])
    assert "No other team than Deliveries" not in story.types(BEN, "/recovery done 1 Paid back")


def test_a_case_that_is_reopened_asks_nobody_again(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(ANA, "/recovery resolve 1 recovered other Paid back")

    story.types(ANA, "/recovery reopen 1 They call again")
    refused = story.types(BEN, "/recovery done 1 Paid back")
    story.types(ANA, ASKED)

    assert "ended with the case" in refused
    assert ["Claim" in words_of(card) for card in cards_in(story, BILLING)] == [False, True]


def test_who_leaves_or_is_away_has_no_part_any_more(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(BEN, "/recovery claim 1")

    story.types(BEN, "/recovery away until friday")

    assert (
        part_thread(story)[-1] == f"🙌 <@{BEN}>, who had *Billing*'s part, is away. It is back with Billing."
    )
    assert "nobody has it yet" in story.card_words


def test_a_part_is_left_to_who_stands_in_and_is_here(story: Story) -> None:
    story.types(ANA, ASKED)
    story.types(BEN, "/recovery claim 1")
    story.types(BEN, f"/recovery away until friday <@{LEA}>")
    given = part_thread(story)[-1]

    story.types(BEN, "/recovery back")
    story.types(BEN, f"/recovery assign 1 P1 <@{BEN}>")
    story.types(LEA, "/recovery away until friday")
    story.types(BEN, f"/recovery away until friday <@{LEA}>")

    assert given == f"👉 the bot gave *Billing*'s part to <@{LEA}> from <@{BEN}>."
    assert part_thread(story)[-1].endswith("is away. It is back with Billing.")


# What Slack does


def test_a_channel_that_is_archived_is_told_to_the_admins_and_the_case_is_worked_on(story: Story) -> None:
    story.workspace.archive(SAM, BILLING)

    story.types(ANA, ASKED)
    story.types(ANA, "/recovery claim 1")

    (told,) = [words_of(message) for message in story.workspace.messages(ADMINS)]
    assert (
        f"Slack refuses what we post to {BILLING}: `is_archived`. It began with the part of case #1" in told
    )
    assert "Slack refused what we owe it: is_archived" in story.types(ANA, "/recovery show 1")
    assert f"*Owner*\n<@{ANA}>" in story.card_words


def test_a_channel_without_the_bot_gets_card_and_thread_when_it_is_let_in(story: Story) -> None:
    story.workspace.remove(SAM, BILLING)
    story.types(ANA, ASKED)
    story.types(ANA, "/recovery claim 1")

    story.workspace.invite(SAM, BILLING)
    story.mends(timedelta(minutes=1))

    assert part_thread(story) == [f"🙋 <@{ANA}> claimed the case."]
    assert f"{link_in(story, BILLING)}|Billing>" in story.card_words


def test_a_part_whose_card_somebody_deleted_gets_it_back_with_its_thread(story: Story) -> None:
    story.types(ANA, ASKED)

    card = cards_in(story, BILLING)[-1]
    story.slack.writes.chat_delete(channel=story.slack.channel_id(BILLING), ts=card["ts"])
    story.workspace.until(story.is_quiet)
    story.types(ANA, "/recovery claim 1")
    try_again(story)

    assert len(cards_in(story, BILLING)) == 1
    assert part_thread(story)[-1] == f"🙋 <@{ANA}> claimed the case."
    assert f"{link_in(story, BILLING)}|Billing>" in story.card_words


def test_reactions_on_its_card_claim_the_part_and_offer_to_finish_it(story: Story) -> None:
    story.types(ANA, ASKED)

    react_to_part(story, BEN, "eyes")
    react_to_part(story, BEN, "white_check_mark")

    assert f"🙋 <@{BEN}> takes *Billing*'s part." in part_thread(story)
    assert "Is your team's part of case #1 done?" in story.heard_by(BEN)[-1]


# Clocks and figures


def test_each_team_is_reminded_of_its_own_promise_in_its_own_thread(story: Story) -> None:
    story.types(ANA, "/recovery claim 1")
    story.types(ANA, ASKED)

    story.waits(timedelta(minutes=5))
    story.waits(timedelta(minutes=5))

    assert f"⏳ <@{BEN}> nobody has it yet: to acknowledge this part is due" in part_thread(story)[0]
    assert f"🚨 <@{LEA}>: *Billing*'s part was to be acknowledged by" in part_thread(story)[-1]
    assert "*Billing*'s part was to be acknowledged" in story.told(LEA)[-1]
    assert link_in(story, BILLING) in story.told(LEA)[-1]
    assert not any("this part" in line or "was to be" in line for line in story.thread)


def test_what_the_case_waits_for_does_not_hold_the_part_back(story: Story) -> None:
    story.types(ANA, "/recovery claim 1")
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_claim")
    story.types(ANA, "/recovery pause 1 customer They look for it")

    story.waits(timedelta(minutes=61))

    assert f"🚨 <@{LEA}>: *Billing*'s part was to be finished by" in part_thread(story)[-1]
    assert "paused since" in story.card_words


def test_each_teams_figures_count_its_own_part_and_a_case_counts_once(story: Story) -> None:
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_claim")
    story.clock.forward(timedelta(minutes=20))
    story.types(BEN, "/recovery done 1 Paid back")

    billing, deliveries, all_ = (
        story.types(ANA, f"/recovery-stats this week {scope}") for scope in ("billing", "deliveries", "all")
    )

    assert "*Cases opened* 0" in billing
    assert (
        "*Parts in other teams' cases* 1 asked for: 1 done · 0 open now · median 20 min to do it" in billing
    )
    assert "👥 ⏱️ *To finish* in time 100% (1 of 1) · median 20 min" in billing
    assert "Parts in" not in deliveries
    assert "To resolve* in time none due yet" in deliveries
    assert "*Cases opened* 1" in all_
    assert "1 asked for: 1 done" in all_


# Who sees it


def test_a_part_is_among_what_the_team_and_who_has_it_see(story: Story) -> None:
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_claim")

    seen = [story.types(BEN, f"/recovery {words}") for words in ("list billing", "mine", "show 1")]

    assert "*1 open case for Billing*" in seen[0]
    assert "*Your 1 open case*" in seen[1]
    assert f"👥 Billing: <@{BEN}> · ⏱️ to finish: due in 1 h" in seen[1]
    assert f"👥 *Billing*: “Please check the invoice” · 🛠️ <@{BEN}>" in seen[2]


def test_a_team_may_look_at_a_private_teams_case_once_it_was_asked(story: Story) -> None:
    private = replace(story.rules.rulebook.teams["deliveries"], is_private=True)
    story.rules.rulebook = replace(
        story.rules.rulebook, teams={**story.rules.rulebook.teams, "deliveries": private}
    )
    before = [story.types(BEN, "/recovery show 1"), story.types(BEN, "/recovery list all")]
    story.types(ANA, ASKED)
    during = story.types(BEN, "/recovery show 1")
    story.types(BEN, "/recovery done 1 Paid back")

    after = [story.types(BEN, "/recovery show 1"), story.types(BEN, "/recovery list all")]

    assert "Only people of Deliveries can look at its cases" in before[0]
    assert "No open cases" in before[1]
    assert "Charged twice" in during
    assert "Charged twice" in after[0]
    assert "Charged twice" in after[1]


# Two at once


def test_of_a_team_that_finishes_and_one_that_resolves_at_once_the_second_is_told(story: Story) -> None:
    story.types(ANA, ASKED)
    click_part(story, BEN, "case_claim")
    refusals: list[str] = []

    at_once([partial(finish, story, refusals), partial(resolve, story)])
    story.settle()

    with story.desk.transaction() as session:
        case = session.get_one(Case, 1)
        (part,) = session.scalars(select(Part))
        ends = {PartEnd.DONE: [], PartEnd.RESOLVED: [f"already resolved: <@{ANA}> resolved it"]}
        assert (case.status, case.open_parts) == (CaseStatus.RESOLVED, 0)
        assert [told for told in ends[part.ended_because] if told not in "".join(refusals)] == []
        assert len(refusals) == len(ends[part.ended_because])


def test_ten_who_finish_one_part_at_once_finish_it_once(story: Story) -> None:
    story.types(ANA, ASKED)
    refusals: list[str] = []

    at_once([partial(finish, story, refusals)] * 10)

    assert len(refusals) == 9
    assert all(f"is done already: <@{BEN}> said so" in refusal for refusal in refusals)


def test_an_edit_that_waits_for_one_card_of_a_case_holds_no_other_back(story: Story) -> None:
    story.types(ANA, ASKED)
    with story.desk.transaction() as session:
        session.execute(SHOWN_AGAIN)
    card, part = (TAKE.bindparams(purpose=purpose) for purpose in (MessagePurpose.CARD, MessagePurpose.PART))

    with ThreadPoolExecutor(1) as elsewhere, story.database.transaction() as delivering:
        delivering.execute(card)
        editing = elsewhere.submit(edit, story)
        story.workspace.until(partial(somebody_waits, story))
        taken = delivering.execute(part).all()

    editing.result()
    assert len(taken) == 1


SHOWN_AGAIN = text(
    "update messages set wanted_version = wanted_version + 1, shown_version = shown_version + 1 "
    "where purpose = 'card'"
)
"""From now on PostgreSQL finds the row of the part first."""
TAKE = text("select id from messages where purpose = :purpose for update nowait")


def edit(story: Story) -> None:
    """Owe the cards of the case an edit."""
    with story.desk.transaction() as session:
        messages.refresh_cards(session, [1])


def somebody_waits(story: Story) -> bool:
    """Whether a transaction waits for another."""
    with story.desk.transaction() as session:
        return bool(session.scalar(text("select count(*) from pg_locks where not granted")))


def finish(story: Story, refusals: list[str]) -> None:
    """Ben says that Billing's part is done."""
    act = an_act(BEN, rulebook=story.rules.rulebook)
    try:
        with story.desk.transaction() as session:
            involving.finish(session, 1, act, words="Paid back")
    except CannotDo as refusal:
        refusals.append(str(refusal))


def resolve(story: Story) -> None:
    """Ana resolves the case."""
    act = an_act(ANA, rulebook=story.rules.rulebook)
    how = {"outcome": OutcomeKind.RECOVERED, "theme": "other", "what_was_done": "Paid back"}
    with story.desk.transaction() as session:
        closing.resolve_case(session, 1, act, **how)
