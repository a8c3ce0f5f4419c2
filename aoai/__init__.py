"""Pulumi resources for fine-tuned Azure OpenAI models.

The resources are in :mod:`aoai.resources`, the HTTP clients in :mod:`aoai.azure`, the checks of
training data in :mod:`aoai.dataset`. Importing this package loads none of them.
"""
