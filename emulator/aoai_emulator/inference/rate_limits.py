"""Rate limits: requests and tokens that a deployment's capacity allows in a window."""

from __future__ import annotations

from dataclasses import dataclass

from aoai_emulator.calls.call import Call
from aoai_emulator.state.deployment_records import Deployment
from aoai_emulator.state.errors import Refused
from aoai_emulator.state.model_facts import facts_of


@dataclass(frozen=True)
class _Limit:
    """``count`` requests or tokens in ``period`` seconds; more of them in ``wait`` seconds."""

    kind: str
    count: int
    period: int
    left: int
    wait: int


def check_limits(call: Call, deployment: Deployment, operation: str) -> None:
    """Refuse a call beyond the limits, where the setting ``rate_limits_enforced`` says so."""
    if not call.backend.settings.rate_limits_enforced:
        return
    for limit in _limits(call, deployment):
        if limit.left <= 0:
            kind = "call" if limit.kind == "request" else "token"
            text = (
                f"Requests to the {operation} Operation under Azure OpenAI API version"
                f" {call.version} have exceeded {kind} rate limit of your current OpenAI S0 pricing"
                f" tier. Please retry after {limit.wait} seconds. Please go here:"
                " https://aka.ms/oai/quotaincrease if you would like to further increase the"
                " default rate limit."
            )
            headers = {"retry-after": str(limit.wait), "retry-after-ms": str(1000 * limit.wait)}
            raise Refused(429, "429", text, headers=headers | remaining(call, deployment))


def remaining(call: Call, deployment: Deployment) -> dict[str, str]:
    """The headers of chat, completions and embeddings: what is left."""
    return {
        f"x-ratelimit-remaining-{limit.kind}s": str(limit.left)
        for limit in _limits(call, deployment)
    }


def token_headers(call: Call, deployment: Deployment) -> dict[str, str]:
    """The headers of the Responses API: the limit and what is left."""
    limit = next(each for each in _limits(call, deployment) if each.kind == "token")
    return {
        "x-ratelimit-limit-tokens": str(limit.count),
        "x-ratelimit-remaining-tokens": str(limit.left),
        "x-ratelimit-reset-tokens": str(limit.wait),
    }


def _limits(call: Call, deployment: Deployment) -> list[_Limit]:
    rates, key = call.backend.rates, f"{deployment.account}/{deployment.id}"
    facts = facts_of(call.backend.catalog.find(deployment.base))
    found = []
    for row in facts.rate_limits(int(deployment.sku.get("capacity", 1))):
        kind, period, count = row["key"], int(row["renewalPeriod"]), int(row["count"])
        used = (rates.requests if kind == "request" else rates.tokens)(key, call.now, period)
        wait = rates.wait(key, call.now, period)
        found.append(_Limit(kind, count, period, max(0, count - used), wait))
    return found
