"""``aoai eject``: a stack as plain calls, for who wants to go on without Pulumi."""
