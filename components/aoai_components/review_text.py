"""The end of a preview: what the update does, in lines that a reviewer reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aoai_components.config_errors import in_short
from aoai_components.model_settings import VALIDATION


def as_lines(review: Mapping[str, Any]) -> list[str]:
    """A line for each model that is trained and each deployment that changes; none if none does.

    Args:
        review: as ``review`` makes it.
    """
    lines = [
        *(f"models.{m['key']}: {text}" for m in review["models"] if (text := _model(m))),
        *(f"deployments.{d['key']}: {t}" for d in review["deployments"] if (t := _deployment(d))),
        *(
            f"models.{key}: leaves the stack; the model stays"
            for key in review["removed"]["models"]
        ),
        *(f"deployments.{key}: is deleted" for key in review["removed"]["deployments"]),
    ]
    lines += _notes(review["models"])
    return ["what the update does", *(f"  {line}" for line in lines)] if lines else []


def _notes(models: Iterable[Mapping[str, Any]]) -> list[str]:
    """What has to be true for jobs to run, each sentence once."""
    keys: dict[str, list[str]] = {}
    for model in models:
        for note in model["remarks"]:
            where, _, text = note.partition(": ")
            keys.setdefault(text, []).append(where)
    return [f"{in_short(of)}: {text}" for text, of in keys.items()]


def _model(model: Mapping[str, Any]) -> str:
    why = model["why"]
    begin = {
        "same": "",
        "new": "is trained",
        "takenIn": "is taken in as it is: nothing is trained",
        "retrained": f"is trained again: {f'{_listed(why)} changed' if why else 'it is forced to'}",
        "unknown": "may be trained again: the state cannot be read",
    }[model["change"]]
    if not begin:
        return ""
    return "; ".join(part for part in (begin, *_data(model), model["training"]) if part)


def _data(model: Mapping[str, Any]) -> Iterator[str]:
    """What changed in the data of a model that the state knows."""
    for setting, data in model["data"].items():
        before, after = data["examples"]["before"], data["examples"]["after"]
        if before is None or setting not in model["why"]:
            continue
        name = " of the validation" if setting == VALIDATION else ""
        if data["added"] is None:
            yield f"{before:,} examples{name} became {after:,}; which ones changed is not known"
            continue
        about = "" if data["exact"] else "about "
        counts = ", ".join(
            f"{about}{data[kind]:,} {kind}"
            for kind in ("added", "changed", "removed")
            if data[kind]
        )
        yield f"{before:,} examples{name} became {after:,} ({counts or 'in another order'})"


def _deployment(deployment: Mapping[str, Any]) -> str:
    change, why = deployment["change"], _listed(deployment["why"])
    if change == "new":
        return "is made once the model is there"
    if change == "replaced" and deployment["gap"]:
        return f"is deleted and made again, as {why} changed: it does not answer meanwhile"
    if change == "replaced":
        return f"another one is made, as {why} changed, and then this one is deleted: no gap"
    if change == "updated":
        return f"{why} is changed under its name: no gap"
    return ""


def _listed(settings: list[str]) -> str:
    *first, last = settings or ["an input"]
    return f"{', '.join(first)} and {last}" if first else last
