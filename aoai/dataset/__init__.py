"""Training files: read once, checked, counted and digested. Knows no Azure and no Pulumi."""

from aoai.dataset.cache import compare_cached, inspect_cached
from aoai.dataset.comparison import Comparison, compare
from aoai.dataset.cost import PRICES, TrainingCost, default_epochs, training_cost
from aoai.dataset.counting import TokenCount, count_tokens
from aoai.dataset.finding import CATALOGUE, Finding, Severity
from aoai.dataset.inspection import inspect
from aoai.dataset.report import Report
from aoai.dataset.tokens import ESTIMATE, Tokenizer, find_tokenizer

__all__ = [
    "CATALOGUE",
    "ESTIMATE",
    "PRICES",
    "Comparison",
    "Finding",
    "Report",
    "Severity",
    "TokenCount",
    "Tokenizer",
    "TrainingCost",
    "compare",
    "compare_cached",
    "count_tokens",
    "default_epochs",
    "find_tokenizer",
    "inspect",
    "inspect_cached",
    "training_cost",
]
