"""Azure Monitor's two ways to metrics: of one account, and of many (metrics:getBatch)."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.monitor.question import Question, bad, between, read_question, timespan
from aoai_emulator.monitor.series import metric_value, moment
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.world import Account

_MOST_RESOURCES: Final = 50


def metrics(call: Call) -> Response:
    """GET Microsoft.Insights/metrics of an account."""
    question = read_question(call, timespan(call), "$filter")
    return JSONResponse(
        {
            "cost": question.cost,
            "timespan": f"{moment(question.start)}/{moment(question.end)}",
            "interval": question.interval,
            "value": _values(call, call.home, question),
            "namespace": question.namespace,
            "resourceregion": call.home.location,
        }
    )


def batch(call: Call) -> Response:
    """POST metrics:getBatch: the metrics of up to 50 accounts of one region and subscription."""
    ids = call.json().get("resourceids")
    if not isinstance(ids, list) or not ids or len(ids) > _MOST_RESOURCES:
        raise bad(f"resourceids must list 1 to {_MOST_RESOURCES} resources.")
    for name in ("metricnames", "metricnamespace"):
        if name not in call.query:
            raise bad(f"The query parameter {name} is required.")
    accounts = [_account(call, str(each)) for each in ids]
    if len({each.location for each in accounts}) > 1:
        raise bad("All resources of a batch must be in one region.")
    question = read_question(call, _batch_span(call), "filter")
    return JSONResponse({"values": [_batch_row(call, each, question) for each in accounts]})


def _batch_span(call: Call) -> tuple[float, float]:
    start, end = call.query.get("starttime"), call.query.get("endtime")
    if start is None:
        return timespan(call)
    return between(start, end or moment(call.now))


def _account(call: Call, resource_id: str) -> Account:
    account = call.backend.world.account_by_id(resource_id)
    if account is None or account.subscription_id.lower() != call.params["subscription"].lower():
        raise bad(f"The resource '{resource_id}' is not in the subscription of the call.")
    return account


def _batch_row(call: Call, account: Account, question: Question) -> dict[str, Any]:
    return {
        "starttime": moment(question.start),
        "endtime": moment(question.end),
        "interval": question.interval,
        "namespace": question.namespace,
        "resourceregion": account.location,
        "resourceid": account.id,
        "value": _values(call, account, question),
    }


def _values(call: Call, account: Account, question: Question) -> list[dict[str, Any]]:
    return [metric_value(call.backend, account, each, question) for each in question.metrics]
