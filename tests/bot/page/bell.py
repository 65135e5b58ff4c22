"""A small bot for the page's tests: a card, a modal that is not easily content, a Home, a search."""

from typing import Any

from slack_bolt import Ack

from bot.workspace.server import Workspace
from tests.bot.page.samples import CHANNEL, Json, card, every_input, home_view, note_view
from tests.bot.workspace.bots import HearingBot

REASONS = ("Late parcel", "Broken lamp", "Wrong bill")


class Bell(HearingBot):
    """Posts case cards and answers what people do with them."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.app.action("claim")(self._claim)
        self.app.action("assign")(self._claim)
        self.app.action("note")(self._open_note)
        self.app.action("all")(self._open_everything)
        self.app.action("hush")(self._whisper)
        self.app.options("reason")(_reasons)
        self.app.view("note")(self._take_note)
        self.app.event("app_home_opened")(self._publish_home)
        self.app.event("message")(_take)
        self.connect()

    def posts_card(self, holder: str | None = None) -> str:
        """A case card in the channel; its ts."""
        return self.posts(blocks=card(holder))

    def posts(self, **content: Any) -> str:
        """A message in the channel; its ts."""
        return str(self.client.chat_postMessage(**{"channel": CHANNEL, "text": "Case 41", **content})["ts"])

    def _claim(self, ack: Ack, body: Json) -> None:
        ack()
        ts, user = body["message"]["ts"], body["user"]["id"]
        self.client.chat_update(channel=CHANNEL, ts=ts, text="Case 41", blocks=card(user))
        self.posts(text=f"<@{user}> has this case now.", thread_ts=ts)

    def _open_note(self, ack: Ack, body: Json) -> None:
        ack()
        self.client.views_open(trigger_id=body["trigger_id"], view=note_view(body["message"]["ts"]))

    def _open_everything(self, ack: Ack, body: Json) -> None:
        ack()
        self.client.views_open(trigger_id=body["trigger_id"], view=every_input())

    def _take_note(self, ack: Ack, view: Json, body: Json) -> None:
        words = view["state"]["values"]["words"]["typed"]["value"]
        if len(words) < 10:
            ack(response_action="errors", errors={"words": "Say a little more, ten characters at least."})
            return
        ack()
        self.posts(text=f"Note by <@{body['user']['id']}>: {words}", thread_ts=view["private_metadata"])

    def _whisper(self, ack: Ack, body: Json) -> None:
        ack()
        user = body["user"]["id"]
        self.client.chat_postEphemeral(channel=CHANNEL, user=user, text="This case is *not* yours to close.")

    def _publish_home(self, event: Json) -> None:
        self.client.views_publish(user_id=event["user"], view=home_view(event["user"]))


def _take(ack: Ack) -> None:
    ack()


def _reasons(ack: Ack, payload: Json) -> None:
    typed = payload["value"].lower()
    found = [reason for reason in REASONS if typed in reason.lower()]
    ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in found])
