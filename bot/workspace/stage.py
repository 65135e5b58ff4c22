"""Showing people their modals and their Home."""

from bot.workspace.conversations import Json
from bot.workspace.modals import carried_over
from bot.workspace.team import Team


def show_stack(team: Team, user: str) -> None:
    """Show this person's modals as they now stand."""
    if team.live.has_page(user):
        stack = [view.shown() for view in team.modals.stack(user)]
        team.live.tell(user, {"type": "views", "stack": stack})
    team.live.changed()


def publish_home(team: Team, user: str, body: Json) -> Json:
    """Give a person a Home; the view as Slack answers it."""
    before = team.state.homes.get(user)
    view_id = before["id"] if before else team.ids.next("V")
    title = {"type": "plain_text", "text": "View Title", "emoji": True}
    view = {
        "title": title,
        **team.modals.completed(body),
        "id": view_id,
        "root_view_id": view_id,
        "previous_view_id": None,
    }
    values = before["state"]["values"] if before else {}
    view["state"] = {"values": carried_over(values, view["blocks"])}
    team.state.put_home(user, view)
    team.live.tell(user, {"type": "home", "view": view})
    team.live.changed()
    return view
