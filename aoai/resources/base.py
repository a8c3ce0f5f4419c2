"""What the four providers share: the diff table, the border to the engine, errors for people.

Rules for a provider class (each is held by tests/test_state_contract.py):

- it lives in an importable module, since the engine stores it by reference: module path and class
  name are part of every user's state and never change;
- it takes nothing and keeps nothing: one short pickle per type, four threads share one object;
- credentials are looked up in the process that needs them and are never an input or an output.
"""

from __future__ import annotations

import dataclasses
import functools
import traceback
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, ParamSpec, TypeVar

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, DiffResult, ReadResult, ResourceProvider

from aoai.azure.account import Account
from aoai.errors import AoaiError, ConfigurationError
from aoai.resources.engine import end_with_engine, show_errors_without_traceback, under_way
from aoai.resources.identity import owner_of
from aoai.resources.props import is_known, lookup, problems

show_errors_without_traceback()
end_with_engine()

PROVIDER_KEY = "__provider"
STATE_VERSION = 1
"""Shape of the stored properties; readers accept this and every older one."""

AccountInput = Account | pulumi.Input[Mapping[str, Any]]


class Change(StrEnum):
    """What a changed input leads to."""

    REPLACE = "replace"
    UPDATE = "update"
    IGNORE = "ignore"


ACCOUNT_CHANGES: Mapping[str, Change] = {
    "account.id": Change.REPLACE,
    "account.endpoint": Change.UPDATE,
    "account.tenant_id": Change.UPDATE,
    "account.location": Change.UPDATE,
    "account.cloud": Change.UPDATE,
}
"""Another account is another place; the rest only says how to reach it: rewritten in state."""

P = ParamSpec("P")
R = TypeVar("R")


def reports(method: Callable[P, R]) -> Callable[P, R]:
    """Make every exception that leaves a provider method one line that is written for the user."""

    @functools.wraps(method)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with under_way():
                return method(*args, **kwargs)
        except AoaiError as error:
            raise error from None
        except Exception as error:  # noqa: BLE001 - whatever it is, no traceback reaches a user
            raise _defect(error) from None

    return wrapper


def _defect(error: Exception) -> AoaiError:
    """A sentence for a bug of ours; the exception's own text is left out, it may hold anything."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    return AoaiError(f"a defect in aoai, {type(error).__name__} at {place}: please report it")


class Provider(ResourceProvider):
    """Base of the providers; a subclass names its inputs and what a change of each leads to."""

    serialize_as_secret_always = False
    inputs: ClassVar[type[Any]]
    diff_table: ClassVar[Mapping[str, Change]]

    @reports
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Find everything that is wrong with the inputs and add those that follow from the others.

        Runs in every preview: no network, nothing is changed.
        """
        failures = list(problems(self.inputs, news)) + list(_account_problems(news))
        computed: dict[str, Any] = {}
        if not failures:
            computed, failures = self.check_inputs(news)
        return CheckResult({**news, **computed}, failures)

    def check_inputs(self, _news: Mapping[str, Any]) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Computed inputs and failures beyond those of shape; values may be unknown."""
        return {}, []

    @reports
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare by the diff table; a provider class that moved is rewritten in state as well."""
        replaces = self.changed(olds, news, Change.REPLACE)
        updates = self.changed(olds, news, Change.UPDATE)
        moved = olds.get(PROVIDER_KEY) != news.get(PROVIDER_KEY)
        return DiffResult(
            changes=bool(replaces or updates or moved),
            replaces=sorted({name.partition(".")[0] for name in replaces}),
            delete_before_replace=bool(replaces) and self.deletes_first(olds, news),
        )

    def changed(self, olds: Mapping[str, Any], news: Mapping[str, Any], kind: Change) -> list[str]:
        """The inputs of one kind that differ; a value that is not known yet counts as different."""
        return [
            name
            for name in self.diff_table
            if self.change_of(name, news) is kind and not self.is_same(name, olds, news)
        ]

    def change_of(self, name: str, _news: Mapping[str, Any]) -> Change:
        """What a change of one input leads to; the table's word unless a subclass says more."""
        return self.diff_table[name]

    def is_same(self, name: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether one input of the diff table stayed as it was."""
        new = lookup(news, name)
        return is_known(new) and bool(lookup(olds, name) == new)

    def deletes_first(self, _olds: Mapping[str, Any], _news: Mapping[str, Any]) -> bool:
        """Whether a replacement has to delete before it creates; by default it creates first."""
        return False

    def outputs(self, props: Mapping[str, Any], state: Any) -> dict[str, Any]:
        """What is stored: the inputs as they came and the fields of ``state``, a dataclass."""
        names = {field.name for field in dataclasses.fields(self.inputs)}
        kept = {name: value for name, value in props.items() if name in names}
        return {**kept, **dataclasses.asdict(state), "state_version": STATE_VERSION}

    def gone(self) -> ReadResult:
        """The answer of ``read`` for something that is not there any more."""
        return ReadResult("", {})


def _account_problems(news: Mapping[str, Any]) -> Iterator[CheckFailure]:
    for name in ("account", "source"):
        value = news.get(name)
        if not isinstance(value, Mapping) or not is_known(value):
            continue
        try:
            Account.from_props(value)
        except ConfigurationError as error:
            yield CheckFailure(name, str(error))


def account_props(account: AccountInput) -> pulumi.Input[Mapping[str, Any]]:
    """An account as an input property."""
    return account.to_props() if isinstance(account, Account) else account


def resource_props(name: str, args: Any, state: type[Any], *computed: str) -> dict[str, Any]:
    """The property bag of a resource: its inputs, its owner, and a place for each output."""
    return {
        **dict.fromkeys((*computed, *state.__annotations__)),
        **vars(args),
        "account": account_props(args.account),
        "owner": owner_of(name),
    }
