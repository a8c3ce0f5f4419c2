"""An account as a program gives it, and as every resource stores it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

import pulumi
from pulumi.dynamic import CheckFailure

from aoai.azure import account as azure
from aoai.azure.account import Cloud
from aoai.azure.arm_names import id_key, name_key, region_key, url_key
from aoai.errors import ConfigurationError
from aoai.resources.declaration import Change, Declared, ignores, replaces, updates
from aoai.resources.props import is_known


@dataclass(frozen=True, kw_only=True)
class Account:
    """An Azure OpenAI account: plain values, or outputs of an account made in the same program.

    Attributes:
        id: its ARM id, ``/subscriptions/…/accounts/NAME``.
        tenant_id: the Entra tenant (a GUID) that its subscription belongs to.
        location: its region, for example ``swedencentral``.
        endpoint: its data plane; ``https://NAME.openai.azure.com`` of its cloud if left out.
        cloud: the cloud that it lives in.
        surface: the surface of the data plane that jobs are asked of, ``classic``, ``v1`` or
            ``projects/NAME``; chosen by what is asked for if left out.

    Raises:
        ConfigurationError: all values are plain and one is not valid.
    """

    id: pulumi.Input[str]
    tenant_id: pulumi.Input[str]
    location: pulumi.Input[str]
    endpoint: pulumi.Input[str] | None = None
    cloud: Cloud = field(default=Cloud.PUBLIC)
    surface: str = ""

    def __post_init__(self) -> None:
        if all(isinstance(value, str) for value in self._values().values()):
            self.resolved()

    def resolved(self) -> azure.Account:
        """The account with plain values.

        Raises:
            ConfigurationError: a value is an output, or is not valid.
        """
        for name, value in self._values().items():
            if not isinstance(value, str):
                raise ConfigurationError(
                    f"Account.{name} is an output here, and a plain string is needed: use "
                    "`Output.apply` around what needs it"
                )
        return azure.Account.from_props(self.to_props())

    def to_props(self) -> dict[str, Any]:
        """The account as an input property of a resource."""
        return {
            "id": self.id,
            "endpoint": self._endpoint(),
            "tenant_id": self.tenant_id,
            "location": self.location,
            "cloud": asdict(self.cloud),
            **({"surface": self.surface} if self.surface else {}),
        }

    def _values(self) -> dict[str, pulumi.Input[str]]:
        return {
            "id": self.id,
            "tenant_id": self.tenant_id,
            "location": self.location,
            "endpoint": self._endpoint(),
        }

    def _endpoint(self) -> pulumi.Input[str]:
        if self.endpoint is not None:
            return self.endpoint
        if isinstance(self.id, str):
            return self.cloud.endpoint_of(self.id)
        return pulumi.Output.all(self.id).apply(lambda ids: self.cloud.endpoint_of(str(ids[0])))


AccountInput = Account | azure.Account | pulumi.Input[Mapping[str, Any]]
"""What an ``account`` argument takes."""


@dataclass(frozen=True, kw_only=True)
class AccountProps:
    """How an account is stored: another id is another place, the rest only how to reach it."""

    id: Annotated[str, replaces("ARM id of the account.")]
    endpoint: Annotated[str, updates("Address of its data plane.", key=url_key)]
    tenant_id: Annotated[str, updates("Entra tenant of its subscription.", key=name_key)]
    location: Annotated[str, updates("Its region.", key=region_key)]
    cloud: Annotated[dict[str, Any] | None, updates("Its resource manager and authority.")] = None
    surface: Annotated[str | None, updates("The surface that jobs are asked of.")] = None


def account_input(about: str) -> Declared:
    """The declaration of an input that is an account."""
    return Declared(change=Change.REPLACE, about=about, stored=dict[str, Any], group=AccountProps)


def optional_account_input(about: str) -> Declared:
    """The declaration of an input that is an account or left out."""
    stored = dict[str, Any] | None
    return Declared(change=Change.REPLACE, about=about, stored=stored, group=AccountProps)


def account_of(value: Any) -> azure.Account:
    """The account that a stored input holds."""
    return azure.Account.from_props(value)


def account_props(account: AccountInput | None) -> pulumi.Input[Mapping[str, Any]] | None:
    """An account as an input property."""
    return account.to_props() if isinstance(account, Account | azure.Account) else account


def account_problems(news: Mapping[str, Any], *names: str) -> Iterator[CheckFailure]:
    """What is wrong with the accounts among the inputs."""
    for name in names:
        value = news.get(name)
        if not isinstance(value, Mapping) or not is_known(value):
            continue
        try:
            account_of(value)
        except ConfigurationError as error:
            yield CheckFailure(name, str(error))


def is_same_place(old: Any, new: Any) -> bool:
    """Whether two stored accounts are one, however they are spelled, and also after a move."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return bool(old == new)
    if not is_known(new):
        return False
    if old == new:
        return True
    try:
        return bool(account_of(old).is_same_place(account_of(new)))
    except ConfigurationError:
        return bool(old.get("id") == new.get("id"))


def place_of(account: Mapping[str, Any]) -> str:
    """The account in the form that names are derived from: it survives a move.

    A state of an older version may lack parts of it, and is compared all the same.
    """
    return id_key(str(account.get("id") or "")).rpartition("/")[2]


@dataclass(frozen=True, kw_only=True)
class ResourceArgs:
    """The inputs that every resource has."""

    account: Annotated[AccountInput, account_input("The account that it is in.")]
    owner: Annotated[
        pulumi.Input[str] | None,
        ignores(
            "Says which state it belongs to; by default the identity of the stack, made at the "
            "first update. What exists keeps the one that it was made with.",
            stored=str,
        ),
    ] = None
    replacements: Annotated[
        int,
        ignores("How often `--replace` or `taint` has replaced it.", computed=True),
    ] = field(default=0, init=False)
    renamed_to: Annotated[
        str | None,
        ignores(
            "Its `owner` by the name that it has now, if an alias keeps it under an older one.",
            computed=True,
        ),
    ] = field(default=None, init=False)


@dataclass(frozen=True, kw_only=True)
class LookedForArgs(ResourceArgs):
    """The inputs of a resource that is looked for by names that follow from its owner."""

    former_names: Annotated[
        list[str] | None,
        ignores(
            "Names that it had, by default those of its aliases, each below its parent's if it has "
            "one: what an interrupted run made under one of them is taken.",
        ),
    ] = None
