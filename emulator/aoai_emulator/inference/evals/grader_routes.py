"""The routes that try a grader out: validate and run (v1, alpha)."""

from __future__ import annotations

import time
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.inference.checks import known_fields
from aoai_emulator.inference.evals.graders import check_grader, grade
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.json_response import JSONResponse

_ERRORS: Final = (
    "formula_parse_error",
    "sample_parse_error",
    "truncated_observation_error",
    "unresponsive_reward_error",
    "invalid_variable_error",
    "other_error",
    "python_grader_server_error",
    "python_grader_runtime_error",
    "model_grader_server_error",
    "model_grader_refusal_error",
    "model_grader_parse_error",
)


def validate(call: Call) -> Response:
    """POST /fine_tuning/alpha/graders/validate."""
    body = call.json()
    known_fields(body, ("grader",))
    return JSONResponse({"grader": check_grader(body.get("grader"), runs=False)})


def run(call: Call) -> Response:
    """POST /fine_tuning/alpha/graders/run: the reward of one sample."""
    body = call.json()
    known_fields(body, ("grader", "model_sample", "item", "reference_answer"))
    grader = check_grader(body.get("grader"))
    if not isinstance(body.get("model_sample"), str):
        raise ModelError("Missing required parameter: 'model_sample'.", "model_sample")
    item = body.get("item") or {}
    if "reference_answer" in body:
        item = {"reference_answer": body["reference_answer"], **item}
    values = {"item": item, "sample": {"output_text": body["model_sample"]}}
    begun = time.perf_counter()
    problem: ModelError | None = None
    try:
        made = grade(grader, values)
        score, parts = made.score, made.parts or {grader["name"]: made.score}
    except ModelError as error:
        problem, score, parts = error, 0.0, {}
    errors: dict[str, Any] = dict.fromkeys(_ERRORS, False)
    errors["invalid_variable_error"] = problem is not None
    metadata = {
        "name": grader["name"],
        "type": grader["type"],
        "errors": errors,
        "execution_time": round(time.perf_counter() - begun, 6),
        "scores": parts,
        "token_usage": None,
        "sampled_model_name": None,
    }
    answer = {"reward": score, "metadata": metadata, "sub_rewards": parts}
    return JSONResponse({**answer, "model_grader_token_usage_per_model": {}})
