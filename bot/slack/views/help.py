"""Help as people see it: short, in groups, each verb with an example."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.slack.views.answers import sections
from bot.slack.views.rendered import Rendered
from bot.slack.views.text import escape, named
from models.policies.permissions import MOST_NAMED
from models.policies.rights import Role
from models.vocabulary import AgentId, mention

MOST_BLOCKS = 4
"""A message holds about 13,200 characters in all."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One verb: what to type, what comes of it, and an example."""

    form: str
    what: str
    example: str


def everything(
    groups: Mapping[str, Sequence[Usage]],
    standing: Mapping[str, Role],
    admins: Sequence[AgentId],
    *,
    is_direct: bool = False,
) -> Rendered:
    """What one person can do; `standing` is the highest role that they have in a team, by the team's name.

    `is_direct`: they ask where only the bot hears them.
    """
    lines = [f"*What you can do* {_as_whom(standing)}"]
    for name, usages in groups.items():
        lines.append(f"*{name}*")
        lines += [f"• `{escape(usage.example)}`  {usage.what}" for usage in usages]
    lines.append("`/recovery help assign` explains one. The buttons on a card do the same.")
    if is_direct:
        lines.append("Here you can leave out `/recovery`: write `list mine`.")
    if not standing:
        asked = ", ".join(map(mention, admins[:MOST_NAMED])) or "an admin"
        lines.append(f"To work cases, ask {asked} to add you: `/recovery join` and the team does it for you.")
    return sections("\n".join(lines), most=MOST_BLOCKS)


def one_verb(usage: Usage, *, who: str, is_for_you: bool) -> Rendered:
    """How one verb is used, and who may."""
    lines = [
        f"*{escape(usage.form)}*",
        f"{usage.what[:1].upper()}{usage.what[1:]}.",
        f"For example: `{escape(usage.example)}`",
        f"Who may: {who}{'' if is_for_you else '; you are none of them'}.",
    ]
    return sections("\n".join(lines))


def _as_whom(standing: Mapping[str, Role]) -> str:
    if not standing:
        return "(you work for no team yet)"
    if set(standing.values()) == {Role.ADMIN}:
        return "as an admin"
    named_for: dict[Role, list[str]] = {}
    for team, role in standing.items():
        named_for.setdefault(role, []).append(named(team))
    return f"as {' and '.join(f'{role} of ' + ', '.join(teams) for role, teams in named_for.items())}"
