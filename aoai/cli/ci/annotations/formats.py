"""Annotations in the forms of the code hosts.

GitHub: workflow commands, of which it shows ten errors and ten warnings of a step, and 50 of a job.
Azure DevOps: logging commands. GitLab: a code quality report, as the artifact of a job.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence

from aoai.cli.ci.annotations.notes import Note
from aoai.cli.markdown import plural

MOST = 50
"""Annotations of one call."""
_COMMAND = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
"""Where both kinds of runners would find a command, anywhere in a line."""
_NO_FILE = "Pulumi.yaml"
"""Where GitLab shows what is about no file: it needs a path."""


def render(host: str, found: Sequence[Note], most: int = MOST) -> str:
    """The annotations of a code host.

    Args:
        host: ``github``, ``azure-devops`` or ``gitlab``.
        found: the worst first.
        most: how many are written; what is left out is counted.
    """
    return _FORMATS[host](found, most)


def _github(found: Sequence[Note], most: int) -> str:
    return "\n".join([*map(_github_command, found[:most]), _total(found, most)])


def _github_command(note: Note) -> str:
    properties = {"file": note.file, "line": str(note.line) if note.line else ""}
    given = {**properties, "title": note.code}
    listed = ",".join(f"{name}={_property(text)}" for name, text in given.items() if text)
    kind = "error" if note.error else "warning"
    # The log shows the message alone, so that it has the place too.
    return f"::{kind} {listed}::{_data(_placed(note))}"


def _data(text: str) -> str:
    text = _inert(text).replace("%", "%25")
    return text.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _azure_devops(found: Sequence[Note], most: int) -> str:
    return "\n".join([*map(_azure_devops_command, found[:most]), _total(found, most)])


def _azure_devops_command(note: Note) -> str:
    given = {
        "type": "error" if note.error else "warning",
        "sourcepath": note.file,
        "linenumber": str(note.line) if note.line else "",
        "code": note.code,
    }
    listed = ";".join(f"{name}={_vso(text)}" for name, text in given.items() if text)
    return f"##vso[task.logissue {listed}]{_vso_data(_placed(note))}"


def _vso_data(text: str) -> str:
    text = _inert(text).replace("%", "%AZP25")
    return text.replace("\r", "%0D").replace("\n", "%0A")


def _vso(text: str) -> str:
    return _vso_data(text).replace(";", "%3B").replace("]", "%5D")


def _gitlab(found: Sequence[Note], most: int) -> str:
    return json.dumps([_gitlab_entry(note) for note in found[:most]], indent=2)


def _gitlab_entry(note: Note) -> dict[str, object]:
    key = f"{note.code}\n{note.file}\n{note.line}\n{note.message}"
    return {
        "description": note.message,
        "check_name": note.code,
        "fingerprint": hashlib.sha256(key.encode()).hexdigest(),
        "severity": "critical" if note.error else "minor",
        "location": {"path": note.file or _NO_FILE, "lines": {"begin": note.line or 1}},
    }


def _placed(note: Note) -> str:
    place = f"{note.file}:{note.line}" if note.line else note.file
    return f"{place}: {note.message}" if place else note.message


def _inert(text: str) -> str:
    """Without what a runner would take for a command, wherever it is in the line."""
    return _COMMAND.sub("# #", text)


def _total(found: Sequence[Note], most: int) -> str:
    errors = sum(note.error for note in found)
    counted = f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"
    rest = len(found) - most
    return f"{counted}." if rest <= 0 else f"{counted}; {rest:,} of them are not listed."


_FORMATS: Mapping[str, Callable[[Sequence[Note], int], str]] = {
    "github": _github,
    "azure-devops": _azure_devops,
    "gitlab": _gitlab,
}
