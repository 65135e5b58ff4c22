"""Reads watched channels again, for what was posted while nobody listened."""

import logging
from datetime import timedelta

from bot.desk import Desk
from bot.slack.client import Posted, SlackBusy, SlackRefused
from bot.sources.slack import is_new_post, read_post
from handlers import messages, polling
from models.policies.intake import IncomingFeedback
from models.policies.rulebook import Source

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
WELL = ""


def read_channels(desk: Desk) -> int:
    """Take in what Slack has told nobody of, in each channel whose turn it is; how much was new."""
    watched = [each for each in desk.rules.current().sources.values() if each.slack_channel is not None]
    return sum(_read_in_turn(desk, source) for source in watched)


def _read_in_turn(desk: Desk, source: Source) -> int:
    with desk.transaction() as session:
        turn = polling.take_turn(session, f"channel of {source.key}", every=EVERY, at=desk.now())
    if turn is None:
        return 0
    try:
        feedback, newest = _read(desk, source, turn.newest_id or f"{desk.now().timestamp():.6f}")
    except SlackBusy as busy:
        log.warning("a watched channel was not read", extra={"source": source.key, "why": str(busy)})
        return 0
    except SlackRefused as refusal:
        _tell(desk, source, refusal.error)
        return 0
    _tell(desk, source, WELL)
    with desk.transaction() as session:
        rulebook = desk.rules.current()
        return polling.keep_page(session, turn, feedback, newest, rulebook=rulebook, at=desk.now())


def _read(desk: Desk, source: Source, since: str) -> tuple[list[IncomingFeedback], str]:
    """What was posted after that stamp, and the stamp up to which we have read: the first time, only that."""
    us, channel = desk.slack.who_am_i(), desk.slack.channel_id(source.slack_channel or "")
    posted = desk.slack.list_since(channel, since)
    found = (
        read_post(message, source, channel, desk.slack.link_to(Posted(channel, message["ts"])))
        for message in posted
        if is_new_post(message, us)
    )
    newest = max((message["ts"] for message in posted), default=since)
    return [incoming for incoming in found if incoming is not None], newest


def _tell(desk: Desk, source: Source, error: str) -> None:
    """Tell the admins once of a channel that cannot be read, and when it can again."""
    channel, rulebook = source.slack_channel, desk.rules.current()
    words = (
        f"✅ {channel} is read again."
        if error == WELL
        else f"⚠️ {channel} is watched for feedback, and Slack does not let me read it: `{error}`. "
        f"`recovery doctor` says how to mend it."
    )
    with desk.transaction() as session:
        if messages.is_news(session, f"reading {channel}", error, desk.now()):
            messages.tell_admins(session, rulebook.admins.channel, words, desk.now())
