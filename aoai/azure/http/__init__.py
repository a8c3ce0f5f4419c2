"""Requests to Azure: tokens, attempts, bodies, answers and refusals."""
