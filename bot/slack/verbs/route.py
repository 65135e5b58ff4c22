"""What a verb is made of: from words or from a form to the same arguments, then one handler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.desk import Desk
from bot.slack.orders import Order
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import View
from handlers.act import Act
from handlers.snapshots import CardSnapshot
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.vocabulary import Members

Arguments = dict[str, Any]
"""What a verb's handler takes by name."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A verb that changes a case: from words or from a form to the same arguments, then one handler.

    `is_done_by_its_button`: a click is enough although there is a form, which has a button of its own.
    `form_that_reads` is in place of `form` where the form shows more than the card does.
    `is_told_to_them_only`: card and thread say nothing of it, so that the answer must.
    `names_moments`: the words do, so that the order must say where the writer's clock stands.
    """

    read_words: Callable[[Order, Rulebook], Arguments]
    read_form: Callable[[Mapping[str, Any], Rulebook], Arguments]
    do: Callable[..., object]
    form: Callable[[CardSnapshot, Act], View] | None
    said: Callable[[Order, Arguments, Rulebook], str]
    names_moments: bool = False
    form_that_reads: Callable[[Session, CardSnapshot, Act], View] | None = None
    is_done_by_its_button: bool = False
    is_told_to_them_only: bool = False

    @property
    def says_it_all(self) -> bool:
        """Whether there is nothing to fill in and nothing to read: its handler alone refuses, in one look."""
        return self.read_form is no_form


@dataclass(frozen=True, slots=True)
class Route:
    """One verb: how it is used and explained, and what answers it."""

    verb: Verb
    usage: str
    what: str
    example: str
    doing: Doing | None = None
    reading: Callable[[Desk, Order], Rendered] | None = None


def no_words(_order: Order, _rulebook: Rulebook) -> Arguments:
    """For a verb that says it all."""
    return {}


def no_form(_values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    """For a button that is enough."""
    return {}


def read_members(values: Mapping[str, Any]) -> Members | None:
    """What a form says of those for which its case stands; None where it did not ask."""
    chosen = values.get("members")
    return Members(chosen) if chosen else None
