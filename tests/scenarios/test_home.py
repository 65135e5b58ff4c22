"""The Home tab: what each person sees there, what they can do, and when it is published."""

from dataclasses import replace
from datetime import timedelta

from bot.schedule import write_documents
from bot.slack.client import Posted
from bot.slack.homes import look_at_homes
from bot.workspace.server import Workspace
from handlers.homes import ANEW_AFTER, AT_MOST_EVERY, OPEN_FOR
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import CHANNEL, Story, words_of

LAMP, PARCEL = "My lamp hums", "My parcel never came"


def publishes(workspace: Workspace) -> int:
    """How often a Home was published."""
    return len(workspace.calls("views.publish"))


def ticks(story: Story, after: timedelta = AT_MOST_EVERY) -> None:
    """Time passes, the Homes are looked at, and what is due is published."""
    story.clock.forward(after)
    look_at_homes(story.desk)
    story.settle()


def test_an_agent_sees_what_is_theirs_and_what_nobody_has(story: Story) -> None:
    story.receives(LAMP)
    story.types(ANA, "/recovery claim 1")
    story.receives(PARCEL)

    words = story.opens_home(ANA)

    card = story.workspace.messages(CHANNEL)[0]
    link = story.slack.link_to(Posted(story.workspace.channel(CHANNEL)["id"], card["ts"]))
    assert "*1* yours · 🆕 *1* that nobody has" in words
    assert f"*<{link}|#1>* {LAMP}\n⏱️ resolve by " in words
    assert f"#2>* {PARCEL}\n⏱️ acknowledge by " in words


def test_a_case_is_worked_from_home_as_from_its_card(story: Story) -> None:
    story.receives(LAMP)
    story.opens_home(ANA)

    story.clicks_at_home(ANA, "case_claim", case=1)
    story.clicks_at_home(ANA, "case_note", case=1)
    story.submits(ANA, text="The courier has it")
    story.clicks_at_home(ANA, "case_more", "release 1", case=1)

    assert "🆕 *1* that nobody has" in story.home_words(ANA)
    assert any("The courier has it" in line for line in story.thread)


def test_what_a_click_at_home_changes_is_shown_there_at_once(story: Story) -> None:
    story.receives(LAMP)
    story.opens_home(ANA)

    story.clicks_at_home(ANA, "case_claim", case=1)

    assert "*1* yours · 🆕 *0* that nobody has" in story.home_words(ANA)


def test_a_click_on_a_case_that_was_resolved_meanwhile_says_so(story: Story) -> None:
    story.receives(LAMP)
    story.types(ANA, "/recovery claim 1")
    story.opens_home(ANA)
    story.types(BEN, "/recovery resolve 1 recovered delivery Sent a new one")

    story.clicks_at_home(ANA, "case_compensate", case=1)

    assert f"already resolved: <@{BEN}> resolved it as recovered" in story.form_words(ANA)
    assert "*Your cases*: none" in story.home_words(ANA)


def test_everything_about_a_case_is_read_at_home_in_a_modal(story: Story) -> None:
    story.receives(LAMP)
    story.types(ANA, "/recovery claim 1")
    story.opens_home(ANA)

    story.clicks_at_home(ANA, "case_more", "show 1", case=1)
    view = story.workspace.views(ANA)[-1]
    story.workspace.click_in_view(ANA, view["id"], "case_show")

    (modal,) = story.workspace.views(ANA)
    assert "*Case #1*, history, page 1 of 1" in words_of(modal)
    assert story.workspace.ephemerals(ANA) == story.workspace.ephemerals(ANA, CHANNEL)


def test_what_is_chosen_once_is_shown_from_then_on_page_by_page(story: Story) -> None:
    story.receives_all([f"Parcel {number} never came" for number in range(7)])
    story.opens_home(ANA)

    story.clicks_at_home(ANA, "home_filter")
    story.submits(ANA, whose="all", team="deliveries", order="newest")
    first = story.home_words(ANA)
    story.clicks_at_home(ANA, "home_next")
    second = story.home_words(ANA)
    story.clicks_at_home(ANA, "home_clear")

    assert "*All open cases*, 7, page 1 · Deliveries · newest first" in first
    assert "*All open cases*, 7, page 2 · Deliveries · newest first" in second
    assert "*Your cases*: none" in story.home_words(ANA)


def test_a_stranger_is_shown_the_way_in_and_no_case(story: Story, workspace: Workspace) -> None:
    story.rules.rulebook = replace(a_rulebook(), teams={"deliveries": a_team(supervisors=())})
    story.receives(LAMP)

    words = story.opens_home(SAM)
    story.clicks_at_home(SAM, "ask_to_join")

    assert LAMP not in words
    assert f"I have asked <@{LEA}> to let you work for Deliveries." in story.form_words(SAM)
    assert f"<@{SAM}> asks, on the Home tab, to work for *Deliveries*" in story.told(LEA)[-1]


def test_who_leaves_the_team_while_their_home_is_open_sees_no_case_any_more(story: Story) -> None:
    story.receives(LAMP)
    story.opens_home(ANA)

    story.rules.rulebook = replace(a_rulebook(), teams={"deliveries": a_team(members=(BEN,))})
    ticks(story)

    assert "Ask to join" in story.home_words(ANA)
    assert LAMP not in story.home_words(ANA)


def test_a_home_is_published_when_something_changed_and_not_otherwise(
    story: Story, workspace: Workspace
) -> None:
    story.opens_home(ANA)

    story.receives(LAMP)
    before_the_look = publishes(workspace)
    ticks(story)
    ticks(story)
    ticks(story, ANEW_AFTER)

    assert before_the_look == 1
    assert publishes(workspace) == 2
    assert LAMP in story.home_words(ANA)


def test_a_burst_of_changes_is_one_publish(story: Story, workspace: Workspace) -> None:
    story.opens_home(ANA)

    story.receives_all([f"Parcel {number} never came" for number in range(20)])
    ticks(story)

    assert publishes(workspace) == 2
    assert "🆕 *20* that nobody has" in story.home_words(ANA)


def test_a_home_that_was_opened_long_ago_is_left_alone_until_it_is_opened_again(
    story: Story, workspace: Workspace
) -> None:
    story.opens_home(ANA)

    story.receives(LAMP)
    ticks(story, OPEN_FOR)

    assert publishes(workspace) == 1
    assert LAMP in story.opens_home(ANA)


def test_a_home_that_somebody_else_published_is_loaded_again_and_replaced(
    story: Story, workspace: Workspace
) -> None:
    story.opens_home(ANA)
    story.slack.publish_home(ANA, {"type": "home", "blocks": [{"type": "divider"}]}, expects=None)

    story.receives(LAMP)
    ticks(story)

    answers = [call.response.get("error") for call in workspace.calls("views.publish")]
    assert answers == [None, None, "hash_conflict", None]
    assert LAMP in story.home_words(ANA)


def test_slack_that_has_no_time_gets_the_home_when_it_has(story: Story, workspace: Workspace) -> None:
    workspace.fail("views.publish", "ratelimited", retry_after=timedelta(seconds=1))

    story.opens_home(ANA)
    story.receives(LAMP)
    ticks(story)

    assert workspace.home(ANA) is None
    story.workspace.until(lambda: story.settle() or workspace.home(ANA))
    assert publishes(workspace) == 2
    assert LAMP in story.home_words(ANA)


def test_a_supervisor_sees_to_what_is_raised_and_approves_what_is_asked_from_home(story: Story) -> None:
    story.receives(LAMP)
    story.receives(PARCEL)
    story.types(ANA, "/recovery escalate 1 The press calls")
    story.types(ANA, "/recovery claim 2")
    story.types(ANA, "/recovery ask 2 90 EUR voucher came late")
    before = story.opens_home(SAM)

    story.clicks_at_home(SAM, "case_ack")
    story.clicks_at_home(SAM, "case_approve")

    assert "🚨 *1* escalated · ⏳ *1* at risk · 🙏 *1* to approve" in before
    assert f"<@{ANA}> *1* case, too few like them to tell how long" in before
    after = story.home_words(SAM)
    assert "🚨 *0* escalated · ⏳ *2* at risk · 🙏 *0* to approve" in after
    assert "90.00 EUR" in story.card_words


def risk_buttons(story: Story, who: str) -> dict[str, str | None]:
    """The button beside each case that falls due soon, by its block."""
    blocks = (story.workspace.home(who) or {})["blocks"]
    rows = [each for each in blocks if each["block_id"].startswith("risk_")]
    return {each["block_id"]: each.get("accessory", {}).get("action_id") for each in rows}


def test_what_falls_due_is_offered_to_who_may_take_it_and_has_it_not(story: Story) -> None:
    billing = a_team(key="billing", name="Billing", channel="#recovery-billing", supervisors=(BEN,))
    story.rules.rulebook = a_rulebook(teams={"deliveries": a_team(), "billing": billing})
    for words in (LAMP, PARCEL, "My chair creaks"):
        story.receives(words)
    story.types(ANA, "/recovery claim 2")
    story.types(SAM, "/recovery claim 3")
    story.types(ANA, "/recovery involve 2 billing Please check the invoice")

    story.opens_home(SAM)
    story.opens_home(BEN)

    assert risk_buttons(story, SAM) == {"risk_1": "case_claim", "risk_2": "case_takeover", "risk_3": None}
    assert risk_buttons(story, BEN) == {"risk_2": None}  # his team has a part in it only


def test_a_lead_sees_the_week_in_figures_before_all_else(story: Story) -> None:
    story.rules.rulebook = replace(a_rulebook(), teams={"deliveries": a_team(leads=(BEN,))})
    story.receives(LAMP)

    words = story.opens_home(BEN)

    assert words.index("*Recovery, this week, for your teams*") < words.index("*Who has how much*")
    assert "🆕 *Cases opened* 1" in words


def test_an_admin_leads_every_team(story: Story) -> None:
    story.receives(LAMP)

    words = story.opens_home(LEA)

    assert "*Recovery, this week, for your teams*" in words
    assert "🆕 *1* that nobody has" in words


def test_bookmarks_stand_at_home_and_lead_to_everything(story: Story) -> None:
    story.receives(LAMP)
    story.types(ANA, "/recovery resolve 1 recovered delivery Sent a new one")
    story.types(ANA, "/recovery bookmark 1")

    words = story.opens_home(ANA)
    story.clicks_at_home(ANA, "case_show", case=1)

    assert "🔖 Your bookmarks" in words
    assert "* My lamp hums\nresolved · Deliveries" in words
    assert "*History*" in story.form_words(ANA)


def test_a_part_that_another_team_asks_for_is_claimed_and_done_from_home(story: Story) -> None:
    billing = a_team(
        key="billing", name="Billing", channel="#recovery-billing", members=(BEN,), supervisors=()
    )
    deliveries = a_team(members=(ANA,))
    story.rules.rulebook = a_rulebook(teams={"deliveries": deliveries, "billing": billing})
    story.receives(LAMP)
    story.types(ANA, "/recovery involve 1 billing Please check the invoice")
    before = story.opens_home(BEN)

    story.clicks_at_home(BEN, "case_claim")
    claimed = story.home_words(BEN)
    story.clicks_at_home(BEN, "case_done", case=1)
    story.submits(BEN, words="Booked back")

    asked = "👥 Deliveries asks: Please check the invoice · "
    assert "Other teams ask*, and nobody has it\n" in before
    assert asked in before
    assert "*1* yours" in claimed
    assert f"{asked}⏱️ resolve by " in claimed
    assert LAMP not in story.home_words(BEN)


def test_a_case_is_searched_from_home_page_by_page(story: Story) -> None:
    story.receives_all([f"Parcel {number} never came" for number in range(7)])
    write_documents(story.desk)
    story.opens_home(ANA)

    story.clicks_at_home(ANA, "home_search")
    refused = story.submits(ANA, words="?")
    story.submits(ANA, words="parcel")
    first = story.form_words(ANA)
    story.workspace.click_in_view(ANA, story.workspace.views(ANA)[-1]["id"], "case_search")

    assert list(refused) == ["words"]
    assert "*7 cases* with “parcel”, the best first, page 1 of 2" in first
    assert "page 2 of 2" in story.form_words(ANA)
