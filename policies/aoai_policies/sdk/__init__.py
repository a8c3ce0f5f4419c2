"""Rules in the terms of the Pulumi policy SDK."""

from __future__ import annotations
