"""The command that fixes the cause of a refusal, by the service's own code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aoai.azure.arm_names import name_key
from aoai.cli.doctor.targets import Target
from aoai.errors import AoaiError, ApiError, NotFound, Unauthorized

_NO_ROLE = frozenset({"authorizationfailed", "permissiondenied", "linkedauthorizationfailed"})
_FIREWALL = ("firewall", "virtual network")


@dataclass(frozen=True)
class Need:
    """What it takes to read something.

    Attributes:
        role: the role, by Azure's name.
        scope: the ARM id where the role is held.
        environ: where the caller's client id may be.
        provider: the resource provider that the subscription has to be registered for.
    """

    role: str
    scope: str
    environ: Mapping[str, str]
    provider: str = "Microsoft.CognitiveServices"

    def assign(self) -> str:
        """The command that gives the role to the caller."""
        signed_in = "$(az ad signed-in-user show --query id --output tsv)"
        assignee = self.environ.get("AZURE_CLIENT_ID") or signed_in
        return (
            f'az role assignment create --role "{self.role}" --assignee "{assignee}" '
            f"--scope {self.scope}"
        )

    def is_about_roles(self, error: ApiError) -> bool:
        """Whether a refusal means that the role is missing."""
        if not isinstance(error, Unauthorized) or _is_firewall(error):
            return False
        return name_key(error.code) in _NO_ROLE or error.status == 403  # noqa: PLR2004 - HTTP


def fix_of(error: AoaiError, need: Need, target: Target) -> str:
    """The command that fixes the cause of an error; empty if none does, as for a 500."""
    if not isinstance(error, ApiError):
        return ""
    if fix := _by_code(need, target).get(name_key(error.code)):
        return fix
    subscription = f"--subscription {target.account.subscription_id}"
    if isinstance(error, NotFound):
        listing = f"az cognitiveservices account list {subscription}"
        return f'{listing} --query "[].id" --output tsv, and correct the id'
    if _is_firewall(error):
        named = f"--name {target.account.name} --resource-group {target.account.resource_group}"
        rule = f"az cognitiveservices account network-rule add {named} {subscription}"
        return f"{rule} --ip-address ADDRESS"
    return need.assign() if need.is_about_roles(error) else ""


def _by_code(need: Need, target: Target) -> Mapping[str, str]:
    """Commands for errors whose code is clear."""
    account = target.account
    subscription = f"--subscription {account.subscription_id}"
    tenant = f'"$(az account show {subscription} --query tenantId --output tsv)"'
    register = f"az provider register --namespace {need.provider} {subscription} --wait"
    known = f"az account list --all --query \"[?tenantId=='{account.tenant_id}'].id\""
    return {
        "missingsubscriptionregistration": register,
        "invalidauthenticationtokentenant": f"{target.set_tenant} {tenant}",
        "subscriptionnotfound": f"{known}, and correct the id",
    }


def _is_firewall(error: ApiError) -> bool:
    words = str(error).lower()
    return any(word in words for word in _FIREWALL)
