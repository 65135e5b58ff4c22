"""Decisions: values in, values out; time is an argument."""
