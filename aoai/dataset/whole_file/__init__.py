"""What only the whole file shows: counts, duplicates, length, comparison."""
