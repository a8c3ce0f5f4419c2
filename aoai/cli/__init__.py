"""``aoai``: commands for people and for CI.

Exit codes: 0 fine, 1 something was found that must be put right, 2 the command itself is wrong or
its output cannot be written, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from aoai import __version__
from aoai.cli import models, validate
from aoai.cli.ci import command as ci
from aoai.cli.doctor import command as doctor
from aoai.cli.eject import command as eject
from aoai.cli.jobs import command as jobs
from aoai.cli.policy import command as policy
from aoai.cli.report import command as report
from aoai.cli.results import command as results
from aoai.cli.terminal import print_note
from aoai.errors import AoaiError, ConfigurationError

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one line, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], tuple[int, str]] = options.run
    try:
        code, output = run(options)
        _print(output)
    except ConfigurationError as error:
        return _fail(2, error)
    except AoaiError as error:
        return _fail(1, error)
    except OSError as error:  # of the machine, such as a working directory that was removed
        return _fail(2, error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _fail(code: int, error: Exception) -> int:
    print_note(str(error))
    return code


def _print(output: str) -> None:
    """Print the output; a reader that has closed it does not change the exit code."""
    try:
        print(output, flush=True)
    except OSError as error:
        # What was not written must not be tried again when the interpreter exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            text = f"the output cannot be written: {error.strerror}."
            raise ConfigurationError(text) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aoai",
        description="Fine-tuned Azure OpenAI models.",
        epilog="Run `aoai COMMAND --help` for the options of a command.",
    )
    parser.add_argument("--version", action="version", version=f"aoai-finetune {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (validate, models, policy, jobs, results, doctor, ci, report, eject):
        module.add_command(commands)
    return parser
