"""The bot's ear: a small transformer that tells how feedback feels."""

from bot.sentiment.folder import ModelMissing
from bot.sentiment.interpreter import Interpreter, Models
from bot.sentiment.scorer import Scorer

__all__ = ["Interpreter", "ModelMissing", "Models", "Scorer"]
