"""How the bot's ear is taught and measured; nothing of it runs with the bot."""
