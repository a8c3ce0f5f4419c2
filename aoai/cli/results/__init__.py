"""``aoai results``: what a training measured."""
