"""What is said below a message of a watched channel that became a case."""

from bot.slack.views.rendered import Rendered


def render(case: int, link: str | None) -> Rendered:
    """Which case, with the way to its card; nothing else of it, as others read here."""
    number = f"<{link}|#{case}>" if link else f"#{case}"
    text = f"📮 This is case {number} now."
    section = {"type": "section", "block_id": "origin", "text": {"type": "mrkdwn", "text": text}}
    return Rendered(text=f"📮 This is case #{case} now.", blocks=[section])
