"""Who is who: Slack is asked for the people behind the names of rules.yaml, and the rulebook has them."""

import logging
import threading
import time

from bot.database import AWAY, Database
from bot.desk import Desk, Rules
from bot.jobs import TryAgain
from bot.rulebook import FileProblem
from bot.slack.client import SlackBusy, SlackRefused
from handlers import messages, people, rosters
from models.policies.rosters import Staff, is_email, names_in, staffed
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId

log = logging.getLogger(__name__)

KNOWN_FOR_SECONDS = 1.0
"""So soon every process sees what another one has read; who reads something itself looks at once."""
UNKNOWN = frozenset({"no_such_subteam", "subteam_not_found", "users_not_found", "user_not_found"})
"""Slack's words for a name that is nobody's; with any other refusal nobody loses what they may."""
WELL = ""


class StaffedRules:
    """The rules of a file with people in place of the names that it gives them; any thread may ask."""

    def __init__(self, file: Rules, database: Database) -> None:
        self._file, self._database = file, database
        self._lock = threading.Lock()
        self._read_until = 0.0
        self._news, self._news_read = object(), object()
        self._staff: Staff | None = None
        self._latest: tuple[Rulebook, Staff, Rulebook] | None = None

    @property
    def problem(self) -> FileProblem | None:
        """Why the file on the disk is not the one in force; None where it is."""
        return self._file.problem

    def current(self) -> Rulebook:
        """The rulebook in force, with its people as far as Slack has told us of them."""
        written = self._file.current()
        known, latest = self._known(), self._latest
        if latest is None or latest[0] is not written or latest[1] != known:
            latest = self._latest = (written, known, staffed(written, known))
        return latest[2]

    def look_again(self) -> None:
        """Who is who has just been written anew: the next rulebook knows it."""
        self._news = object()

    def _known(self) -> Staff:
        """One thread at a time reads anew, and nobody waits for it who knows what was so a second ago.

        A caller may hold a connection already: if all of them waited here for one more, none would be left.
        """
        is_old = self._news_read is not self._news or time.monotonic() >= self._read_until
        if is_old and self._lock.acquire(blocking=self._staff is None):
            try:
                self._read()
            finally:
                self._lock.release()
        return self._staff or Staff({}, {})

    def _read(self) -> None:
        """A database that is away leaves what was known; raises where nothing was."""
        until, news = time.monotonic() + KNOWN_FOR_SECONDS, self._news
        try:
            with self._database.transaction() as session:
                self._staff = Staff(rosters.load(session), people.load_barred(session))
        except AWAY:
            if self._staff is None:
                raise
        self._read_until, self._news_read = until, news


def ask_for_rosters(desk: Desk) -> None:
    """Ask for jobs that read the names which are new in rules.yaml, or were not read for a while."""
    names = names_in(desk.rules.current().written)
    if names:
        with desk.transaction() as session:
            rosters.ask_for_due(session, names, desk.now())


def ask_again(desk: Desk, name: str) -> None:
    """Slack says that a user group changed; most of them are none of ours."""
    if name in names_in(desk.rules.current().written):
        with desk.transaction() as session:
            rosters.ask_again(session, name, desk.now())


def ask_about(desk: Desk, who: AgentId, email: str) -> None:
    """Slack says that somebody's profile changed, and what their e-mail address is."""
    if any(map(is_email, names_in(desk.rules.current().written))):
        with desk.transaction() as session:
            rosters.ask_about(session, who, email.lower(), desk.now())


def read_roster(desk: Desk, roster_id: int) -> None:
    """Ask Slack whom a name stands for, and keep it; raises TryAgain where Slack is busy."""
    with desk.transaction() as session:
        name = rosters.find_name(session, roster_id)
    if name is None:
        return
    try:
        named = [desk.slack.person_at(name)] if is_email(name) else desk.slack.people_of_group(name)
    except SlackBusy as busy:
        raise TryAgain(str(busy), busy.retry_after) from busy
    except SlackRefused as refusal:
        _keep_refusal(desk, name, refusal)
    else:
        _keep(desk, name, named)
    desk.rules.look_again()


def _keep(desk: Desk, name: str, named: list[AgentId]) -> None:
    with desk.transaction() as session:
        rosters.keep(session, name, named, desk.now())
        messages.is_news(session, _subject(name), WELL, desk.now())


def _keep_refusal(desk: Desk, name: str, refusal: SlackRefused) -> None:
    """Who it was about loses what they may only where there is no such name; the admins are told once."""
    log.warning("slack does not say who is who", extra={"error": refusal.error})
    at = desk.now()
    with desk.transaction() as session:
        if refusal.error in UNKNOWN:
            rosters.keep_unknown(session, name, refusal.error)
            becomes = "it stands for nobody"
        else:
            rosters.keep_problem(session, name, refusal.error)
            becomes = "who was known by it stays known"
        if messages.is_news(session, _subject(name), refusal.error, at):
            words = (
                f"⚠️ rules.yaml names `{name}`, of which Slack says `{refusal.error}`: {becomes}. "
                f"`recovery doctor` says how to mend it."
            )
            messages.tell_admins(session, desk.rules.current().admins.channel, words, at)


def _subject(name: str) -> str:
    return f"who is {name}"
