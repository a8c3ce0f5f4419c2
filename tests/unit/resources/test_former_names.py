"""The names that a resource had, from the aliases of a program."""

from __future__ import annotations

import pulumi
import pytest

from aoai.resources.former_names import former_names, former_owners


@pytest.mark.parametrize(
    ("alias", "names"),
    [
        (pulumi.Alias(name="tutor"), ["tutor"]),
        ("urn:pulumi:dev::project::pulumi-python:dynamic/aoai:FineTuningJob::tutor", ["tutor"]),
        (pulumi.Alias(name="teacher"), []),
        (pulumi.Alias(type_="aoai:Other"), []),
        (pulumi.Output.from_input("urn:pulumi:dev::project::type::tutor"), []),
    ],
    ids=["name", "urn", "its own name", "another type", "output"],
)
def test_an_alias_gives_a_former_name(alias: str | pulumi.Alias, names: list[str]) -> None:
    assert former_names("teacher", pulumi.ResourceOptions(aliases=[alias])) == names


def test_a_resource_without_aliases_had_no_other_name() -> None:
    assert former_names("teacher", None) == former_names("teacher", pulumi.ResourceOptions()) == []


def test_former_owners_are_of_the_same_stack() -> None:
    owners = former_owners("0a1b/teacher", ["tutor", "teacher", "team/tutor"])
    assert owners == ["0a1b/tutor", "0a1b/team/tutor"]
