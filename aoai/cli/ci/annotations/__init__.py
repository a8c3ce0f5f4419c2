"""What a run found, at the lines and in the lists where a code host shows it."""
