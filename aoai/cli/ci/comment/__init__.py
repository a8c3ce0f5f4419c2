"""The comment on a pull request: its sections, and how they fit what a site takes."""
