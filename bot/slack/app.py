"""The Bolt app: each of Slack's deliveries goes to one listener."""

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.desk import Desk
from bot.slack.client import trust
from bot.slack.listeners import (
    cards,
    commands,
    directs,
    homes,
    joining,
    people,
    posts,
    reactions,
    reviews,
    shortcuts,
    threads,
)
from bot.slack.listeners.answering import answer, is_in_view
from bot.slack.listeners.payloads import FORM_BUTTONS, is_direct
from bot.slack.views import home as home_view
from bot.slack.views import home_filter, home_search, modals
from bot.slack.views.forms import PREFIX
from bot.slack.views.joining import ASK
from bot.slack.views.rendered import Rendered
from bot.slack.views.review import PREFIX as REVIEW_PREFIX
from models.policies.permissions import Verb

log = logging.getLogger(__name__)
bolt_log = logging.getLogger("slack_bolt")
"""Bolt would log under names of its own, at its own level."""

ASK_FOR_NOTHING = ("channel_archive", "member_joined_channel")
"""Events of the manifest after which nothing is to be done; Slack brings again what is not acknowledged."""


def build_app(desk: Desk, *, identity: Mapping[str, Any], token: str, signing_secret: str | None) -> App:
    """An app that answers after the work is done, so that what fails is sent again.

    `identity` is the answer of `auth.test`; giving it to Bolt saves a call for each delivery.
    """
    known = AuthorizeResult(
        enterprise_id=identity.get("enterprise_id"),
        team_id=identity["team_id"],
        bot_user_id=identity["user_id"],
        bot_id=identity.get("bot_id"),
        bot_token=token,
    )
    app = App(
        name="recovery",  # left to itself, Bolt looks through the whole stack for one
        logger=bolt_log,
        client=WebClient(base_url=desk.slack.writes.base_url, ssl=trust(), retry_handlers=[]),
        signing_secret=signing_secret or "socket-mode-needs-none",
        authorize=lambda: known,
        process_before_response=True,
        request_verification_enabled=signing_secret is not None,
        raise_error_for_unhandled_request=False,
        ignoring_self_events_enabled=False,  # who deletes a message of ours is told as if we had
    )
    _commands(app, desk)
    _cards(app, desk)
    _threads(app, desk, identity)
    _shortcuts(app, desk, identity)
    _homes(app, desk)
    app.error(on_error)
    return app


def on_error(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """The one place where bugs end: they are logged, and Slack is told that it was not done."""
    what = body.get("type") or body.get("command") or "delivery"
    log.error("a delivery from slack failed", exc_info=error, extra={"what": what})
    return BoltResponse(status=500, body="")


def _commands(app: App, desk: Desk) -> None:
    @app.command("/recovery")
    def recovery(ack: Ack, command: dict[str, Any]) -> None:
        _answer(ack, commands.on_recovery(desk, command))

    @app.command("/recovery-stats")
    def recovery_stats(ack: Ack, command: dict[str, Any]) -> None:
        _answer(ack, commands.on_recovery_stats(desk, command))


def _cards(app: App, desk: Desk) -> None:
    def click(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        cards.on_click(desk, body, action)
        ack()

    def submit(ack: Ack, body: dict[str, Any]) -> None:
        ack(**cards.on_submission(desk, body))

    for verb in Verb:
        app.action(f"{PREFIX}{verb.value}")(click)
        app.view(f"{PREFIX}{verb.value}")(submit)
    for button in FORM_BUTTONS:
        app.action(f"{PREFIX}{button}")(click)
    app.action("case_more")(click)

    @app.action(ASK)
    def ask(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        said = joining.on_ask(desk, body, action)
        if is_in_view(body):
            answer(desk, body, said)
        else:
            respond(text=said.text, replace_original=True)
        ack()

    @app.action(re.compile(f"^{REVIEW_PREFIX}"))
    def review(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        reviews.on_answer(desk, body, action)
        ack()

    @app.action("case_open_thread")
    def follow_link(ack: Ack) -> None:
        ack()


def _threads(app: App, desk: Desk, us: Mapping[str, Any]) -> None:
    bot_user = us["user_id"]

    @app.event("app_mention")
    def mention(body: dict[str, Any]) -> None:
        threads.on_mention(desk, body, bot_user)

    @app.event("message")
    def message(body: dict[str, Any]) -> None:
        if is_direct(body):
            directs.on_direct(desk, body, bot_user)
        else:
            threads.on_message(desk, body, bot_user)
            posts.on_post(desk, body, us)

    @app.event("dnd_updated_user")
    def dnd_updated(body: dict[str, Any]) -> None:
        people.on_dnd_updated(desk, body)

    @app.event("subteam_members_changed")
    def members_changed(body: dict[str, Any]) -> None:
        people.on_group_changed(desk, body)

    @app.event("subteam_updated")
    def group_changed(body: dict[str, Any]) -> None:
        people.on_group_changed(desk, body)

    @app.event("user_change")
    def user_changed(body: dict[str, Any]) -> None:
        people.on_user_changed(desk, body)

    @app.event("reaction_added")
    def reaction(body: dict[str, Any]) -> None:
        reactions.on_reaction(desk, body, bot_user)

    for event in ASK_FOR_NOTHING:
        app.event(event)(_take_note)


def _homes(app: App, desk: Desk) -> None:
    @app.event("app_home_opened")
    def opened(body: dict[str, Any]) -> None:
        homes.on_opened(desk, body)

    def turn(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        homes.on_page(desk, body, action)
        ack()

    for button in (home_view.NEXT, home_view.PREVIOUS):
        app.action(button)(turn)

    @app.action(home_view.CLEAR)
    def clear(ack: Ack, body: dict[str, Any]) -> None:
        homes.on_clear(desk, body)
        ack()

    @app.action(home_view.FILTER)
    def ask_for_filter(ack: Ack, body: dict[str, Any]) -> None:
        homes.on_filter(desk, body)
        ack()

    @app.action(home_view.SEARCH)
    def ask_for_words(ack: Ack, body: dict[str, Any]) -> None:
        homes.on_search(desk, body)
        ack()

    @app.view(home_search.SEARCH_FORM)
    def search(ack: Ack, body: dict[str, Any]) -> None:
        ack(**homes.on_search_form(desk, body))

    @app.view(home_filter.FILTER_FORM)
    def keep_filter(ack: Ack, body: dict[str, Any]) -> None:
        homes.on_filter_form(desk, body)
        ack()


def _take_note() -> None:
    """Bolt acknowledges what has a listener."""


def _shortcuts(app: App, desk: Desk, us: Mapping[str, Any]) -> None:
    opening: Mapping[str, Callable[[Desk, dict[str, Any]], None]] = {
        "new_case": shortcuts.on_new_case,
        "new_case_from_message": partial(shortcuts.on_case_from_message, us=us),
        "note_from_message": shortcuts.on_note_from_message,
    }
    submitting = {
        modals.NEW_CASE: shortcuts.on_new_case_form,
        modals.NOTE_FROM_MESSAGE: shortcuts.on_note_form,
    }
    for callback_id, on_shortcut in opening.items():
        app.shortcut(callback_id)(_acknowledged(desk, on_shortcut))
    for callback_id, on_form in submitting.items():
        app.view(callback_id)(_submitted(desk, on_form))


def _acknowledged(desk: Desk, listener: Callable[[Desk, dict[str, Any]], None]) -> Callable[..., None]:
    def listen(ack: Ack, body: dict[str, Any]) -> None:
        listener(desk, body)
        ack()

    return listen


def _submitted(desk: Desk, listener: Callable[[Desk, dict[str, Any]], dict[str, Any]]) -> Callable[..., None]:
    def listen(ack: Ack, body: dict[str, Any]) -> None:
        ack(**listener(desk, body))

    return listen


def _answer(ack: Ack, said: Rendered) -> None:
    if said.blocks:
        ack(text=said.text, blocks=said.blocks, response_type="ephemeral")
    else:
        ack(text=said.text, response_type="ephemeral")
