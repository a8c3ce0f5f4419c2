"""The user's program, as an order edits it, and the resources that it declares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from aoai.azure.account import Account
from tests.conftest import write_examples

BASE_MODEL = "gpt-4o-mini-2024-07-18"
PREFIX = "pulumi-python:dynamic/aoai"
FILE, JOB = f"{PREFIX}:TrainingFile", f"{PREFIX}:FineTuningJob"
MODEL, DEPLOYMENT = f"{PREFIX}:FineTunedModel", f"{PREFIX}:ModelDeployment"
IDENTITY = f"{PREFIX}:StackIdentity"
STACK_IDENTITY = f"{IDENTITY}::aoai"
BASE = {"format": "OpenAI", "name": "gpt-4o", "version": "2024-08-06"}
"""A base model that is deployed as it is; an account may serve it more than once."""
_GROUP = "rg-ai"
DATA = 4
"""How many data sets there are to train from."""


@dataclass(frozen=True)
class Deployed:
    """A deployment in the program. ``uid`` is what it is, ``name`` what it is called at present.

    Attributes:
        base: it serves a base model, not the trained one.
    """

    uid: str
    name: str
    place: str
    capacity: int = 1
    sku: str = "Standard"
    fixed: str | None = None
    on_model_change: str = "update"
    adopt: bool = False
    team: str | None = None
    base: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def tags(self) -> dict[str, str] | None:
        """The tags that the program declares."""
        return {"team": self.team} if self.team else None


@dataclass(frozen=True)
class Trained:
    """A model in the program, with its file, its job and its deployments.

    Attributes:
        submit_only: the program ends with the job, and does not wait for it.
        wait: ``block`` until the job has ended, or ``detach``.
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
    wait: str = "block"
    aliases: tuple[str, ...] = ()
    deployments: tuple[Deployed, ...] = ()


Named = TypeVar("Named", Trained, Deployed)


@dataclass(frozen=True)
class Program:
    """All models, and the options of resources by their uid.

    Attributes:
        capitals: the base model of jobs is written in capital letters.
        delete_first: ``deleteBeforeReplace`` is true; in ``create_first`` it is false.
        triggers: the ``replacementTrigger`` of resources, where it is not 0.
        groups: the resource groups that the ids of accounts name, where it is not the first one.
    """

    models: tuple[Trained, ...] = ()
    lower_case: bool = False
    capitals: bool = False
    groups: tuple[tuple[str, str], ...] = ()
    protected: frozenset[str] = frozenset()
    retained: frozenset[str] = frozenset()
    delete_first: frozenset[str] = frozenset()
    create_first: frozenset[str] = frozenset()
    triggers: tuple[tuple[str, int], ...] = ()

    def reached_from(self, now: Program) -> Program:
        """The program with aliases for what has another name now: it is no other resource."""
        known: dict[str, Trained | Deployed] = {model.uid: model for model in now.models}
        known |= {each.uid: each for model in now.models for each in model.deployments}
        models = []
        for model in self.models:
            deployments = tuple(_aliased(each, known) for each in model.deployments)
            models.append(_aliased(replace(model, deployments=deployments), known))
        return replace(self, models=tuple(models))


def _aliased(each: Named, known: Mapping[str, Trained | Deployed]) -> Named:
    now: Trained | Deployed = known.get(each.uid, each)
    if now.name == each.name:
        return each
    names = (*each.aliases, *now.aliases, now.name)
    return replace(each, aliases=tuple(dict.fromkeys(names)))


@dataclass(frozen=True)
class Ref:
    """An output of a resource that is declared before: its ``id``, or a property.

    Attributes:
        then: what is put behind it.
        given: what the program makes of it itself; the output is taken where this is None.
    """

    resource: str
    output: str
    then: str = ""
    given: str | None = None


@dataclass(frozen=True)
class Goal:
    """A resource as the program registers it with the engine.

    Attributes:
        gate: the job that must have succeeded before.
        wait: whether the program waits for it, see :class:`Trained`.
    """

    type: str
    name: str
    uid: str
    props: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    gate: str = ""
    wait: str = ""
    protect: bool = False
    retain: bool = False
    delete_first: bool | None = None
    trigger: int = 0

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The names of the resources that its inputs come from, with their type."""
        return tuple(dict.fromkeys(v.resource for v in self.props.values() if isinstance(v, Ref)))


@dataclass(eq=False)
class Workspace:
    """Where a program's data lies, and the accounts that it knows."""

    directory: Path
    accounts: Mapping[str, Account]
    digests: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in range(DATA):
            self.path(number).parent.mkdir()
            path = write_examples(self.path(number), topic=f"topic {number}")
            self.digests[number] = hashlib.sha256(path.read_bytes()).hexdigest()

    def path(self, number: int) -> Path:
        """One of the data sets; all have one file name, as when a file is edited."""
        return self.directory / f"{number}" / "data.jsonl"

    def account(self, place: str, program: Program) -> dict[str, Any]:
        """An account as a property; Azure does not tell letter cases of an id apart."""
        props = self.accounts[place].to_props()
        group = dict(program.groups).get(place, _GROUP)
        id_ = props["id"].replace(f"/{_GROUP}/", f"/{group}/")
        return {**props, "id": id_.lower() if program.lower_case else id_}


def declare(program: Program, address: str, workspace: Workspace) -> list[Goal]:
    """What the program registers, in the order in which it does.

    Args:
        address: ``organization/project/stack``.
    """
    return list(_declared(program, address, workspace))


@lru_cache(maxsize=64)  # a run, its preview and the judge ask for the same
def _declared(program: Program, address: str, workspace: Workspace) -> tuple[Goal, ...]:
    declaring = _Declaring(program, address, workspace)
    return tuple(goal for model in program.models for goal in declaring.of(model))


def identity() -> Goal:
    """The stack's identity, which every program registers first."""
    return Goal(IDENTITY, "aoai", "identity", {})


@dataclass(frozen=True)
class _Declaring:
    program: Program
    address: str
    workspace: Workspace

    def of(self, model: Trained) -> list[Goal]:
        """The resources of one model."""
        found = [self._file(model), self._job(model)]
        if model.submit_only:
            return found
        deployments = [self._deployment(model, each) for each in model.deployments]
        return [*found, self._model(model), *deployments]

    def _goal(self, kind: str, name: str, uid: str, props: dict[str, Any], **more: Any) -> Goal:
        looked_for = kind in (FILE, JOB) and more.get("aliases")
        former = {"former_names": list(more["aliases"])} if looked_for else {}
        return Goal(
            type=kind,
            name=name,
            uid=uid,
            props={"owner": Ref(STACK_IDENTITY, "id", f"/{name}"), **former, **props},
            protect=uid in self.program.protected,
            retain=uid in self.program.retained,
            delete_first=self._first(uid),
            trigger=dict(self.program.triggers).get(uid, 0),
            **more,
        )

    def _first(self, uid: str) -> bool | None:
        if uid in self.program.delete_first:
            return True
        return False if uid in self.program.create_first else None

    def _account(self, place: str) -> dict[str, Any]:
        return self.workspace.account(place, self.program)

    @property
    def _base_model(self) -> str:
        return BASE_MODEL.upper() if self.program.capitals else BASE_MODEL

    def _file(self, model: Trained) -> Goal:
        props = {
            "account": self._account(model.place),
            "path": str(self.workspace.path(model.data)),
            "model": self._base_model,
            "validation": False,
        }
        aliases = tuple(f"{alias}-training" for alias in model.aliases)
        return self._goal(
            FILE, f"{model.name}-training", f"{model.uid}.file", props, aliases=aliases
        )

    def _job(self, model: Trained) -> Goal:
        file = f"{FILE}::{model.name}-training"
        props = {
            "account": self._account(model.place),
            "model": self._base_model,
            "training_file": Ref(file, "id"),
            "training_file_sha256": Ref(file, "sha256"),
            "hyperparameters": {"n_epochs": model.epochs} if model.epochs else {},
            "suffix": model.suffix,
            "seed": model.seed,
            "generation": model.generation,
            "on_delete": model.on_delete,
        }
        return self._goal(JOB, model.name, f"{model.uid}.job", props, aliases=model.aliases)

    def _model(self, model: Trained) -> Goal:
        job = f"{JOB}::{model.name}"
        props = {
            "account": self._account(model.place),
            "job_id": Ref(job, "job_id"),
            "checkpoint": "final",
        }
        gate: dict[str, Any] = {"gate": job, "wait": model.wait}
        return self._goal(
            MODEL, model.name, f"{model.uid}.model", props, aliases=model.aliases, **gate
        )

    def _deployment(self, model: Trained, deployed: Deployed) -> Goal:
        elsewhere = deployed.place != model.place and not deployed.base
        tuned = Ref(f"{MODEL}::{model.name}", "fine_tuned_model")
        props = {
            "account": self._account(deployed.place),
            "source": self._account(model.place) if elsewhere else None,
            "model": BASE["name"] if deployed.base else tuned,
            "model_version": BASE["version"] if deployed.base else "1",
            "deployment_name": deployed.fixed,
            "sku": deployed.sku,
            "capacity": deployed.capacity,
            "on_model_change": deployed.on_model_change,
            "redeploy": False,
            "adopt": deployed.adopt,
            "tags": deployed.tags,
            "address": f"{self.address}/{deployed.name}",
        }
        return self._goal(DEPLOYMENT, deployed.name, deployed.uid, props, aliases=deployed.aliases)


_TRAINS = ("model", "training_file_sha256", "hyperparameters", "suffix", "seed", "generation")


def training_key(uid: str, inputs: Mapping[str, Any]) -> str:
    """What a job of these inputs trains: two jobs of one key are one training."""
    values = {name: inputs.get(name) for name in (*_TRAINS, "training_type")}
    values["model"] = str(values["model"]).lower()
    account = str(inputs["account"]["id"]).rpartition("/")[2].lower()
    return json.dumps([uid, account, values], sort_keys=True, default=str)
