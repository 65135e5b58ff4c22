"""Slack: what people can do, what they see, and how it gets there."""
