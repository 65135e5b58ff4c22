"""The page in a real browser: what people see of the bot, and that nobody's words can run there."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from bot.workspace.server import Workspace
from tests.bot.page.bell import Bell
from tests.bot.page.conftest import PHONE, Visitor, keep
from tests.bot.page.samples import CHANNEL, OPENED_AT, button, every_input, message_blocks, mrkdwn, plain

HOSTILE = "<script>document.title='hurt'</script><img src=x onerror=\"document.title='hurt'\">"
ESCAPED = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
RIGHT_TO_LEFT = "\u202egnp.exe מהר מאוד"


def card_on(page: Page) -> Locator:
    return page.get_by_role("article").filter(has_text="Case 41: a lamp")


def use_tool(message: Locator, name: str) -> None:
    message.hover()
    message.get_by_role("button", name=name).click()


def test_a_card_arrives_while_the_page_is_open(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)

    bell.posts_card()

    expect(page.get_by_role("heading", name="Case 41: a lamp in three pieces")).to_be_visible()
    expect(card_on(page).locator("blockquote")).to_have_text(
        "My lamp came in three pieces & nobody answers. Second week now 😡"
    )
    expect(page.get_by_role("button", name="Claim")).to_be_visible()


def test_claiming_changes_the_card_in_place_and_its_thread_tells_so(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    bell.posts_card()

    page.get_by_role("button", name="Claim").click()

    expect(card_on(page)).to_contain_text("Held by@ana")
    expect(card_on(page)).to_contain_text("In progress")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread).to_contain_text("@ana has this case now.")
    keep(page, "thread-1280")


def test_a_note_is_refused_at_its_field_and_then_taken(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0BEN", CHANNEL)
    bell.posts_card()

    page.get_by_role("button", name="Note").click()
    dialog = page.get_by_role("dialog", name="Add a note")
    note = dialog.get_by_role("textbox", name="Note")
    expect(note).to_be_focused()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please complete this required field.")
    note.fill("Broken")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say a little more, ten characters at least.")
    expect(note).to_have_value("Broken")
    keep(page, "modal-error-1280")
    note.fill("The courier has photos of it.")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="1 reply").click()
    expect(page.get_by_role("complementary", name="Thread")).to_contain_text(
        "Note by @ben: The courier has photos of it."
    )


def test_a_search_in_a_modal_asks_the_bot(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    bell.posts_card()
    page.get_by_role("button", name="Note").click()
    reason = page.get_by_role("button", name="Reason")

    reason.click()
    page.get_by_role("combobox", name="Type to search").fill("lamp")
    page.get_by_role("option", name="Broken lamp").wait_for()
    page.keyboard.press("Enter")

    expect(reason).to_be_focused()
    expect(page.locator("[data-block=why] .select-value")).to_have_text("Broken lamp")


def test_a_dangerous_button_asks_first_and_its_answer_is_seen_by_one_person(
    visitor: Visitor, bell: Bell
) -> None:
    ana, ben = visitor.opens("U0ANA", CHANNEL), visitor.opens("U0BEN", CHANNEL)
    bell.posts_card()

    ana.get_by_role("button", name="Close case").click()
    ana.get_by_role("dialog", name="Not a case?").get_by_role("button", name="Right").click()

    answer = ana.get_by_role("article").filter(has_text="Only visible to you")
    expect(answer).to_contain_text("This case is not yours to close.")
    expect(ben.get_by_role("article")).to_have_count(1)
    answer.get_by_role("button", name="Dismiss message").click()
    expect(answer).to_have_count(0)


def test_a_case_is_given_to_somebody_with_the_keyboard(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    bell.posts_card()

    page.get_by_role("button", name="Assign to…").press("Enter")
    page.keyboard.type("lea")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(card_on(page)).to_contain_text("In progress")


def test_home_shows_what_the_bot_published(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA")

    page.get_by_role("navigation").get_by_role("button", name="recovery", exact=True).click()

    expect(page.get_by_role("heading", name="Your cases")).to_be_visible()
    expect(
        page.get_by_role("img", name=re.compile("Cases by reason. pie chart: Late parcel 41"))
    ).to_be_visible()
    expect(page.locator(".bar")).to_have_count(10)
    keep(page, "home-1280")


def test_people_talk_and_one_can_become_the_other(visitor: Visitor, workspace: Workspace) -> None:
    page = visitor.opens("U0ANA", "C0GENERAL")
    page.get_by_role("combobox", name="Message").fill("The courier called, @be")
    expect(page.get_by_role("option", name="ben")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_contain_text("The courier called, @ben")

    page.get_by_role("button", name="Acting as Ana Sousa").click()
    page.get_by_role("option", name="Ben Okafor").click()

    expect(page.get_by_role("button", name="Acting as Ben Okafor")).to_be_visible()
    expect(page.locator(".mention.is-me")).to_have_text("@ben")
    assert [message["user"] for message in workspace.messages("C0GENERAL")] == ["U0ANA"]


def test_a_person_reacts_edits_and_deletes(visitor: Visitor, workspace: Workspace) -> None:
    page = visitor.opens("U0ANA", "C0GENERAL")
    workspace.say("U0ANA", "C0GENERAL", "A lamp brok")
    message = page.get_by_role("article")

    use_tool(message, "Add a reaction")
    page.get_by_role("combobox", name="Find an emoji").fill("tada")
    page.keyboard.press("Enter")
    expect(message.get_by_role("button", name="ana reacted with :tada:")).to_have_text("🎉1")
    use_tool(message, "More actions")
    page.get_by_role("menuitem", name="Edit message").click()
    message.get_by_role("textbox", name="Edit message").fill("A lamp broke :bulb:")
    page.keyboard.press("Enter")

    expect(message).to_contain_text("A lamp broke 💡(edited)")
    use_tool(message, "More actions")
    page.get_by_role("menuitem", name="Delete message").click()
    expect(message).to_have_count(0)


def test_a_message_offers_the_shortcuts_of_the_manifest(
    visitor: Visitor, bell: Bell, workspace: Workspace
) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    workspace.say("U0BEN", CHANNEL, "A customer rang about her lamp")

    use_tool(page.get_by_role("article"), "More actions")
    page.get_by_role("menuitem", name="Make a case").click()

    heard = bell.interaction("message_action")
    assert heard["message"]["text"] == "A customer rang about her lamp"


def test_what_was_not_read_is_marked_until_it_is_seen(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0SAM", "C0GENERAL")

    bell.posts(text="<@U0SAM> please look")

    channel = page.get_by_role("navigation").get_by_role("button", name="recovery-deliveries, 1 unread")
    expect(channel).to_have_text(re.compile("1$"))
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    channel.click()
    expect(page.get_by_role("separator")).to_have_text("New")
    expect(page.get_by_role("button", name="recovery-deliveries", exact=True)).to_be_visible()


def test_a_command_is_completed_and_a_wrong_one_is_refused_with_slacks_words(
    visitor: Visitor, bell: Bell
) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    message = page.get_by_role("combobox", name="Message")

    message.fill("/rec")
    expect(page.get_by_role("option", name="/recovery-stats")).to_be_visible()
    message.press("ArrowDown")
    message.press("Tab")
    expect(message).to_have_value("/recovery-stats ")
    message.fill("/frobnicate now")
    message.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("/frobnicate is not a valid command.")
    expect(message).to_have_value("/frobnicate now")


def test_commands_are_refused_in_a_thread(visitor: Visitor, bell: Bell) -> None:
    ts = bell.posts_card()
    page = visitor.opens("U0ANA", f"{CHANNEL}/{ts}")

    page.get_by_role("combobox", name="Reply").fill("/recovery claim")
    page.get_by_role("combobox", name="Reply").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("not supported in threads")


def test_nothing_that_a_customer_wrote_can_run(visitor: Visitor, bell: Bell, workspace: Workspace) -> None:
    page = visitor.opens("U0ANA", CHANNEL)

    bell.posts(text=f"text {ESCAPED} &lt;javascript:alert(1)|press&gt; {RIGHT_TO_LEFT}")
    bell.posts(blocks=[{"type": "section", "text": mrkdwn(f"mrkdwn {ESCAPED} <javascript:alert(1)|press>")}])
    bell.posts(blocks=[{"type": "header", "text": plain(f"header {HOSTILE}")}])
    bell.posts(blocks=[{"type": "markdown", "text": f"markdown {HOSTILE} [press](javascript:alert(1))"}])
    bell.client.files_upload_v2(channel=CHANNEL, content="harmless", filename=f"file {HOSTILE}.txt")
    workspace.say("U0BEN", CHANNEL, f"person {HOSTILE} javascript:alert(1)")

    expect(page.get_by_role("article")).to_have_count(6)
    for kind in ("text", "mrkdwn", "header", "markdown", "file", "person"):
        expect(page.get_by_role("article").filter(has_text=f"{kind} <script>document.title=")).to_have_count(
            1
        )
    expect(page.locator("#app script, #app [onerror], #app a[href^=javascript], #app iframe")).to_have_count(
        0
    )
    expect(page).not_to_have_title(re.compile("hurt"))
    keep(page, "hostile-1280")


def test_a_block_of_tomorrow_is_shown_as_unsupported(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    page.route("**/page/history**", _with_a_block_of_tomorrow)

    bell.posts(text="hello")
    page.reload()

    expect(page.get_by_text("Unsupported block: hologram")).to_be_visible()


def _with_a_block_of_tomorrow(route: Route) -> None:
    told = route.fetch().json()
    told["messages"][0]["blocks"] = [{"type": "hologram", "block_id": "h"}]
    route.fulfill(json=told)


def test_every_block_of_a_message_is_drawn(visitor: Visitor, bell: Bell, workspace: Workspace) -> None:
    page = visitor.opens("U0ANA", CHANNEL)

    sent = [bell.posts(blocks=blocks) for blocks in message_blocks(workspace.url)]

    expect(page.get_by_role("article")).to_have_count(len(sent))
    expect(page.locator(".unsupported")).to_have_count(0)
    expect(page.get_by_role("img", name=re.compile("chart: "))).to_have_count(4)
    expect(page.get_by_text("Behind the fold")).to_be_hidden()
    page.get_by_text("A fold").click()
    expect(page.get_by_text("Behind the fold")).to_be_visible()
    expect(page.locator(".markdown td").last).to_have_text("41")
    expect(page.get_by_text("2026-11-18")).to_be_visible()


def test_a_data_table_is_sorted_by_its_numbers(visitor: Visitor, bell: Bell, workspace: Workspace) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    bell.posts(blocks=message_blocks(workspace.url)[1])
    table = page.get_by_role("region", name="Agents this week")

    table.get_by_role("button", name="Cases").click()
    expect(table.get_by_role("rowheader").first).to_have_text("Fay")
    table.get_by_role("button", name="Cases").click()

    expect(table.get_by_role("rowheader").first).to_have_text("Ben")
    expect(page.get_by_text("1 of 2")).to_be_visible()


def test_every_input_of_a_modal_is_drawn(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    bell.posts(blocks=[{"type": "actions", "elements": [button("All", "all")]}])

    page.get_by_role("button", name="All").click()

    dialog = page.get_by_role("dialog", name="Every input")
    expect(dialog.locator(".input-label")).to_have_count(len(every_input()["blocks"]) - 5)
    expect(dialog.locator(".alert")).to_have_count(5)
    expect(page.locator(".unsupported")).to_have_count(0)
    keep(page, "inputs-1280")


def test_moments_are_told_in_the_readers_time_zone(visitor: Visitor, bell: Bell) -> None:
    there = visitor.opens("U0ANA", CHANNEL, timezone_id="Asia/Tokyo")
    here = visitor.opens("U0ANA", CHANNEL, timezone_id="America/New_York", locale="en-US")

    bell.posts(text=f"due <!date^{OPENED_AT}^{{date_num}} {{time}}|soon>")

    expect(there.get_by_role("article")).to_contain_text("due 2026-11-18 20:06")
    expect(here.get_by_role("article")).to_contain_text("due 2026-11-18 6:06 AM")
    expect(there.locator("#announcer")).to_contain_text("due 2026-11-18 20:06")


def test_the_wire_shows_what_the_bot_sends_and_receives(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    bell.posts_card()
    page.get_by_role("button", name="Wire: what the bot sends and receives").click()
    wire = page.get_by_role("complementary", name="Wire")

    page.get_by_role("button", name="Claim").click()

    expect(wire.get_by_role("listitem").filter(has_text="chat.update")).to_contain_text("ok")
    press = wire.get_by_role("listitem").filter(has_text="block_actions")
    press.click()
    expect(press).to_contain_text('"action_id": "claim"')
    keep(page, "wire-1280")


def test_a_fault_can_be_asked_for(visitor: Visitor, bell: Bell, workspace: Workspace) -> None:
    page = visitor.opens("U0ANA", CHANNEL)
    page.get_by_role("button", name="Wire: what the bot sends and receives").click()
    page.get_by_text("Faults", exact=True).click()

    page.get_by_label("Method").fill("chat.postMessage")
    page.get_by_role("button", name="Add").click()

    expect(page.locator(".fault-list")).to_have_text("chat.postMessage: internal_error, 1 left")


def test_the_page_finds_its_way_back_to_a_workspace_that_started_again(
    visitor: Visitor, workspace: Workspace
) -> None:
    page = visitor.opens("U0ANA", "C0GENERAL")
    port = int(workspace.url.rpartition(":")[2])
    workspace.stop()
    expect(page.get_by_text("Connection lost")).to_be_visible()
    visitor.problems.clear()

    again = Workspace(port=port)
    again.start()
    again.say("U0BEN", "C0GENERAL", "Here I am again")

    expect(page.get_by_role("article")).to_contain_text("Here I am again", timeout=15_000)
    expect(page.get_by_text("Connection lost")).to_have_count(0)
    visitor.leaves()
    again.stop()
    visitor.problems.clear()


def test_a_phone_shows_the_list_as_a_drawer_and_a_thread_over_the_channel(
    visitor: Visitor, bell: Bell
) -> None:
    page = visitor.opens("U0ANA", "C0GENERAL", viewport=PHONE)
    bell.posts_card()

    page.get_by_role("button", name="Channels").click()
    keep(page, "drawer-390")
    page.get_by_role("button", name="recovery-deliveries").click()
    expect(card_on(page)).to_be_visible()
    keep(page, "channel-390")
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="1 reply").click()

    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("@ana has this case now.")).to_be_visible()
    keep(page, "thread-390")
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()


def test_home_and_a_modal_fit_a_phone(visitor: Visitor, bell: Bell) -> None:
    page = visitor.opens("U0ANA", "home", viewport=PHONE)

    expect(page.get_by_role("heading", name="Your cases")).to_be_visible()
    keep(page, "home-390")
    assert page.locator(".home").evaluate("home => home.scrollWidth - home.clientWidth") == 0
    page.get_by_role("button", name="All", exact=True).click()

    dialog = page.get_by_role("dialog", name="Every input")
    expect(dialog.get_by_role("button", name="Send")).to_be_in_viewport()
    keep(page, "inputs-390")
    assert dialog.locator(".dialog-body").evaluate("body => body.scrollWidth - body.clientWidth") == 0


def test_it_is_light_or_dark_as_the_reader_likes(visitor: Visitor, bell: Bell) -> None:
    bell.posts_card()
    page = visitor.opens("U0ANA", CHANNEL, color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 25, 27)")
    keep(page, "channel-dark-1280")

    page.get_by_role("button", name="Light or dark").click()

    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    keep(page, "channel-1280")
