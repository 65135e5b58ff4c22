"""The Home of each role in a real browser, with the bot itself behind it, wide and on a phone."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.bot.page.conftest import PHONE, Visitor, keep
from tests.builders import ANA, BEN, LEA, SAM, a_rulebook, a_team
from tests.story import Story

SAID = (
    "My lamp came in pieces and nobody answers",
    "The parcel is nine days late",
    "Second week without a reply",
    "You charged me twice",
    "The driver was rude to my mother",
    "Where is my refund?",
    "The shade does not fit",
    "Wrong colour again",
)
ROLES = {"agent": ANA, "supervisor": SAM, "lead": LEA}
FIRST = {
    "agent": "Your cases",
    "supervisor": "Escalated, and nobody sees to it",
    "lead": "Recovery, this week",
}
"""What each of them must see without scrolling."""


def tell(story: Story) -> None:
    """A morning: four cases are Ana's, one is raised, one gift waits for approval, Ben is away."""
    story.rules.rulebook = replace(a_rulebook(), teams={"deliveries": a_team(leads=(LEA,))})
    for text in SAID:
        story.receives(text, author_name="Ottilie Fenwick")
    for number in (1, 2, 3, 4):
        story.types(ANA, f"/recovery claim {number}")
    story.types(ANA, "/recovery priority 2 urgent")
    story.types(ANA, "/recovery pause 3 customer They look for the receipt")
    story.types(ANA, "/recovery escalate 4 The customer calls the press")
    story.types(ANA, "/recovery ask 2 90 EUR voucher came late")
    story.types(ANA, "/recovery bookmark 8")
    story.types(BEN, "/recovery claim 5")
    story.types(BEN, "/recovery away until 2026-03-04 09:00")
    for who in (ANA, SAM, LEA):
        story.opens_home(who)


def is_seen_at_once(page: Page, words: str) -> None:
    """It stands on the first screen."""
    expect(page.get_by_text(words).first).to_be_in_viewport()


def test_each_role_sees_at_home_what_to_do_now(visitor: Visitor, story: Story) -> None:
    tell(story)

    pages = {name: visitor.opens(who, "home") for name, who in ROLES.items()}

    for name, page in pages.items():
        page.get_by_role("heading", name="What to do now").wait_for()
        keep(page, f"home-{name}-1280")
        is_seen_at_once(page, FIRST[name])
        page.set_viewport_size(PHONE)
        keep(page, f"home-{name}-390")
        is_seen_at_once(page, FIRST[name])
    assert [fits(page) for page in pages.values()] == [True] * 3


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.locator(".home").evaluate("home => home.scrollWidth <= home.clientWidth"))
