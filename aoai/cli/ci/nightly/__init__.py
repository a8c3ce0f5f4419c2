"""The nightly issue: what is not, or soon will not be, as it was declared."""
