"""Mixed calls at a fixed rate on an emulator of its own: errors, latency and memory.

    python -m benchmarks.emulator_load --seconds 60 --rate 200

Only the loopback is called. The exit code is 1 when a call failed, the rate was not kept, or the
emulator's memory grew by more than a tenth after the first third of the run.
"""

from __future__ import annotations

import argparse
import json
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.client import HTTPSConnection
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

_ACCOUNT = "contoso-swedencentral"
_TENANT = "aaaaaaaa-0000-4000-8000-00000000000a"
_ARM = (
    "/subscriptions/a1a1a1a1-0000-4000-8000-000000000001/resourceGroups/rg-ai"
    f"/providers/Microsoft.CognitiveServices/accounts/{_ACCOUNT}"
)
_DATA = f"/{_ACCOUNT}/openai"
_THREADS = 8
_GROWTH = 1.10


@dataclass(frozen=True)
class Target:
    """The emulator under load and what the calls need to know of it."""

    port: int
    context: ssl.SSLContext
    pid: int
    data_token: str = ""
    arm_token: str = ""
    file: str = ""
    job: str = ""


@dataclass
class Tally:
    """What came of the calls."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


class Caller:
    """One connection."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._line = HTTPSConnection("localhost", target.port, context=target.context, timeout=30)

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "json") -> Any:
        """The decoded answer; RuntimeError unless it is a good one."""
        token = self._target.arm_token if path.startswith("/sub") else self._target.data_token
        types = {
            "json": "application/json",
            "form": "application/x-www-form-urlencoded",
            "file": "multipart/form-data; boundary=x",
        }
        headers = {"Authorization": f"Bearer {token}", "Content-Type": types[kind]}
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        data = answer.read()
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise RuntimeError(f"{method} {path.partition('?')[0]}: {answer.status} {data[:200]!r}")
        is_json = answer.headers.get_content_type() == "application/json"
        return json.loads(data) if is_json else data

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the data plane."""
        sent = None if body is None else json.dumps(body).encode()
        return self.call(method, f"{_DATA}{path}?api-version=2024-10-21", sent)

    def arm(self, method: str, path: str, version: str = "2024-10-01", **query: str) -> Any:
        """A call of ARM."""
        return self.call(method, f"{_ARM}{path}?{urlencode({'api-version': version, **query})}")

    def upload(self) -> str:
        """The id of a new file."""
        turn = {
            "messages": [
                {"role": "user", "content": "What does it do?"},
                {"role": "assistant", "content": "It returns."},
            ]
        }
        lines = "\n".join([json.dumps(turn)] * 20)
        body = (
            '--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n'
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
            f"{lines}\r\n--x--\r\n"
        )
        path = f"{_DATA}/files?api-version=2024-10-21"
        return str(self.call("POST", path, body.encode(), "file")["id"])

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


def mixed(target: Target) -> list[Callable[[Caller], Any]]:
    """The mix: mostly reads and chats, some uploads and jobs, as many deletes as uploads."""
    chat = {"messages": [{"role": "user", "content": "What does it do?"}]}
    return [
        lambda caller: caller.data("POST", "/deployments/ft/chat/completions", chat),
        lambda caller: caller.data("GET", "/fine_tuning/jobs"),
        lambda caller: caller.arm("GET", "/deployments"),
        lambda caller: caller.data("POST", "/deployments/ft/chat/completions", chat),
        lambda caller: caller.data("GET", f"/fine_tuning/jobs/{target.job}/events"),
        lambda caller: caller.data("DELETE", f"/files/{caller.upload()}"),
        lambda caller: caller.arm("GET", "/deployments/ft"),
        lambda caller: caller.data("GET", f"/files/{target.file}/content"),
        lambda caller: caller.data("POST", "/deployments/ft/chat/completions", chat),
        lambda caller: caller.arm("GET", "/providers/Microsoft.Insights/metrics", "2023-10-01"),
        lambda caller: caller.data("GET", "/files"),
        lambda caller: train(caller, target.file),
    ]


def train(caller: Caller, file: str) -> None:
    """A whole training, which leaves only its model."""
    body = {"model": "gpt-4.1-mini", "training_file": file}
    path = f"/fine_tuning/jobs/{caller.data('POST', '/fine_tuning/jobs', body)['id']}"
    (results,) = caller.data("GET", path)["result_files"]
    caller.data("DELETE", f"/files/{results}")
    caller.data("DELETE", path)


@contextmanager
def emulator() -> Iterator[Target]:
    """An emulator in a process of its own, with a model deployed as `ft`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "aoai_emulator", "--state", folder, "--pace", "immediate"]
        with subprocess.Popen(  # noqa: S603  our own interpreter and module
            command, stdout=subprocess.PIPE, text=True
        ) as process:
            ready = process.stdout.readline() if process.stdout else ""
            print(ready, end="")
            told = json.loads((Path(folder) / "ready.json").read_text())
            context = ssl.create_default_context(cafile=told["ca_file"])
            port = int(told["url"].rpartition(":")[2])
            try:
                yield prepared(Target(port, context, process.pid), told["environment"])
            finally:
                process.terminate()


def prepared(target: Target, environment: dict[str, str]) -> Target:
    """The target with tokens, a file, a job and a deployment."""
    caller = Caller(target)
    form = {
        "grant_type": "client_credentials",
        "client_id": environment["AZURE_CLIENT_ID"],
        "client_secret": environment["AZURE_CLIENT_SECRET"],
    }
    tokens = []
    for audience in ("https://cognitiveservices.azure.com", "https://management.azure.com"):
        body = urlencode(form | {"scope": f"{audience}/.default"}).encode()
        path = f"/{_TENANT}/oauth2/v2.0/token"
        tokens.append(caller.call("POST", path, body, "form")["access_token"])
    caller.close()
    target = replace(target, data_token=tokens[0], arm_token=tokens[1])
    caller = Caller(target)
    file = caller.upload()
    made = caller.data("POST", "/fine_tuning/jobs", {"model": "gpt-4.1", "training_file": file})
    model = caller.data("GET", f"/fine_tuning/jobs/{made['id']}")["fine_tuned_model"]
    wanted = {"model": {"format": "OpenAI", "name": model, "version": "1"}}
    body = json.dumps({"sku": {"name": "Standard", "capacity": 1}, "properties": wanted}).encode()
    caller.call("PUT", f"{_ARM}/deployments/ft?api-version=2024-10-01", body)
    caller.close()
    return replace(target, file=file, job=made["id"])


def resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def work(target: Target, tally: Tally, rate: float, until: float, first: int) -> None:
    """Call at a steady rate, one of `_THREADS` workers, until the time is over."""
    caller, calls = Caller(target), mixed(target)
    turn = cycle(calls[first % len(calls) :] + calls[: first % len(calls)])
    due = time.monotonic() + first / rate
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        began = time.monotonic()
        try:
            next(turn)(caller)
        except (OSError, RuntimeError) as error:
            tally.errors.append(str(error))
        tally.seconds.append(time.monotonic() - began)
        due += _THREADS / rate
    caller.close()


def run(rate: float, seconds: float) -> Tally:
    """Load an emulator, and sample its memory twenty times."""
    tally = Tally()
    with emulator() as target:
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(_THREADS) as pool:
            begun = [pool.submit(work, target, tally, rate, until, n) for n in range(_THREADS)]
            while time.monotonic() < until:
                tally.memory.append(resident(target.pid))
                time.sleep(seconds / 20)
        for each in begun:
            each.result()
        tally.memory.append(resident(target.pid))
    return tally


def main() -> int:
    """Run, print a table, judge."""
    parser = argparse.ArgumentParser(description="Load an emulator of its own.")
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the run")
    options = parser.parse_args()
    tally = run(options.rate, options.seconds)
    done = len(tally.seconds)
    cuts = statistics.quantiles(tally.seconds, n=100)
    settled = tally.memory[len(tally.memory) // 3]
    growth = tally.memory[-1] / settled
    print(f"calls      {done} in {options.seconds:g} s ({done / options.seconds:.0f} a second)")
    print(f"errors     {len(tally.errors)}")
    print(f"latency    median {1000 * cuts[49]:.1f} ms, 99 % {1000 * cuts[98]:.1f} ms")
    print(f"memory     {tally.memory[0]:.0f} → {settled:.0f} → {tally.memory[-1]:.0f} MB")
    for text in dict.fromkeys(tally.errors):
        print("error     ", text)
    kept = done >= 0.97 * options.rate * options.seconds
    return 0 if kept and not tally.errors and growth <= _GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
