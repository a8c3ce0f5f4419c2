"""``aoai doctor``: what keeps a stack from running, each problem in one line with its fix."""
