"""The local stack: everything from a fresh clone to a served model, on the emulator.

usage: python -m tools.local up | down | preview | comment | chat [QUESTION] | clock DAYS
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import IO, Any

import requests

from aoai.cli.doctor.policy_pack import policy_pack_problem
from aoai.cli.doctor.program import program_problem
from tools.engine import EngineError, ensure_engine
from tools.interruptible import run
from tools.local_chat import ask_each, table
from tools.local_environment import (
    BACKEND,
    LOCAL,
    PRIVATE_UMASK,
    ROOT,
    STACK,
    LocalError,
    environment,
    make_private_directories,
    running_emulator,
    start_emulator,
    stop_emulator,
    write_environment,
)
from tools.local_state import read_lock, repair

QUESTION = "What does graphlib.TopologicalSorter.static_order do?"
COMMENT = LOCAL / "comment"
"""Where the preview is kept that the comment is made from."""
PACK = "policies"
PACK_CONFIG = "policies/config/local.json"
DONE = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
}
INTERRUPTED = 130
"""Exit code of a command that Ctrl-C has ended, as shells have it."""
READY_TIMEOUT = 60.0
"""Seconds to wait for an answer: a deployment that has succeeded may not answer at once."""


def main() -> int:
    """Run one command; every known failure is one line."""
    parser = argparse.ArgumentParser(prog="python -m tools.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start what is needed, deploy, show what is served")
    commands.add_parser("preview", help="show what `up` would change")
    commands.add_parser("comment", help="show the comment that a pull request would get")
    commands.add_parser("down", help="remove everything and stop the emulator")
    chat_parser = commands.add_parser("chat", help="ask a served model")
    chat_parser.add_argument("question", nargs="?", default=QUESTION)
    clock = commands.add_parser("clock", help="advance the emulator's clock")
    clock.add_argument("days", type=float)
    arguments = parser.parse_args()
    os.umask(PRIVATE_UMASK)  # also of the engine and the emulator
    try:
        return _run(arguments)
    except (LocalError, EngineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted: run it again to go on from here", file=sys.stderr)
        return INTERRUPTED


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "down":
        return down()
    variables = prepare()
    if arguments.command == "up":
        return up(variables)
    if arguments.command == "preview":
        return with_policies(variables, "preview", "--suppress-outputs")
    if arguments.command == "comment":
        return comment(variables)
    if arguments.command == "chat":
        os.environ.update(variables)
        ask_each(outputs(variables), arguments.question)
        return 0
    return advance_clock(arguments.days)


def print_step(text: str) -> None:
    """Print a line of our own, marked so that it differs from the engine's."""
    print(f"\n==> {text}", flush=True)


def prepare() -> dict[str, str]:
    """Engine, emulator, environment and stack, each only if it is not there yet."""
    engine = ensure_engine()
    print(f"==> engine: {engine}", flush=True)
    make_private_directories()
    started = running_emulator() is None
    emulator = start_emulator()
    if started:
        print_step(f"emulator of Azure OpenAI, ARM, Entra and Monitor: {emulator['url']}")
    variables = environment(engine.directory, emulator)
    write_environment(variables)
    repair(BACKEND, print_step)
    _unlock(variables)
    _quietly(variables, "stack", "select", "--create", "--stack", STACK)
    return variables


def up(variables: dict[str, str]) -> int:
    """Deploy, then show what is served and let it answer."""
    print_step(f"pulumi up --stack local --policy-pack {PACK}")
    started = time.monotonic()
    code = with_policies(variables, "up", "--yes", "--suppress-outputs")
    if code:
        return code
    elapsed = time.monotonic() - started
    changes = last_changes(variables)
    done = ", ".join(f"{count} {DONE.get(what, what)}" for what, count in changes.items())
    print_step(f"{done or 'nothing to change'}, in {elapsed:.0f} seconds\n")
    exports = outputs(variables)
    print(table(exports))
    os.environ.update(variables)
    ask_each(exports, QUESTION, READY_TIMEOUT)
    print(NEXT)
    return 0


def comment(variables: dict[str, str]) -> int:
    """Preview the stack as a pipeline does, and show the comment that it would write."""
    COMMENT.mkdir(mode=0o700, exist_ok=True)
    preview, review = COMMENT / f"{STACK}.json", COMMENT / f"{STACK}.review.json"
    review.unlink(missing_ok=True)
    print_step("pulumi preview --json, and aoai ci comment --dry-run\n")
    asked = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true", "AOAI_REVIEW": str(review)}
    with preview.open("w", encoding="utf-8") as output:
        with_policies({**variables, **asked}, "preview", "--json", output=output)
    words = ["--preview", str(preview), "--review", str(review), "--dry-run"]
    done = subprocess.run(
        [sys.executable, "-m", "aoai.cli", "ci", "comment", *words], cwd=ROOT, check=False
    )
    return done.returncode


def down() -> int:
    """Remove deployments, jobs and files, in the order Azure demands; then stop the emulator."""
    if not BACKEND.exists():
        print_step("there is no local stack")
        return 0
    variables = prepare()
    print_step("pulumi destroy --stack local")
    code = pulumi(variables, "destroy", "--yes", "--suppress-outputs")
    if code == 0:
        stop_emulator()
        print_step("everything is removed and the emulator has stopped")
    return code


def with_policies(variables: dict[str, str], *arguments: str, output: IO[str] | None = None) -> int:
    """Run the engine under the policy pack, if that can start: the engine might wait forever."""
    environ = {**os.environ, **variables}
    problem = program_problem(ROOT, environ) or policy_pack_problem(ROOT / PACK, environ)
    if problem:
        raise LocalError(problem)
    config = ("--policy-pack-config", PACK_CONFIG)
    return pulumi(variables, *arguments, "--policy-pack", PACK, *config, output=output)


def pulumi(variables: dict[str, str], *arguments: str, output: IO[str] | None = None) -> int:
    """Run the engine on the local stack, on the user's own terminal or into a file."""
    command = ["pulumi", *arguments, "--stack", STACK]
    environ = {**os.environ, **variables}
    return run(command, ROOT, environ, output)


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
    """Break a lock whose process no longer runs: a killed run leaves one behind."""
    if read_lock(BACKEND).is_left_behind:
        print_step("a run was killed before it ended: its lock is released")
        _quietly(variables, "cancel", "--yes", "--stack", STACK)


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


_MOST_DAYS = 3650


def advance_clock(days: float) -> int:
    """Let time pass on the emulator: idle deployments come nearer to their removal."""
    if not 0 < days <= _MOST_DAYS:
        raise LocalError(
            f"DAYS must be more than 0 and at most {_MOST_DAYS}: the clock only moves forward"
        )
    ready = running_emulator() or {}
    answer = requests.post(
        f"{ready['url']}/_emulator/clock",
        json={"days": days},
        verify=ready["ca_file"],
        timeout=10,
    )
    answer.raise_for_status()
    print_step(f"it is now {answer.json()['now']} on the emulator")
    return 0


NEXT = f"""
What to try next
  make up                     again: nothing changes
  edit a line of examples/stdlib/train.jsonl, then
    make comment              shows the comment of a pull request with that change
    make up                   file, job, model and deployment are replaced
  break a line of it, then
    make preview              names the file, the line and the reason
  make clock DAYS=12          twelve days pass; then make preview: a warning
  make chat QUESTION="…"      ask the models; that resets their fifteen days
  source .local/env           points your shell's pulumi at this stack
  make down                   removes everything
Local files are under {LOCAL.relative_to(ROOT)}/; the emulator trains nothing: see docs/emulator.
"""

if __name__ == "__main__":
    sys.exit(main())
