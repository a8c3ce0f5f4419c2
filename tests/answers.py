"""What the emulator is made to answer where Azure's answers differ, or are not known.

By default it answers as Azure was last recorded to. The product's own suites must pass under each
set below as well: ``make test-older`` runs them with ``--answers NAME``. A test that has the
fixture ``answers`` as a parameter chooses its own.
"""

from __future__ import annotations

from typing import Any

OLDER: dict[str, Any] = {
    "denied_status": 401,
    "invalid_data": "job",
    "unprocessed_file_code": "invalidPayload",
    "rai_failure_code": "invalidPayload",
    "second_deployment_status": 409,
    "second_deployment_code": "Conflict",
    "part_ids": "id",
    "file_delete_body": False,
    "deployment_delete_async": False,
    "base_models_at_once": False,
    "operation_header": "azure-asyncoperation",
    "operation_path": "operationStatuses",
    "operation_running": "InProgress",
    "operation_percent_complete": False,
    "operation_retry_after": 0,
    "failed_deployment_blocks": False,
    "account_limits": "2023",
    "monitor_span": "whole",
    "monitor_empty_series": True,
    "id_casing": "groups",
    "rai_policy_default": "Microsoft.DefaultV2",
    "rai_policies_checked": True,
    "sku_name_echoed": False,
    "echo_source": False,
    "wrong_format_is_500": True,
    "jobs_newest_first": False,
    "running_job_delete": "deleted",
    "finished_at_restamped": True,
    "billed_events": "hours",
    "v1_status_words": "openai",
    "v1_files_need_expiry": True,
    "arm_takes_2024_10_21": True,
}
"""Every other answer at once, those of older records among them.

``part_ids`` is not ``block``: an upload is then completed by a second call, and tests count calls.
"""

LOCATION: dict[str, Any] = OLDER | {
    "second_deployment_code": "InvalidResourceProperties",
    "deployment_delete_async": True,
    "operation_header": "location",
    "operation_retry_after": 2,
    "id_casing": "lower",
}
"""The same, but a change is followed by its ``Location`` alone, and a deletion goes on (202)."""

ANSWERS: dict[str, dict[str, Any]] = {"recorded": {}, "older": OLDER, "location": LOCATION}
"""The sets of settings by name."""

LEFT_OUT = {
    "model_change_refused": "a stack has to be written otherwise: on_model_change",
    "monitor_error_code": "Monitor has no answer then, so a test of activity has none either",
    "paused_stays": "it is the rule that the policy pack counts by, not the form of an answer",
}
"""Questions that no set answers otherwise, with the reason; tests of their own do."""
