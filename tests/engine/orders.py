"""One order of events on two sides: the model of the engine (``tests/lifecycle``), and the engine.

The model plays each event first. Resources have the same names on both sides, so what an event
picks there (the second deployment, the third resource) is found by its name here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from aoai_emulator import RunningEmulator

from aoai.azure.clients import connect
from tests.conftest import account_of
from tests.engine.conftest import STACK, Project
from tests.lifecycle.azure import ACCOUNTS
from tests.lifecycle.engine import SKIP, Options
from tests.lifecycle.events import FIRST, Event, start
from tests.lifecycle.faults import Weather
from tests.lifecycle.judge import Judge
from tests.lifecycle.order import happen
from tests.lifecycle.program import (
    BASE_MODEL,
    DATA,
    DEPLOYMENT,
    FILE,
    JOB,
    PREFIX,
    STACK_IDENTITY,
    Program,
)
from tests.lifecycle.providers import start_order
from tests.lifecycle.runs import options_of, weather_of
from tests.lifecycle.simulator import Outcome, Simulator
from tests.lifecycle.world import pick

STEPS = {
    "create": "create",
    "update": "update",
    "create-replacement": "replace",
    "delete": "delete",
    "delete-replaced": "delete",
    "remove-pending-replace": "drop",
}
"""What the engine calls its steps, and the model; the others change nothing."""

PROGRAM_FILE = Path(__file__).with_name("order_program.py")
_NO_QUOTA = json.dumps({"error": {"code": "InsufficientQuota", "message": "no quota"}})
_BY_OTHERS = {"delete-deployment": DEPLOYMENT, "delete-file": FILE, "forget-job": JOB}
_RUNS = ("up", "preview", "refresh", "destroy")


class Seen(NamedTuple):
    """What a run did, and what the state holds after it.

    Attributes:
        ok: it ended without an error.
        steps: what was done, with type and name.
        held: type and name; whether a delete is still to be done; whether a replacement is.
    """

    ok: bool
    steps: set[tuple[str, str]]
    held: set[tuple[str, bool, bool]]


@dataclass
class Model:
    """The model's side."""

    sim: Simulator
    judge: Judge

    @classmethod
    def of(cls, sim: Simulator, program: Program) -> Model:
        """At the beginning of an order."""
        sim.azure.reset(0)
        start_order()
        start(sim, program, STACK)
        return cls(sim, Judge(sim))

    @property
    def program(self) -> Program:
        """The program as it is by now."""
        return self.sim.programs[FIRST]

    def happen(self, happened: Event) -> Seen | None:
        """One event; what a run did, if it was one."""
        if happened.kind not in _RUNS:
            happen(self.sim, self.judge, happened)
            return None
        options, sim = options_of(self.sim, happened), self.sim
        dry = Options(True, options.refresh, options.targets, options.replace)
        sim.azure.weather = weather_of(sim, happened)
        outcome = {
            "up": lambda: sim.up(FIRST, options),
            "preview": lambda: sim.up(FIRST, dry),
            "refresh": lambda: sim.refresh(FIRST),
            "destroy": lambda: sim.destroy(FIRST, options),
        }[happened.kind]()
        sim.azure.weather = Weather(sim.azure.random)
        return self._seen(outcome)

    def _seen(self, outcome: Outcome) -> Seen:
        steps = {(step, _name(urn)) for step, urn in outcome.changes if step != SKIP}
        entries = self.sim.stacks[FIRST].entries
        held = {(_name(e.urn), e.delete, e.pending_replacement) for e in entries}
        return Seen(outcome.ok, steps, held)


@dataclass
class Real:
    """The real engine's side."""

    project: Project
    azure: RunningEmulator
    model: Model
    said: str = ""

    def begin(self) -> None:
        """A project with the program of orders, and without a refresh that is not asked for."""
        program = self.project.directory / "__main__.py"
        program.unlink()
        program.write_text(PROGRAM_FILE.read_text())
        path = self.project.directory / "Pulumi.yaml"
        settings = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump({**settings, "options": {}, "config": {}}))
        (self.project.directory / "stacks" / f"Pulumi.{STACK}.yaml").unlink()
        self._run("stack", "init")

    def happen(self, happened: Event) -> Seen | None:
        """One event; what a run did, if it was one."""
        if happened.kind in _RUNS:
            return self._engine(happened)
        if happened.kind == "taint":
            live = self.model.sim.stacks[FIRST].live()
            for entry in live:
                if entry.taint:
                    self._run("state", "taint", entry.urn)
        elif happened.kind in _BY_OTHERS:
            self._by_others(happened)
        return None

    def _run(self, *arguments: str) -> None:
        done = self.project.run(*arguments)
        assert done.returncode == 0, done.stderr

    def _engine(self, happened: Event) -> Seen:
        self._write_order()
        if place := happened.args.get("refuse"):
            path = f"{place}.*/deployments/"
            self.azure.fail(status=400, method="PUT", path=path, times=50, body=_NO_QUOTA)
        log = self.project.directory / "events.json"
        log.unlink(missing_ok=True)
        done = self.project.run(happened.kind, *self._flags(happened), "--event-log", str(log))
        self.azure.clear_faults()
        self.said = done.stdout + done.stderr
        events = log.read_text().splitlines() if log.exists() else []
        return Seen(done.returncode == 0, set(_steps(events, happened)), self._held())

    def _flags(self, happened: Event) -> Iterator[str]:
        """The model's flags, as the engine spells them."""
        options = options_of(self.model.sim, happened)
        urn = self.model.sim.stacks[FIRST].urn
        yield from () if happened.kind == "preview" else ("--yes", "--skip-preview")
        yield from ("--refresh",) if options.refresh and happened.kind != "refresh" else ()
        # On an empty stack its identity must be among the targets (decision 12); the model takes
        # it for one. Later it must not: all resources depend on it.
        there = any(STACK_IDENTITY in e["urn"] for e in self._resources())
        identity = () if there or not options.targets else (STACK_IDENTITY,)
        for name in (*identity, *options.targets):
            yield f"--target={urn(name)}"
        for name in options.replace:
            yield f"--replace={urn(name)}"

    def _write_order(self) -> None:
        program, place = self.model.program, self.model.sim.workspace
        accounts = {name: account_of(self.azure, ACCOUNTS[name]).to_props() for name in ACCOUNTS}
        if program.lower_case:
            accounts = {n: {**props, "id": props["id"].lower()} for n, props in accounts.items()}
        order = {
            **asdict(program),
            "protected": sorted(program.protected),
            "retained": sorted(program.retained),
            "delete_first": sorted(program.delete_first),
            "create_first": sorted(program.create_first),
            "accounts": accounts,
            "base": BASE_MODEL,
            "data": [str(place.path(number)) for number in range(DATA)],
        }
        (self.project.directory / "order.json").write_text(json.dumps(order))

    def _by_others(self, happened: Event) -> None:
        """Somebody deletes what the model has just lost."""
        entry = pick(self.model.sim, happened, _BY_OTHERS[happened.kind])
        found = [e for e in self._resources() if entry and e["urn"] == entry.urn and _is_live(e)]
        for resource in found:
            name = resource["inputs"]["account"]["id"].rpartition("/")[2]
            clients = connect(account_of(self.azure, name))
            if happened.kind == "delete-deployment":
                clients.deployments.delete_deployment(resource["outputs"]["deployment_name"])
            elif happened.kind == "delete-file":
                clients.files.delete_file(resource["id"])
            else:
                clients.jobs.delete_job(resource["id"])

    def _resources(self) -> list[dict[str, Any]]:
        """What the state's file holds."""
        stacks = Path(self.project.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
        (state,) = stacks.rglob(f".pulumi/stacks/*/{STACK}.json")
        latest = json.loads(state.read_text())["checkpoint"].get("latest") or {}
        return [e for e in latest.get("resources") or () if PREFIX in e["urn"]]

    def _held(self) -> set[tuple[str, bool, bool]]:
        return {
            (_name(e["urn"]), bool(e.get("delete")), bool(e.get("pendingReplacement")))
            for e in self._resources()
        }


def _is_live(resource: dict[str, Any]) -> bool:
    return not (resource.get("delete") or resource.get("pendingReplacement"))


def _steps(lines: list[str], happened: Event) -> Iterator[tuple[str, str]]:
    """The steps in an event log: those that were done, or in a preview those that will be."""
    kind = "resourcePreEvent" if happened.kind == "preview" else "resOutputsEvent"
    for line in lines:
        metadata = json.loads(line).get(kind, {}).get("metadata")
        if metadata and PREFIX in metadata["urn"] and metadata["op"] in STEPS:
            yield STEPS[metadata["op"]], _name(metadata["urn"])


def _name(urn: str) -> str:
    """Type and name."""
    return urn.split("::", 2)[2]


def _is_possible(sim: Simulator, happened: Event) -> bool:
    """``--replace`` takes what the state holds, and refuses a run for anything else."""
    held = {entry.urn for entry in sim.stacks[FIRST].live()}
    return {sim.stacks[FIRST].urn(name) for name in options_of(sim, happened).replace} <= held


def _stopped_sooner(seen: Seen, wanted: Seen) -> bool:
    """Whether both failed, and only steps of deployments are missing."""
    missing = wanted.steps - seen.steps
    others = [name for _step, name in missing if f"{DEPLOYMENT}::" not in name]
    return not (wanted.ok or seen.ok or others) and seen.steps < wanted.steps


def compare(real: Real, events: Iterator[Event]) -> None:
    """Both sides do the same in each run.

    Beside something that is protected the engine goes on in a preview, and ends in an update what
    it does at the same time; of such a run only the failure is compared, and an order ends with it.
    It ends with a failure as well beside which the engine began no further step of another
    deployment: the model had made that one before.
    """
    played = []
    for happened in events:
        if not _is_possible(real.model.sim, happened):
            continue
        played.append(str(happened))
        wanted, seen = real.model.happen(happened), real.happen(happened)
        trace = "\n".join([*played, *real.model.sim.trace[-40:], real.said])
        if wanted and seen and not wanted.ok and real.model.program.protected:
            assert not seen.ok, trace
            if happened.kind != "preview":
                return
        elif wanted and seen and _stopped_sooner(seen, wanted):
            return
        else:
            assert seen == wanted, trace
