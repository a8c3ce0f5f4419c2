"""``aoai eject``: a stack as plain calls, for those who go on without Pulumi."""
