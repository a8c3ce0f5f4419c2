"""Every call of Resource Manager and Monitor, with its api-versions and the action it needs."""

from typing import Final

from emulator import monitor
from emulator.arm import accounts, deployments, operations
from emulator.arm.dispatch import (
    ACCOUNT,
    ACCOUNTS,
    DEPLOYMENT,
    LOCATION,
    MONITOR_VERSIONS,
    SUBSCRIPTION,
    ArmOperation,
)

_CS = "Microsoft.CognitiveServices"
_READ, _READ_DEPLOYMENT = f"{_CS}/accounts/read", f"{_CS}/accounts/deployments/read"
_WRITE_DEPLOYMENT = f"{_CS}/accounts/deployments/write"
_READ_OPERATION = f"{_CS}/locations/operationresults/read"

ARM_TABLE: Final = (
    ArmOperation("accounts.get", "GET", ACCOUNT, _READ, accounts.get),
    ArmOperation("accounts.listByGroup", "GET", ACCOUNTS, _READ, accounts.listed),
    ArmOperation(
        "accounts.list", "GET", f"{SUBSCRIPTION}/providers/{_CS}/accounts", _READ, accounts.listed
    ),
    ArmOperation(
        "accounts.listKeys",
        "POST",
        f"{ACCOUNT}/listKeys",
        f"{_CS}/accounts/listKeys/action",
        accounts.list_keys,
    ),
    ArmOperation(
        "deployments.list", "GET", f"{ACCOUNT}/deployments", _READ_DEPLOYMENT, deployments.listed
    ),
    ArmOperation("deployments.get", "GET", DEPLOYMENT, _READ_DEPLOYMENT, deployments.get),
    ArmOperation("deployments.put", "PUT", DEPLOYMENT, _WRITE_DEPLOYMENT, deployments.put),
    ArmOperation("deployments.patch", "PATCH", DEPLOYMENT, _WRITE_DEPLOYMENT, deployments.patch),
    ArmOperation(
        "deployments.delete",
        "DELETE",
        DEPLOYMENT,
        f"{_CS}/accounts/deployments/delete",
        deployments.delete,
    ),
    ArmOperation(
        "operations.status",
        "GET",
        f"{LOCATION}/operationStatuses/{{operation}}",
        _READ_OPERATION,
        operations.status,
    ),
    ArmOperation(
        "operations.result",
        "GET",
        f"{LOCATION}/operationResults/{{operation}}",
        _READ_OPERATION,
        operations.result,
    ),
    ArmOperation(
        "metrics.list",
        "GET",
        f"{ACCOUNT}/providers/Microsoft.Insights/metrics",
        "Microsoft.Insights/metrics/read",
        monitor.metrics,
        since=MONITOR_VERSIONS[0],
        versions=MONITOR_VERSIONS,
    ),
)
