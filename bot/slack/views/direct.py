"""What one person is told by direct message: all that one look at the clocks found for them."""

from collections.abc import Sequence

from bot.slack.views.answers import sections
from bot.slack.views.lines import say
from bot.slack.views.rendered import Rendered
from bot.slack.views.text import quiet
from handlers.snapshots import NoticeSnapshot

MOST = 15
"""So many are told one by one; nobody reads more, and Slack takes no message much longer."""
TITLE_LENGTH = 60


def render(notices: Sequence[NoticeSnapshot], links: Sequence[str | None]) -> Rendered:
    """One line for each, the oldest deadline first; `links` lead to the threads, as `notices` come."""
    told = sorted(zip(notices, links, strict=True), key=lambda pair: _age(pair[0]))
    lines = [_line(notice, link) for notice, link in told[:MOST]]
    if len(told) > MOST:
        lines.append(f"… and {len(told) - MOST} more: `/recovery list mine` shows them.")
    if len(told) > 1:
        lines.insert(0, f"*Your cases: {len(told)} things to know*")
    return sections("\n".join(lines))


def _age(notice: NoticeSnapshot) -> str:
    """By when it was due, else when it happened; both are UTC in ISO's form, which sorts as text."""
    return str(notice.line.details.get("due_at") or notice.line.at.isoformat())


def _line(notice: NoticeSnapshot, link: str | None) -> str:
    number = f"<{link}|#{notice.line.number}>" if link else f"#{notice.line.number}"
    return f"*{number}* {quiet(notice.title, TITLE_LENGTH)}: {say(notice.line, None)}"
