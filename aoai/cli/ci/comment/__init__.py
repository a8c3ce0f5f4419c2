"""The comment on a pull request: its sections, and how they fit what a code host takes."""
