"""Clicks on a card and forms handed in."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk
from bot.slack.client import SlackBusy, SlackRefused
from bot.slack.listeners.answering import answer, is_on_home
from bot.slack.listeners.homes import renew
from bot.slack.listeners.payloads import Click, read_click, read_submission
from bot.slack.orders import Order, read_gift_number, read_part
from bot.slack.refusing import say_no
from bot.slack.routes import ROUTES, carry_out, carry_out_form, form_of
from bot.slack.views import again, forms
from bot.slack.views.approval import ask_instead
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View
from handlers import cards, messages
from handlers.cases import check_may, get_case, refuse
from handlers.errors import CannotDo, NeedsApproval
from handlers.meanwhile import ChangedMeanwhile, check_can_begin
from handlers.snapshots import CardSnapshot
from models.policies.compensation import why_not_choose
from models.policies.parts import who_decides

log = logging.getLogger(__name__)

TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"})
"""A click opens one form, within three seconds."""


def on_click(desk: Desk, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
    """Do it at once, or open the form that asks for words; a refusal is for the one who clicked."""
    click = read_click(body, action)
    try:
        said = _follow(desk, click)
        if click.is_from_menu and not is_on_home(body):
            _empty_menu(desk, click)
    except CannotDo as refusal:
        said = say_no(desk, click.by, refusal)
    if is_on_home(body):
        renew(desk, click.by)
    if said is not None:
        answer(desk, body, said)


def on_submission(desk: Desk, body: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the form asks; what to acknowledge it with, {} where it is done.

    A refusal comes back at a field, and the form stays open. What passes a limit can be asked for: the form
    is then one that asks, filled in as it was. Where others changed what the form is about, it comes back
    with what was filled in, and who changed what.
    """
    submission = read_submission(body)
    order = Order(
        verb=submission.verb,
        by=submission.by,
        number=submission.number,
        slack_channel="",
        event_id=f"view {body['view']['id']}",  # handed in again where our answer came too late
        seen=submission.seen,
        stamp=submission.stamp,
    )
    try:
        carry_out_form(desk, order, submission.values)
    except NeedsApproval as refusal:
        return {"response_action": "update", "view": ask_instead(body["view"], str(refusal))}
    except ChangedMeanwhile as refusal:
        return {
            "response_action": "update",
            "view": again.ask_again(body["view"], refusal.changes, str(refusal)),
        }
    except CannotDo as refusal:
        fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        wanted = refusal.field if refusal.field is not None and refusal.field in fields else fields[-1]
        return {"response_action": "errors", "errors": {wanted: str(refusal)}}
    renew(desk, order.by)
    return {}


def _follow(desk: Desk, click: Click) -> Rendered | None:
    """What to tell the one who clicked; None where the card and the thread say it."""
    doing = ROUTES[click.verb].doing
    if doing is None or doing.says_it_all:
        said = carry_out(desk, _order(click))
        is_shown = doing is not None and not doing.is_told_to_them_only
        return said if click.is_on_answer or not is_shown else None
    act = desk.act(click.by)
    with desk.transaction() as session:
        card = cards.load_card(session, click.number, act.rulebook)
        about = _about(card, click)
        part = about.asked_about
        involved = [each.team_key for each in card.open_parts]
        team = who_decides(click.verb, card.team_key, part.team_key) if part else card.team_key
        check_may(click.verb, act, team, involved=involved)
        check_can_begin(click.verb, card)
        view = form_of(session, click.verb, about, act, is_asked_for=click.wants_form)
    if view is None:
        said = carry_out(desk, _order(click))
        return said if click.is_on_answer else None
    _open(desk, click, forms.opened_by(view, click.stamp))
    return None


def _about(card: CardSnapshot, click: Click) -> CardSnapshot:
    """A button below one gift, or on the card of a team's part, is about that one; raises CannotDo.

    So it does where the gift is over.
    """
    number, _ = read_part(click.words)
    if number is not None:
        return replace(card, asked_about=next(part for part in card.parts if part.number == number))
    gift, _ = read_gift_number(click.words)
    if gift is None:
        return card
    refuse(why_not_choose(gift, [each.number for each in card.gifts], card.number, click.verb))
    return replace(card, gifts=tuple(each for each in card.gifts if each.number == gift))


def _empty_menu(desk: Desk, click: Click) -> None:
    """Owe the card an edit: its next edition has nothing chosen in the menu."""
    with desk.transaction() as session:
        messages.refresh_card(session, get_case(session, click.number))


def _open(desk: Desk, click: Click, view: View) -> None:
    """Show the form; who was kept waiting too long by us or by Slack is asked to click again."""
    try:
        desk.slack.open_view(click.trigger_id, view)
    except (SlackBusy, SlackRefused) as trouble:
        if isinstance(trouble, SlackRefused) and trouble.error not in TOO_LATE:
            raise
        log.warning("a form was not opened in time", extra={"why": str(trouble)})
        raise CannotDo("Slack did not open the form in time. Click once more.") from trouble


def _order(click: Click) -> Order:
    return Order(
        verb=click.verb,
        by=click.by,
        number=click.number,
        slack_channel=click.slack_channel,
        words=click.words,
        stamp=click.stamp,
    )
