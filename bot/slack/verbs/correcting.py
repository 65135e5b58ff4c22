"""Feedback that was heard wrong: correct."""

from collections.abc import Mapping
from typing import Any

from bot.slack.orders import Order
from bot.slack.verbs.route import Arguments, Doing, Route
from bot.slack.views import correcting as views
from handlers import corrections
from handlers.errors import CannotDo
from models.policies.permissions import Verb
from models.policies.rulebook import Rulebook
from models.policies.themes import words_of
from models.vocabulary import SentimentLabel


def _words(order: Order, rulebook: Rulebook) -> Arguments:
    """A sentiment, a theme by its key or name, or the one and then the other."""
    first, _, rest = order.words.strip().partition(" ")
    feels = {label.value: label for label in SentimentLabel}.get(first.lower())
    about = rest.strip() if feels else order.words.strip()
    return {"sentiment": feels, "theme": _theme(about, rulebook) if about else None}


def _theme(called: str, rulebook: Rulebook) -> str:
    for key, theme in rulebook.themes.items():
        if words_of(called) in {words_of(key), words_of(theme.name)}:
            return key
    known = ", ".join([*SentimentLabel, *rulebook.themes])
    raise CannotDo(f"“{called}” is neither a sentiment nor a theme. It is one of: {known}.", field="theme")


def _form(values: Mapping[str, Any], _rulebook: Rulebook) -> Arguments:
    feels = values["sentiment"]
    return {"sentiment": SentimentLabel(feels) if feels else None, "theme": values["theme"]}


def _said(order: Order, _arguments: Arguments, _rulebook: Rulebook) -> str:
    return f"Thank you. What is known of case #{order.number} is corrected, and kept to learn from."


CORRECT = Route(
    Verb.CORRECT,
    "correct <number> negative|neutral|positive [theme]",
    "say that feedback was heard wrong: how it feels, what it is about, or both",
    "correct 41 neutral",
    doing=Doing(
        _words, _form, corrections.correct, lambda card, act: views.correct(card, act.rulebook), _said
    ),
)
