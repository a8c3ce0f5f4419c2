"""Calls of a deployment: chat and responses."""
