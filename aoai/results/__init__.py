"""What a job left: its curves, the checkpoint to serve, what was billed, and why it failed."""
