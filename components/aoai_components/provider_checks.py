"""What the resources would refuse, asked of them before any of them is declared.

The engine ends a preview at the first resource whose inputs are not valid, and reports it in the
words of the program. Here all of them are asked at once, in the words of the stack's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from aoai.azure.account import Account
from aoai.azure.arm_names import name_key
from aoai.resources.base import Provider
from aoai.resources.declaration import inputs_of, value_problems
from aoai.resources.file_sources import source_failures
from aoai.resources.fine_tuned_model import FineTunedModelProvider
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai_components.entries import camel, in_settings_words


def job_problems(where: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What a job would refuse."""
    yield from _refused(where, FineTuningJobProvider(), given)


def tuned_model_problems(where: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What the model that a job leaves would refuse."""
    yield from _refused(where, FineTunedModelProvider(), given)


def deployment_problems(where: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What a deployment would refuse."""
    yield from _refused(where, ModelDeploymentProvider(), given)


def file_problems(where: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What a file would refuse."""
    for failure in source_failures(given):
        yield f"{where}: {in_settings_words(failure.reason)}"


def shared_names(deployments: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Names that two deployments of an account would have; ARM does not mind the case.

    Args:
        deployments: of each its key, the key of its account, and its name.
    """
    taken: dict[tuple[str, str], str] = {}
    for key, account, name in deployments:
        other = taken.setdefault((account, name_key(name)), key)
        if other != key:
            yield (
                f"deployments.{key}.deploymentName: `{other}` has the name {name!r} in that "
                "account already; choose another, or leave it out"
            )


def shared_models(deployments: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Deployments of a model beside another one in the same account, where Azure allows one.

    Args:
        deployments: of each its key, the key of its account, and what names its model.
    """
    taken: dict[tuple[str, str], str] = {}
    for key, account, model in deployments:
        other = taken.setdefault((account, model), key)
        if other != key:
            yield (
                f"deployments.{key}: `{other}` serves the same model in that account already, and "
                "Azure allows one deployment of a fine-tuned model in an account; take one out, or "
                "serve it from another account"
            )


def contradicting(accounts: Mapping[str, Account]) -> Iterator[str]:
    """Keys of one account that do not agree where it is."""
    seen: dict[str, tuple[str, Account]] = {}
    for key, account in accounts.items():
        other, known = seen.setdefault(account.key, (key, account))
        if (known.location, known.tenant_id) != (account.location, account.tenant_id):
            yield f"accounts.{key}: the same account as `{other}`, in another region or tenant"


def _refused(where: str, provider: Provider, given: Mapping[str, Any]) -> Iterator[str]:
    _computed, failures = provider.check_inputs(given, {})
    fields = {field.name: field for field in inputs_of(provider.args)}
    values = [value_problems(fields[k], v) for k, v in given.items() if k in fields]
    for failure in [*failures, *chain.from_iterable(values)]:
        yield f"{where}.{camel(failure.property)}: {in_settings_words(failure.reason)}"
