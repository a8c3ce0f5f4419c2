"""The user's program, as an order edits it, and the resources that it declares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aoai.azure.account import Account
from tests.conftest import write_examples

BASE_MODEL = "gpt-4o-mini-2024-07-18"
PREFIX = "pulumi-python:dynamic/aoai"
FILE, JOB = f"{PREFIX}:TrainingFile", f"{PREFIX}:FineTuningJob"
MODEL, DEPLOYMENT = f"{PREFIX}:FineTunedModel", f"{PREFIX}:ModelDeployment"
DATA = 4
"""How many data sets there are to train from."""


@dataclass(frozen=True)
class Deployed:
    """A deployment in the program. ``uid`` is what it is, ``name`` what it is called at present."""

    uid: str
    name: str
    place: str
    capacity: int = 1
    sku: str = "Standard"
    fixed: str | None = None
    on_model_change: str = "update"
    adopt: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trained:
    """A model in the program, with its file, its job and its deployments.

    Attributes:
        submit_only: the program ends with the job, and does not wait for it.
    """

    uid: str
    name: str
    place: str = "sweden"
    data: int = 0
    epochs: int | None = None
    generation: int = 1
    suffix: str | None = None
    seed: int | None = None
    on_delete: str = "cancel"
    submit_only: bool = False
    aliases: tuple[str, ...] = ()
    deployments: tuple[Deployed, ...] = ()


@dataclass(frozen=True)
class Program:
    """All models, and the options of resources by their uid."""

    models: tuple[Trained, ...] = ()
    lower_case: bool = False
    group: str = "rg-ai"
    protected: frozenset[str] = frozenset()
    retained: frozenset[str] = frozenset()
    delete_first: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ref:
    """An output of a resource that is declared before: its ``id``, or a property."""

    resource: str
    output: str


@dataclass(frozen=True)
class Goal:
    """A resource as the program registers it with the engine.

    Attributes:
        gate: the job that must have succeeded before; the program waits for it.
    """

    type: str
    name: str
    uid: str
    props: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    gate: str = ""
    protect: bool = False
    retain: bool = False
    delete_first: bool | None = None

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The names of the resources that its inputs come from, with their type."""
        return tuple(dict.fromkeys(v.resource for v in self.props.values() if isinstance(v, Ref)))


@dataclass
class Workspace:
    """Where a program's data lies, and the accounts that it knows."""

    directory: Path
    accounts: Mapping[str, Account]
    digests: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in range(DATA):
            path = write_examples(self.path(number), topic=f"topic {number}")
            self.digests[number] = hashlib.sha256(path.read_bytes()).hexdigest()

    def path(self, number: int) -> Path:
        """One of the data sets."""
        return self.directory / f"data-{number}.jsonl"

    def account(self, place: str, program: Program) -> dict[str, Any]:
        """An account as a property; Azure does not tell letter cases of an id apart."""
        props = self.accounts[place].to_props()
        id_ = props["id"].replace("/rg-ai/", f"/{program.group}/")
        return {**props, "id": id_.lower() if program.lower_case else id_}


def declare(program: Program, owner: str, workspace: Workspace) -> list[Goal]:
    """What the program registers, in the order in which it does.

    Args:
        owner: ``organization/project/stack``.
    """
    goals = []
    for model in program.models:
        goals += _model(program, model, owner, workspace)
    return goals


def _model(program: Program, model: Trained, owner: str, workspace: Workspace) -> list[Goal]:
    account = workspace.account(model.place, program)
    file = f"{model.name}-training"

    def goal(kind: str, name: str, uid: str, props: dict[str, Any], **more: Any) -> Goal:
        return Goal(
            type=kind,
            name=name,
            uid=uid,
            props={"owner": f"{owner}/{name}", **props},
            protect=uid in program.protected,
            retain=uid in program.retained,
            delete_first=True if uid in program.delete_first else None,
            **more,
        )

    training = {"path": str(workspace.path(model.data)), "model": BASE_MODEL, "validation": False}
    job = {
        "model": BASE_MODEL,
        "training_file": Ref(f"{FILE}::{file}", "id"),
        "training_file_sha256": Ref(f"{FILE}::{file}", "sha256"),
        "hyperparameters": {"n_epochs": model.epochs} if model.epochs else {},
        "suffix": model.suffix,
        "seed": model.seed,
        "generation": model.generation,
        "on_delete": model.on_delete,
    }
    job_name = f"{JOB}::{model.name}"
    left = {"job_id": Ref(job_name, "job_id"), "checkpoint": "final"}
    files = tuple(f"{alias}-training" for alias in model.aliases)
    found = [
        goal(FILE, file, f"{model.uid}.file", {"account": account, **training}, aliases=files),
        goal(
            JOB, model.name, f"{model.uid}.job", {"account": account, **job}, aliases=model.aliases
        ),
    ]
    if model.submit_only:
        return found
    found.append(
        goal(
            MODEL,
            model.name,
            f"{model.uid}.model",
            {"account": account, **left},
            aliases=model.aliases,
            gate=job_name,
        )
    )
    for each in model.deployments:
        props = _deployment(program, model, each, workspace)
        found.append(goal(DEPLOYMENT, each.name, each.uid, props, aliases=each.aliases))
    return found


def _deployment(
    program: Program, model: Trained, deployed: Deployed, workspace: Workspace
) -> dict[str, Any]:
    here = workspace.account(deployed.place, program)
    there = workspace.account(model.place, program)
    return {
        "account": here,
        "source": there if deployed.place != model.place else None,
        "model": Ref(f"{MODEL}::{model.name}", "fine_tuned_model"),
        "model_version": "1",
        "deployment_name": deployed.fixed,
        "sku": deployed.sku,
        "capacity": deployed.capacity,
        "on_model_change": deployed.on_model_change,
        "redeploy": False,
        "adopt": deployed.adopt,
    }


_TRAINS = ("model", "training_file_sha256", "hyperparameters", "suffix", "seed", "generation")


def training_key(uid: str, inputs: Mapping[str, Any]) -> str:
    """What a job of these inputs trains: two jobs of one key are one training."""
    values = {name: inputs.get(name) for name in (*_TRAINS, "training_type")}
    account = str(inputs["account"]["id"]).lower()
    return json.dumps([uid, account, values], sort_keys=True, default=str)
