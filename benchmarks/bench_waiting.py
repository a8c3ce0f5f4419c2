"""``python -m benchmarks.bench_waiting``: twenty models of two accounts, submitted and waited for.

On the real engine and the emulator. Uploads take 0.5 to 12 seconds, by delays of the emulator. The
reference is a dynamic resource that waits in its ``create``, with the same uploads and short jobs.
A provider process has four threads, so it submits four at a time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from aoai_emulator import Emulator, RunningEmulator, World

from benchmarks.measure import judge
from tests.conftest import write_examples
from tests.engine.conftest import account_settings
from tools.engine import ensure_engine

ROOT = Path(__file__).resolve().parent.parent
UPLOADS = [12.0, 4.0, 3.0, 2.0, *(0.5, 1.0) * 8]
TRAINING = 10.0
"""Seconds that a job of the reference takes; ours end when all are submitted."""
FILES, JOBS, MODELS = r"/openai/files$", r"/fine_tuning/jobs$", r"/openai/models/"
STACK = "bench"


def main() -> None:
    """Measure both and judge."""
    with tempfile.TemporaryDirectory() as folder, Emulator(World.default(), process=True) as azure:
        work = Path(folder)
        submitted, latency = ours(work / "ours", azure)
        reference = create_and_wait(work / "reference")
    slowest = max(UPLOADS)
    print(f"{len(UPLOADS)} models, slowest upload {slowest:g} s")
    print(f"submitted after {submitted:.1f} s; create-and-wait: {reference:.1f} s")
    judge("submitted, to the slowest upload", submitted / slowest, most=1.5)
    judge("seconds from a look to the model, while 19 are waited for", latency, most=1.0)
    judge("create-and-wait, to ours", reference / submitted, least=1.5)


def ours(directory: Path, azure: RunningEmulator) -> tuple[float, float]:
    """Seconds until all are submitted, and from a look at a job to its model."""
    environment = _environment(directory) | azure.environment() | {"AOAI_EMULATOR_URL": azure.url}
    _write_project(directory, azure)
    azure.pace("immediate")
    azure.pace("manual", of="jobs")
    for seconds in UPLOADS:
        azure.fail("delay", method="POST", path=FILES, seconds=seconds)
    pulumi(directory, environment, "stack", "init", STACK)
    command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", STACK, "--non-interactive"]
    with (directory / "up.log").open("w") as log:
        up = subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log)  # noqa: S603
        try:
            azure.wait_for(JOBS, method="POST", count=len(UPLOADS), seconds=180)
            time.sleep(5)  # the last answers arrive, and all are waited for
            for account in ("contoso-swedencentral", "contoso-northcentralus"):
                azure.push(account, _first_job(azure, account))
            azure.wait_for(MODELS, method="GET", seconds=60)
        finally:
            azure.pace("immediate")
            up.wait(timeout=300)
    if up.returncode:
        raise RuntimeError((directory / "up.log").read_text())
    seen = azure.requests()
    return _submitted(seen), _latency(seen)


def create_and_wait(directory: Path) -> float:
    """Seconds until the reference has submitted all."""
    shutil.copytree(ROOT / "benchmarks" / "create_and_wait", directory)
    given = json.dumps({"uploads": UPLOADS, "training": TRAINING})
    environment = _environment(directory) | {"UPLOADS": given}
    pulumi(directory, environment, "stack", "init", STACK)
    pulumi(directory, environment, "up", "--yes", "--skip-preview", "--stack", STACK)
    state = json.loads(pulumi(directory, environment, "stack", "export", "--stack", STACK))
    made = [each["outputs"] for each in state["deployment"]["resources"] if "outputs" in each]
    made = [outputs for outputs in made if "submitted" in outputs]
    return float(max(o["submitted"] for o in made) - min(o["begun"] for o in made))


def pulumi(directory: Path, environment: Mapping[str, str], *arguments: str) -> str:
    """Run the engine; what it printed."""
    done = subprocess.run(  # noqa: S603
        ["pulumi", *arguments, "--non-interactive"],  # noqa: S607
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def _submitted(seen: list[dict[str, Any]]) -> float:
    first = min(each["at"] for each in seen if _is(each, "POST", "/openai/files"))
    return float(max(e["at"] for e in seen if _is(e, "POST", "/fine_tuning/jobs")) - first)


def _latency(seen: list[dict[str, Any]]) -> float:
    """From the look that saw a job succeed to the first request for its model."""
    model = next(each for each in seen if each["method"] == "GET" and "/models/" in each["path"])
    looks = [e["at"] for e in seen if _is(e, "GET", "/fine_tuning/jobs") and e["at"] < model["at"]]
    return float(model["at"] - looks[-1])


def _is(seen: Mapping[str, Any], method: str, path: str) -> bool:
    return bool(seen["method"] == method and seen["path"].endswith(path))


def _first_job(azure: RunningEmulator, account: str) -> str:
    jobs = azure.state()[account]["jobs"]
    return str(next(iter(jobs)) if isinstance(jobs, dict) else jobs[0]["id"])


def _environment(directory: Path) -> dict[str, str]:
    directory.parent.mkdir(parents=True, exist_ok=True)
    state = directory.parent / f"{directory.name}-state"
    state.mkdir()
    path = [str(ensure_engine().directory), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        **os.environ,
        "PATH": os.pathsep.join(path),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "bench",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _write_project(directory: Path, azure: RunningEmulator) -> None:
    (directory / "stacks").mkdir(parents=True)
    for name in ("aoai", "components", "__main__.py"):
        (directory / name).symlink_to(ROOT / name)
    (directory / ".venv").symlink_to(sys.prefix)
    shutil.copy(ROOT / "Pulumi.yaml", directory)
    places = {"sweden": "contoso-swedencentral", "america": "contoso-northcentralus"}
    models = {}
    for number in range(len(UPLOADS)):
        write_examples(directory / f"{number}.jsonl", topic=f"topic {number}")
        models[f"model-{number}"] = {
            "account": "sweden" if number % 2 else "america",
            "baseModel": "gpt-4.1-mini-2025-04-14",
            "trainingFile": f"{number}.jsonl",
        }
    settings = {
        "cloud": "emulator",
        "pollInterval": 1,
        "accounts": {key: account_settings(azure, name) for key, name in places.items()},
        "models": models,
        "deployments": {},
    }
    config = {f"aoai-finetune:{name}": value for name, value in settings.items()}
    path = directory / "stacks" / f"Pulumi.{STACK}.yaml"
    path.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")


if __name__ == "__main__":
    main()
