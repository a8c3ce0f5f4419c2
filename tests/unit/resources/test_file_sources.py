"""Names of imported files: frozen, since a later run finds a file by nothing else."""

from __future__ import annotations

from aoai.resources.file_sources import imported_name

URL = "https://data.blob.core.windows.net/sets/train.jsonl"


def test_the_name_of_an_imported_file_never_changes() -> None:
    assert (
        imported_name(URL, "2", "organization/project/stack/tutor", 0)
        == "train-4a906682-329880.jsonl"
    )


def test_another_url_version_or_owner_is_another_name() -> None:
    names = {
        imported_name(url, version, owner, 0)
        for url in (URL, f"{URL}x", URL.replace("sets", "more"))
        for version in (None, "1", "2")
        for owner in ("a", "b")
    }
    assert len(names) == 3 * 3 * 2


def test_a_name_is_fit_for_the_wire_whatever_the_url_is() -> None:
    assert imported_name("https://h/%2e%2e/ä 'x'.jsonl", None, "o", 0).isascii()
    assert imported_name("https://h/", None, "o", 0).startswith("data-")
