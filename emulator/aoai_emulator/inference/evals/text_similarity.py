"""How alike two texts are, from 0 to 1, by the metrics of the text_similarity grader.

Words are what lies between blanks, in lower case. The formulas are the published ones:

    fuzzy_match  2 · LCS / (characters of both), LCS being the longest common subsequence
    bleu         geometric mean of the precisions of 1- to 4-grams, a precision of 0 counting as
                 0.1 / n-grams (smoothing 1), times min(1, e^(1 - reference / input))
    gleu         the smaller of precision and recall of all 1- to 4-grams
    meteor       10·P·R / (R + 9·P) · (1 - 0.5 · (chunks / matches)³), exact matches only
    rouge_N      F1 of the N-grams;  rouge_l: F1 of the longest common subsequence of words
    cosine       of the emulator's own embeddings
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from aoai_emulator.inference.embeddings_routes import vector

_ORDERS: Final = 4
_LONGEST: Final = 4_000


def similarity(metric: str, text: str, reference: str) -> float:
    """The similarity by a metric; KeyError for an unknown one."""
    measure = METRICS[metric]
    return round(measure(text[:_LONGEST], reference[:_LONGEST]), 6)


def _fuzzy(text: str, reference: str) -> float:
    size = len(text) + len(reference)
    return 2 * _common(text, reference) / size if size else 1.0


def _common(one: Sequence[object], other: Sequence[object]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for each in one:
        before = 0
        for place, candidate in enumerate(other, 1):
            above = row[place]
            row[place] = before + 1 if each == candidate else max(above, row[place - 1])
            before = above
    return row[-1]


def _grams(words: list[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + order]) for at in range(len(words) - order + 1))


def _words(text: str) -> list[str]:
    return text.lower().split()


def _bleu(text: str, reference: str) -> float:
    words, wanted = _words(text), _words(reference)
    if not words or not wanted:
        return float(words == wanted)
    total = 0.0
    orders = min(_ORDERS, len(words))
    for order in range(1, orders + 1):
        grams = _grams(words, order)
        hits = sum((grams & _grams(wanted, order)).values())
        if order == 1 and hits == 0:
            return 0.0
        total += math.log((hits or 0.1) / grams.total())
    penalty = min(1.0, math.exp(1 - len(wanted) / len(words)))
    return penalty * math.exp(total / orders)


def _gleu(text: str, reference: str) -> float:
    words, wanted = _words(text), _words(reference)
    hits = made = asked = 0
    for order in range(1, _ORDERS + 1):
        grams, others = _grams(words, order), _grams(wanted, order)
        hits += (grams & others).total()
        made += grams.total()
        asked += others.total()
    return hits / max(made, asked) if max(made, asked) else 1.0


def _meteor(text: str, reference: str) -> float:
    words, wanted = _words(text), _words(reference)
    places: list[int] = []
    free = list(enumerate(wanted))
    for word in words:
        found = next((pair for pair in free if pair[1] == word), None)
        if found:
            free.remove(found)
            places.append(found[0])
    if not places:
        return float(words == wanted)
    precision, recall = len(places) / len(words), len(places) / len(wanted)
    mean = 10 * precision * recall / (recall + 9 * precision)
    chunks = 1 + sum(after != before + 1 for before, after in pairwise(places))
    return mean * (1 - 0.5 * (chunks / len(places)) ** 3)


def _f1(hits: int, made: int, asked: int) -> float:
    return 2 * hits / (made + asked) if made + asked else 1.0


def _rouge(order: int) -> Callable[[str, str], float]:
    def measure(text: str, reference: str) -> float:
        grams, wanted = _grams(_words(text), order), _grams(_words(reference), order)
        return _f1((grams & wanted).total(), grams.total(), wanted.total())

    return measure


def _rouge_l(text: str, reference: str) -> float:
    words, wanted = _words(text), _words(reference)
    return _f1(_common(words, wanted), len(words), len(wanted))


def _cosine(text: str, reference: str) -> float:
    pairs = zip(vector(text, 1536), vector(reference, 1536), strict=True)
    return max(0.0, min(1.0, sum(a * b for a, b in pairs)))


METRICS: Final[dict[str, Callable[[str, str], float]]] = {
    "fuzzy_match": _fuzzy,
    "bleu": _bleu,
    "gleu": _gleu,
    "meteor": _meteor,
    "cosine": _cosine,
    **{f"rouge_{order}": _rouge(order) for order in range(1, 6)},
    "rouge_l": _rouge_l,
}
