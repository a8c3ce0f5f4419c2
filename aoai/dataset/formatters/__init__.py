"""A report as text, JSON, GitHub annotations and SARIF."""
