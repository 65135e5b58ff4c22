"""Block Kit, pure: a snapshot in, blocks out."""
