"""Evaluations and graders."""
