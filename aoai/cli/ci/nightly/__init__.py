"""The issue of the night: what is not, or soon will not be, as it was declared."""
