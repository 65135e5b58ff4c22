"""The Home tab: somebody opens it, turns its pages, or says what they want to see."""

from collections.abc import Mapping
from typing import Any

from bot.desk import Desk
from bot.slack.listeners.answering import show
from bot.slack.listeners.payloads import read_fields
from bot.slack.orders import Order
from bot.slack.routes import carry_out
from bot.slack.views import home_filter, home_search
from bot.slack.views.in_modal import in_modal
from handlers import home, homes
from handlers.errors import CannotDo
from models.policies.home import Choices
from models.policies.permissions import Verb
from models.vocabulary import AgentId

HOME_TAB = "home"
"""Slack's word for it; the other tab of an app has the messages."""


def on_opened(desk: Desk, body: Mapping[str, Any]) -> None:
    """Somebody looks at their Home; what they see there comes by a job."""
    event = body["event"]
    if event.get("tab", HOME_TAB) == HOME_TAB:
        with desk.transaction() as session:
            shown = (event.get("view") or {}).get("hash")
            homes.open_home(session, AgentId(event["user"]), desk.now(), view_hash=shown)


def on_page(desk: Desk, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
    """Show the page of the button."""
    with desk.transaction() as session:
        homes.turn_to(session, AgentId(body["user"]["id"]), int(action["value"]), desk.now())


def on_clear(desk: Desk, body: Mapping[str, Any]) -> None:
    """Show one's own cases again, whatever was chosen."""
    with desk.transaction() as session:
        homes.choose(session, AgentId(body["user"]["id"]), Choices(), desk.now())


def on_filter(desk: Desk, body: Mapping[str, Any]) -> None:
    """Ask what to show, beginning with what is shown."""
    who, rulebook = AgentId(body["user"]["id"]), desk.rules.current()
    with desk.transaction() as session:
        choices, reach = home.load_choices(session, who, rulebook)
    show(desk, body, home_filter.render(choices, reach, rulebook))


def on_filter_form(desk: Desk, body: Mapping[str, Any]) -> None:
    """Show what was chosen, now and from now on."""
    choices = home_filter.read(read_fields(body["view"]))
    with desk.transaction() as session:
        homes.choose(session, AgentId(body["user"]["id"]), choices, desk.now())


def on_search(desk: Desk, body: Mapping[str, Any]) -> None:
    """Ask what to look for."""
    show(desk, body, home_search.render())


def on_search_form(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Show what was found in place of the form, or at its field what would be right."""
    words = read_fields(body["view"])[home_search.WORDS] or ""
    by = AgentId(body["user"]["id"])
    order = Order(verb=Verb.SEARCH, by=by, number=None, slack_channel="", words=words)
    try:
        return {"response_action": "update", "view": in_modal(carry_out(desk, order))}
    except CannotDo as refusal:
        return {"response_action": "errors", "errors": {home_search.WORDS: str(refusal)}}


def renew(desk: Desk, who: AgentId) -> None:
    """Show somebody at once what came of what they did."""
    with desk.transaction() as session:
        homes.renew(session, who, desk.now())
