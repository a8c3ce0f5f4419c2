"""The error texts of the code, as docs/troubleshooting.md lists them.

A text is read off the ``raise`` that makes it; what is filled in is shown as ``…``. A text that is
put together elsewhere, such as the service's own words, is listed by hand in the page.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from aoai.azure.http.advice import BY_CODE, BY_STATUS, ENTRA

ROOT = Path(__file__).resolve().parent.parent

AREAS: dict[str, tuple[str, ...]] = {
    "settings": (
        "components",
        "aoai/resources/account.py",
        "aoai/resources/declaration.py",
        "aoai/resources/stack_identity.py",
        "aoai/resources/props.py",
        "aoai/azure/account.py",
        "aoai/catalog",
    ),
    "sign-in": ("aoai/azure/http/credentials.py", "aoai/azure/http/authorization.py"),
    "network": ("aoai/azure/http", "aoai/azure/lifecycle/idempotency.py"),
    "files": (
        "aoai/dataset",
        "aoai/azure/http/local_file.py",
        "aoai/azure/authoring/content_url.py",
        "aoai/azure/authoring/files.py",
        "aoai/azure/authoring/uploads.py",
        "aoai/azure/lifecycle/file_processing.py",
        "aoai/azure/lifecycle/parallel_upload.py",
        "aoai/azure/lifecycle/training_file.py",
        "aoai/resources/training_file.py",
    ),
    "deployments": (
        "aoai/azure/arm",
        "aoai/azure/lifecycle/model_deployment.py",
        "aoai/resources/model_deployment.py",
    ),
    "commands": ("aoai/cli",),
    "jobs": ("aoai",),
}
"""An area of the page, and the places whose errors it lists; the longest place decides."""

_CHECKS = ("problems", "faults", "_reference", "contradicting", "shared_names", "unchecked")
"""How the functions are named that yield what is wrong with a stack's settings."""

# Raised for callers within the code, or for a wrong call of the package: no user reads these.
INTERNAL = {
    "AttributeError",
    "CannotShare",
    "NotImplementedError",
    "TypeError",
    "ValueError",
}


def texts(area: str) -> list[str]:
    """The error texts of an area, sorted, each once."""
    return sorted({text for path in _files() if _area(path) == area for text in _raised(path)})


def error_table(area: str) -> str:
    """The texts as a list."""
    return "\n".join(f"- `` {text} ``" for text in texts(area))


def advice_table() -> str:
    """What is advised for the service's own codes."""
    rows = [(f"`{code}`", advice) for code, advice in sorted(BY_CODE.items())]
    rows += [(f"`{code}`", f"{meaning}.") for code, meaning in sorted(ENTRA.items())]
    rows += [(f"status {status}", advice) for status, advice in sorted(BY_STATUS.items())]
    head = ["| the service's code | what to do |", "|---|---|"]
    return "\n".join([*head, *(f"| {code} | {advice} |" for code, advice in rows)])


def _files() -> Iterator[Path]:
    for top in ("aoai", "components"):
        yield from sorted((ROOT / top).rglob("*.py"))


def _area(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    fitting = [
        (len(place), area)
        for area, places in AREAS.items()
        for place in places
        if name == place or name.startswith(f"{place}/")
    ]
    return max(fitting)[1]


def _raised(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from raised_in(function)
            if path.parts[-2] == "aoai_components":
                yield from _problems_in(function)


def raised_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The texts of the errors that a function raises, and of the inputs that it refuses."""
    assigned = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        text = " ".join(_text(_words_of(node), assigned).split())
        if any(character.isalpha() for character in text):
            yield text


def _words_of(node: ast.AST) -> ast.expr:
    """The expression that holds an error's words: of a ``raise``, of a refused input."""
    nothing = ast.Constant(value="")
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        name = _called(node.exc)
        place = -1 if name.startswith("_") else 0
        return nothing if name in INTERNAL else node.exc.args[place]
    if isinstance(node, ast.Call) and _called(node) == "CheckFailure" and len(node.args) > 1:
        return node.args[1]
    return nothing


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else _name(call.func)


def _problems_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """What a check of the stack's settings yields; each begins with the key of the setting."""
    if not function.name.endswith(_CHECKS):
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Yield) and node.value is not None:
            text = " ".join(_text(node.value, {}).split())
            if any(character.isalpha() for character in text):
                yield text


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr, assigned: dict[str, ast.expr]) -> str:
    """The fixed words of an expression, ``assigned`` to a name or not; empty if there are none."""
    if isinstance(node, ast.Name) and node.id in assigned:
        return _text(assigned[node.id], {})
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        parts = (_text(value, {}) or "…" for value in node.values)
        return "".join(parts)
    if isinstance(node, ast.BinOp):
        left, right = _text(node.left, assigned), _text(node.right, assigned)
        return (left or "…") + (right or "…") if left or right else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _text(node.func.value, assigned)  # text.rstrip()
    return ""
