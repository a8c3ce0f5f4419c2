"""``aoai``: commands for people and for CI.

Exit codes: 0 fine, 1 something was found that must be put right, 2 the command itself is wrong.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from aoai.cli import validate
from aoai.errors import AoaiError, ConfigurationError

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. Never shows a traceback for what a user did."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except ConfigurationError as error:
        print(f"aoai: {error}", file=sys.stderr)
        return 2
    except AoaiError as error:
        print(f"aoai: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing can be written there when we exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace) -> int:
    code = int(options.run(options))
    sys.stdout.flush()  # here, where a closed pipe is expected
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aoai", description="Fine-tuned Azure OpenAI models.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    validate.add_command(commands)
    return parser
