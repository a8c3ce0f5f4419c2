"""A wait of 30 hours with assertions of five minutes: python -m tests.resources.long_wait FOLDER.

A process of its own, since azure-identity and MSAL go by the machine's clock: it is moved before
they are imported. The emulator issues tokens of one hour by the same clock. Printed is JSON.
"""

from __future__ import annotations

import time


class _Moved:
    """How far the clocks of this process are ahead."""

    seconds = 0.0


_wall, _monotonic = time.time, time.monotonic
time.time = lambda: _wall() + _Moved.seconds

# ruff: noqa: E402
import asyncio
import base64
import json
import os
import sys
from pathlib import Path
from typing import Any, cast

import pulumi
from aoai_emulator import Emulator, RunningEmulator, World

from aoai.azure.clients import ClientRegistry, use
from aoai.azure.http.credentials import TokenSource
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.job_display import JobDisplay
from aoai.resources.job_waiter import JobWaiter
from aoai.resources.live_line import LiveLine
from tests.conftest import account_of, write_examples
from tests.resources.conftest import inputs_for, uploaded
from tests.resources.driver import Driven

HOURS = 30
ASSERTION, TOKEN = 300.0, 3600.0


class Runner:
    """A runner of a CI: it writes a new assertion each minute."""

    def __init__(self, assertion: Path) -> None:
        self.assertion = assertion
        self.write()

    def write(self) -> None:
        """An assertion that counts from now on, for five minutes."""
        now = time.time()
        claims = json.dumps({"nbf": now, "exp": now + ASSERTION}).encode()
        body = base64.urlsafe_b64encode(claims).decode().rstrip("=")
        self.assertion.write_text(f"e30.{body}.c2ln")

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        _Moved.seconds += seconds
        self.write()


def clock() -> float:
    """The monotonic clock, as far ahead as the other one."""
    return _monotonic() + _Moved.seconds


def wait(azure: RunningEmulator, runner: Runner, directory: Path) -> dict[str, Any]:
    """Submit a job, wait for it, and ask the resource manager at last."""
    account = account_of(azure, "contoso-swedencentral")
    registry = ClientRegistry(
        token_source=lambda authority: TokenSource(authority, clock=clock, wall_clock=time.time)
    )
    use(registry)
    file = uploaded(account, write_examples(directory / "train.jsonl"))
    job = Driven(FineTuningJobProvider())
    job.up(**inputs_for(account, file))
    # Another scope while azure-identity still keeps the assertion of the first one.
    asyncio.run(runner.sleep(420.0))
    registry.connect(account).deployments.list_deployments()
    display = JobDisplay(watched=False, clock=clock, line=LiveLine(None))
    waiter = JobWaiter(
        interval=600.0, display=display, sleep=runner.sleep, connect=registry.connect
    )
    row = cast("pulumi.Resource", type("Row", (), {"pulumi_resource_name": "tutor"}))
    job_id = asyncio.run(waiter.succeeded(account, job.id, row))
    registry.connect(account).deployments.list_deployments()
    asked = azure.requests(method="POST", path="/oauth2/v2.0/token")
    return {
        "succeeded": job_id == job.id,
        "hours": _Moved.seconds / 3600,
        "tokens": sum(each["status"] == 200 for each in asked),
        "refused": sum(each["status"] != 200 for each in asked),
        "unauthorized": sum(each["status"] == 401 for each in azure.requests(path="/openai/")),
    }


def main(directory: Path) -> None:
    """Wait, and print what it took."""
    pulumi.log.info = lambda *_arguments, **_more: None  # there is no engine
    with Emulator(World.default()) as azure:
        azure.pace("immediate")
        azure.pace(f"time:{HOURS * 3600}", of="jobs")
        os.environ.update(azure.environment())
        del os.environ["AZURE_CLIENT_SECRET"]
        runner = Runner(directory / "assertion")
        os.environ["AZURE_FEDERATED_TOKEN_FILE"] = str(runner.assertion)
        print(json.dumps(wait(azure, runner, directory)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
