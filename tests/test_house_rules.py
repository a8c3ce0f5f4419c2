"""What CONTRIBUTING.md asks of every file, as far as a test can see it."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.repository import ROOT, files, parse, python_files

FILE_LINES = 300
TEST_LINES = 400
"""A file of tests is a list: longer does no harm so soon."""
FUNCTION_LINES = 40
"""Of code: a docstring costs a function nothing."""


def read(path: Path) -> str:
    return (ROOT / path).read_bytes().decode("utf-8", errors="replace")


def function_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function, without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(parse(path)) if isinstance(node, kinds)]


def test_a_file_is_short() -> None:
    for path in python_files():
        limit = TEST_LINES if path.parts[0] == "tests" else FILE_LINES
        length = len(read(path).splitlines())
        assert length <= limit, f"{path} has {length} lines"


def test_a_function_is_short() -> None:
    for path in python_files():
        for function in functions(path):
            length = function_lines(function)
            assert length <= FUNCTION_LINES, f"{path}: {function.name} has {length} lines"


def test_the_length_of_a_function_leaves_its_docstring_out() -> None:
    function = ast.parse('def f():\n    """One.\n\n    More.\n    """\n    return 1\n').body[0]
    assert isinstance(function, ast.FunctionDef)
    assert function_lines(function) == 2


def test_every_test_is_in_a_file_that_is_collected() -> None:
    for path in python_files():
        tests = [f.name for f in functions(path) if f.name.startswith("test_")]
        collected = path.parts[0] == "tests" and path.name.startswith("test_")
        assert collected == bool(tests), f"{path} holds {len(tests)} tests"


def test_no_file_names_a_place_of_the_machine_that_it_was_written_on() -> None:
    # Whatever is kept beside the clone is no part of it either.
    places = [f"{ROOT}/", f"{Path.home()}/", "/".join(["..", "shared"])]
    found = {str(p): place for p in files() for place in places if place in read(p)}
    assert found == {}


def test_plain_values_are_converted_in_one_place_that_threads_may_share() -> None:
    places = [
        str(path)
        for path in python_files()
        if path.parts[0] in ("aoai", "components") and "msgspec.convert(" in read(path)
    ]
    assert places == ["aoai/conversion.py"]
