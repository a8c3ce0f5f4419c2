"""What a run found, at the lines and in the lists where a site shows it."""
