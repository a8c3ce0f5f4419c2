"""Runs of evaluations: their items, the samples of a deployment, and the grades."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.evals.graders import Grade, grade
from aoai_emulator.inference.evals.templates import look_up, messages
from aoai_emulator.inference.json_schema import compact
from aoai_emulator.inference.sampling import ReplySpec, sample
from aoai_emulator.inference.serve import Usage, metered, model_of, served, tokens_of
from aoai_emulator.state.errors import ModelError, Refused
from aoai_emulator.state.eval_records import ENDED, Eval, EvalRun, OutputItem, output_items, runs
from aoai_emulator.state.file_records import content_path, find
from aoai_emulator.state.replies import question_of, text_of

_OPERATION: Final = "ChatCompletions_Create"
_HALF_WAY: Final = 0.5
_MOST_TOKENS: Final = 4096


@dataclass
class _Tally:
    """What a run counts while it goes through its items."""

    outcomes: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    usage: dict[str, list[int]] = field(default_factory=dict)


def catch_up(call: Call, found: Eval, run: EvalRun) -> EvalRun:
    """The run as it is now; it is graded when its time has come."""
    if run.status in ENDED:
        return run
    step = call.backend.pace.of("evals")
    done = step.progress(0.0, run.created_at, run.polls, call.now)
    if done < 1:
        status = "in_progress" if done >= _HALF_WAY else "queued"
        return runs(call.backend).put(found.id, replace(run, status=status))
    return runs(call.backend).put(found.id, _graded(call, found, run))


def rows_of(call: Call, source: Any) -> list[dict[str, Any]]:
    """The rows of a data source: each an object with ``item``, and perhaps ``sample``."""
    kind = source.get("type") if isinstance(source, Mapping) else None
    if kind == "file_content":
        rows = source.get("content")
    elif kind == "file_id":
        file = find(call.backend, call.home.name, str(source.get("id")))
        text = content_path(call.backend, file.id).read_text(encoding="utf-8-sig")
        rows = [_row(line, place) for place, line in enumerate(text.splitlines()) if line.strip()]
    else:
        text = "Invalid 'data_source.source.type': it must be file_content or file_id."
        raise ModelError(text, "data_source.source.type")
    if not isinstance(rows, list) or not rows or not all(_is_row(row) for row in rows):
        text = "Every row of the data must be an object with an 'item'."
        raise ModelError(text, "data_source.source")
    return rows


def _row(line: str, place: int) -> Any:
    try:
        row = json.loads(line)
    except ValueError:
        raise ModelError(f"Line {place} of the file is not JSON.", "data_source.source") from None
    return row if _is_row(row) else {"item": row}


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("item"), dict)


def _graded(call: Call, found: Eval, run: EvalRun) -> EvalRun:
    tally = _Tally()
    try:
        for place, row in enumerate(rows_of(call, run.data_source.get("source"))):
            made = _item(call, found, run, place, row, tally)
            output_items(call.backend).put(run.id, made)
    except Refused as error:
        failure = {"code": error.code or "invalid_request_error", "message": error.message}
        return replace(run, status="failed", error=failure)
    outcomes = tally.outcomes
    names = ("errored", "failed", "passed")
    counts = {"total": outcomes.total(), **{name: outcomes[name] for name in names}}
    by_criterion = [
        {"testing_criteria": each["id"], "passed": tally.passed[each["id"]]}
        | {"failed": tally.failed[each["id"]]}
        for each in found.criteria
    ]
    usage = [_usage_row(name, *numbers) for name, numbers in tally.usage.items()]
    return replace(run, status="completed", counts=counts, by_criterion=by_criterion, usage=usage)


def _usage_row(model: str, calls: int, prompt: int, generated: int) -> dict[str, Any]:
    return {
        "model_name": model,
        "invocation_count": calls,
        "prompt_tokens": prompt,
        "completion_tokens": generated,
        "total_tokens": prompt + generated,
        "cached_tokens": 0,
    }


def _item(
    call: Call, found: Eval, run: EvalRun, place: int, row: dict[str, Any], tally: _Tally
) -> OutputItem:
    values = {"item": row["item"], **({"sample": row["sample"]} if "sample" in row else {})}
    shown: dict[str, Any] | None = None
    if run.model is not None:
        shown = _sampled(call, run, values, tally)
        values["sample"] = {"output_text": shown["output"][0]["content"], "model": shown["model"]}
    results = list(_results(call, found, values, tally))
    status = "pass" if all(each["passed"] for each in results) else "fail"
    errored = any(each["score"] is None for each in results)
    tally.outcomes["errored" if errored else "passed" if status == "pass" else "failed"] += 1
    return OutputItem(
        id=f"outputitem_{call.backend.ids.new()}",
        run_id=run.id,
        eval_id=found.id,
        created_at=call.now,
        status="error" if errored else status,
        place=place,
        item=row["item"],
        digest=hashlib.sha256(compact(row["item"]).encode()).hexdigest(),
        results=results,
        sample=shown,
    )


def _results(
    call: Call, found: Eval, values: Mapping[str, Any], tally: _Tally
) -> Iterator[dict[str, Any]]:
    for criterion in found.criteria:
        try:
            made = grade(criterion, values)
            shown = _asked(call, made, tally) if made.model else None
        except Refused as error:
            problem = {"code": error.code or "invalid_request_error", "message": error.message}
            sample_ = {"error": problem}
            yield {"name": criterion["name"], "sample": sample_, "passed": False, "score": None}
            continue
        (tally.passed if made.passed else tally.failed)[criterion["id"]] += 1
        yield {
            "name": criterion["name"],
            "sample": shown,
            "passed": made.passed,
            "score": made.score,
        }


def _asked(call: Call, made: Grade, tally: _Tally) -> dict[str, Any]:
    """The call of a model grader, which counts as one of its deployment."""
    prompt = " ".join(text_of(each["content"]) for each in made.input)
    usage = Usage(tokens_of(prompt), tokens_of(made.output))
    return _counted(call, str(made.model), list(made.input), made.output, usage, tally, {})


def _sampled(call: Call, run: EvalRun, values: Mapping[str, Any], tally: _Tally) -> dict[str, Any]:
    source = run.data_source
    asked = _input(source.get("input_messages"), values)
    options = source.get("sampling_params") or {}
    limit = options.get("max_completion_tokens") or options.get("max_completions_tokens")
    deployment = served(call, str(run.model), "chat")
    reply = sample(call, deployment, ReplySpec(question_of(asked), limit=limit))
    prompt = " ".join(text_of(each.get("content")) for each in asked)
    usage = Usage(tokens_of(prompt), reply.tokens)
    return _counted(call, str(run.model), asked, reply.text, usage, tally, options)


def _input(given: Any, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    kind = given.get("type") if isinstance(given, Mapping) else None
    if kind == "template":
        return messages(given.get("template"), values)
    if kind == "item_reference":
        found = look_up(str(given.get("item_reference")), values)
        return [{"role": "user", "content": found}] if isinstance(found, str) else list(found)
    text = "Invalid 'data_source.input_messages.type': it must be template or item_reference."
    raise ModelError(text, "data_source.input_messages")


def _counted(
    call: Call,
    name: str,
    asked: list[dict[str, Any]],
    text: str,
    usage: Usage,
    tally: _Tally,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Count a call of a deployment, and show it as output items do."""
    deployment = served(call, name, "chat")
    metered(call, deployment, _OPERATION, lambda: (None, usage))
    model = model_of(deployment)
    numbers = tally.usage.setdefault(model, [0, 0, 0])
    for place, more in enumerate((1, usage.prompt, usage.generated)):
        numbers[place] += more
    return {
        "input": [_shown(each["role"], text_of(each.get("content"))) for each in asked],
        "output": [_shown("assistant", text)],
        "finish_reason": "stop",
        "model": model,
        "usage": {
            "total_tokens": usage.prompt + usage.generated,
            "completion_tokens": usage.generated,
            "prompt_tokens": usage.prompt,
            "cached_tokens": 0,
        },
        "error": None,
        "temperature": float(options.get("temperature") or 1),
        "max_completion_tokens": options.get("max_completion_tokens") or _MOST_TOKENS,
        "top_p": float(options.get("top_p") or 1),
        "seed": options.get("seed"),
    }


def _shown(role: str, content: str) -> dict[str, Any]:
    calls = dict.fromkeys(("tool_call_id", "tool_calls", "function_call"))
    return {"role": role, "content": content, **calls}
