"""`recovery doctor`: looks at everything that the bot needs, and says how to mend what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app import open_database, tokens_of
from bot.rulebook import RulebookError, load_rulebook
from bot.sentiment import ModelMissing, Scorer
from bot.settings import Settings, SlackMode
from bot.slack.client import SlackApi, SlackBusy, SlackRefused
from models.policies.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` None means that it is well."""

    what: str
    found: str
    mend: str | None = None


def examine(settings: Settings) -> int:
    """Print every finding; the exit code is 1 where something is to be mended."""
    console = Console(highlight=False)
    ill = 0
    for finding in _findings(settings):
        sign = "[green]✓[/green]" if finding.mend is None else "[red]✗[/red]"
        console.print(f"{sign} {finding.what}: ", end="")
        console.print(finding.found, markup=False)
        if finding.mend is not None:
            ill += 1
            console.print(f"    {finding.mend}", markup=False)
    console.print("Everything is well." if not ill else f"{ill} to mend.")
    return 1 if ill else 0


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _model()
    yield _database(settings)
    try:
        rulebook = load_rulebook(settings.rules_file)
    except RulebookError as error:
        yield Finding(
            "rules", str(error), "Mend the lines that are named; `recovery rules check` looks again."
        )
        return
    teams, rules = len(rulebook.teams), len(rulebook.rules)
    yield Finding("rules", f"{settings.rules_file}: {teams} teams, {rules} rules, version {rulebook.version}")
    yield from _slack(settings, rulebook)


def _model() -> Finding:
    try:
        (score,) = Scorer().score(["The parcel never came and nobody answers."])
    except ModelMissing as missing:
        return Finding("sentiment model", "cannot be loaded", str(missing))
    return Finding("sentiment model", f"{score.model}; a complaint scores {score.score:+.2f}")


def _database(settings: Settings) -> Finding:
    try:
        with open_database(settings) as (database, _queue), database.transaction() as session:
            version = session.scalar(text("show server_version"))
    except SQLAlchemyError as error:
        return Finding(
            "database", f"no answer ({type(error).__name__})", "Is DATABASE_URL right, and the server up?"
        )
    where = "yours" if settings.database_url else f"embedded, in {settings.var_dir / 'postgres'}"
    return Finding("database", f"PostgreSQL {version}, {where}, schema up to date")


def _slack(settings: Settings, rulebook: Rulebook) -> Iterator[Finding]:
    if settings.slack_mode is SlackMode.LOCAL:
        from bot.workspace.server import Workspace

        slack = SlackApi(Workspace.bot_token, f"http://127.0.0.1:{settings.workspace_port}/api/")
    else:
        slack = SlackApi(tokens_of(settings).bot_token, settings.slack_api_url)
    try:
        me = slack.who_am_i()
    except SlackRefused as refusal:
        yield Finding(
            "slack", f"refuses the token: {refusal.error}", "Copy SLACK_BOT_TOKEN anew from your app's page."
        )
        return
    except SlackBusy as busy:
        mend = (
            "Start the local workspace with `recovery run`."
            if settings.slack_mode is SlackMode.LOCAL
            else "Try again."
        )
        yield Finding("slack", str(busy), mend)
        return
    yield Finding("slack", f"{me.get('user')} in {me.get('team')}, by {settings.slack_mode.value}")
    yield from _channels(slack, rulebook)
    yield from _people(slack, rulebook)


def _channels(slack: SlackApi, rulebook: Rulebook) -> Iterator[Finding]:
    uses = {rulebook.admins.channel: "what admins must know"}
    for team in rulebook.teams.values():
        uses.setdefault(team.channel, f"cases of {team.name}")
        uses.setdefault(team.escalation_channel, f"escalations of {team.name}")
    for channel, use in uses.items():
        try:
            is_member = slack.is_member(channel)
        except SlackRefused as refusal:
            yield Finding(
                f"channel {channel}",
                f"{refusal.error}, needed for {use}",
                f"Create {channel} in Slack (or correct rules.yaml), then type `/invite @recovery` in it.",
            )
            continue
        mend = None if is_member else f"Type `/invite @recovery` in {channel}."
        yield Finding(f"channel {channel}", f"{'has' if is_member else 'does not have'} the bot; {use}", mend)


def _people(slack: SlackApi, rulebook: Rulebook) -> Iterator[Finding]:
    named = [(person, "the admins") for person in rulebook.admins.members]
    for team in rulebook.teams.values():
        named += [(person, team.name) for person in (*team.members, *team.supervisors, *team.leads)]
    strangers = {person: where for person, where in named if not slack.knows_user(person)}
    for person, where in strangers.items():
        yield Finding(
            f"person {person}",
            f"named in rules.yaml for {where}, unknown in Slack",
            "Copy the member id from their Slack profile (… → Copy member ID).",
        )
    if not strangers:
        yield Finding("people", f"all {len({person for person, _ in named})} of rules.yaml are in Slack")
