"""What can happen, one event after the other; an event that makes no sense at its place is skipped.

An event is data, so that an order can be drawn from a seed, made shorter, and pasted into a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.lifecycle.azure import ACCOUNTS
from tests.lifecycle.marks import mark
from tests.lifecycle.program import Deployed, Program, Trained
from tests.lifecycle.simulator import Simulator
from tests.lifecycle.state import Stack

_OTHER = "'"
"""In the uid of what was renamed without an alias, before its name: it is another one."""

FIRST = "a"
"""The lineage of the stack that an order begins with."""

Edit = Callable[[Program, Mapping[str, Any]], Program]


@dataclass(frozen=True)
class Event:
    """One thing that happens.

    Attributes:
        kind: one of the names in ``EDITS``, ``RUNS`` (:mod:`tests.lifecycle.runs`) or ``WORLD``.
        on: the lineage of the stack that it happens to.
        args: numbers and words; a number that picks one of several wraps around.
    """

    kind: str
    on: str = FIRST
    args: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        on = "" if self.on == FIRST else f", on={self.on!r}"
        args = "".join(f", {name}={value!r}" for name, value in self.args.items())
        return f"event({self.kind!r}{on}{args})"


def event(kind: str, on: str = FIRST, **args: Any) -> Event:
    """An event, as a test writes it."""
    return Event(kind, on, args)


def start(sim: Simulator, program: Program, name: str = "dev") -> None:
    """The stack that an order begins with."""
    sim.stacks[FIRST] = Stack(FIRST, name)
    sim.programs[FIRST] = program


def _one(program: Program, args: Mapping[str, Any], **changes: Any) -> Program:
    """Change one model."""
    if not program.models:
        return program
    place = args.get("model", 0) % len(program.models)
    models = list(program.models)
    models[place] = replace(models[place], **changes)
    return replace(program, models=tuple(models))


def _model(program: Program, args: Mapping[str, Any]) -> Trained | None:
    models = program.models
    return models[args.get("model", 0) % len(models)] if models else None


def _set(name: str) -> Edit:
    """An edit of one input of a model."""

    def edit(program: Program, args: Mapping[str, Any]) -> Program:
        return _one(program, args, **{name: args["value"]})

    return edit


def _deployment(name: str) -> Edit:
    """An edit of one input of a deployment."""

    def edit(program: Program, args: Mapping[str, Any]) -> Program:
        return _redeploy(program, args, lambda each: replace(each, **{name: args["value"]}))

    return edit


def _redeploy(
    program: Program, args: Mapping[str, Any], change: Callable[[Deployed], Deployed]
) -> Program:
    model = _model(program, args)
    if model is None or not model.deployments:
        return program
    place = args.get("deployment", 0) % len(model.deployments)
    found = list(model.deployments)
    found[place] = change(found[place])
    return _one(program, args, deployments=tuple(found))


def _generation(program: Program, args: Mapping[str, Any]) -> Program:
    model = _model(program, args)
    return _one(program, args, generation=model.generation + 1) if model else program


def _wait(program: Program, args: Mapping[str, Any]) -> Program:
    """Wait for the job of a model from now on, or only look at it."""
    changed = _one(program, args, wait=args["value"])
    if changed != program:
        mark("wait changed")
    return changed


def _name_it(program: Program, args: Mapping[str, Any]) -> Program:
    """Give a deployment a fixed name, or take it away."""
    return _redeploy(
        program,
        args,
        lambda d: replace(
            d,
            fixed=f"prod-{d.uid.replace('.', '-').replace(_OTHER, '-')}" if args["value"] else None,
        ),
    )


def _seeded(program: Program, args: Mapping[str, Any]) -> Program:
    """Fix suffix and seed by hand, or take both away."""
    fixed = {"suffix": "tutor", "seed": 42} if args["value"] else {"suffix": None, "seed": None}
    return _one(program, args, **fixed)


def _trigger(program: Program, args: Mapping[str, Any]) -> Program:
    """Another ``replacementTrigger`` of the file, the job or a deployment."""
    model = _model(program, args)
    if model is None:
        return program
    uids = [f"{model.uid}.file", f"{model.uid}.job", *(each.uid for each in model.deployments)]
    uid = uids[args.get("which", 0) % len(uids)]
    triggers = dict(program.triggers)
    triggers[uid] = triggers.get(uid, 0) + 1
    return replace(program, triggers=tuple(sorted(triggers.items())))


def _add_deployment(program: Program, args: Mapping[str, Any]) -> Program:
    model = _model(program, args)
    served = () if model is None else model.deployments
    if model is None or any(d.place == args["value"] and not d.base for d in served):
        return program  # Azure allows one deployment of a model in an account
    uid = f"{model.uid}.{args['value']}"
    new = Deployed(uid, f"{model.name}-{args['value']}", args["value"])
    return _one(program, args, deployments=(*served, new))


def _add_base(program: Program, args: Mapping[str, Any]) -> Program:
    """A deployment of a base model, to compare the trained one with."""
    model = _model(program, args)
    if model is None or any(d.base for d in model.deployments):
        return program
    new = Deployed(f"{model.uid}.base", f"{model.name}-base", args["value"], base=True)
    return _one(program, args, deployments=(*model.deployments, new))


def _remove_deployment(program: Program, args: Mapping[str, Any]) -> Program:
    model = _model(program, args)
    if model is None or not model.deployments:
        return program
    place = args.get("deployment", 0) % len(model.deployments)
    kept = [each for number, each in enumerate(model.deployments) if number != place]
    return _one(program, args, deployments=tuple(kept))


def _adopt_all(program: Program, args: Mapping[str, Any]) -> Program:
    """A new stack takes over what an older one serves."""
    for place in range(len(program.models)):
        served = program.models[place].deployments
        adopting = tuple(replace(each, adopt=bool(args["value"])) for each in served)
        program = _one(program, {"model": place}, deployments=adopting)
    return program


def _add_model(program: Program, args: Mapping[str, Any]) -> Program:
    uid = args["value"]
    if any(model.uid == uid for model in program.models):
        return program
    served = (Deployed(f"{uid}.sweden", f"{uid}-sweden", "sweden"),)
    new = Trained(uid, uid, data=args.get("data", 3), deployments=served)
    return replace(program, models=(*program.models, new))


def _remove_model(program: Program, args: Mapping[str, Any]) -> Program:
    if not program.models:
        return program
    place = args.get("model", 0) % len(program.models)
    kept = [each for number, each in enumerate(program.models) if number != place]
    return replace(program, models=tuple(kept))


def _uid(uid: str, name: str) -> str:
    """What something is that is renamed without an alias: a name that it had before is that one."""
    mark("renamed without an alias")
    root = uid.partition(_OTHER)[0]
    return root if (root, name) == ("m", "tutor") else f"{root}{_OTHER}{name}"


def _renamed(program: Program, args: Mapping[str, Any]) -> Program:
    """Rename a model and all that is named after it; without an alias it is another one."""
    model = _model(program, args)
    if model is None or model.name == args["value"]:
        return program
    alias = bool(args.get("alias")) or args["value"] in model.aliases
    alias = alias and not (
        _OTHER in model.uid and args["value"] == "tutor"
    )  # the state may have it
    uid = model.uid if alias else _uid(model.uid, args["value"])
    return _one(
        program,
        args,
        name=args["value"],
        uid=uid,
        aliases=(*model.aliases, model.name) if alias else (),
    )


def _renamed_deployment(program: Program, args: Mapping[str, Any]) -> Program:
    def change(each: Deployed) -> Deployed:
        if each.name == args["value"]:
            return each
        alias = bool(args.get("alias")) or args["value"] in each.aliases
        aliases = (*each.aliases, each.name) if alias else ()
        uid = each.uid if alias else _uid(each.uid, args["value"])
        return replace(each, name=args["value"], uid=uid, aliases=aliases)

    return _redeploy(program, args, change)


def _flag(name: str) -> Edit:
    """Set or unset an option of a model's file or job (``what``), or else its deployments."""

    def edit(program: Program, args: Mapping[str, Any]) -> Program:
        model = _model(program, args)
        if model is None:
            return program
        what = args.get("what")
        uids = [f"{model.uid}.{what}"] if what else [each.uid for each in model.deployments]
        flagged = getattr(program, name)
        changed = flagged | set(uids) if args["value"] else flagged - set(uids)
        options: dict[str, Any] = {name: frozenset(changed)}
        return replace(program, **options)

    return edit


def _lower_case(program: Program, args: Mapping[str, Any]) -> Program:
    """Accounts are written as a portal shows them, in small letters."""
    mark("account written in another way")
    return replace(program, lower_case=bool(args["value"]))


def _capitals(program: Program, args: Mapping[str, Any]) -> Program:
    """The base model of jobs is written in capital letters."""
    mark("base model spelled in another way")
    return replace(program, capitals=bool(args["value"]))


def _group(program: Program, args: Mapping[str, Any]) -> Program:
    """The id of an account names another resource group; of all accounts without a ``place``."""
    places = [args["place"]] if "place" in args else sorted(ACCOUNTS)
    groups = {**dict(program.groups), **dict.fromkeys(places, str(args["value"]))}
    return replace(program, groups=tuple(sorted(groups.items())))


EDITS: Mapping[str, Edit] = {
    "data": _set("data"),
    "epochs": _set("epochs"),
    "wait": _wait,
    "generation": _generation,
    "on-delete": _set("on_delete"),
    "seeded": _seeded,
    "suffix": _set("suffix"),
    "seed": _set("seed"),
    "trigger": _trigger,
    "capacity": _deployment("capacity"),
    "team": _deployment("team"),
    "sku": _deployment("sku"),
    "adopt": _deployment("adopt"),
    "adopt-all": _adopt_all,
    "on-model-change": _deployment("on_model_change"),
    "fixed-name": _name_it,
    "add-deployment": _add_deployment,
    "add-base": _add_base,
    "remove-deployment": _remove_deployment,
    "add-model": _add_model,
    "remove-model": _remove_model,
    "rename": _renamed,
    "rename-deployment": _renamed_deployment,
    "lower-case": _lower_case,
    "capitals": _capitals,
    "group": _group,
    "retain": _flag("retained"),
    "protect": _flag("protected"),
    "delete-first": _flag("delete_first"),
    "create-first": _flag("create_first"),
}
"""Edits of a program."""
