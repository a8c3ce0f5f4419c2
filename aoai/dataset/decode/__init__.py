"""From bytes to decoded lines: reading, digest, JSON syntax, types."""
