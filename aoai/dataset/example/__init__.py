"""One decoded example: what its format is, its messages, and plain access to them."""
