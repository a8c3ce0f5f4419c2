"""Every call of Resource Manager and Monitor, with its api-versions and the action it needs."""

from __future__ import annotations

from typing import Final

from aoai_emulator.arm import (
    account_writes,
    accounts,
    deployments,
    model_lists,
    operation_routes,
    rai_policies,
    subscription_facts,
    subscriptions,
)
from aoai_emulator.arm.dispatch import (
    ACCOUNT,
    ACCOUNTS,
    BATCH_VERSIONS,
    DEPLOYMENT,
    GENERIC_VERSIONS,
    LOCATION,
    MONITOR_VERSIONS,
    SUBSCRIPTION,
    ArmOperation,
)
from aoai_emulator.arm.operation_headers import ACCOUNTS_VERSION
from aoai_emulator.calls.dispatch import Handler
from aoai_emulator.monitor import definitions, metric_routes

_CS = "Microsoft.CognitiveServices"
_HERE = f"{SUBSCRIPTION}/providers/{_CS}"
_DELETED = f"{LOCATION}/resourceGroups/{{group}}/deletedAccounts/{{deleted}}"
_RAI_POLICIES = f"{ACCOUNT}/raiPolicies"
_RAI_POLICY = f"{_RAI_POLICIES}/{{policy}}"
_TIERS = f"{_HERE}/quotaTiers"
_TIER = f"{_TIERS}/{{tier}}"
_RAI_SINCE, _TIERS_SINCE = "2023-10-01-preview", "2025-09-01"
_CAPACITY_SINCE, _PAUSE_SINCE = "2024-10-01", "2025-12-01"


def _read(name: str, path: str, what: str, handler: Handler, since: str = "") -> ArmOperation:
    return ArmOperation(name, "GET", path, f"{_CS}/{what}/read", handler, since)


def _generic(name: str, path: str, handler: Handler) -> ArmOperation:
    """A call of ARM itself; any token of the tenant allows it."""
    return ArmOperation(name, "GET", path, "", handler, versions=GENERIC_VERSIONS)


_ACCOUNTS: Final = (
    _read("accounts.get", ACCOUNT, "accounts", accounts.get),
    _read("accounts.listByGroup", ACCOUNTS, "accounts", accounts.listed),
    _read("accounts.list", f"{_HERE}/accounts", "accounts", accounts.listed),
    ArmOperation(
        "accounts.listKeys",
        "POST",
        f"{ACCOUNT}/listKeys",
        f"{_CS}/accounts/listKeys/action",
        accounts.list_keys,
    ),
    ArmOperation(
        "accounts.regenerateKey",
        "POST",
        f"{ACCOUNT}/regenerateKey",
        f"{_CS}/accounts/regenerateKey/action",
        accounts.regenerate_key,
    ),
    ArmOperation(
        "accounts.put",
        "PUT",
        ACCOUNT,
        f"{_CS}/accounts/write",
        account_writes.put,
        may_be_absent=True,
    ),
    ArmOperation("accounts.patch", "PATCH", ACCOUNT, f"{_CS}/accounts/write", account_writes.patch),
    ArmOperation(
        "accounts.delete",
        "DELETE",
        ACCOUNT,
        f"{_CS}/accounts/delete",
        account_writes.delete,
        may_be_absent=True,
    ),
    _read(
        "deletedAccounts.list",
        f"{_HERE}/deletedAccounts",
        "deletedAccounts",
        account_writes.deleted_list,
    ),
    _read("deletedAccounts.get", _DELETED, "locations/deletedAccounts", account_writes.deleted_get),
    ArmOperation(
        "deletedAccounts.purge",
        "DELETE",
        _DELETED,
        f"{_CS}/locations/resourceGroups/deletedAccounts/delete",
        account_writes.purge,
    ),
    _read("accounts.models", f"{ACCOUNT}/models", "accounts/models", model_lists.of_account),
    _read("accounts.usages", f"{ACCOUNT}/usages", "accounts/usages", model_lists.account_usages),
)
_DEPLOYMENTS: Final = (
    _read("deployments.list", f"{ACCOUNT}/deployments", "accounts/deployments", deployments.listed),
    _read("deployments.get", DEPLOYMENT, "accounts/deployments", deployments.get),
    ArmOperation(
        "deployments.put", "PUT", DEPLOYMENT, f"{_CS}/accounts/deployments/write", deployments.put
    ),
    ArmOperation(
        "deployments.patch",
        "PATCH",
        DEPLOYMENT,
        f"{_CS}/accounts/deployments/write",
        deployments.patch,
    ),
    ArmOperation(
        "deployments.delete",
        "DELETE",
        DEPLOYMENT,
        f"{_CS}/accounts/deployments/delete",
        deployments.delete,
    ),
    _read(
        "deployments.skus",
        f"{DEPLOYMENT}/skus",
        "accounts/deployments",
        model_lists.deployment_skus,
        _CAPACITY_SINCE,
    ),
    ArmOperation(
        "deployments.pause",
        "POST",
        f"{DEPLOYMENT}/pause",
        f"{_CS}/accounts/deployments/pause/action",
        deployments.pause,
        _PAUSE_SINCE,
    ),
    ArmOperation(
        "deployments.resume",
        "POST",
        f"{DEPLOYMENT}/resume",
        f"{_CS}/accounts/deployments/resume/action",
        deployments.resume,
        _PAUSE_SINCE,
    ),
    _read(
        "operations.older",
        f"{LOCATION}/operationStatuses/{{operation}}",
        "locations/operationResults",
        operation_routes.status,
    ),
    ArmOperation(
        "operations.get",
        "GET",
        f"{LOCATION}/operationResults/{{operation}}",
        f"{_CS}/locations/operationResults/read",
        operation_routes.status,
        also=(ACCOUNTS_VERSION,),
    ),
)
_LISTS: Final = (
    _read("locations.models", f"{LOCATION}/models", "locations/models", model_lists.of_location),
    _read("usages.list", f"{LOCATION}/usages", "locations/usages", model_lists.list_usages),
    _read(
        "modelCapacities.listByLocation",
        f"{LOCATION}/modelCapacities",
        "locations/modelCapacities",
        model_lists.capacities,
        _CAPACITY_SINCE,
    ),
    _read(
        "modelCapacities.list",
        f"{_HERE}/modelCapacities",
        "modelCapacities",
        model_lists.capacities,
        _CAPACITY_SINCE,
    ),
    ArmOperation(
        "calculateModelCapacity",
        "POST",
        f"{_HERE}/calculateModelCapacity",
        f"{_CS}/calculateModelCapacity/action",
        model_lists.calculate,
        _CAPACITY_SINCE,
    ),
)
_RAI: Final = (
    _read(
        "raiPolicies.list", _RAI_POLICIES, "accounts/raiPolicies", rai_policies.listed, _RAI_SINCE
    ),
    _read("raiPolicies.get", _RAI_POLICY, "accounts/raiPolicies", rai_policies.get, _RAI_SINCE),
    ArmOperation(
        "raiPolicies.put",
        "PUT",
        _RAI_POLICY,
        f"{_CS}/accounts/raiPolicies/write",
        rai_policies.put,
        _RAI_SINCE,
    ),
    ArmOperation(
        "raiPolicies.delete",
        "DELETE",
        _RAI_POLICY,
        f"{_CS}/accounts/raiPolicies/delete",
        rai_policies.delete,
        _RAI_SINCE,
    ),
)
_SUBSCRIPTION: Final = (
    _read("skus.list", f"{_HERE}/skus", "skus", subscription_facts.skus),
    _read("accounts.skus", f"{ACCOUNT}/skus", "accounts/skus", subscription_facts.account_skus),
    _read("quotaTiers.list", _TIERS, "quotaTiers", subscription_facts.quota_tiers, _TIERS_SINCE),
    _read("quotaTiers.get", _TIER, "quotaTiers", subscription_facts.quota_tier, _TIERS_SINCE),
    ArmOperation(
        "quotaTiers.put",
        "PUT",
        _TIER,
        f"{_CS}/quotaTiers/write",
        subscription_facts.change_quota_tier,
        _TIERS_SINCE,
    ),
    ArmOperation(
        "quotaTiers.patch",
        "PATCH",
        _TIER,
        f"{_CS}/quotaTiers/write",
        subscription_facts.change_quota_tier,
        _TIERS_SINCE,
    ),
)
_GENERIC: Final = (
    _generic("tenants.list", "/tenants", subscriptions.tenants),
    _generic("subscriptions.list", "/subscriptions", subscriptions.listed),
    _generic("subscriptions.get", SUBSCRIPTION, subscriptions.get),
    _generic("resourceGroups.list", f"{SUBSCRIPTION}/resourceGroups", subscriptions.groups),
    _generic("resourceGroups.get", f"{SUBSCRIPTION}/resourceGroups/{{group}}", subscriptions.group),
    _generic("providers.list", f"{SUBSCRIPTION}/providers", subscriptions.providers),
    _generic("providers.get", _HERE, subscriptions.provider),
    ArmOperation(
        "providers.register",
        "POST",
        f"{_HERE}/register",
        f"{_CS}/register/action",
        subscriptions.register,
        versions=GENERIC_VERSIONS,
    ),
)
_MONITOR: Final = (
    ArmOperation(
        "metrics.list",
        "GET",
        f"{ACCOUNT}/providers/Microsoft.Insights/metrics",
        "Microsoft.Insights/metrics/read",
        metric_routes.metrics,
        versions=MONITOR_VERSIONS,
    ),
    ArmOperation(
        "metrics.getBatch",
        "POST",
        f"{SUBSCRIPTION}/metrics:getBatch",
        "Microsoft.Insights/metrics/read",
        metric_routes.batch,
        versions=BATCH_VERSIONS,
        audiences=("https://metrics.monitor.azure.com",),
    ),
    ArmOperation(
        "metricDefinitions.list",
        "GET",
        f"{ACCOUNT}/providers/Microsoft.Insights/metricDefinitions",
        "Microsoft.Insights/metricDefinitions/read",
        definitions.definitions,
        versions=MONITOR_VERSIONS,
    ),
)
ARM_TABLE: Final = (
    *_ACCOUNTS,
    *_DEPLOYMENTS,
    *_LISTS,
    *_RAI,
    *_SUBSCRIPTION,
    *_GENERIC,
    *_MONITOR,
)
