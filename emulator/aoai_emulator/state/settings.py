"""What is not known of Azure, and what tests want to vary: settings with a documented default."""

from __future__ import annotations

from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any

from aoai_emulator.state.store import Store


def _known(default: Any, what: str) -> Any:
    """A setting for what Azure documents."""
    return field(default=default, metadata={"what": what})


def _open(default: Any, what: str, *others: Any) -> Any:
    """A setting for what is not known of Azure, with all the answers it may have."""
    return field(default=default, metadata={"what": what, "choices": (default, *others)})


@dataclass(frozen=True)
class Settings:
    """Every setting, with what is thought most likely in Azure as its default."""

    denied_status: int = _open(403, "data plane: the status when a role is missing", 401)
    invalid_data: str = _open("file", "what a bad line spoils: the file, or the job alone", "job")
    unprocessed_file_code: str = _open(
        "unexpectedEntityState",
        "the error of a job whose file is not processed yet",
        "invalidPayload",
    )
    rai_failure_code: str = _open(
        "contentFilter", "error.code of a job that failed the safety checks", "invalidPayload"
    )
    second_deployment_status: int = _open(
        400, "the status for a second deployment of a fine-tuned model", 409
    )
    second_deployment_code: str = _open(
        "DeploymentModelNotSupported",
        "the error code for a second deployment of a fine-tuned model",
        "InvalidResourceProperties",
        "Conflict",
    )
    part_ids: str = _open(
        "either", "what completes an upload: ids of parts, ids of blocks, either", "id", "block"
    )
    file_delete_body: bool = _open(True, "deleting a file answers 200 with a body, or 204", False)
    deployment_delete_async: bool = _open(
        True, "deleting a deployment answers 202 and goes on, or 200 when done", False
    )
    base_models_at_once: bool = _open(
        True, "a deployment of a base model is done in the answer, or is an operation too", False
    )
    operation_header: str = _open(
        "both",
        "the headers of a change that lead to its operation",
        "azure-asyncoperation",
        "location",
        "none",
    )
    operation_path: str = _open(
        "operationResults",
        "where Azure-AsyncOperation leads: the signed path that was recorded, or an older one",
        "operationStatuses",
    )
    operation_running: str = _open(
        "Running", "the status of a deployment's operation that goes on", "InProgress"
    )
    operation_percent_complete: bool = _open(
        True, "a deployment's operation shows `percentComplete`, 0.0 to its end", False
    )
    operation_retry_after: int = _known(
        -1, "seconds in the Retry-After of an operation; -1: none, as was recorded"
    )
    deployments_fail: bool = _known(False, "deployments of tuned models end as Failed")
    failed_deployment_blocks: bool = _open(
        True, "a deployment in state Failed must be deleted before its name is used again", False
    )
    account_limits: str = _open(
        "2025", "the capabilities and endpoints that an account shows: of that year", "2023"
    )
    policy_denies: str = _known(
        "", "types that an Azure Policy denies: accounts, accounts/deployments, or both"
    )
    monitor_span: str = _open(
        "month", "Monitor answers for the calendar month before the end, or the whole span", "whole"
    )
    monitor_error_code: str = _open(
        "Success", "the errorCode of a metric; with another one it has no series", "Throttled"
    )
    monitor_empty_series: bool = _open(
        False, "a split metric also has a series whose dimensions are `__Empty`", True
    )
    monitor_delay_seconds: int = _known(0, "Seconds after which Monitor shows a count")
    id_casing: str = _open(
        "kept",
        "ids in ARM's answers: as they were made, with `resourcegroups`, or all in lower case",
        "groups",
        "lower",
    )
    rai_policy_default: str = _open(
        "", "the raiPolicyName of a deployment that was sent without one", "Microsoft.DefaultV2"
    )
    rai_policies_checked: bool = _open(
        False, "a deployment may only name a RAI policy that its account has", True
    )
    sku_name_echoed: bool = _open(
        True, "a SKU's name comes back as it was sent, or in the service's own spelling", False
    )
    model_change_refused: bool = _open(
        False, "a PUT may not give a deployment another model; else it is changed in place", True
    )
    echo_source: bool = _open(
        True, "a deployment shows model.source and model.sourceAccount", False
    )
    wrong_format_is_500: bool = _open(
        False, "a wrong model.format is answered with 500 and no message", True
    )
    jobs_newest_first: bool = _open(True, "the order of the list of jobs", False)
    running_job_delete: str = _open(
        "refused", "deleting a job that has not ended: refused, or it ends and is gone", "deleted"
    )
    finished_at_restamped: bool = _open(
        False, "the service stamps `finished_at` of old jobs anew, all at once", True
    )
    billed_events: str = _open("tokens", "what the last event of a job names as billed", "hours")
    v1_status_words: str = _open(
        "azure", "v1: a new job is `pending`, or `validating_files` and `queued`", "openai"
    )
    v1_files_need_expiry: bool = _open(False, "v1: uploading a file requires expires_after", True)
    arm_takes_2024_10_21: bool = _open(
        False, "ARM accepts the api-version 2024-10-21 that some pages print", True
    )
    paused_stays: bool = _open(False, "a paused deployment is safe from the 15-day rule", True)
    rate_limits_enforced: bool = _known(
        False, "calls beyond a deployment's rate limits are answered with 429"
    )
    ready_lag_seconds: int = _known(0, "a deployment is Succeeded and yet 404 for so long")
    list_lag_seconds: int = _known(0, "new files and jobs are missing from lists for so long")
    idle_days: int = _known(15, "days without a call after which a deployment is removed")
    developer_hours: int = _known(24, "life of a deployment of the developer tier")
    jobs_at_once: int = _known(3, "jobs that run at once in an account")
    jobs_queued: int = _known(20, "jobs that may wait in an account")
    jobs_kept: int = _known(500, "jobs that an account remembers")
    files_per_account: int = _known(100, "files of an account")
    fine_tuned_deployments: int = _known(10, "deployments of fine-tuned models in an account")
    deployments_per_account: int = _known(32, "deployments of an account")
    checkpoints_kept: int = _known(3, "latest checkpoints of a job that are kept")
    minimum_examples: int = _known(10, "examples that a training file must have")
    metrics_days: int = _known(93, "days that Monitor keeps its counts")


class SettingsStore:
    """The settings in force, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        known = {each.name for each in fields(Settings)}
        kept = store.get_meta("settings") or {}
        self._now = Settings(**{name: value for name, value in kept.items() if name in known})

    def get(self) -> Settings:
        """The settings in force."""
        return self._now

    def change(self, changes: dict[str, Any]) -> None:
        """Change some; ValueError for an unknown name, a wrong type or an unknown choice."""
        known = {each.name: each for each in fields(Settings)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"no setting {name!r}; the settings are: {', '.join(known)}")
            _check(known[name], value)
        self._now = replace(self._now, **changes)
        self._store.set_meta("settings", asdict(self._now))

    def reset(self) -> None:
        """Back to the defaults."""
        self._now = Settings()
        self._store.set_meta("settings", {})


def _check(setting: Field[Any], value: object) -> None:
    if type(value) is not type(setting.default):
        raise ValueError(f"setting {setting.name}: {value!r} is not of type {setting.type}")
    choices = setting.metadata.get("choices")
    if choices and value not in choices:
        known = ", ".join(map(str, choices))
        raise ValueError(f"setting {setting.name}: {value!r} is none of: {known}")


def read_setting(text: str) -> tuple[str, Any]:
    """A setting written as ``name=value``.

    Raises:
        ValueError: there is no such setting, or the value is not of its type.
    """
    name, equals, value = text.partition("=")
    known = asdict(Settings())
    if name not in known or not equals:
        raise ValueError(f"{text!r} is no setting NAME=VALUE; the settings are: {', '.join(known)}")
    usual = known[name]
    if isinstance(usual, bool):
        choices = {"true": True, "false": False}
        if value.lower() not in choices:
            raise ValueError(f"setting {name}: {value!r} is neither true nor false")
        return name, choices[value.lower()]
    return name, type(usual)(value)
