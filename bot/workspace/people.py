"""The sample workspace: an invented shop, its people, and the channels in which they work."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.workspace.conversations import ConversationKind, Json
from bot.workspace.manifest import Manifest
from bot.workspace.state import State

TEAM_ID = "T0HARBOUR"
TEAM_NAME = "Harbour & Pine"
TEAM_DOMAIN = "harbour-and-pine"
TEAM_EMAIL_DOMAIN = "harbourpine.example"
APP_ID = "A0RECOVERY"
BOT_ID = "B0RECOVERY"
OTHER_BOT_ID = "B0TOOLS"
BOT_USER = "U0RECOVERY"
SLACKBOT = "USLACKBOT"
CARE_GROUP = "S0CARE"


@dataclass(frozen=True, slots=True)
class Person:
    """One of the sample people, as whom the page and the tests can act."""

    id: str
    name: str
    real_name: str
    title: str
    tz: str
    color: str


PEOPLE = (
    Person("U0ANA", "ana", "Ana Sousa", "Customer care agent", "Europe/Lisbon", "4bbe2e"),
    Person("U0BEN", "ben", "Ben Okafor", "Customer care agent", "Europe/London", "e7392d"),
    Person("U0SAM", "sam", "Sam Lindqvist", "Customer care supervisor", "Europe/Stockholm", "3c989f"),
    Person("U0LEA", "lea", "Lea Moreau", "Customer care team lead", "Europe/Paris", "674b1b"),
)

CHANNELS = (
    ("C0DELIVERY", "recovery-deliveries", "Cases about parcels and carriers"),
    ("C0PRODUCT", "recovery-products", "Cases about what we sell"),
    ("C0BILLING", "recovery-billing", "Cases about money"),
    ("C0CARE", "recovery-care", "Everything else a customer tells us"),
    ("C0SUPER", "recovery-supervisors", "Cases whose promise is at risk"),
    ("C0REVIEW", "recovery-review", "Feedback that a person should look at"),
    ("C0STORIES", "recovery-stories", "Customers we won back"),
    ("C0ADMINS", "recovery-admins", "What the bot needs from its admins"),
    ("C0FEEDBACK", "feedback", "Talk about what customers say"),
    ("C0GENERAL", "general", "For everybody"),
)
WITHOUT_THE_BOT = frozenset({"C0GENERAL"})


def move_in(state: State, manifest: Manifest) -> None:
    """Put the sample people, their group and their channels into an empty workspace."""
    at = state.clock.now()
    for person in PEOPLE:
        state.put_user(describe_person(person, at))
    state.put_user(_describe_app(manifest, at))
    state.put_user(_describe_slackbot(at))
    state.put_usergroup(_care_group(at))
    everybody = [person.id for person in PEOPLE]
    for channel_id, name, purpose in CHANNELS:
        members = everybody if channel_id in WITHOUT_THE_BOT else [*everybody, BOT_USER]
        settings = new_channel(channel_id, name, members, at)
        state.put_conversation({**settings, "purpose": purpose})


def new_channel(channel_id: str, name: str, members: list[str], at: datetime) -> Json:
    """The settings of a public channel that the first of these members has just created."""
    return {
        "id": channel_id,
        "name": name,
        "kind": ConversationKind.CHANNEL,
        "creator": members[0],
        "created": int(at.timestamp()),
        "is_archived": False,
        "members": list(members),
        "topic": "",
        "purpose": "",
    }


def describe_person(person: Person, at: datetime) -> Json:
    """The user object of one of the sample people."""
    first_name, _, last_name = person.real_name.partition(" ")
    profile = {
        "title": person.title,
        "first_name": first_name,
        "last_name": last_name,
        "email": f"{person.name}@{TEAM_EMAIL_DOMAIN}",
    }
    user = _describe(person.id, person.name, person.real_name, at, tz=person.tz)
    return {**user, "color": person.color, "profile": {**user["profile"], **profile}}


def _describe_app(manifest: Manifest, at: datetime) -> Json:
    user = _describe(BOT_USER, manifest.bot_name, manifest.bot_name, at, tz="America/Los_Angeles")
    profile = {**user["profile"], "bot_id": BOT_ID, "api_app_id": APP_ID, "always_active": True}
    return {**user, "is_bot": True, "profile": profile}


def _describe_slackbot(at: datetime) -> Json:
    user = _describe(SLACKBOT, "slackbot", "Slackbot", at, tz="America/Los_Angeles")
    return {**user, "profile": {**user["profile"], "always_active": True}}


def _describe(user_id: str, name: str, real_name: str, at: datetime, *, tz: str) -> Json:
    local = at.astimezone(ZoneInfo(tz))
    offset = local.utcoffset()
    return {
        "id": user_id,
        "team_id": TEAM_ID,
        "name": name,
        "deleted": False,
        "color": "757575",
        "real_name": real_name,
        "tz": tz,
        "tz_label": local.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": _profile(name, real_name),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": int(at.timestamp()),
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(name: str, real_name: str) -> Json:
    return {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": name,
        "display_name_normalized": name,
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": f"g{name}",
        "team": TEAM_ID,
    }


def _care_group(at: datetime) -> Json:
    members = [person.id for person in PEOPLE]
    return {
        "id": CARE_GROUP,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "is_subteam": True,
        "name": "Customer care",
        "description": "Everybody who works cases",
        "handle": "care",
        "is_external": False,
        "date_create": int(at.timestamp()),
        "date_update": int(at.timestamp()),
        "date_delete": 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": members[0],
        "updated_by": members[0],
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "users": members,
        "user_count": len(members),
    }
