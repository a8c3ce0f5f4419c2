"""Where models came from, for machines: CycloneDX 1.6 with model cards (an ML-BOM).

Format: https://cyclonedx.org/docs/1.6/json. The common Python library for it has no model cards, so
the document is put together here, and its strict validator judges it in the tests.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from aoai.cli.report.facts import DeploymentFact, FileFact, ModelFact, Report

_APPROACH = {"reinforcement": "reinforcement-learning"}
_NAMESPACE = uuid.UUID("6f0f7d8e-4d5c-5c7a-9a59-1f5f0a6f3b52")  # of these documents' numbers


def bill_of_materials(report: Report, version: str) -> dict[str, Any]:
    """The document; the same report gives the same one.

    Args:
        report: what was trained and what is served.
        version: of this package, which is named as the tool.
    """
    components: dict[str, dict[str, Any]] = {}
    depends: dict[str, list[str]] = {}
    for model in report.models:
        _add_model(model, components, depends)
    services = list(_services(report))
    for deployment in report.fleet:
        if deployment.removed:
            continue
        served = [ref for ref, found in components.items() if found.get("name") == deployment.model]
        depends[_service_ref(deployment)] = served
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": report.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {
                "components": [{"type": "application", "name": "aoai-finetune", "version": version}]
            },
            "properties": [{"name": "pulumi:stack", "value": stack} for stack in report.stacks],
        },
        "components": list(components.values()),
        "services": services,
        "dependencies": [{"ref": ref, "dependsOn": refs} for ref, refs in depends.items()],
    }
    number = uuid.uuid5(_NAMESPACE, json.dumps(document, sort_keys=True))
    return {"serialNumber": f"urn:uuid:{number}", **document}


def _add_model(
    model: ModelFact, components: dict[str, dict[str, Any]], depends: dict[str, list[str]]
) -> None:
    base = f"base:{model.base_model}"
    components[base] = {
        "type": "machine-learning-model",
        "bom-ref": base,
        "name": model.base_model,
    }
    files = []
    for file in model.files:
        ref = f"data:{file.sha256 or file.file_id}"
        components[ref] = _data(ref, file)
        files.append((ref, file))
    if model.name is None:
        return
    ref = f"model:{model.name}"
    components[ref] = _tuned(ref, model, files)
    depends[ref] = [base, *(data for data, _ in files)]


def _data(ref: str, file: FileFact) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "data",
        "bom-ref": ref,
        "name": file.source or file.file_id,
        "data": [{"type": "dataset", "name": file.source or file.file_id}],
        "properties": [
            {"name": f"aoai:{name}", "value": str(value)}
            for name, value in (
                ("file_id", file.file_id),
                ("examples", file.examples),
                ("bytes", file.size),
            )
            if value is not None
        ],
    }
    if file.sha256:
        found["hashes"] = [{"alg": "SHA-256", "content": file.sha256}]
    return found


def _tuned(ref: str, model: ModelFact, files: list[tuple[str, FileFact]]) -> dict[str, Any]:
    card: dict[str, Any] = {
        "modelParameters": {
            "approach": {"type": _APPROACH.get(model.method, "supervised")},
            "datasets": [{"ref": data} for data, _ in files],
        }
    }
    if metrics := list(_metrics(model)):
        card["quantitativeAnalysis"] = {"performanceMetrics": metrics}
    facts = {
        "method": model.method,
        "job_id": model.job_id,
        "account": model.account,
        "region": model.region,
        "trained_tokens": model.trained_tokens,
        **{f"hyperparameters.{name}": value for name, value in model.hyperparameters.items()},
    }
    return {
        "type": "machine-learning-model",
        "bom-ref": ref,
        "name": model.name,
        "modelCard": card,
        "properties": [
            {"name": f"aoai:{name}", "value": str(value)}
            for name, value in facts.items()
            if value not in (None, "")
        ],
    }


def _metrics(model: ModelFact) -> Iterator[dict[str, str]]:
    """What was measured at the checkpoint that is served."""
    for checkpoint in model.checkpoints:
        if checkpoint.model == model.name:
            for name, value in checkpoint.metrics.items():
                if name != "step":
                    yield {"type": name, "value": str(value), "slice": f"step {checkpoint.step}"}


def _services(report: Report) -> Iterator[dict[str, Any]]:
    for deployment in report.fleet:
        if not deployment.removed:
            yield {
                "bom-ref": _service_ref(deployment),
                "name": deployment.name or deployment.key,
                "provider": {"name": "Azure OpenAI"},
                "properties": [
                    {"name": f"aoai:{name}", "value": value}
                    for name, value in (
                        ("account", deployment.account),
                        ("region", deployment.region),
                        ("tenant", deployment.tenant),
                        ("sku", deployment.sku),
                    )
                ],
            }


def _service_ref(deployment: DeploymentFact) -> str:
    return f"deployment:{deployment.account}/{deployment.name or deployment.key}"
