"""The formula of a multi grader: arithmetic over the scores of its graders."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

_BINARY: Final[dict[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "log": math.log,
}
_LONGEST: Final = 1_000


def calculate(formula: str, scores: Mapping[str, float]) -> float:
    """The value of a formula.

    Raises:
        ValueError: it is none, names an unknown score, or has no value.
    """
    if len(formula) > _LONGEST:
        raise ValueError("the formula is too long")
    try:
        return float(_value(ast.parse(formula, mode="eval").body, scores))
    except (SyntaxError, ArithmeticError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _value(node: ast.AST, scores: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.Name):
        return scores[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, scores)
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return float(_BINARY[type(node.op)](_value(node.left, scores), _value(node.right, scores)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return float(_FUNCTIONS[node.func.id](*(_value(each, scores) for each in node.args)))
    raise ValueError(f"{type(node).__name__} is not allowed in a formula")
