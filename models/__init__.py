"""What is true: tables, and the decisions as pure functions."""
