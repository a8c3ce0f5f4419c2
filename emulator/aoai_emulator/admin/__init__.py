"""The emulator's own routes and their client."""
