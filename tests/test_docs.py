"""The documentation is run: links, paths, verbs, settings, programs and commands."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from aoai_components import FineTunedDeployment
from aoai_components.settings import OBJECTS
from aoai_policies.rules import RULES

from tests.documents import Block, all_blocks, anchors, blocks, commands_of, pages, prose, slug
from tests.repository import ROOT, files
from tests.stack_settings import read_settings
from tests.test_state_contract import RESOURCES
from tools import docs

PAGES = pytest.mark.parametrize("page", pages(), ids=str)
LANGUAGES = {"console", "json", "markdown", "python", "text", "yaml"}

RUN_BY = {
    "git clone <this repository> aoai-finetune && cd aoai-finetune": "tests/engine/clones.py",
    "make up": "tests/engine/test_make_up.py",
    "make preview": "tests/engine/test_make_up.py",
    "make clock DAYS=12": "tests/engine/test_make_up.py",
    "make chat": "tests/engine/test_make_up.py",
    "make comment": "tests/engine/test_make_up.py",
    "mkdir -p .github/workflows && cp templates/github/*.yml .github/workflows/": (
        "tests/ci/test_workflows.py"
    ),
    "cp templates/azure-devops/*.yml .": "tests/ci/test_workflows.py",
    "cp templates/gitlab/.gitlab-ci.yml .": "tests/ci/test_workflows.py",
    "make down": "tests/engine/test_make_up.py",
    "make setup": "Makefile",
    "make check": ".ci/run",
    "make test": ".ci/run",
}
"""Slow commands and the file that runs them; every other verb runs ``make setup``."""

PAGE_RUN_BY = {
    "docs/review.md": "tests/engine/test_review.py",
    "docs/azure.md": "tests/engine/test_on_azure.py",
    "docs/doctor.md": "tests/clients/test_doctor.py",
    "docs/howto": "tests/engine/test_howtos.py",
    "docs/moving.md": "tests/engine/test_moving.py",
    "docs/results.md": "tests/clients/test_results_page.py",
}
"""Pages, or folders of them, whose commands are read from the page and run by another test."""

RUN_HERE = re.compile(r"aoai |make help$")
"""Commands that are run by a test below: they take a second and change nothing."""


def test_the_readme_and_the_pages_of_docs_are_among_the_pages() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/resources.md"} <= {str(page) for page in pages()}
    assert all(all_blocks(language) for language in ("console", "python", "yaml"))


@PAGES
def test_every_link_leads_to_something(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name) if name else page
        assert (ROOT / there).exists(), f"{page}: {target}"
        if anchor:
            assert anchor in anchors(there), f"{page}: {target}"


def paths_in(page: Path) -> list[str]:
    """What stands in backticks and can only be a path of the repository; NAME is no name."""
    tops = {path.parts[0] for path in files()}
    ends = {path.suffix for path in files()} - {""}
    found = []
    for code in re.findall(r"`([\w./-]+)`", prose(page)):
        if re.search(r"NAME|NNNN", code):
            continue
        first, slash, _ = code.partition("/")
        is_name = not slash and Path(code).suffix in ends and code.count(".") == 1
        if (slash and first in tops) or is_name:
            found.append(code)
    return found


@PAGES
def test_every_path_in_backticks_is_there(page: Path) -> None:
    names = {path.name for path in files()}
    for path in paths_in(page):
        there = path in names if "/" not in path else (ROOT / path).exists()
        assert there, f"{page} names {path}"


@PAGES
def test_every_make_command_is_a_target(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = [line for block in blocks(page) for line in commands_of(block)]
    named = re.findall(r"`make ([a-z-]+)", prose(page))
    named += [line.split()[1] for line in commands if line.startswith("make ")]
    assert set(named) <= targets


@PAGES
def test_every_block_says_what_it_is(page: Path) -> None:
    for block in blocks(page):
        assert block.language in LANGUAGES, f"{block}: {block.language or 'no language'}"


@pytest.mark.parametrize("block", all_blocks("yaml"), ids=str)
def test_settings_can_be_read(block: Block) -> None:
    config = yaml.safe_load(block.whole)["config"]
    plain = {name.removeprefix("aoai-finetune:"): value for name, value in config.items()}
    plain["poll_interval"] = plain.pop("pollInterval", None)
    settings = read_settings(plain, {"AOAI_EMULATOR_URL": "https://localhost:1"})
    assert any(plain.get(name) for name in OBJECTS)
    paths = [path for model in settings.models.values() for path in model.paths.values()]
    assert all((ROOT / path).is_file() for path in paths)


@pytest.mark.parametrize("block", all_blocks("json"), ids=str)
def test_the_settings_of_policies_are_those_of_rules(block: Block) -> None:
    known = {rule.name: {*rule.schema, "enforcementLevel"} for rule in RULES}
    known |= {f"{rule.name}-before-create": known[rule.name] for rule in RULES}
    given = json.loads(block.text)
    assert given
    for name, settings in given.items():
        assert set(settings) <= known[name]


def programs() -> list[Any]:
    """The Python blocks of a page are one program."""
    found = {
        page: [b for b in blocks(page) if b.language == "python" and not b.needs_azure_native]
        for page in pages()
    }
    return [pytest.param(parts, id=str(page)) for page, parts in found.items() if parts]


def run_program(text: str, directory: Path) -> subprocess.CompletedProcess[str]:
    (directory / "program.py").write_text(text)
    for name in ("train.jsonl", "validation.jsonl"):
        (directory / name).symlink_to(ROOT / "examples" / "stdlib" / name)
    return subprocess.run(
        [sys.executable, "-m", "tests.example_program", "program.py"],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("parts", programs())
def test_the_programs_make_what_they_say(parts: list[Block], tmp_path: Path) -> None:
    program = "\n".join(block.whole for block in parts)
    assert "…" not in program
    done = run_program(program, tmp_path)
    assert done.returncode == 0, done.stderr
    calls = [node.func for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    said = Counter(call.id for call in calls if isinstance(call, ast.Name))
    made = Counter(token.rpartition(":")[2] for token in json.loads(done.stdout))
    assert made.pop("StackIdentity") == 1
    names = {resource.__name__ for resource in RESOURCES}
    if component := {FineTunedDeployment.__name__} & set(made):
        names = component  # the resources are its children
        made = Counter({name: made[name] for name in names})
    assert made == {name: count for name, count in said.items() if name in names}
    assert made


def test_a_program_that_a_provider_refuses_does_not_pass(tmp_path: Path) -> None:
    program = "\n".join(block.whole for block in programs()[0].values[0])
    done = run_program(program.replace('path="train.jsonl"', 'path="gone.jsonl"'), tmp_path)
    assert done.returncode != 0
    assert "gone.jsonl" in done.stderr


def is_run_elsewhere(page: Path) -> bool:
    return not {str(page), str(page.parent)}.isdisjoint(PAGE_RUN_BY)


@pytest.mark.parametrize("block", all_blocks("console"), ids=str)
def test_every_command_is_run_by_a_test(block: Block) -> None:
    assert commands_of(block)
    for command in commands_of(block):
        known = command in RUN_BY or RUN_HERE.match(command) or is_run_elsewhere(block.page)
        assert known or block.not_run, f"{block}: nobody runs `{command}`"


@pytest.mark.parametrize(("command", "file"), RUN_BY.items())
def test_the_file_that_is_named_for_a_command_runs_it(command: str, file: str) -> None:
    words, _, _ = command.partition(" <")
    target = words.removeprefix("make ") + ":" if file == "Makefile" else words
    assert target in (ROOT / file).read_text()


@pytest.mark.parametrize(("page", "file"), PAGE_RUN_BY.items())
def test_the_file_that_is_named_for_a_page_runs_it(page: str, file: str) -> None:
    assert f'Path("{page}")' in (ROOT / file).read_text()


def sessions() -> list[Any]:
    """Commands that are run here, each with the output that the page shows of it."""
    found = []
    for block in all_blocks("console"):
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            elsewhere = block.not_run or is_run_elsewhere(block.page)
            if RUN_HERE.match(command) and not elsewhere:
                found.append(pytest.param(command, shown, id=f"{block.page}-{command}"))
    return found


@pytest.mark.parametrize(("command", "shown"), sessions())
def test_a_command_prints_what_the_page_shows(command: str, shown: str) -> None:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    wanted = re.escape(shown.strip()).replace("…", ".*")
    assert re.fullmatch(wanted, (done.stdout + done.stderr).strip()), done.stdout + done.stderr


def test_every_page_is_in_the_menu_of_the_site() -> None:
    menu = (ROOT / "tools" / "site" / "mkdocs.yml").read_text(encoding="utf-8")
    listed_elsewhere = {"adr", "policies"}
    here = [page.relative_to("docs") for page in pages() if page.parts[0] == "docs"]
    own = [page for page in here if page.parts[0] not in listed_elsewhere]
    assert [page for page in own if not re.search(rf"[-:] {page}$", menu, re.MULTILINE)] == []


def test_what_agents_read_leads_to_pages() -> None:
    text = (ROOT / "docs" / "llms.txt").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", text)
    assert {"settings.md", "jobs.md"} <= set(targets)
    assert [target for target in targets if not (ROOT / "docs" / target).is_file()] == []


def test_make_docs_would_change_nothing() -> None:
    for page in docs.pages():
        text = page.read_text(encoding="utf-8")
        assert docs.regenerated(text) == text, f"{page.name} is stale: run `make docs`"


def test_only_the_text_between_the_comments_is_regenerated() -> None:
    page = "before\n<!-- generated: decisions -->\nstale text\n<!-- end -->\nafter <!-- end -->\n"
    new = docs.regenerated(page)
    assert new.startswith("before\n<!-- generated: decisions -->\n|  | decided |")
    assert new.endswith("|\n<!-- end -->\nafter <!-- end -->\n")
    assert "stale text" not in new


def test_a_part_that_nothing_writes_is_an_error() -> None:
    with pytest.raises(KeyError, match="misspelt"):
        docs.regenerated("<!-- generated: misspelt -->\n<!-- end -->\n")


def test_an_anchor_is_made_as_github_makes_it() -> None:
    assert slug("What `aoai` can't see: 2 things") == "what-aoai-cant-see-2-things"
