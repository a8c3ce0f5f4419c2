"""Training files: read once, checked, counted and digested. Knows no Azure and no Pulumi."""

from __future__ import annotations

from aoai.dataset.catalogue import CATALOGUE
from aoai.dataset.cost import TrainingCost, default_epochs, training_cost
from aoai.dataset.finding import Finding, Severity
from aoai.dataset.inspection.cache import compare_cached, inspect_cached
from aoai.dataset.inspection.inspect import inspect
from aoai.dataset.judgement import FileJudgement, Judgement, Observer, Training, judge
from aoai.dataset.report import Report
from aoai.dataset.tokens.counting import TokenCount, count_tokens
from aoai.dataset.tokens.tokenizer import ESTIMATE, Tokenizer, find_tokenizer
from aoai.dataset.whole_file.changes import DataChange, data_change, example_digests
from aoai.dataset.whole_file.comparison import Comparison, compare

__all__ = [
    "CATALOGUE",
    "ESTIMATE",
    "Comparison",
    "DataChange",
    "FileJudgement",
    "Finding",
    "Judgement",
    "Observer",
    "Report",
    "Severity",
    "TokenCount",
    "Tokenizer",
    "Training",
    "TrainingCost",
    "compare",
    "compare_cached",
    "count_tokens",
    "data_change",
    "default_epochs",
    "example_digests",
    "find_tokenizer",
    "inspect",
    "inspect_cached",
    "judge",
    "training_cost",
]
