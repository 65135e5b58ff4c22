"""Feedback in."""
