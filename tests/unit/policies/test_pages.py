from __future__ import annotations

from aoai_policies.rules import RULES

from tools.docs_policies import DIRECTORY, pages
from tools.docs_policies import ROOT as REPOSITORY


def test_the_pages_are_what_make_docs_writes() -> None:
    for path, text in pages():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_every_rule_has_the_page_that_it_names_and_every_page_a_rule() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.md")} == {rule.name for rule in RULES}
    assert all((REPOSITORY / rule.page).is_file() for rule in RULES)
