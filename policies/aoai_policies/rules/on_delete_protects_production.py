"""In production, taking something out of a program does not erase it for good.

`on_delete: delete` removes a job's record and its result files, which no other call brings back.
A deployment that callers rely on can be protected against deletion by Pulumi.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aoai_policies.facts import Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import flag, flag_setting
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import job_of, place, quoted


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each job that would be erased and each deployment that is not protected."""
    if flag(config, "keepJobs"):
        for job in stack.jobs:
            if job.on_delete is UNKNOWN:
                text = f"{job_of(job)} has an `on_delete` that is not known yet."
                yield Finding(job.urn, text, unknown="on_delete")
            elif job.on_delete is not None and job.on_delete.casefold() == "delete":
                yield Finding(
                    job.urn,
                    f"{job_of(job)} is erased with its result files when it is taken out of the "
                    f"program.\nSet `on_delete` of {quoted(job.name)} to `cancel`.",
                )
    if flag(config, "protectDeployments"):
        for deployment in stack.deployments:
            if not deployment.protect:
                yield Finding(
                    deployment.urn,
                    f"{place(deployment)} is not protected against deletion.\n"
                    f"Set the resource option `protect` on {quoted(deployment.name)}.",
                )


RULE = Rule(
    name="on-delete-protects-production",
    title="Deletion in production",
    description="Checks that deleting a resource does not erase what cannot be made again.",
    severity="medium",
    enforcement="mandatory",
    framework=Framework("NIST SP 800-53", "CP-9 system backup"),
    settings={
        "keepJobs": flag_setting("Whether records of jobs have to be kept.", default=False),
        "protectDeployments": flag_setting(
            "Whether deployments have to be protected against deletion.", default=False
        ),
    },
    remediation="Set `on_delete` to `cancel`; protect the deployment.",
    check=check,
    judges="inputs",
)
