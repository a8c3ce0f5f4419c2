"""Tokens of a text, an example and a file."""
