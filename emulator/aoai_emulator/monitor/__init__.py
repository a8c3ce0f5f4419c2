"""Azure Monitor: the metrics of an account."""
