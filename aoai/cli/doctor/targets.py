"""The accounts to check: of a stack's file, or one that the command line names."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from aoai.azure.account import Account, Cloud
from aoai.azure.clouds import find_cloud
from aoai.cli.account_options import named_account
from aoai.cli.doctor.check import Check
from aoai.cli.input_file import read_bounded
from aoai.errors import ConfigurationError


@dataclass(frozen=True)
class Target:
    """An account to check.

    Attributes:
        key: its name in the output: its key in the stack's file, or the account's name.
        account: the account.
        set_location: the command that gives it another region, which is appended.
        set_tenant: the same for its tenant.
    """

    key: str
    account: Account
    set_location: str
    set_tenant: str


def named_target(options: argparse.Namespace, environ: Mapping[str, str]) -> Target:
    """The account of ``--account``.

    Raises:
        ConfigurationError: the tenant is missing, or an option is not valid.
    """
    account = named_account(options.account, "--account", options, environ)
    account = replace(account, location=options.location or account.location)
    again = f"aoai doctor --account {account.id}"
    return Target(account.name, account, f"{again} --location", f"{again} --tenant")


def read_targets(file: Path, environ: Mapping[str, str]) -> tuple[list[Target], list[Check]]:
    """The accounts of a stack's file, and what is wrong with how it describes others.

    Accounts that the stack makes itself (``create``) are left out.

    Raises:
        ConfigurationError: the file cannot be read, or names no accounts.
    """
    namespace, accounts, cloud_name = _config(file)
    stack = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    try:
        cloud = find_cloud(cloud_name, environ)
    except ConfigurationError as error:
        choose = f"pulumi config set --stack {stack} {namespace}:cloud public"
        fix = "source .local/env" if cloud_name == "emulator" else choose
        return [], [Check("fail", "cloud", str(error), fix)]
    targets, problems = [], []
    for key, entry in accounts.items():
        if isinstance(entry, dict) and entry.get("create") is not None:
            continue
        command = f"pulumi config set --stack {stack} --path '{namespace}:accounts.{key}"
        location, tenant = f"{command}.location'", f"{command}.tenantId'"
        try:
            targets.append(Target(str(key), _account(entry, cloud), location, tenant))
        except ConfigurationError as error:
            fix = f"{command}.SETTING' VALUE"
            problems.append(Check("fail", f"{key}: settings", str(error), fix))
    return targets, problems


def selected_stack_file(project: Path, environ: Mapping[str, str]) -> Path | None:
    """The file of the stack that is selected in a project; None if it is not known.

    Looked up as the engine does: PULUMI_STACK, else the file that ``pulumi stack select`` writes
    (``sdk/go/common/workspace`` of pulumi/pulumi).
    """
    try:
        description = yaml.safe_load(read_bounded(project / "Pulumi.yaml"))
        stack = environ.get("PULUMI_STACK") or _selected(project, str(description["name"]), environ)
        folder = project / str(description.get("stackConfigDir", "."))
    except (OSError, ValueError, RecursionError, KeyError, TypeError, yaml.YAMLError):
        return None
    file = folder / f"Pulumi.{stack.rpartition('/')[2]}.yaml"
    return file if stack and file.is_file() else None


def _selected(project: Path, name: str, environ: Mapping[str, str]) -> str:
    path = str((project / "Pulumi.yaml").absolute())
    digest = hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()
    home = Path(environ.get("PULUMI_HOME") or Path(environ.get("HOME") or Path.home()) / ".pulumi")
    found = json.loads(read_bounded(home / "workspaces" / f"{name}-{digest}-workspace.json"))
    return str(found["stack"])


def _config(file: Path) -> tuple[str, Mapping[Any, Any], str]:
    """The project, the accounts and the cloud of a stack's file."""
    try:
        content = yaml.safe_load(read_bounded(file))
    except OSError as error:
        raise ConfigurationError(f"--stack {file}: cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ConfigurationError(f"--stack {file}: cannot be read as YAML: {reason}.") from None
    found = content.get("config") if isinstance(content, dict) else None
    config = found if isinstance(found, dict) else {}
    for key, value in config.items():
        namespace, _, name = str(key).partition(":")
        if name == "accounts" and isinstance(value, dict):
            return namespace, value, str(config.get(f"{namespace}:cloud", "public"))
    raise ConfigurationError(
        f"--stack {file}: it has no accounts (config, aoai-finetune:accounts)."
    )


def _account(entry: object, cloud: Cloud) -> Account:
    given = entry if isinstance(entry, dict) else {}
    names = {"id": "id", "endpoint": "endpoint", "tenant_id": "tenantId", "location": "location"}
    props = {name: given[key] for name, key in names.items() if given.get(key) is not None}
    props.setdefault("endpoint", cloud.endpoint_of(str(props.get("id"))))
    return replace(Account.from_props(props), cloud=cloud)
