from __future__ import annotations

import json
from typing import Any

import pytest
from aoai_policies.export import ExportError, read_export
from aoai_policies.facts import DEPLOYMENT_TYPE, stack_of
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import MODEL, SWEDEN, urn

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def entry(name: str, **more: Any) -> dict[str, Any]:
    props = {"account": SWEDEN, "model": MODEL, "sku": "Standard"}
    given = {"urn": urn(DEPLOYMENT_TYPE, name), "type": DEPLOYMENT_TYPE, "inputs": props}
    return {**given, "outputs": {**props, "deployment_id": "id"}, **more}


def export(*entries: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": list(entries)}})


def test_inputs_and_state_are_two_views_of_a_resource() -> None:
    read = read_export(export(entry("chat")))

    assert stack_of(read.inputs).deployments[0].deployment_id is UNKNOWN
    assert stack_of(read.state).deployments[0].deployment_id == "id"


def test_a_resource_that_waits_for_its_deletion_is_left_out() -> None:
    read = read_export(export(entry("chat"), entry("chat", delete=True, outputs={"model": "old"})))

    (deployment,) = stack_of(read.state).deployments
    assert deployment.model == MODEL


def test_a_resource_that_is_only_read_counts_in_the_state_but_is_nobodys_input() -> None:
    read = read_export(export(entry("chat", external=True)))

    assert len(stack_of(read.state).deployments) == 1
    assert stack_of(read.inputs).deployments == ()


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        ({"ciphertext": "v1:abc"}, UNKNOWN),
        ({"plaintext": json.dumps(MODEL)}, MODEL),
        ({"plaintext": "{broken"}, UNKNOWN),
    ],
)
def test_a_secret_is_read_where_the_export_shows_it(secret: dict[str, str], expected: str) -> None:
    outputs = {"account": SWEDEN, "model": {**SECRET, **secret}}

    (deployment,) = stack_of(read_export(export(entry("chat", outputs=outputs))).state).deployments

    assert deployment.model == expected


def test_an_empty_stack_is_fine() -> None:
    assert read_export('{"deployment": {"resources": null}}').state == ()
    assert read_export('{"deployment": {}}').inputs == ()


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", "{}", '{"deployment": 1}', '{"deployment": {"resources": {}}}'],
)
def test_what_is_no_export_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ExportError, match=r"^(it|\")"):
        read_export(text)


@pytest.mark.parametrize(
    "row", [None, 1, {}, {"urn": 1, "type": 2}, {"urn": "a"}, {"urn": "a", "type": DEPLOYMENT_TYPE}]
)
def test_a_row_that_is_no_resource_does_no_harm(row: Any) -> None:
    stack_of(read_export(export(row)).state)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ExportError):
        read_export("[" * 100_000)
