"""The local stack: everything from a fresh clone to a served model, on the emulator.

usage: python -m tools.local up | down | preview | chat [QUESTION] | clock DAYS
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tools.engine import EngineError, ensure_engine
from tools.local_environment import (
    BACKEND,
    LOCAL,
    ROOT,
    STACK,
    LocalError,
    environment,
    running_emulator,
    start_emulator,
    stop_emulator,
    write_environment,
)

QUESTION = "What does graphlib.TopologicalSorter.static_order do?"
DONE = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
}
_LONG_ID = re.compile(r"(ft-[0-9a-f]{8})[0-9a-f]{24}")
READY_TIMEOUT = 60.0
"""Seconds: a deployment that has succeeded may take a moment until it answers."""


def main() -> int:
    """Run one command; every known failure is one line."""
    parser = argparse.ArgumentParser(prog="python -m tools.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start what is needed, deploy, show what is served")
    commands.add_parser("preview", help="say what `up` would do")
    commands.add_parser("down", help="remove everything and stop the emulator")
    chat_parser = commands.add_parser("chat", help="ask a served model")
    chat_parser.add_argument("question", nargs="?", default=QUESTION)
    clock = commands.add_parser("clock", help="advance the emulator's clock")
    clock.add_argument("days", type=float)
    arguments = parser.parse_args()
    try:
        return _run(arguments)
    except (LocalError, EngineError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "down":
        return down()
    variables = prepare()
    if arguments.command == "up":
        return up(variables)
    if arguments.command == "preview":
        return pulumi(variables, "preview", "--suppress-outputs", "--policy-pack", "policies")
    if arguments.command == "chat":
        return chat(variables, arguments.question)
    return advance_clock(variables, arguments.days)


def say(text: str) -> None:
    """A line of our own, told apart from the engine's."""
    print(f"\n==> {text}", flush=True)


def prepare() -> dict[str, str]:
    """Engine, emulator, environment and stack, each only if it is not there yet."""
    engine = ensure_engine()
    print(f"==> engine: {engine}", flush=True)
    BACKEND.mkdir(parents=True, exist_ok=True)
    started = running_emulator() is None
    emulator = start_emulator()
    if started:
        say(f"emulator of Azure OpenAI, ARM, Entra and Monitor: {emulator['url']}")
    variables = environment(engine.directory, emulator)
    write_environment(variables)
    _unlock(variables)
    _quietly(variables, "stack", "select", "--create", "--stack", STACK)
    return variables


def up(variables: dict[str, str]) -> int:
    """Deploy, then show what is served and let it answer."""
    say("pulumi up --stack local --policy-pack policies")
    started = time.monotonic()
    code = pulumi(variables, "up", "--yes", "--suppress-outputs", "--policy-pack", "policies")
    if code:
        return code
    elapsed = time.monotonic() - started
    changes = last_changes(variables)
    done = ", ".join(f"{count} {DONE.get(what, what)}" for what, count in changes.items())
    say(f"{done or 'nothing to change'}, in {elapsed:.0f} seconds\n")
    print(table(outputs(variables)))
    chat(variables, QUESTION, READY_TIMEOUT)
    print(NEXT)
    return 0


def down() -> int:
    """Deployments, jobs and files go, in the order that Azure demands; then the emulator."""
    if not BACKEND.exists():
        say("there is no local stack")
        return 0
    variables = prepare()
    say("pulumi destroy --stack local")
    code = pulumi(variables, "destroy", "--yes", "--suppress-outputs")
    if code == 0:
        stop_emulator()
        say("everything is removed and the emulator has stopped")
    return code


def pulumi(variables: dict[str, str], *arguments: str) -> int:
    """Run the engine on the local stack, on the user's own terminal."""
    command = ["pulumi", *arguments, "--stack", STACK]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, check=False
    ).returncode


def _quietly(variables: dict[str, str], *arguments: str) -> str:
    """Run the engine and return what it prints."""
    result = subprocess.run(
        ["pulumi", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise LocalError(f"`pulumi {arguments[0]}` failed: {result.stderr.strip()}")
    return result.stdout


def _unlock(variables: dict[str, str]) -> None:
    """Break a lock whose process does not live any more: a killed run leaves one behind."""
    locks = list((BACKEND / ".pulumi" / "locks").rglob("*.json"))
    if locks and not any(_holder_lives(lock) for lock in locks):
        say("a run was killed before it ended: its lock is released")
        restore_state(BACKEND / ".pulumi" / "stacks")
        _quietly(variables, "cancel", "--yes", "--stack", STACK)


def restore_state(stacks: Path) -> None:
    """Put the engine's backup in the place of a state that was being written when it was killed.

    The backup is one step older: what was made in that step is found and adopted by the next run.

    Args:
        stacks: the folder of a file backend that holds the states.
    """
    for backup in stacks.rglob("*.json.bak"):
        state = backup.with_suffix("")
        if not state.exists() or not state.read_bytes().strip():
            say("the state was cut off: its backup is taken")
            shutil.copyfile(backup, state)


def _holder_lives(lock: Path) -> bool:
    try:
        os.kill(int(json.loads(lock.read_text())["pid"]), 0)
    except (ProcessLookupError, ValueError, KeyError, FileNotFoundError):
        return False
    except PermissionError:
        return True
    return True


def last_changes(variables: dict[str, str]) -> dict[str, int]:
    """What the last update changed, by operation; unchanged resources left out."""
    text = _quietly(variables, "stack", "history", "--json", "--page-size", "1", "--stack", STACK)
    latest = (json.loads(text) or [{}])[0].get("resourceChanges") or {}
    return {what: count for what, count in latest.items() if what != "same" and count}


def outputs(variables: dict[str, str]) -> dict[str, Any]:
    """The stack's exports."""
    text = _quietly(variables, "stack", "output", "--json", "--stack", STACK)
    exports: dict[str, Any] = json.loads(text)
    return exports


def table(exports: dict[str, Any]) -> str:
    """Deployments and what they serve, in columns."""
    rows = [("DEPLOYMENT", "MODEL", "REGION", "TENANT")]
    rows += [
        (
            deployment["deployment_name"],
            _LONG_ID.sub(r"\1…", deployment["model"]),
            deployment["location"],
            deployment["tenant_id"][:8] + "…",
        )
        for deployment in exports.get("deployments", {}).values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def chat(variables: dict[str, str], question: str, patience: float = 0.0) -> int:
    """Ask each deployment, as any caller of Azure OpenAI would: with the official SDK."""
    deployments = list(outputs(variables).get("deployments", {}).values())
    if not deployments:
        raise LocalError("nothing is deployed: run `make up` first")
    os.environ.update(variables)
    width = max(len(deployment["deployment_name"]) for deployment in deployments)
    print(f"\n  {'you':{width}}  {question}")
    for deployment in deployments:
        reply = _ask(deployment, question, patience)
        print(f"  {deployment['deployment_name']:{width}}  {reply}", flush=True)
    return 0


def _ask(deployment: dict[str, Any], question: str, patience: float) -> str:
    # Imported here: it takes half a second, and only this command needs it.
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415
    from openai import AzureOpenAI, NotFoundError  # noqa: PLC0415

    credential = DefaultAzureCredential(
        disable_instance_discovery=True, additionally_allowed_tenants=["*"]
    )
    client = AzureOpenAI(
        azure_endpoint=deployment["endpoint"],
        api_version="2024-10-21",
        azure_ad_token_provider=lambda: (
            credential.get_token(
                "https://cognitiveservices.azure.com/.default", tenant_id=deployment["tenant_id"]
            ).token
        ),
    )
    deadline = time.monotonic() + patience
    while True:
        try:
            answer = client.chat.completions.create(
                model=deployment["deployment_name"],
                messages=[{"role": "user", "content": question}],
            )
            return str(answer.choices[0].message.content)
        except NotFoundError:
            if time.monotonic() > deadline:
                name = deployment["deployment_name"]
                raise LocalError(f"{name} does not answer; `make preview` says why") from None
            time.sleep(1)


def advance_clock(_variables: dict[str, str], days: float) -> int:
    """Let time pass on the emulator: idle deployments come nearer to their removal."""
    ready = running_emulator() or {}
    answer = requests.post(
        f"{ready['url']}/_emulator/clock",
        json={"days": days},
        verify=ready["ca_file"],
        timeout=10,
    )
    answer.raise_for_status()
    say(f"it is now {answer.json()['now']} on the emulator")
    return 0


NEXT = f"""
What to try next
  make up                                   again: nothing changes
  edit a line of examples/stdlib/train.jsonl, then make up
                                            file, job, model and deployment are replaced
  break a line of it, then make preview     the preview names the file, the line and the reason
  make clock DAYS=12                        twelve days pass; then make preview: a warning
  make chat QUESTION="…"                    ask the models; that resets their fifteen days
  source .local/env                         points your shell's pulumi at this stack
  make down                                 removes everything
Local files are under {LOCAL.relative_to(ROOT)}/; the emulator trains nothing: see docs/emulator.
"""

if __name__ == "__main__":
    sys.exit(main())
