"""The bot's ear: a small transformer that tells how feedback feels."""

from bot.sentiment.folder import ModelMissing
from bot.sentiment.scorer import Scorer

__all__ = ["ModelMissing", "Scorer"]
