"""A strict local Slack: the embedded default for newcomers, and the tests' double."""
