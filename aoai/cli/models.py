"""``aoai models``: the catalogue of base models, and how an account's own list differs."""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from aoai.azure.account import Account
from aoai.azure.clients import ClientRegistry
from aoai.catalog import BaseModel, Catalog, Offer, built_in, differences
from aoai.cli.account_options import add_account_options, named_account
from aoai.cli.models_text import as_details, as_table, comparison_lines

_UNDERSCORE = re.compile(r"_(\w)")

EXAMPLES = """\
examples:
  aoai models
  aoai models gpt-4.1-mini o4-mini
  aoai models --refresh /subscriptions/…/accounts/NAME --tenant GUID
"""


@dataclass(frozen=True)
class Comparison:
    """An account's models beside the catalogue.

    Attributes:
        account: the account.
        offers: the models that it lists.
        differences: a sentence for each fact in which the two differ.
    """

    account: Account
    offers: Sequence[Offer]
    differences: Sequence[str]


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``models`` to the commands."""
    command = commands.add_parser(
        "models",
        help="show the catalogue of base models",
        description="Show the base models that can be fine-tuned, with methods, regions, limits,\n"
        "prices and retirement, each with its source; compare them with an account's list.\n\n"
        "Exit code 0: shown, 1: a model is not in the catalogue, 2: wrong usage.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("names", nargs="*", metavar="MODEL", help="show this one in detail")
    command.add_argument("--all", action="store_true", help="show retired models too")
    command.add_argument("--format", choices=["text", "json"], default="text", help="of the output")
    command.add_argument(
        "--refresh", metavar="ACCOUNT", help="ARM id of an account: compare with what it lists"
    )
    add_account_options(command)
    command.set_defaults(run=run)


def run(
    options: argparse.Namespace,
    environment: Mapping[str, str] = os.environ,
    registry: Callable[[], ClientRegistry] = ClientRegistry,
) -> tuple[int, str]:
    """Show the catalogue: 1 if a named model is not in it, else 0; and the output."""
    catalog = built_in()
    found, missing = _named(catalog, options.names)
    shown = found if options.names else _current(catalog, all_=options.all)
    comparison = _compare(catalog, options, environment, registry) if options.refresh else None
    code = 1 if missing else 0
    if options.format == "json":
        return code, _as_json(catalog, shown, missing, comparison)
    blocks = list(missing)
    if options.names:
        blocks += [as_details(catalog, shown)] if shown else []
    else:
        blocks.append(as_table(catalog, shown))
    if comparison is not None:
        lines = comparison_lines(str(comparison.account), comparison.differences)
        blocks.append("\n".join(lines))
    return code, "\n\n".join(blocks)


def _named(catalog: Catalog, names: Sequence[str]) -> tuple[list[BaseModel], list[str]]:
    """The models with these names, and a sentence for each name that is unknown."""
    found, missing = [], []
    for name in names:
        lookup = catalog.lookup(name)
        if lookup.model is not None and lookup.match != "version":
            found.append(lookup.model)
        else:
            meant = f"; did you mean {lookup.suggestion}?" if lookup.suggestion else "."
            missing.append(f"{name} is not in the catalogue{meant}")
    return found, missing


def _current(catalog: Catalog, *, all_: bool) -> list[BaseModel]:
    def retired(model: BaseModel) -> bool:
        return model.schedule is not None and model.schedule.stage == "Retired"

    return [model for model in catalog.models if all_ or not retired(model)]


def _compare(
    catalog: Catalog,
    options: argparse.Namespace,
    environment: Mapping[str, str],
    registry: Callable[[], ClientRegistry],
) -> Comparison:
    account = named_account(options.refresh, "--refresh", options, environment)
    with registry() as clients_by_account:
        clients = clients_by_account.connect(account)
        location = clients.accounts.get_account().location
        account = replace(account, location=location or account.location)
        offers = clients.account_models.list_models()
    return Comparison(account, offers, list(differences(catalog, offers, account.location)))


def _as_json(
    catalog: Catalog,
    models: Sequence[BaseModel],
    missing: Sequence[str],
    comparison: Comparison | None,
) -> str:
    shown = [{"id": model.canonical_name, **msgspec.to_builtins(model)} for model in models]
    document: dict[str, object] = {
        "models": shown,
        "sources": msgspec.to_builtins(catalog.document.sources),
    }
    if missing:
        document["missing"] = list(missing)
    if comparison is not None:
        document["account"] = {
            "id": comparison.account.id,
            "location": comparison.account.location,
            "differences": list(comparison.differences),
            "models": [_camel(msgspec.to_builtins(offer)) for offer in comparison.offers],
        }
    return json.dumps(document, indent=2)


def _camel(value: object) -> object:
    """The same with keys as the catalogue and ARM write them."""
    if isinstance(value, Mapping):
        return {_UNDERSCORE.sub(_upper, key): _camel(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_camel(inner) for inner in value]
    return value


def _upper(match: re.Match[str]) -> str:
    return match[1].upper()
