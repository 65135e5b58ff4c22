"""How fast the bot is: `python -m bench` measures, prints a table, and writes var/bench.json."""
