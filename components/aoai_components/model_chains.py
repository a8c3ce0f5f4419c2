"""Models of a stack that are trained further from others of it: order, circles, base models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from aoai.azure.account import Account
from aoai_components.model_settings import ModelSettings


def chain(models: Mapping[str, ModelSettings], name: str) -> list[str]:
    """The model and those that it continues from, one behind the other, each once."""
    found: list[str] = []
    following = name
    while following in models and following not in found:
        found.append(following)
        following = models[following].continues or ""
    return found


def resolved(models: Mapping[str, ModelSettings]) -> dict[str, ModelSettings]:
    """The models, each with the base model that its chain begins with."""
    return {
        name: replace(model, base_model=models[chain(models, name)[-1]].base_model)
        for name, model in models.items()
    }


def in_order(models: Mapping[str, ModelSettings]) -> list[str]:
    """The names, each behind the model that it continues from."""
    ordered: dict[str, None] = {}
    for name in models:
        ordered |= dict.fromkeys(reversed(chain(models, name)))
    return list(ordered)


def circles(models: Mapping[str, ModelSettings]) -> Iterator[str]:
    """Models that continue from one another, so that none is the first; each circle once."""
    seen: set[str] = set()
    for name in models:
        links = chain(models, name)
        again = models[links[-1]].continues
        if again in links and links[-1] not in seen:
            circle = links[links.index(again) :]
            shown = " -> ".join([*circle, circle[0]])
            yield (
                f"models.{circle[0]}.baseModel: {shown} is a circle; let one of them start from a "
                "base model"
            )
        seen.update(links)


def elsewhere(
    models: Mapping[str, ModelSettings], accounts: Mapping[str, Account]
) -> Iterator[str]:
    """Models that continue from one of another account."""
    for name, model in models.items():
        first = models.get(model.continues or "")
        places = [accounts.get(each.account) for each in (model, first) if each is not None]
        if len(places) == 2 and None not in places and not _is_one(places):  # noqa: PLR2004
            yield (
                f"models.{name}.account: `{model.continues}` is in {places[1]}, and Azure trains "
                "a fine-tuned model further only where it is"
            )


def _is_one(places: list[Account | None]) -> bool:
    one, other = places
    return one is not None and other is not None and one.is_same_place(other)
