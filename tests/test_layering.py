"""Who may import whom. The table is the architecture; a new package needs a line in it."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.repository import ROOT, imports, module_of, parse, python_files

OURS = {
    "aoai",
    "aoai_policies",
    "aoai_components",
    "aoai_emulator",
    "benchmarks",
    "examples",
    "templates",
    "policies",
}
OURS |= {"plugin", "tests", "tools"}
HTTP = {"azure", "requests", "urllib3"}
ANYTHING = OURS | {"__main__"}


@dataclass(frozen=True)
class Layer:
    """What the modules below a name may import of ours, and what they must not of others."""

    ours: set[str]
    not_others: frozenset[str] = frozenset()


def layer(*ours: str, no: set[str] | None = None) -> Layer:
    return Layer(set(ours), frozenset(no or ()))


def rooms(
    package: str, *levels: tuple[str, ...], also: tuple[str, ...], no: set[str]
) -> dict[str, Layer]:
    """A package whose rooms, or modules, import those of earlier levels and nothing else of it.

    The package's own ``__init__`` and ``__main__`` are above all of them.
    """
    below: list[str] = []
    table = {}
    for level in levels:
        for name in level:
            table[f"{package}.{name}"] = layer(f"{package}.{name}", *below, *also, no=no)
        below += [f"{package}.{name}" for name in level]
    return {**table, package: layer(package, *also, no=no)}


# The longest name that a module starts with decides.
LAYERS = {
    "__main__": layer("aoai_components", "aoai.resources", "aoai.errors", no=HTTP),
    "aoai_components": layer("aoai_components", "aoai", no=HTTP),
    "aoai": layer("aoai.azure.account", "aoai.errors", "aoai.resources", no={"pulumi", *HTTP}),
    "aoai.errors": layer(no={"pulumi", *HTTP}),
    "aoai.conversion": layer(no={"pulumi", *HTTP}),
    "aoai.catalog": layer("aoai.catalog", "aoai.conversion", "aoai.errors", no={"pulumi", *HTTP}),
    **rooms(
        "aoai.dataset",
        ("finding", "limits"),
        ("report",),
        ("decode",),
        ("example",),
        ("rules",),
        ("tokens",),
        ("cost",),
        ("whole_file",),
        ("catalogue",),
        ("inspection",),
        ("judgement",),
        ("formatters",),
        also=("aoai.catalog", "aoai.errors"),
        no={"pulumi", *HTTP},
    ),
    **rooms(
        "aoai.azure",
        ("api_versions", "arm_names", "https_url"),
        ("account",),
        ("surfaces",),
        ("http",),
        ("arm", "authoring"),
        ("inventory",),
        ("clients",),
        ("lifecycle",),
        also=("aoai.catalog", "aoai.errors"),
        no={"pulumi"},
    ),
    "aoai.results": layer(
        "aoai.results", "aoai.azure", "aoai.catalog", "aoai.errors", no={"pulumi", *HTTP}
    ),
    "aoai.resources": layer(
        "aoai.resources",
        "aoai.results",
        "aoai.dataset",
        "aoai.azure",
        "aoai.catalog",
        "aoai.conversion",
        "aoai.errors",
        no=HTTP,
    ),
    "aoai.cli": layer(
        "aoai.__version__",
        "aoai.cli",
        "aoai.results",
        "aoai.dataset",
        "aoai.azure",
        "aoai.catalog",
        "aoai.errors",
        "aoai_policies",
        no={"pulumi", "pulumi_policy"},
    ),
    "plugin": layer("aoai_components", no=HTTP),
    "policies": layer("aoai_policies"),
    "aoai_policies": layer("aoai_policies", no={"pulumi", "pulumi_policy", *HTTP}),
    "aoai_policies.pack": layer("aoai_policies", no=HTTP),
    "aoai_policies.proxies": layer("aoai_policies", no=HTTP),
    "aoai_policies.sdk": layer("aoai_policies", no=HTTP),
    **rooms(
        "aoai_emulator",
        ("state",),
        ("operations",),
        ("calls",),
        ("admin", "arm", "authoring", "entra", "inference", "monitor"),
        ("server",),
        also=(),
        no={"pulumi", "openai", *HTTP},
    ),
    "templates": layer("aoai_components", "aoai"),
    "examples": layer("examples", "aoai_components", "aoai"),
    "tools": Layer(ANYTHING - {"tests"}),
    "benchmarks": Layer(ANYTHING),
    "tests": Layer(ANYTHING),
}


def below(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}.")


def layer_of(module: str) -> str:
    """The line of the table that a module is judged by; empty if there is none."""
    return max((name for name in LAYERS if below(module, name)), key=len, default="")


def trespasses(tree: ast.Module, module: str, is_package: bool = False) -> list[str]:
    """What a module imports against the table."""
    allowed = LAYERS[layer_of(module)]
    wrong = []
    for name in imports(tree, module, is_package):
        top = name.partition(".")[0]
        if top in OURS:
            bad = not any(below(name, ours) for ours in allowed.ours)
        else:
            bad = any(below(name, other) for other in allowed.not_others)
        if bad:
            wrong.append(name)
    return wrong


def test_every_file_belongs_to_a_layer() -> None:
    assert {"aoai/errors.py", "__main__.py"} <= {str(path) for path in python_files()}
    assert [path for path in python_files() if not layer_of(module_of(path))] == []


def test_every_module_imports_only_what_its_layer_may() -> None:
    wrong = {}
    for path in python_files():
        module = module_of(path)
        if found := trespasses(parse(path), module, path.name == "__init__.py"):
            wrong[module] = found
    assert wrong == {}


def test_every_line_of_the_table_is_about_something() -> None:
    modules = [module_of(path) for path in python_files()]
    planned = {"aoai.cli", "benchmarks"}
    assert {name for name in LAYERS if not any(below(m, name) for m in modules)} <= planned


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("aoai.errors", "import aoai.azure"),
        ("aoai.dataset.limits", "from aoai.azure import files"),
        ("aoai.dataset.limits", "from ..azure import files"),
        ("aoai.dataset.limits", "def late():\n    import requests"),
        ("aoai.azure.authoring.files", "from pulumi import log"),
        ("aoai.azure.authoring.files", "from aoai.azure.arm import deployments"),
        ("aoai.azure.http.urls", "from aoai.azure.lifecycle.route import route"),
        ("aoai_emulator.arm.accounts", "from aoai_emulator.monitor import filter"),
        ("aoai.azure.authoring.files", "import pulumi.dynamic as dynamic"),
        ("aoai.resources.base", "import requests"),
        ("aoai_policies.facts", "from pulumi_policy import PolicyPack"),
        ("aoai_policies.rules.one", "from aoai.errors import AoaiError"),
        ("aoai_emulator.state.file_records", "from aoai.azure import files"),
        ("aoai_components.settings", "from aoai_emulator import World"),
        ("__main__", "import tools"),
    ],
)
def test_the_walk_sees_a_trespass_however_it_is_written(module: str, source: str) -> None:
    assert len(trespasses(ast.parse(source), module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("aoai.dataset.limits", "from ..errors import DatasetError"),
        (
            "aoai.azure.authoring.files",
            "import requests\nimport azure.identity",
        ),
        ("aoai_policies.rules.one", "from ..facts import Stack\nimport datetime"),
        ("tools.local", "import aoai_emulator\nimport aoai.resources"),
    ],
)
def test_the_walk_lets_through_what_the_table_allows(module: str, source: str) -> None:
    assert trespasses(ast.parse(source), module) == []


@pytest.mark.parametrize(
    ("module", "path", "absent"),
    [
        ("aoai_policies.rules", "policies", ["pulumi", "pulumi_policy", "requests"]),
        ("aoai_policies.facts", "policies", ["pulumi", "pulumi_policy", "requests"]),
        ("aoai_policies.checking", "policies", ["pulumi", "pulumi_policy", "requests", "aoai"]),
        ("aoai.catalog", ".", ["pulumi", "requests", "azure"]),
        ("aoai.dataset", ".", ["pulumi", "requests", "azure"]),
        ("aoai.errors", ".", ["pulumi", "requests", "azure", "msgspec"]),
        ("aoai_emulator", "emulator", ["pulumi", "aoai", "requests"]),
    ],
)
def test_importing_it_loads_nothing_heavy_either(module: str, path: str, absent: list[str]) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({absent!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
