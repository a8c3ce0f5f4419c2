"""What the policy pack costs for a stack of 500 resources, over a pack of two empty policies.

CPU seconds of the pack's process, which the engine waits for; the engine and its gRPC are the same
for both. ``python -m benchmarks.bench_policies``
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from aoai_policies.facts import DEPLOYMENT_TYPE, FILE_TYPE, JOB_TYPE, MODEL_TYPE
from aoai_policies.pack import policies
from aoai_policies.sdk.read_once import read_once
from google.protobuf import struct_pb2  # type: ignore[import-untyped] # has no types
from pulumi.runtime import proto
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ResourceValidationPolicy,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk

from benchmarks.measure import judge

RESOURCES = 500
MOST_SECONDS = 0.5
_ROUNDS = 5
_BASE = "gpt-4.1-mini-2025-04-14"
_ACCOUNT = {
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/sweden",
    "endpoint": "https://sweden.openai.azure.com",
    "tenant_id": "t",
    "location": "swedencentral",
    "cloud": {"resource_manager": "https://management.azure.com", "authority": "https://login"},
}
Row = tuple[str, str, dict[str, Any], dict[str, str]]


def rows() -> Iterator[Row]:
    """Components with a file, a job, a model and a deployment each, and where values come from."""
    called = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    common = {"account": _ACCOUNT, "owner": "owner", "__provider": "x" * 400}
    for n in range(RESOURCES // 5):
        name = f"{_BASE}.ft-{n:032x}"
        yield "my:index:Component", f"c{n}", {}, {}
        yield FILE_TYPE, f"f{n}", {**common, "examples": 100.0, "bytes": 1e6}, {}
        yield JOB_TYPE, f"j{n}", {**common, "model": _BASE, "job_id": f"ftjob-{n}"}, {}
        yield (
            MODEL_TYPE,
            f"m{n}",
            {**common, "job_id": f"ftjob-{n}", "fine_tuned_model": name},
            {"job_id": _urn(JOB_TYPE, f"j{n}")},
        )
        activity = {"calls": 1.0, "last_inference_at": called, "observed_at": called}
        deployment = {
            "model": name,
            "deployment_name": f"d{n}",
            "sku": "Standard",
            "capacity": 1.0,
            "deployment_id": "id",
            "created_at": called,
            "activity": activity,
        }
        yield (
            DEPLOYMENT_TYPE,
            f"d{n}",
            {**common, **deployment},
            {"model": _urn(MODEL_TYPE, f"m{n}")},
        )


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:prod::bench::{kind}::{name}"


def seconds(pack: Callable[[], list[Policy]]) -> float:
    """CPU seconds of a run: each resource, then the stack; the middle of several runs."""
    return median(_run(pack()) for _ in range(_ROUNDS))


def _run(pack: list[Policy]) -> float:
    each, whole = _requests()
    servicer: Any = sdk._PolicyAnalyzerServicer("bench", "0", pack, EnforcementLevel.ADVISORY)  # noqa: SLF001 - what the engine talks to
    started = time.process_time()
    for request in each:
        servicer.Analyze(request, None)
    servicer.AnalyzeStack(whole, None)
    return time.process_time() - started


def _requests() -> tuple[list[Any], Any]:
    each, whole = [], []
    for kind, name, properties, sources in rows():
        struct = struct_pb2.Struct()
        struct.update(properties)
        given = {"type": kind, "urn": _urn(kind, name), "name": name, "properties": struct}
        each.append(proto.AnalyzeRequest(**given))
        resource = proto.AnalyzerResource(**given)
        for key, urn in sources.items():
            resource.propertyDependencies[key].urns.append(urn)
        whole.append(resource)
    return each, proto.AnalyzeStackRequest(resources=whole)


def empty() -> list[Policy]:
    """A pack of one policy of each kind, which do nothing."""
    return [
        ResourceValidationPolicy("inputs", "Nothing.", validate=lambda _args, _report: None),
        StackValidationPolicy("stack", "Nothing.", validate=lambda _args, _report: None),
    ]


def main() -> None:
    """Measure, and judge by the target."""
    reference = seconds(empty)
    as_is = seconds(lambda: policies(preview=lambda: True)) - reference
    read_once()
    preview = seconds(lambda: policies(preview=lambda: True)) - reference
    update = seconds(lambda: policies(preview=lambda: False)) - reference
    print(f"{RESOURCES} resources, {len(policies())} policies, CPU seconds over an empty pack's")
    print(f"empty pack {reference:.3f}; as the SDK reads {as_is:.3f}")
    judge("preview:", preview, most=MOST_SECONDS)
    judge("update:", update, most=MOST_SECONDS)


if __name__ == "__main__":
    main()
