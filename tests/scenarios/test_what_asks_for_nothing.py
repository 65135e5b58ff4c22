"""What Slack tells us and asks for nothing is acknowledged, so that Slack does not tell it again."""

from bot.slack.app import ASK_FOR_NOTHING
from bot.workspace.manifest import DEFAULT_MANIFEST, read_manifest


def test_every_event_of_the_manifest_has_a_listener() -> None:
    answered = {
        *("app_home_opened", "app_mention", "dnd_updated_user", "reaction_added"),
        *("subteam_members_changed", "subteam_updated", "user_change"),
        *("message.channels", "message.groups", "message.im"),
    }

    assert read_manifest(DEFAULT_MANIFEST).events == answered | set(ASK_FOR_NOTHING)
