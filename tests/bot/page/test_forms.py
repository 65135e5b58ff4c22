"""The forms of a case in a real browser, with the bot itself behind them: filled in, refused, gone stale."""

from playwright.sync_api import Locator, Page, expect

from tests.bot.page.conftest import Visitor, keep
from tests.bot.page.samples import CHANNEL
from tests.builders import ANA, BEN
from tests.story import Story

WORDS = "My parcel never came"


def receive(story: Story) -> None:
    """A case of Ana's, with a contact kept, so that its thread and its forms have something to tell."""
    story.receives(WORDS)
    story.types(ANA, "/recovery claim 1")
    story.types(ANA, "/recovery contacted 1 phone Said sorry")


def card(page: Page) -> Locator:
    """The case's card in the channel."""
    return page.get_by_role("article").filter(has_text=WORDS)


def form(page: Page, name: str) -> Locator:
    """The form of that name that is open."""
    return page.get_by_role("dialog", name=name)


def choose(page: Page, dialog: Locator, label: str, option: str) -> None:
    """Choose in one of a form's lists."""
    dialog.get_by_role("button", name=label).click()
    page.get_by_role("option", name=option).first.click()


def test_the_form_to_resolve_is_filled_in_and_its_card_says_how_it_ended(
    visitor: Visitor, story: Story
) -> None:
    receive(story)
    page = visitor.opens(ANA, CHANNEL)

    card(page).get_by_role("button", name="Resolve").click()
    dialog = form(page, "Resolve the case")
    expect(dialog.get_by_role("textbox", name="What was done")).to_have_value("Said sorry")
    choose(page, dialog, "Why was it a case", "Late or lost delivery")
    dialog.get_by_role("button", name="Resolve").click()
    expect(dialog).to_be_hidden()
    story.settle()

    expect(card(page)).to_contain_text("resolved (Late or lost delivery) by @ana")
    expect(card(page).get_by_role("button", name="Reopen")).to_be_visible()


def test_what_is_over_a_limit_is_asked_for_in_the_same_form(visitor: Visitor, story: Story) -> None:
    receive(story)
    page = visitor.opens(ANA, CHANNEL)

    card(page).get_by_role("button", name="Compensate").click()
    dialog = form(page, "Compensate")
    choose(page, dialog, "What", "Voucher")
    dialog.get_by_role("textbox", name="Amount").fill("80")
    dialog.get_by_role("textbox", name="Why").fill("Eleven days late")
    dialog.get_by_role("button", name="Give it").click()
    asking = form(page, "Ask for approval")
    expect(asking).to_contain_text("80.00 EUR is over your limit of 50.00 EUR")
    expect(asking.get_by_role("textbox", name="Why")).to_have_value("Eleven days late")
    keep(page, "form-ask-1280")
    asking.get_by_role("button", name="Ask").click()
    expect(asking).to_be_hidden()
    story.settle()

    expect(card(page)).to_contain_text("🙏 voucher of 80.00 EUR, asked by @ana")


def test_a_form_that_went_stale_says_who_was_first_and_keeps_what_was_typed(
    visitor: Visitor, story: Story
) -> None:
    receive(story)
    ana = visitor.opens(ANA, CHANNEL)
    card(ana).get_by_role("button", name="Resolve").click()
    dialog = form(ana, "Resolve the case")
    dialog.get_by_role("textbox", name="What was done").fill("Sent a new lamp")
    choose(ana, dialog, "Why was it a case", "Late or lost delivery")

    story.types(BEN, "/recovery resolve 1 recovered delivery Gave a voucher")
    dialog.get_by_role("button", name="Resolve").click()

    expect(dialog).to_contain_text("While you filled this in:")
    expect(dialog).to_contain_text("@ben resolved the case as recovered")
    expect(dialog.get_by_role("textbox", name="What was done")).to_have_value("Sent a new lamp")


def test_the_menu_of_a_card_fits_the_window_and_says_no_where_it_is_read(
    visitor: Visitor, story: Story
) -> None:
    receive(story)
    page = visitor.opens(ANA, CHANNEL, viewport={"width": 1280, "height": 640})

    card(page).get_by_role("button", name="More…").click()
    expect(page.get_by_role("listbox")).to_be_in_viewport(ratio=1)
    page.get_by_role("option", name="Give more time…").click()

    refusal = page.get_by_role("article").filter(has_text="Only supervisors, leads and admins of Deliveries")
    expect(refusal).to_contain_text("Only visible to you")
