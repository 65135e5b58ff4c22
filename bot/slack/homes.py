"""Homes are published: to whom they are open, when they say something else than before."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, tzinfo

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.jobs import TryAgain
from bot.slack.client import Posted, SlackBusy, SlackRefused
from bot.slack.delivery import alone
from bot.slack.links import links_to_cards
from bot.slack.views import home as home_view
from bot.slack.views.home import Links
from bot.slack.views.resolved import View
from handlers import home, homes
from handlers.home_snapshots import HomeSnapshot
from models.home import Home
from models.policies.home import reach_of
from models.vocabulary import AgentId

log = logging.getLogger(__name__)

HASH_CONFLICT = "hash_conflict"
"""Slack's word where somebody published meanwhile what we do not know of."""


@dataclass(frozen=True, slots=True)
class Due:
    """A Home that says something else than before; `expects` is the hash of what the person sees now."""

    who: AgentId
    view: View
    digest: str
    expects: str | None


def look_at_homes(desk: Desk) -> None:
    """Have every open Home looked at of which something may have changed."""
    with desk.transaction() as session:
        homes.ask_for_due(session, desk.rules.current(), desk.now())


def publish_home(desk: Desk, home_id: int) -> None:
    """Show a Home as it is now, if it is open and says something else than what the person sees.

    Where Slack shows another view than we know of, it is loaded once more, and shown in place of that.
    """
    with alone(desk, f"home {home_id}"):
        zone = _zone(desk, home_id)
        due = _look(desk, home_id, zone)
        if due is not None and not _publish(desk, home_id, due):
            again = _look(desk, home_id, zone)
            if again is not None:
                _publish(desk, home_id, again, is_expected=again.expects != due.expects)


def _zone(desk: Desk, home_id: int) -> tzinfo:
    """Where the person's week begins; only who sees figures is asked about, before a transaction is open."""
    with desk.transaction() as session:
        who = homes.find_person(session, home_id)
    if who is None or not reach_of(who, desk.rules.current()).counted:
        return UTC
    try:
        return desk.slack.time_zone(who)
    except SlackBusy as busy:
        raise TryAgain(str(busy), busy.retry_after) from busy
    except SlackRefused:
        return UTC


def _look(desk: Desk, home_id: int, zone: tzinfo) -> Due | None:
    """What is to be published; None where there is nothing to do."""
    with desk.transaction() as session:
        row = homes.take_to_show(session, home_id, desk.now())
        if row is None:
            return None
        view = _render(session, desk, row, zone)
        digest = hashlib.sha256(json.dumps(view).encode()).hexdigest()
        if digest == row.digest:
            homes.book_unchanged(row)
            return None
        return Due(row.agent_id, view, digest, row.view_hash)


def _render(session: Session, desk: Desk, row: Home, zone: tzinfo) -> View:
    act = desk.act(row.agent_id)
    snapshot = home.load_home(session, row, act, zone)
    row.reach = snapshot.reach.words
    return home_view.render(snapshot, act.rulebook, act.at, _links(session, desk, snapshot))


def _links(session: Session, desk: Desk, snapshot: HomeSnapshot) -> Links:
    oldest = snapshot.reviews.oldest if snapshot.reviews else None
    review = desk.slack.link_to(Posted(*oldest)) if oldest else None
    return Links(links_to_cards(session, desk, snapshot.all_numbers()), review)


def _publish(desk: Desk, home_id: int, due: Due, *, is_expected: bool = True) -> bool:
    """Whether it is done; False where the person sees another view than we expect. Raises TryAgain."""
    shown: str | None = None
    try:
        shown = desk.slack.publish_home(due.who, due.view, expects=due.expects if is_expected else None)
    except SlackBusy as busy:
        raise TryAgain(str(busy), busy.retry_after) from busy
    except SlackRefused as refusal:
        if refusal.error == HASH_CONFLICT and is_expected and due.expects is not None:
            return False
        log.warning("slack refused a home", extra={"home_id": home_id, "error": refusal.error})
    with desk.transaction() as session:
        homes.book_published(session, home_id, digest=due.digest, view_hash=shown, at=desk.now())
    return True
