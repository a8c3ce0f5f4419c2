"""Checks of a user's surroundings; each returns one line that has the problem and what to do."""
