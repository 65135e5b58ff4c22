"""Asks the sources that do not come by themselves, such as X, when it is their turn."""

import logging
from datetime import timedelta

from bot.desk import Desk
from bot.slack.views.text import quiet
from bot.sources.x import MentionsPage, PollAgainAt, XMentions, XRefused, XUnavailable
from handlers import messages, polling

log = logging.getLogger(__name__)

SOURCE = "x"
EVERY = timedelta(minutes=1)
AFTER_REFUSAL = timedelta(minutes=15)
"""A refusal (a revoked token, say) is not mended within a minute, and each try may cost money."""


def poll_mentions(desk: Desk, mentions: XMentions) -> int:
    """Read who mentions us on X since the last time, if it is our turn; how much was new."""
    with desk.transaction() as session:
        turn = polling.take_turn(session, SOURCE, every=EVERY, at=desk.now())
    if turn is None:
        return 0
    try:
        answer = mentions.mentions_since(turn.newest_id, at=desk.now())
    except XUnavailable as problem:
        _put_off(desk, turn, str(problem), None)
        return 0
    except XRefused as refusal:
        _put_off(desk, turn, str(refusal), AFTER_REFUSAL)
        return 0
    return _keep(desk, turn, answer)


def _keep(desk: Desk, turn: polling.Turn, answer: MentionsPage | PollAgainAt) -> int:
    with desk.transaction() as session:
        if isinstance(answer, PollAgainAt):
            polling.put_off(session, turn, until=answer.at, why=None)
            return 0
        return polling.keep_page(
            session,
            turn,
            answer.feedback,
            answer.newest_id,
            rulebook=desk.rules.current(),
            at=desk.now(),
        )


def _put_off(desk: Desk, turn: polling.Turn, why: str, wait: timedelta | None) -> None:
    """Keep why X did not answer; a refusal is told to the admins once."""
    log.warning("x did not answer", extra={"why": why})
    with desk.transaction() as session:
        until = desk.now() + wait if wait else None
        is_news = polling.put_off(session, turn, until=until, why=why)
        if is_news and wait is not None:
            words = f"⚠️ X refuses to tell who mentions us: {quiet(why, 500)}"
            messages.tell_admins(session, desk.rules.current().admins.channel, words, desk.now())
