"""What there is before a record's first request: files, jobs, models, deployments."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from tests.replay.stage import Stage

_CLASSIC: Final = "2025-04-01-preview"
_PROJECT: Final = "2025-11-15-preview"
_OWN_WORDS: Final = {"end", "code", "message", "progress", "count", "project"}
_SECONDS_BETWEEN_JOBS: Final = 60


def prepare(stage: Stage, item: dict[str, Any]) -> None:
    """Make one thing of a record's ``given``."""
    verbs: dict[str, Callable[[Stage, dict[str, Any]], None]] = {
        "upload": _upload,
        "job": _job,
        "jobs": _jobs,
        "model": _model,
        "deploy": _deploy,
        "send": _send,
        "push": _push,
        "batch_output": _batch_output,
        "advance": _advance,
    }
    verb = next(iter(item))
    if verb not in verbs:
        raise NotPrepared(f"the emulator has no way to make {item}")
    verbs[verb](stage, item)


class NotPrepared(Exception):
    """The emulator refused what a record's world needs."""


def training_lines(count: int, size: int | None, kind: str = "chat") -> bytes:
    """``count`` examples of one kind, the last one stretched until all are ``size`` bytes."""
    rows = [_example(number, kind) for number in range(count)]
    text = "\n".join(map(json.dumps, rows))
    missing = (size or len(text)) - len(text)
    rows[-1]["messages" if kind != "preference" else "input"] = _stretched(rows[-1], kind, missing)
    return "\n".join(map(json.dumps, rows)).encode()


def _stretched(row: dict[str, Any], kind: str, missing: int) -> Any:
    messages = (row["input"] if kind == "preference" else row)["messages"]
    messages[0]["content"] += "." * missing
    return row["input"] if kind == "preference" else messages


def _example(number: int, kind: str) -> dict[str, Any]:
    asked = {"role": "user", "content": f"Where is parcel {number}?"}
    told = {"role": "assistant", "content": f"In depot {number}."}
    if kind == "reinforcement":
        return {"messages": [asked], "answer": f"In depot {number}."}
    if kind == "preference":
        poor = {"role": "assistant", "content": "I do not know."}
        return {
            "input": {"messages": [asked]},
            "preferred_output": [told],
            "non_preferred_output": [poor],
        }
    return {"messages": [asked, told]}


def _upload(stage: Stage, item: dict[str, Any]) -> None:
    content = item.get("content")
    data = (
        content.encode()
        if content
        else training_lines(item["examples"], item.get("bytes"), item.get("lines", "chat"))
    )
    name = item.get("filename", "train.jsonl")
    form = {"purpose": (None, item.get("purpose", "fine-tune")), "file": (name, data)}
    answer = stage.send("POST", f"{stage.authoring}/files?api-version={_version(stage)}", form=form)
    made = _made(answer)["id"]
    stage.names.bound[item["upload"]] = made
    stage.lines[made] = item.get("lines", "chat")


def _version(stage: Stage) -> str:
    return _PROJECT if stage.record.surface == "foundry" else _CLASSIC


def _made(answer: Any) -> dict[str, Any]:
    if answer.status not in (200, 201, 202):
        raise NotPrepared(f"{answer.status}: {answer.body[:300]!r}")
    return dict(json.loads(answer.body or b"{}"))


def _submit(stage: Stage, body: dict[str, Any]) -> str:
    sent = {name: value for name, value in body.items() if name not in (*_OWN_WORDS, "job")}
    method = sent.get("method", {}).get("type", "supervised")
    kind = {"dpo": "preference", "reinforcement": "reinforcement"}.get(method)
    for name in ("training_file", "validation_file") if kind else ():
        if stage.lines.get(stage.names.fill(sent.get(name, ""))) != kind:
            sent[name] = _file(stage, str(kind), name)
    path = f"{stage.authoring}/fine_tuning/jobs?api-version={_version(stage)}"
    if body.get("project"):
        project = stage.names.bound["project"]
        path = f"{project}/openai/fine_tuning/jobs?api-version={_PROJECT}"
    return str(_made(stage.send("POST", path, json=stage.names.filled(sent)))["id"])


def _file(stage: Stage, kind: str, role: str) -> str:
    """The id of a file for a method that needs lines of its own; made once for a record."""
    name = f"{kind} {role}"
    if name not in stage.names.bound:
        _upload(stage, {"upload": name, "examples": 10, "lines": kind})
    return str(stage.names.bound[name])


def _job(stage: Stage, item: dict[str, Any]) -> None:
    stage.names.bound[item["job"]] = _submit(stage, item)


def _jobs(stage: Stage, item: dict[str, Any]) -> None:
    """Jobs that have ended, named newest first; ``older`` more lie behind them."""
    pace = stage.record.pace
    stage.azure.pace("files=immediate,jobs=manual")
    usual = {"model": "gpt-4o-mini", "training_file": "<train>", "end": "cancelled"}
    rows = [(name, {"training_file": "<train>", **body}) for name, body in item["jobs"].items()]
    rows += [("", {**usual, "count": item.get("older", 0)})]
    for name, body in reversed(rows):
        for _ in range(body.get("count", 1)):
            stage.azure.advance(seconds=_SECONDS_BETWEEN_JOBS)
            job = _submit(stage, {"model": "gpt-4o-mini", **body})
            _end(stage, job, body)
        if name:
            stage.names.bound[name] = job
    stage.azure.pace(pace)


def _end(stage: Stage, job: str, body: dict[str, Any]) -> None:
    account = stage.record.account
    if "progress" in body:
        stage.azure.push(account, job, progress=body["progress"])
    end = body.get("end", "succeeded")
    if end == "succeeded":
        stage.azure.push(account, job, progress=1)
    elif end == "cancelled":
        path = f"{stage.authoring}/fine_tuning/jobs/{job}/cancel?api-version={_version(stage)}"
        _made(stage.send("POST", path))
    else:
        stage.azure.push(account, job, fail=body.get("message", ""), code=body.get("code", ""))


def _model(stage: Stage, item: dict[str, Any]) -> None:
    """A tuned model of ``base``, trained at once; its name is bound."""
    stage.azure.pace("immediate")
    base = item["base"]
    body = {"model": base, "training_file": "", "trainingType": "GlobalStandard"}
    if base.startswith("gpt-35"):
        del body["trainingType"]
    if base.startswith("o4"):
        grader = {
            "type": "string_check",
            "name": "same",
            "operation": "eq",
            "input": "{{sample.output_text}}",
            "reference": "{{item.answer}}",
        }
        body["method"] = {"type": "reinforcement", "reinforcement": {"grader": grader}}
    if "suffix" in item:
        body["suffix"] = item["suffix"]
    body["training_file"] = _file(stage, "chat", "training_file")
    job = _submit(stage, body)
    path = f"{stage.authoring}/fine_tuning/jobs/{job}?api-version={_version(stage)}"
    found = _made(stage.send("GET", path))
    if "fine_tuned_model" not in found:
        raise NotPrepared(f"the job made no model: {found}")
    stage.names.bound[item["model"]] = found["fine_tuned_model"]
    stage.azure.pace(stage.record.pace)


def _deploy(stage: Stage, item: dict[str, Any]) -> None:
    stage.azure.pace("immediate")
    model = {
        "format": item.get("format", "OpenAI"),
        "name": stage.names.fill(item["model"]),
        "version": item.get("version", "1"),
    }
    body = {
        "sku": {"name": item["sku"], "capacity": item.get("capacity", 1)},
        "properties": {"model": model},
    }
    path = stage.names.fill(f"<account>/deployments/{item['deploy']}?api-version=2025-09-01")
    _made(stage.send("PUT", path, json=body, auth="arm"))
    stage.azure.pace(stage.record.pace)


def _send(stage: Stage, item: dict[str, Any]) -> None:
    method, _, path = item["send"].partition(" ")
    answer = stage.request(method, path, json=item.get("json"))
    found = _made(answer)
    for name, key in item.get("bind", {}).items():
        stage.names.bound[name] = found[key]


def _advance(stage: Stage, item: dict[str, Any]) -> None:
    stage.azure.advance(seconds=item["advance"])


def _batch_output(stage: Stage, item: dict[str, Any]) -> None:
    name = stage.names.fill(item["batch_output"])
    stage.azure.push(stage.record.account, batch_output=name)


def _push(stage: Stage, item: dict[str, Any]) -> None:
    how = {name: stage.names.filled(value) for name, value in item["push"].items()}
    stage.azure.push(stage.record.account, **how)
