"""The calls that read, make and delete what a state holds, as curl takes them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aoai.azure import api_versions
from aoai.azure.account import Account
from aoai.azure.lifecycle.body import nested
from aoai.azure.lifecycle.job_body import placed
from aoai.azure.lifecycle.route import route
from aoai.cli.report.reading import Stored


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request.

    Attributes:
        purpose: ``read``, ``make`` or ``delete``.
        account: the account that it is about.
        control: whether it goes to the resource manager, not to the account's data plane.
        method: the HTTP method.
        path: with the API version.
        body: sent as JSON, if there is one.
        form: sent as a form, if there is one; a value with ``@`` in front is a file.
        auxiliary: the tenant whose token goes along; empty if none does.
    """

    purpose: str
    account: Account
    control: bool = False
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    auxiliary: str = ""

    def as_curl(self) -> str:
        """The command line; it fetches tokens when it runs, and holds none."""
        cloud = self.account.cloud
        scope = cloud.arm_scope if self.control else cloud.data_plane_scope
        base = cloud.resource_manager if self.control else f"{self.account.endpoint}/openai"
        parts = ["curl -sS --fail-with-body", f"-X {self.method}"]
        parts.append(_header("Authorization", self.account.tenant_id, scope))
        if self.auxiliary:
            parts.append(_header("x-ms-authorization-auxiliary", self.auxiliary, cloud.arm_scope))
        if self.body is not None:
            parts.append("-H 'Content-Type: application/json'")
            parts.append(f"-d {shlex.quote(json.dumps(self.body))}")
        form = (f"{name}={value}" for name, value in (self.form or {}).items())
        parts += [f"-F {shlex.quote(field)}" for field in form]
        return " ".join([*parts, shlex.quote(f"{base}{self.path}")])


def _header(name: str, tenant: str, scope: str) -> str:
    resource = scope.removesuffix("/.default")
    return f'-H "{name}: Bearer $(token {tenant} {resource})"'


def calls_of(stored: Stored) -> Iterator[Call]:
    """The calls about one resource; a fine-tuned model is only read."""
    account = Account.from_props(stored.map("account"))
    if stored.kind == "TrainingFile":
        yield from _file(account, stored)
    elif stored.kind == "FineTuningJob":
        yield from _job(account, stored)
    elif stored.kind == "FineTunedModel":
        name = stored.text("fine_tuned_model").partition(":")[0]
        path = f"/models/{name}?api-version={api_versions.MODELS}"
        yield Call(purpose="read", account=account, method="GET", path=path)
    elif stored.kind == "ModelDeployment":
        yield from _deployment(account, stored)


def _file(account: Account, stored: Stored) -> Iterator[Call]:
    version = f"?api-version={api_versions.FILES}"
    one = f"/files/{stored.text('file_id')}{version}"
    yield Call(purpose="read", account=account, method="GET", path=one)
    if path := stored.text("path"):
        form = {"purpose": "fine-tune", "file": f"@{path};filename={stored.text('filename')}"}
        yield Call(
            purpose="make", account=account, method="POST", path=f"/files{version}", form=form
        )
    elif url := stored.text("content_url"):
        body = {"purpose": "fine-tune", "filename": stored.text("filename"), "content_url": url}
        where = f"/files/import{version}"
        yield Call(purpose="make", account=account, method="POST", path=where, body=body)
    if not stored.text("existing_file_id"):
        yield Call(purpose="delete", account=account, method="DELETE", path=one)


_JOB_VALUES = {
    "model": "model",
    "training_file": "training_file",
    "validation_file": "validation_file",
    "method": "method.type",
    "suffix": "suffix",
    "seed": "seed",
    "training_type": "trainingType",
    "grader": "method.reinforcement.grader",
    "response_format": "method.reinforcement.response_format",
}
"""Stored properties of a job, and their places in the request for a supervised job."""


def _job(account: Account, stored: Stored) -> Iterator[Call]:
    version = f"?api-version={api_versions.JOBS}"
    one = f"/fine_tuning/jobs/{stored.text('job_id')}"
    yield Call(purpose="read", account=account, method="GET", path=f"{one}{version}")
    if not stored.text("existing_job_id"):
        values = {
            place: stored.values[name]
            for name, place in _JOB_VALUES.items()
            if stored.values.get(name) is not None
        }
        for name, value in stored.map("hyperparameters").items():
            values[f"hyperparameters.{name}"] = value
        body = nested(placed(values))
        where = f"/fine_tuning/jobs{version}"
        yield Call(purpose="make", account=account, method="POST", path=where, body=body)
        yield Call(purpose="delete", account=account, method="DELETE", path=f"{one}{version}")


def _deployment(account: Account, stored: Stored) -> Iterator[Call]:
    path = f"{stored.text('deployment_id')}?api-version={api_versions.DEPLOYMENTS}"
    yield Call(purpose="read", account=account, control=True, method="GET", path=path)
    source = stored.map("source")
    way = route(account, Account.from_props(source) if source else None)
    properties: dict[str, Any] = {
        "model": {
            "format": "OpenAI",
            "name": stored.text("model"),
            "version": stored.text("model_version") or "1",
            **way.fields,
        }
    }
    if policy := stored.text("rai_policy_name"):
        properties["raiPolicyName"] = policy
    body = {
        "sku": {"name": stored.text("sku"), "capacity": stored.number("capacity") or 1},
        "properties": properties,
        "tags": dict(stored.map("tags")),
    }
    yield Call(
        purpose="make",
        account=account,
        control=True,
        method="PUT",
        path=path,
        body=body,
        auxiliary=way.auxiliary_tenant_id or "",
    )
    yield Call(purpose="delete", account=account, control=True, method="DELETE", path=path)
