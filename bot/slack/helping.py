"""Help: what a person can do where they ask, and how one verb is used."""

from collections.abc import Mapping

from bot.desk import Desk
from bot.slack.orders import Order, read_verb
from bot.slack.verbs.route import Route
from bot.slack.views import help as help_view
from bot.slack.views.help import Usage
from bot.slack.views.rendered import Rendered
from models.policies.permissions import INVOLVED_MAY, WHO_MAY, Verb, may_somewhere, ranks

DIRECT = "D"
"""What the ids of direct conversations begin with."""

Groups = Mapping[str, tuple[Route, ...]]


def help_for(desk: Desk, order: Order, groups: Groups) -> Rendered:
    """Everything that the person may do, or the one verb that they name; raises CannotDo for no verb."""
    rulebook = desk.rules.current()
    named = order.words.split()
    if named:
        verb = read_verb(named[0])
        (route,) = (each for routes in groups.values() for each in routes if each.verb is verb)
        is_for_you = may_somewhere(verb, order.by, rulebook)
        return help_view.one_verb(_usage(route, order), who=_who(verb), is_for_you=is_for_you)
    may = {
        name: [_usage(route, order) for route in routes if may_somewhere(route.verb, order.by, rulebook)]
        for name, routes in groups.items()
    }
    shown = {name: usages for name, usages in may.items() if usages}
    standing, admins = rulebook.standing_of(order.by), rulebook.admins.members
    return help_view.everything(shown, standing, admins, is_direct=order.slack_channel.startswith(DIRECT))


def _usage(route: Route, order: Order) -> Usage:
    """In a case's thread, with a mention and without the number."""
    if order.number is None:
        return Usage(f"/recovery {route.usage}", route.what, f"/recovery {route.example}")
    usage, example = route.usage.replace(" <number>", "", 1), route.example.replace(" 41", "", 1)
    return Usage(f"@recovery {usage}", route.what, f"@recovery {example}")


def _who(verb: Verb) -> str:
    allowed = WHO_MAY[verb]
    if None in allowed:
        return "everybody"
    besides = ", or of another that has a part in it" if verb in INVOLVED_MAY else ""
    return f"{ranks(allowed)} of the case's team{besides}"
