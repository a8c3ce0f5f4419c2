"""The metrics that the emulator's Monitor has, with their dimensions and time grains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from aoai_emulator.calls.call import Call
from aoai_emulator.state.call_counts import Count
from aoai_emulator.state.json_response import JSONResponse

NAMESPACE: Final = "Microsoft.CognitiveServices/accounts"
INTERVALS: Final = {
    "PT1M": 60,
    "PT5M": 300,
    "PT15M": 900,
    "PT30M": 1800,
    "PT1H": 3600,
    "PT6H": 21_600,
    "PT12H": 43_200,
    "P1D": 86_400,
}


@dataclass(frozen=True)
class Metric:
    """A metric: how calls are counted, or that it is of training, and its dimensions."""

    name: str
    title: str
    dimensions: tuple[str, ...]
    value: Callable[[Count], int]
    of_training: bool = False


_REQUEST: Final = (
    "ApiName",
    "OperationName",
    "Region",
    "StreamType",
    "ModelDeploymentName",
    "ModelName",
    "ModelVersion",
    "StatusCode",
    "IsSpillover",
    "ServiceTierRequest",
    "ServiceTierResponse",
)
_TOKEN: Final = (
    "ApiName",
    "ModelDeploymentName",
    "FeatureName",
    "UsageChannel",
    "Region",
    "ModelVersion",
)
METRICS: Final = (
    Metric("AzureOpenAIRequests", "Azure OpenAI Requests", _REQUEST, lambda row: row.calls),
    Metric(
        "ProcessedPromptTokens", "Processed Prompt Tokens", _TOKEN, lambda row: row.prompt_tokens
    ),
    Metric(
        "GeneratedTokens", "Generated Completion Tokens", _TOKEN, lambda row: row.generated_tokens
    ),
    Metric(
        "TokenTransaction",
        "Processed Inference Tokens",
        _TOKEN,
        lambda row: row.prompt_tokens + row.generated_tokens,
    ),
    Metric(
        "FineTunedTrainingHours",
        "Processed FineTuned Training Hours",
        tuple(name for name in _TOKEN if name != "ModelVersion"),
        lambda _: 0,
        of_training=True,
    ),
)


def definitions(call: Call) -> Response:
    """GET metricDefinitions: the metrics that there are, with their dimensions."""
    rows = [_definition(call, metric) for metric in METRICS]
    # Recorded once; the emulator has no such limit, so the number never falls.
    left = {"x-ms-ratelimit-remaining-subscription-resource-requests": "399"}
    return JSONResponse({"value": rows}, headers=left)


def _definition(call: Call, metric: Metric) -> dict[str, Any]:
    where = f"{call.home.id}/providers/microsoft.insights/metricdefinitions"
    return {
        "id": f"{where}/{metric.name}",
        "resourceId": call.home.id,
        "namespace": NAMESPACE.lower(),
        "category": "Azure OpenAI",
        "name": {"value": metric.name, "localizedValue": metric.title},
        "displayDescription": metric.title,
        "isDimensionRequired": False,
        "unit": "Count",
        "primaryAggregationType": "Total",
        "supportedAggregationTypes": ["Total"],
        "metricAvailabilities": [
            {"timeGrain": grain, "retention": f"P{call.backend.settings.metrics_days}D"}
            for grain in INTERVALS
        ],
        "dimensions": [{"value": name, "localizedValue": name} for name in metric.dimensions],
    }
