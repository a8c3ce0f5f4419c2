"""The generated parts of the docs that show the catalogue of base models."""

from __future__ import annotations

from aoai.catalog import BaseModel, built_in
from aoai.cli.models_text import as_details
from tools.docs_table import table


def catalog() -> str:
    """The base models that can be trained, with what decides whether a job can run."""
    rows = [
        (
            f"`{model.canonical_name}`",
            ", ".join(model.training.methods),
            ", ".join(model.training.types),
            "yes" if model.data.images else "",
            f"{model.limits.example_tokens:,}" if model.limits.example_tokens else "",
            _dates(model),
        )
        for model in built_in().models
        if model.training and (model.schedule is None or model.schedule.stage != "Retired")
    ]
    headings = ("base model", "methods", "training types", "images", "tokens an example", "dates")
    return table(headings, *rows)


def _dates(model: BaseModel) -> str:
    schedule = model.schedule
    if schedule is None:
        return ""
    days = {"training": schedule.training or schedule.base, "serving": schedule.serving}
    shown = [f"{name} until {day}" for name, day in days.items() if day]
    return ", ".join([schedule.stage, *shown])


def one_model() -> str:
    """A model as ``aoai models`` shows it."""
    model = built_in().find("gpt-4.1-mini")
    return f"```text\n{as_details(built_in(), [model] if model else [])}\n```"


def catalog_sources() -> str:
    """The pages that the catalogue is from."""
    sources = built_in().document.sources
    rows = [
        (f"`{key}`", f"[{source.title}]({source.url})", str(source.date or ""))
        for key, source in sources.items()
    ]
    return table(("source", "page", "date"), *rows)
