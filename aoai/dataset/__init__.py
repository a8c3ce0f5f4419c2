"""Training files: read once, checked, counted and digested. Knows no Azure and no Pulumi."""

from aoai.dataset.cache import inspect_cached
from aoai.dataset.finding import CATALOGUE, Finding, Severity
from aoai.dataset.inspection import inspect
from aoai.dataset.report import Report

__all__ = ["CATALOGUE", "Finding", "Report", "Severity", "inspect", "inspect_cached"]
