"""What is kept with a job, beside what it trains: metadata, and who gets its metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.dynamic import CheckFailure

from aoai.azure.surfaces import choose
from aoai.errors import ConfigurationError
from aoai.resources.account import account_of
from aoai.resources.props import is_known

# OpenAI's reference of the API: metadata of an object.
_PAIRS, _NAME, _VALUE = 16, 64, 512
_WANDB = {"project": str, "entity": str, "name": str, "tags": list}


def job_record_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    """What no service takes, and what the account's surface does not take."""
    metadata, integrations = news.get("metadata"), news.get("integrations")
    if isinstance(metadata, Mapping) and is_known(metadata):
        for reason in _metadata(metadata):
            yield CheckFailure("metadata", reason)
        if reason := _surface(news.get("account")):
            yield CheckFailure("metadata", reason)
    if isinstance(integrations, list | tuple) and is_known(integrations):
        for reason in _integrations(integrations):
            yield CheckFailure("integrations", reason)


def _metadata(metadata: Mapping[str, Any]) -> Iterator[str]:
    if len(metadata) > _PAIRS:
        yield f"`metadata` has {len(metadata)} names; at most {_PAIRS} are kept"
    for name, value in metadata.items():
        if len(name) > _NAME or (isinstance(value, str) and len(value) > _VALUE):
            yield (
                f"`metadata.{name[:_NAME]}`: a name has at most {_NAME} characters and a value "
                f"{_VALUE}"
            )


def _surface(account: Any) -> str:
    """Why the account's surface takes no metadata; empty if it does."""
    if not isinstance(account, Mapping) or not is_known(account):
        return ""
    try:
        choose(account_of(account), fields=("metadata",))
    except ConfigurationError as error:
        return str(error)
    return ""


def _integrations(given: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    for index, each in enumerate(given):
        place = f"integrations[{index}]"
        wandb = each.get("wandb") if isinstance(each, Mapping) else None
        if not isinstance(each, Mapping) or each.get("type") != "wandb":
            yield f"`{place}.type` must be `wandb`, the only one that there is"
        elif not isinstance(wandb, Mapping) or not wandb.get("project"):
            yield f"`{place}.wandb.project` is missing; write the project in Weights & Biases"
        else:
            yield from _wandb(f"{place}.wandb", wandb)


def _wandb(place: str, wandb: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wandb.items():
        kind = _WANDB.get(name)
        if kind is None:
            yield f"`{place}.{name}` is not known; it takes {', '.join(f'`{n}`' for n in _WANDB)}"
        elif value is not None and not isinstance(value, (list, tuple) if kind is list else kind):
            yield f"`{place}.{name}` must be {'a list of texts' if kind is list else 'a text'}"
