"""Thin edges: acknowledge, read the payload, call one handler, answer."""
