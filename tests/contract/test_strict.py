"""The judge is judged: each kind of difference is found."""

from __future__ import annotations

from typing import Any

import pytest
from azure.mgmt.cognitiveservices import models
from openai.types import FileObject

from tests.contract.strict import azure_problems, openai_problems

FILE = {
    "id": "file-1",
    "bytes": 3,
    "created_at": 1,
    "filename": "a",
    "object": "file",
    "purpose": "fine-tune",
    "status": "processed",
}
DEPLOYMENT = {
    "id": "x",
    "sku": {"name": "Standard", "capacity": 1},
    "tags": {"a": "b"},
    "systemData": {"createdAt": "2026-01-01T00:00:00Z"},
    "properties": {
        "model": {"name": "m"},
        "rateLimits": [{"key": "token", "renewalPeriod": 1.0, "count": 2.0}],
    },
}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"colour": "red"}, "FileObject.colour: unknown"),
        ({"bytes": "3"}, "FileObject.bytes: int_type"),
        ({"status": "lost"}, "FileObject.status: 'lost'"),
        ({"filename": None}, "FileObject.filename: string_type"),
    ],
)
def test_a_difference_from_a_model_of_openai_is_found(change: dict[str, Any], problem: str) -> None:
    body = FILE | change
    assert openai_problems(FileObject.construct(**body), body) == {problem}


def test_a_missing_field_is_found() -> None:
    body = {name: value for name, value in FILE.items() if name != "bytes"}
    assert openai_problems(FileObject.construct(**body), body) == {"FileObject.bytes: missing"}


def test_what_fits_is_no_difference() -> None:
    assert openai_problems(FileObject.construct(**FILE), FILE) == set()
    assert azure_problems(DEPLOYMENT, "Deployment", models) == set()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"colour": "red"}, "Deployment.colour: unknown"),
        ({"sku": {}}, "Sku.name: missing"),
        ({"sku": {"name": "x", "capacity": 1.5}}, "Sku.capacity: float for int"),
        ({"sku": {"name": "x", "capacity": True}}, "Sku.capacity: bool for int"),
        ({"sku": []}, "Sku: list for an object"),
        ({"tags": {"a": 1}}, "Deployment.tags: int for str"),
        ({"tags": []}, "Deployment.tags: list for dict"),
        ({"systemData": {"createdAt": "soon"}}, "SystemData.createdAt: no iso-8601"),
        ({"properties": None}, "Deployment.properties: null"),
        ({"properties": {"rateLimits": [{"n": 1}]}}, "ThrottlingRule.n: unknown"),
        ({"properties": {"rateLimits": {}}}, "DeploymentProperties.rateLimits: dict for list"),
    ],
)
def test_a_difference_from_a_model_of_azure_is_found(change: dict[str, Any], problem: str) -> None:
    assert azure_problems(DEPLOYMENT | change, "Deployment", models) == {problem}
