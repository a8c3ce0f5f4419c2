"""Entra ID's token endpoint and the cloud's description of itself."""
