"""The pass over a file: format, fast path, workers, cache."""
