"""``aoai report``: what was trained and what is served."""
