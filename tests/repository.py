"""The repository's files, as the tests that judge them see them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, in version control, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = sorted(set(listed.split("\0")) - {""})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def module_of(path: Path) -> str:
    """The name under which a file is imported; some packages are one directory down."""
    parts = path.with_suffix("").parts
    if parts[0] in {"components", "emulator", "policies"} and len(parts) > 2:
        parts = parts[1:]
    return ".".join(parts).removesuffix(".__init__")


def imports(tree: ast.Module, module: str, is_package: bool) -> Iterator[str]:
    """Every module, or name of a module, that is imported anywhere in a file, in full."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
