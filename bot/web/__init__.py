"""What the outside reaches by HTTP: Slack, feedback, health, metrics."""
