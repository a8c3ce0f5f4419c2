"""What a request for a job may say, and the job it makes."""

from __future__ import annotations

import re
from typing import Any, Final

from aoai_emulator.authoring.method import choose
from aoai_emulator.calls.call import Call
from aoai_emulator.state.catalog import BaseModel, training_type
from aoai_emulator.state.errors import Refused, bad
from aoai_emulator.state.file_records import StoredFile, find, read_facts
from aoai_emulator.state.job_records import Job, jobs, trained_models

_FIELDS: Final = {"model", "training_file", "validation_file", "hyperparameters", "suffix", "seed"}
_PREVIEW_FIELDS: Final = {"method", "integrations"}
_V1_FIELDS: Final = {"metadata"}
_METADATA: Final = (16, 64, 512)  # pairs, characters of a name and of a value: OpenAI's reference
_SUFFIX: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SEED_LIMIT: Final = 2**31
_FORMATS: Final = {
    "supervised": ("chat", "completion"),
    "dpo": ("preference",),
    "reinforcement": ("chat",),
}


def new_job(call: Call) -> Job:
    """The job that a POST asks for; Refused says why there is none."""
    body = call.json()
    _check_fields(call, body)
    base = _base_model(call, body)
    kind = _method(body, base)
    training = _file(call, body, "training_file", kind)
    validation = _file(call, body, "validation_file", kind) if body.get("validation_file") else None
    _check_room(call)
    facts = read_facts(training)
    chosen = choose(_hyperparameters(body, kind), kind, base, facts)
    return Job(
        id=f"ftjob-{call.backend.ids.new()}",
        account=call.home.name,
        model=_canonical(str(body["model"]), base),
        training_file=training.id,
        validation_file=validation.id if validation else None,
        hyperparameters=chosen.shown,
        chosen=chosen.resolved,
        epochs=chosen.epochs,
        batch_size=chosen.batch_size,
        rate=chosen.rate,
        examples=max(1, facts.examples),
        tokens=facts.tokens,
        suffix=_suffix(body),
        seed=_seed(call, body),
        training_type=_training_type(call, body, base),
        method=body.get("method"),
        integrations=_integrations(body),
        metadata=_metadata(body),
        result_file=f"file-{call.backend.ids.new()}",
        created_at=call.now,
        project=call.project is not None,
    )


def _check_fields(call: Call, body: dict[str, Any]) -> None:
    known = set(_FIELDS)
    if call.surface != "classic" or call.version >= "2025":
        known |= _PREVIEW_FIELDS
    if call.surface == "v1":
        known |= _V1_FIELDS
    # In no published description, and yet the way to choose where a model is trained.
    known |= {"trainingType"}
    for name in body:
        if name not in known:
            raise bad(f"Unrecognized request argument supplied: {name}", name)
    for name in ("model", "training_file"):
        if not isinstance(body.get(name), str) or not body[name]:
            raise bad(f"{name} is required and must be text.", name)


def _base_model(call: Call, body: dict[str, Any]) -> BaseModel:
    name = str(body["model"])
    stem, tuned, _ = name.partition(".ft-")
    if tuned and trained_models(call.backend).get(call.home.name, name) is None:
        raise bad(f"The specified model {name!r} was not found in this account.", "model")
    base = call.backend.catalog.find(stem)
    region = call.home.location
    if base is None or not base.trains_in(region):
        raise bad(
            f"The specified base model does not support fine-tuning. ({name}, {region})", "model"
        )
    return base


def _canonical(name: str, base: BaseModel) -> str:
    _, tuned, rest = name.partition(".ft-")
    return base.wire_name + tuned + rest


def _method(body: dict[str, Any], base: BaseModel) -> str:
    method = body.get("method")
    if method is None:
        kind = "supervised"
    elif isinstance(method, dict) and method.get("type") in _FORMATS:
        kind = str(method["type"])
    else:
        raise bad(f"method.type must be one of: {', '.join(_FORMATS)}.", "method")
    if kind not in base.methods:
        offered = ", ".join(base.methods)
        raise bad(
            f"The model {base.wire_name} does not support {kind}; it supports: {offered}.", "method"
        )
    if kind == "reinforcement":
        _check_reinforcement(body)
    return kind


def _check_reinforcement(body: dict[str, Any]) -> None:
    if not body.get("validation_file"):
        raise bad("Reinforcement fine-tuning requires a validation file.", "validation_file")
    options = body["method"].get("reinforcement") or {}
    if not isinstance(options.get("grader"), dict):
        raise bad("Reinforcement fine-tuning requires a grader.", "method.reinforcement.grader")


def _file(call: Call, body: dict[str, Any], param: str, kind: str) -> StoredFile:
    file = find(call.backend, call.home.name, str(body[param]))
    if file.purpose != "fine-tune":
        raise bad(f"The purpose of {file.id} is {file.purpose}, not fine-tune.", param)
    if file.status == "error":
        raise bad(f"The file {file.id} cannot be used: {file.status_details}", param)
    if file.status != "processed":
        code = call.backend.settings.unprocessed_file_code
        raise Refused(
            400, code, f"The file {file.id} is not ready: its status is {file.status}.", param=param
        )
    facts = read_facts(file)
    if facts.problem is None and facts.format not in _FORMATS[kind]:
        raise bad(f"The format of {file.id} is {facts.format}, which {kind} does not take.", param)
    if kind == "reinforcement" and facts.problem is None and not facts.ends_with_user:
        raise bad("In reinforcement fine-tuning the last message must have the role user.", param)
    return file


def _check_room(call: Call) -> None:
    waiting = [job for job in jobs(call.backend).list(call.home.name) if not job.over]
    settings = call.backend.settings
    if len(waiting) >= settings.jobs_at_once + settings.jobs_queued:
        text = f"The account already has {len(waiting)} jobs that are running or queued."
        raise Refused(400, "quotaExceeded", text)


def _hyperparameters(body: dict[str, Any], kind: str) -> dict[str, Any]:
    method = body.get("method") or {}
    nested = (method.get(kind) or {}).get("hyperparameters") or {}
    top = body.get("hyperparameters") or {}
    if not isinstance(top, dict) or not isinstance(nested, dict):
        raise bad("hyperparameters must be an object.", "hyperparameters")
    return {**top, **nested}


def _suffix(body: dict[str, Any]) -> str | None:
    suffix = body.get("suffix")
    if suffix is not None and not (isinstance(suffix, str) and _SUFFIX.fullmatch(suffix)):
        raise bad("suffix must be 1 to 40 of the characters a-z A-Z 0-9 - _.", "suffix")
    return suffix


def _metadata(body: dict[str, Any]) -> dict[str, str] | None:
    given = body.get("metadata")
    if given is None:
        return None
    pairs, name, value = _METADATA
    texts = isinstance(given, dict) and all(isinstance(each, str) for each in given.values())
    if not texts or len(given) > pairs:
        raise bad(f"metadata must be an object of at most {pairs} texts.", "metadata")
    if any(len(n) > name or len(v) > value for n, v in given.items()):
        text = f"metadata takes names of {name} and values of {value} characters at most."
        raise bad(text, "metadata")
    return dict(given)


def _integrations(body: dict[str, Any]) -> list[Any] | None:
    given = body.get("integrations")
    for each in given if isinstance(given, list) else ():
        wandb = each.get("wandb") if isinstance(each, dict) else None
        if not isinstance(wandb, dict) or each.get("type") != "wandb" or not wandb.get("project"):
            text = "An integration must have the type wandb and wandb.project."
            raise bad(text, "integrations")
    if given is not None and not isinstance(given, list):
        raise bad("integrations must be an array.", "integrations")
    return given


def _seed(call: Call, body: dict[str, Any]) -> int:
    seed = body.get("seed")
    if seed is None:
        return call.backend.ids.number(_SEED_LIMIT)
    if (
        isinstance(seed, bool)
        or not isinstance(seed, int)
        or not -_SEED_LIMIT <= seed < _SEED_LIMIT
    ):
        raise bad("seed must be a 32-bit whole number.", "seed")
    return seed


def _training_type(call: Call, body: dict[str, Any], base: BaseModel) -> str | None:
    given = body.get("trainingType")
    name = training_type(given) if given is not None else None
    if given is not None and name is None:
        text = "trainingType must be Standard, DataZone, GlobalStandard or Developer."
        raise bad(text, "trainingType")
    if not base.trains_in(call.home.location, name or "Standard"):
        text = (
            f"{base.wire_name} does not support fine-tuning with {name or 'Standard'} TrainingType"
        )
        raise bad(f"{text} in {call.home.location}.", "trainingType")
    return name
