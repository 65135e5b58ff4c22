"""A real browser on the page of a local workspace, and a bot of the tests' own that lives there."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from bot.workspace.server import Workspace
from tests.bot.page.bell import Bell

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = Path(__file__).resolve().parents[3] / "var" / "screenshots"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Visitor:
    """Somebody with the workspace open in a browser; what went wrong there is kept in `problems`."""

    def __init__(self, browser: Browser, workspace: Workspace) -> None:
        self.problems: list[str] = []
        self._browser, self._url = browser, workspace.url
        self._contexts: list[BrowserContext] = []

    def opens(self, user: str, place: str = "", *, viewport: ViewportSize = DESKTOP, **options: Any) -> Page:
        """The page as this person sees it; `place` is a channel's id, channel/thread or "home"."""
        wanted: dict[str, Any] = {
            "locale": "en-GB",
            "timezone_id": "Europe/Lisbon",
            "reduced_motion": "reduce",
            **options,
        }
        context = self._browser.new_context(viewport=viewport, **wanted)
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(f"a dialog: {dialog.message}"))
        page.on("console", self._hear)
        page.goto(f"{self._url}/?as={user}#{place}")
        page.locator(".shell").wait_for()
        return page

    def leaves(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(message.text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the tests of the page are skipped.

    It ends with its module: Playwright leaves an event loop running in this thread, and no other test could
    run one there.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: `apt-get install chromium` lets the page be tested")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, workspace: Workspace) -> Iterator[Visitor]:
    """Opens the page; the test fails when anything went wrong inside it."""
    visitor = Visitor(browser, workspace)
    yield visitor
    visitor.leaves()
    assert visitor.problems == []


@pytest.fixture
def bell(workspace: Workspace) -> Iterator[Bell]:
    """The bot, connected over Socket Mode."""
    bell = Bell(workspace)
    yield bell
    bell.close()


def keep(page: Page, name: str) -> None:
    """Write what the page shows to var/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
