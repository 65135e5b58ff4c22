"""Sample feedback of an invented shop, and what plays it to the bot."""
