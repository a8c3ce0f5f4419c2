"""The calls of evaluations and graders."""

from __future__ import annotations

from typing import Final

from aoai_emulator.calls.dispatch import Handler, Operation
from aoai_emulator.inference.evals import eval_routes, grader_routes, run_routes

_ACTIONS: Final = "Microsoft.CognitiveServices/accounts/OpenAI/evals"
_VERBS: Final = {"GET": "read", "POST": "write", "DELETE": "delete"}
_SINCE: Final = "2025-04-01-preview"
_PAGE: Final = ("after", "limit", "order")
_EVAL, _RUN = "/evals/{eval}", "/evals/{eval}/runs/{run}"


def _row(
    name: str, method: str, path: str, handler: Handler, query: tuple[str, ...] = (), body: str = ""
) -> Operation:
    return Operation(
        name,
        method,
        path,
        f"{_ACTIONS}/{_VERBS[method]}",
        handler,
        classic=_SINCE,
        query=query,
        body=body or None,
        service="evals",
    )


def _grader(name: str, handler: Handler) -> Operation:
    return Operation(
        f"graders.{name}",
        "POST",
        f"/fine_tuning/alpha/graders/{name}",
        "Microsoft.CognitiveServices/accounts/OpenAI/fine-tunes/write",
        handler,
        classic=_SINCE,
        body="json",
    )


EVALS_TABLE: Final = (
    _row("evals.list", "GET", "/evals", eval_routes.listed, (*_PAGE, "order_by")),
    _row("evals.create", "POST", "/evals", eval_routes.create, body="json"),
    _row("evals.get", "GET", _EVAL, eval_routes.get),
    _row("evals.update", "POST", _EVAL, eval_routes.update, body="json"),
    _row("evals.delete", "DELETE", _EVAL, eval_routes.delete),
    _row("evalRuns.list", "GET", f"{_EVAL}/runs", run_routes.listed, (*_PAGE, "status")),
    _row("evalRuns.create", "POST", f"{_EVAL}/runs", run_routes.create, body="json"),
    _row("evalRuns.get", "GET", _RUN, run_routes.get),
    # The description of v1 has no /cancel, OpenAI's own SDKs have.
    _row("evalRuns.cancel", "POST", f"{_RUN}/cancel", run_routes.cancel),
    _row("evalRuns.cancelByRun", "POST", _RUN, run_routes.cancel),
    _row("evalRuns.delete", "DELETE", _RUN, run_routes.delete),
    _row(
        "evalRuns.items", "GET", f"{_RUN}/output_items", run_routes.list_items, (*_PAGE, "status")
    ),
    _row("evalRuns.item", "GET", f"{_RUN}/output_items/{{item}}", run_routes.get_item),
    _grader("validate", grader_routes.validate),
    _grader("run", grader_routes.run),
)
