"""The Home tab: which cases a person sees there, and what of their filter still means something."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from models.policies.permissions import WHO_LEADS, roles_in
from models.policies.rights import Role, ranked
from models.policies.rulebook import Rulebook
from models.vocabulary import AgentId, CaseKind, CaseOrder, CaseStatus, Priority, Whose

SEES_FIGURES = frozenset({Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Reach:
    """The teams whose cases a person sees, by their keys: all of them, those that they lead, and those of
    which they see the figures; `roles` is the highest role in each, in the same order as `teams`.

    The cases in which such a team has a part that is not over are among them.
    """

    teams: tuple[str, ...]
    roles: tuple[Role, ...]
    led: tuple[str, ...]
    counted: tuple[str, ...]

    @property
    def is_nowhere(self) -> bool:
        """Whether the person works for no team, and so sees no case."""
        return not self.teams

    @property
    def words(self) -> str:
        """The same in one line, by which a change of roles is known."""
        return " ".join(f"{team}:{role}" for team, role in zip(self.teams, self.roles, strict=True))


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person wants to see of the open cases, in which order, and which page; None: any."""

    whose: Whose = Whose.MINE
    team: str | None = None
    kind: CaseKind | None = None
    status: CaseStatus | None = None
    source: str | None = None
    theme: str | None = None
    priority: Priority | None = None
    is_overdue: bool | None = None
    is_waiting: bool | None = None
    ordered_by: CaseOrder = CaseOrder.DEADLINE
    page: int = 1

    @property
    def is_usual(self) -> bool:
        """Whether nothing was chosen: one's own cases, the nearest deadline first."""
        return replace(self, page=1) == Choices()


class Dropped(NamedTuple):
    """A choice that means nothing any more: of what it was one, and its key."""

    what: str
    key: str


def reach_of(who: AgentId, rulebook: Rulebook, orphaned: tuple[str, ...] = ()) -> Reach:
    """In which teams a person is what; of `orphaned` ones, which left the file, only admins see the cases."""
    found = {team: roles_in(who, team, rulebook) for team in (*rulebook.teams, *orphaned)}
    held = {team: roles for team, roles in found.items() if roles}
    return Reach(
        teams=tuple(held),
        roles=tuple(ranked(roles)[0] for roles in held.values()),
        led=tuple(team for team, roles in held.items() if roles & WHO_LEADS),
        counted=tuple(team for team, roles in held.items() if roles & SEES_FIGURES),
    )


def what_still_is(choices: Choices, reach: Reach, rulebook: Rulebook) -> tuple[Choices, tuple[Dropped, ...]]:
    """The choices without those that mean nothing any more, and these."""
    still = {
        "team": choices.team in reach.teams,
        "source": choices.source in rulebook.sources,
        "theme": choices.theme in rulebook.themes,
    }
    gone = {what: getattr(choices, what) for what, is_there in still.items() if not is_there}
    kept = replace(
        choices,
        team=choices.team if still["team"] else None,
        source=choices.source if still["source"] else None,
        theme=choices.theme if still["theme"] else None,
    )
    return kept, tuple(Dropped(what, key) for what, key in gone.items() if key is not None)
