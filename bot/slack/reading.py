"""Verbs that only read: a case in full, a list, figures, help."""

import contextlib
import re
from dataclasses import replace

from bot.desk import Desk
from bot.slack.client import SlackRefused
from bot.slack.links import link_to_card
from bot.slack.orders import PERSON, Order
from bot.slack.paging import check_page, read_page
from bot.slack.views import answers, approval, fairness, history, moved
from bot.slack.views.merging import likely_words
from bot.slack.views.playbook import progress_words
from bot.slack.views.rendered import Rendered
from bot.slack.views.splitting import piece_words
from bot.slack.views.text import named
from handlers import cards, duplicates, lists, messages, splitting, threads
from handlers.asked import list_open
from handlers.cases import check_may, look_at
from handlers.errors import CannotDo
from handlers.fairness import load_spread
from handlers.stats import Scope, load_stats
from models.policies.fairness import By
from models.policies.periods import KNOWN, Period, read_period
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, CaseStatus, mention

FAIRNESS = "fairness"
HISTORY = re.compile(r"history( +(?P<page>[0-9]{1,6}))?", re.IGNORECASE)


def show_case(desk: Desk, order: Order) -> Rendered:
    """Everything about one case, or a page of its history, for the person who asked."""
    if order.words:
        return _show_history(desk, order)
    act = desk.act(order.by)
    with desk.transaction() as session:
        look_at(session, order.number or 0, act)
        card = cards.load_card(session, order.number or 0, act.rulebook)
        pauses = threads.load_pauses(session, card.number)
        lines = threads.load_history(session, card.number)
        is_over = card.status is CaseStatus.RESOLVED
        likely = [] if is_over else duplicates.propose(session, card.number, act)
        pieces = [] if is_over else splitting.list_pieces(session, card.number)
        checklists = threads.load_checklists(session, card.number)
    besides = [*progress_words(checklists), *piece_words(pieces), *likely_words(likely)]
    return answers.case_in_full(card, pauses, lines, desk.now(), besides)


def _show_history(desk: Desk, order: Order) -> Rendered:
    number, asked = order.number or 0, HISTORY.fullmatch(order.words.strip())
    if asked is None:
        raise CannotDo(f"Say `show {number}`, or `show {number} history` for all that happened.")
    with desk.transaction() as session:
        case = look_at(session, number, desk.act(order.by))
        lines = threads.load_history(session, case.id, limit=None)
    pages, position = history.pages(lines, number), int(asked["page"] or 1)
    if not 1 <= position <= len(pages):
        raise CannotDo(f"The history of case #{number} has pages 1 to {len(pages)}, the latest first.")
    return history.render(number, pages[position - 1], position, len(pages))


def where_it_is(desk: Desk, order: Order) -> Rendered:
    """Where a case is now, for who orders something in the thread that it has left."""
    number = order.number or 0
    with desk.transaction() as session:
        look_at(session, number, desk.act(order.by))
        snapshot = cards.load_card(session, number, desk.rules.current())
        card = messages.find_card(session, number)
        link = link_to_card(session, desk, number)
    again = f"{order.verb.value} {number}{' …' if order.words else ''}"
    return Rendered(text=moved.answer(snapshot, card.slack_channel if card else "", link, again), blocks=[])


def list_cases(desk: Desk, order: Order) -> Rendered:
    """Open cases: of the channel's team where one is there, mine, all, or a team's by its name."""
    act = desk.act(order.by)
    here = find_team_of_channel(desk, order.slack_channel, act.rulebook)
    scope, words = _scope(order.words or here or "all", order.by, act.rulebook)
    for team in scope.teams or ():
        check_may(Verb.LIST, act, team)
    with desk.transaction() as session:
        rows, total = lists.load_list(session, act, teams=scope.teams, owner=scope.agent)
    return answers.case_list(rows, total, words, desk.now())


def list_mine(desk: Desk, order: Order) -> Rendered:
    """What this person has or helps on, a page of it, the nearest deadline first."""
    page, length = read_page(order.words, order.verb), answers.PAGE_ROWS
    with desk.transaction() as session:
        rows, total = lists.load_mine(session, order.by, desk.rules.current(), page=page, length=length)
    check_page(page, total, length, "Your open cases have")
    return answers.my_cases(rows, total, page, desk.now())


def list_approvals(desk: Desk, order: Order) -> Rendered:
    """The open requests that this person may decide, and those that they made."""
    with desk.transaction() as session:
        return approval.listed(list_open(session, desk.act(order.by)))


def show_stats(desk: Desk, order: Order) -> Rendered:
    """The figures of a period and a scope, in either order; without words, this week and everybody.

    With the word "fairness" among them: whether like cases were given alike.
    """
    said = order.words.split()
    if FAIRNESS in map(str.lower, said):
        rest = " ".join(word for word in said if word.lower() != FAIRNESS)
        return _show_fairness(desk, replace(order, words=rest))
    rulebook = desk.rules.current()
    period, rest = _period(desk, order)
    scope, words = _scope(rest, order.by, rulebook)
    with desk.transaction() as session:
        figures = load_stats(session, period, scope, desk.now())
    return answers.stats(figures, period, words, rulebook.themes)


def _show_fairness(desk: Desk, order: Order) -> Rendered:
    """What cases were given, by theme, team and segment; without a period, this year."""
    rulebook = desk.rules.current()
    period, rest = _period(desk, order, usual="this year")
    scope, words = _scope(rest, order.by, rulebook)
    if scope.agent is not None:
        raise CannotDo("Fairness is told of teams: `/recovery-stats fairness last month deliveries`.")
    teams = None if scope.teams is None else list(scope.teams)
    with desk.transaction() as session:
        spreads = {by: load_spread(session, period, by, rulebook.compensation, teams=teams) for by in By}
    names = {
        By.THEME: {key: theme.name for key, theme in rulebook.themes.items()},
        By.TEAM: {key: team.name for key, team in rulebook.teams.items()},
    }
    return fairness.report(spreads, period, words, names)


def find_team_of_channel(desk: Desk, slack_channel: str, rulebook: Rulebook) -> str | None:
    """The key of the team that works in this channel; None where no team does."""
    for key, team in rulebook.teams.items():
        with contextlib.suppress(SlackRefused):  # a team's channel may not exist yet; doctor tells of it
            if desk.slack.channel_id(team.channel) == slack_channel:
                return key
    return None


def _scope(words: str, by: AgentId, rulebook: Rulebook) -> tuple[Scope, str]:
    wanted = words.strip().lower()
    if wanted in {"", "all", "everybody", "everyone"}:
        return Scope(), "for everybody"
    if wanted in {"mine", "me"}:
        return Scope(agent=by), f"with {mention(by)}"
    person = PERSON.fullmatch(words.strip())
    if person:
        return Scope(agent=AgentId(person[1])), f"with {mention(AgentId(person[1]))}"
    for key, team in rulebook.teams.items():
        if wanted in {key.lower(), team.name.lower()}:
            return Scope(teams=[key]), f"for {named(team.name)}"
    teams = ", ".join(rulebook.teams)
    raise CannotDo(f"I do not know “{words.strip()}”. Say mine, all, @person, or a team: {teams}.")


def _period(desk: Desk, order: Order, usual: str = "this week") -> tuple[Period, str]:
    """The longest beginning or end of the words that is a period, and what is left of them.

    `usual` is the one where they name none.
    """
    parts = order.words.split()
    zone = desk.slack.time_zone(order.by)
    at = desk.now()
    for size in range(len(parts), 0, -1):
        for start in (0, len(parts) - size):
            period = read_period(" ".join(parts[start : start + size]), at, zone)
            if period is not None:
                return period, " ".join(parts[:start] + parts[start + size :])
    period = read_period(usual, at, zone)
    if period is None:
        raise ValueError(f"the default must be among: {KNOWN}")
    return period, order.words
