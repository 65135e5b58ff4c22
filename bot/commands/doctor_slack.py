"""The doctor on Slack: its tokens and what they may, each channel of rules.yaml, each person."""

import logging
from collections.abc import Iterator, Mapping

from bot.app import tokens_of
from bot.commands.findings import Finding, ill, note, well
from bot.rosters import UNKNOWN
from bot.settings import Settings, SlackMode
from bot.slack.client import SlackApi, SlackBusy, SlackRefused, call
from bot.workspace.manifest import DEFAULT_MANIFEST, read_manifest
from bot.workspace.server import Workspace
from models.policies.rosters import is_email, is_person
from models.policies.rulebook import Rulebook

BAD_TOKEN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_allowed_token_type",
    }
)
AGAIN = "Run `recovery doctor` again in a while; https://slack-status.com tells whether Slack itself is well."
COPY_ANEW = "Copy {name} anew from your app's page at https://api.slack.com/apps."
REINSTALL = (
    "Paste manifest.yaml anew on your app's page, or add them under OAuth & Permissions; then reinstall it."
)
EMAIL = "Correct it in rules.yaml, or write the member id instead (profile, menu, Copy member ID)."
GROUP_ID = (
    "Copy the id of the group (People, User groups, its menu, Copy group ID) into rules.yaml, or enable it."
)
MEMBER_ID = "Copy the member id from their Slack profile (menu, Copy member ID) into rules.yaml."


def look_at_slack(settings: Settings, rulebook: Rulebook | None) -> Iterator[Finding]:
    """Everything about Slack that can be seen from here; without a rulebook, its tokens only."""
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # what it would log is told as a finding
    slack = _slack(settings)
    try:
        answer = call(slack.reads.auth_test)
    except (SlackRefused, SlackBusy) as problem:
        yield _no_answer(problem, settings)
        return
    yield well("slack", f"{answer['user']} in {answer['team']}, by {settings.slack_mode.value}")
    yield from _scopes({name.lower(): value for name, value in answer.headers.items()})
    if settings.slack_mode is SlackMode.SOCKET:
        yield _app_token(slack, settings)
    if rulebook is not None:
        for channel, use in _channels(rulebook).items():
            yield _channel(slack, channel, use, bot=str(answer["user"]))
        yield from _people(slack, rulebook)


def _slack(settings: Settings) -> SlackApi:
    if settings.slack_mode is SlackMode.LOCAL:
        return SlackApi(Workspace.bot_token, f"http://127.0.0.1:{settings.workspace_port}/api/")
    tokens = tokens_of(settings)
    return SlackApi(tokens.bot_token, tokens.api_url)


def _no_answer(problem: SlackRefused | SlackBusy, settings: Settings) -> Finding:
    if settings.slack_mode is not SlackMode.LOCAL:
        return _ill("slack", problem)
    if isinstance(problem, SlackRefused):
        mend = f"Something else answers on port {settings.workspace_port}; choose another WORKSPACE_PORT."
        return ill("slack", f"what answers is not a local workspace: {problem}", mend)
    told = "no tokens are set, so `recovery run` opens a local workspace; it does not run now"
    return note("slack", f"{told}: its channels and people were not looked at")


def _scopes(headers: Mapping[str, str]) -> Iterator[Finding]:
    """What the token may, where Slack tells with its answer."""
    told = headers.get("x-oauth-scopes")
    if told is None:
        return
    missing = sorted(read_manifest(DEFAULT_MANIFEST).scopes - {scope.strip() for scope in told.split(",")})
    if missing:
        yield ill("scopes", f"the token lacks {', '.join(missing)}", REINSTALL)
    else:
        yield well("scopes", "all that manifest.yaml asks for")


def _app_token(slack: SlackApi, settings: Settings) -> Finding:
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    try:
        call(slack.reads.apps_connections_open, app_token=token)
    except SlackRefused as refusal:
        mend = f"{COPY_ANEW.format(name='SLACK_APP_TOKEN')} It needs the scope connections:write."
        return ill("app token", f"Slack refuses it: {refusal}", mend)
    except SlackBusy as busy:
        return _ill("app token", busy)
    return well("app token", "opens Socket Mode")


def _channels(rulebook: Rulebook) -> dict[str, str]:
    """Every channel of rules.yaml, and what it is for."""
    uses = {rulebook.admins.channel: {"what admins must know"}}
    escalations: dict[str, list[str]] = {}
    for team in rulebook.teams.values():
        uses.setdefault(team.channel, set()).add(f"cases of {team.name}")
        escalations.setdefault(team.escalation_channel, []).append(team.name)
    for channel, teams in escalations.items():
        uses.setdefault(channel, set()).add(f"escalations of {', '.join(teams)}")
    if rulebook.review is not None:
        uses.setdefault(rulebook.review.channel, set()).add("feedback that a person should look at")
    if rulebook.stories_channel is not None:
        uses.setdefault(rulebook.stories_channel, set()).add("stories of customers who were won back")
    for source in rulebook.sources.values():
        if source.slack_channel is not None:
            uses.setdefault(source.slack_channel, set()).add(f"feedback of {source.name}, read there")
    for ladder in rulebook.ladders.values():
        for channel in ladder.channels:
            uses.setdefault(channel, set()).add(f"ladder {ladder.name}")
    return {channel: "; ".join(sorted(each)) for channel, each in uses.items()}


def _channel(slack: SlackApi, channel: str, use: str, *, bot: str) -> Finding:
    what = f"channel {channel}"
    invite = f"type `/invite @{bot}` in it"
    try:
        found = call(slack.reads.conversations_info, channel=slack.channel_id(channel))["channel"]
    except SlackRefused as refusal:
        if refusal.error != "channel_not_found":
            return _ill(what, refusal)
        mend = f"Create {channel} in Slack, or correct rules.yaml; then {invite}."
        return ill(what, f"is not there, or is private and without the bot; it is for {use}", mend)
    except SlackBusy as busy:
        return _ill(what, busy)
    if found.get("is_archived"):
        return ill(
            what, f"is archived; it is for {use}", "Unarchive it in Slack, or name another in rules.yaml."
        )
    if not found.get("is_member"):
        return ill(what, f"is without the bot; it is for {use}", f"{invite[0].upper()}{invite[1:]}.")
    return well(what, f"has the bot; {use}")


def _people(slack: SlackApi, rulebook: Rulebook) -> Iterator[Finding]:
    """Each person who is not there; one line where all are."""
    named = _named(rulebook)
    strangers = 0
    for word, where in named.items():
        try:
            found = _look_up(slack, word, where)
        except (SlackRefused, SlackBusy) as problem:
            yield _ill("people", problem)
            return
        if found is not None:
            strangers += 1
            yield found
    if not strangers:
        yield well("people", f"all {len(named)} of rules.yaml are in Slack")


def _named(rulebook: Rulebook) -> dict[str, str]:
    """Every person, user group and e-mail address of rules.yaml, and what for."""
    uses: list[tuple[str, str]] = [(word, "the admins") for word in rulebook.admins.members]
    uses += [(word, team.name) for team in rulebook.teams.values() for word in team.people]
    for rule in rulebook.rules:
        uses += [(word, f"rule {rule.name}") for word in (rule.effect.assign if rule.effect else ())]
    for ladder in rulebook.ladders.values():
        uses += [(word, f"ladder {ladder.name}") for word in (*ladder.people, *ladder.user_groups)]
    named: dict[str, str] = {}
    for word, use in uses:
        named.setdefault(word, use)
    return named


def _look_up(slack: SlackApi, word: str, where: str) -> Finding | None:
    """What is wrong with who stands behind a word; None where nothing is."""
    if is_email(word):
        return _look_up_email(slack, word, where)
    if not is_person(word):
        return _look_up_group(slack, word, where)
    if slack.knows_user(word):
        return None
    told = f"is named for {where}, but is nobody who can work in this Slack"
    return ill(f"person {word}", told, MEMBER_ID)


def _look_up_email(slack: SlackApi, email: str, where: str) -> Finding | None:
    try:
        slack.person_at(email)
    except SlackRefused as refusal:
        if refusal.error not in UNKNOWN:
            raise
        return ill(f"e-mail {email}", f"is named for {where}, but is nobody's in this Slack", EMAIL)
    return None


def _look_up_group(slack: SlackApi, group: str, where: str) -> Finding | None:
    """Also one that has nobody: it is there, and of no use."""
    what = f"user group {group}"
    try:
        people = slack.people_of_group(group)
    except SlackRefused as refusal:
        if refusal.error not in UNKNOWN:
            raise
        return ill(what, f"is named for {where}, but is not there, or is disabled", GROUP_ID)
    told = f"is named for {where}, and nobody belongs to it"
    return None if people else ill(what, told, "Add people to it in Slack.")


def _ill(what: str, problem: SlackRefused | SlackBusy) -> Finding:
    if isinstance(problem, SlackBusy):
        return ill(what, f"could not be looked at: {problem}", AGAIN)
    if problem.error in BAD_TOKEN:
        return ill(what, f"Slack refuses the token: {problem}", COPY_ANEW.format(name="SLACK_BOT_TOKEN"))
    if problem.error == "missing_scope":
        return ill(what, f"the token may not look: {problem}", REINSTALL)
    return ill(what, f"Slack says {problem}")
