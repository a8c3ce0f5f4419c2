"""The commands that Microsoft's guide to fine-tuning prints, sent as it prints them.

Each sample is method, path with its api-version, and body; names in angle brackets are filled in
with what an earlier sample made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from requests import Response

from tests.emulator.wire import SWEDEN, Wire, chat_lines

_NAME: Final = re.compile(r"<(\w+)>")
_MODELS: Final = (
    "gpt-35-turbo-0613",
    "gpt-35-turbo-1106",
    "gpt-35-turbo-0125",
    "gpt-4-0613",
    "gpt-4o-2024-08-06",
    "gpt-4o-mini-2024-07-18",
)
_JOBS: Final = "/fine_tuning/jobs"
_FILES: Final = {"training_file": "<training>", "validation_file": "<validation>"}
_TALK: Final = (
    ("system", "You are a helpful assistant."),
    ("user", "Can I use keys of my own?"),
    ("assistant", "Yes, they are supported."),
    ("user", "Do other services support this too?"),
)


@dataclass(frozen=True)
class Sample:
    """One command. ``keeps`` maps a field of its answer to the name that later ones use."""

    method: str
    path: str
    body: Any = None
    keeps: tuple[str, str] | None = None
    upload: bool = False
    arm: bool = False


def _deployment(version: str) -> Sample:
    model = {"format": "OpenAI", "name": "<model>", "version": "1"}
    body = {"sku": {"name": "standard", "capacity": 1}, "properties": {"model": model}}
    return Sample("PUT", f"<account>/deployments/ft?api-version={version}", body, arm=True)


SAMPLES: Final = (
    Sample("POST", "/files?api-version=2023-12-01-preview", upload=True, keeps=("id", "training")),
    Sample(
        "POST", "/files?api-version=2023-12-01-preview", upload=True, keeps=("id", "validation")
    ),
    *(
        Sample(
            "POST",
            f"{_JOBS}?api-version=2024-05-01-preview",
            {"model": model, "seed": 105, **_FILES},
        )
        for model in _MODELS
    ),
    Sample(
        "POST",
        f"{_JOBS}?api-version=2024-05-01-preview",
        {"model": _MODELS[0], "seed": 105, **_FILES},
        keeps=("id", "job"),
    ),
    Sample(
        "GET", f"{_JOBS}/<job>?api-version=2024-05-01-preview", keeps=("fine_tuned_model", "model")
    ),
    Sample("POST", f"{_JOBS}/<job>/events?api-version=2024-05-01-preview", {}),
    Sample("POST", f"{_JOBS}/<job>/checkpoints?api-version=2024-05-01-preview", {}),
    _deployment("2023-05-01"),
    Sample(
        "POST",
        "/deployments/ft/chat/completions?api-version=2023-05-15",
        {"messages": [{"role": role, "content": content} for role, content in _TALK]},
    ),
    Sample("GET", f"{_JOBS}/<job>?api-version=2023-12-01-preview", keeps=("result", "result")),
    Sample("GET", "/files/<result>/content?api-version=2023-12-01-preview"),
    Sample(
        "POST",
        f"{_JOBS}?api-version=2023-12-01-preview",
        {"model": "<model>", "suffix": "second-round", **_FILES},
    ),
    _deployment("2024-10-01"),
)


class Guide:
    """Sends samples one after the other, with a key where the guide uses one."""

    def __init__(self, wire: Wire) -> None:
        account = wire.azure.account_id(SWEDEN)
        self._wire = wire
        self._key = wire.arm("POST", f"{account}/listKeys").json()["key1"]
        self._names = {"account": account}

    def send(self, sample: Sample) -> Response:
        """The answer to a sample."""
        path = self._filled(sample.path)
        if sample.arm:
            path, _, version = path.partition("?api-version=")
            answer = self._wire.arm(sample.method, path, version, json=self._filled(sample.body))
        else:
            options: dict[str, Any] = {"json": self._filled(sample.body)}
            if sample.upload:
                content = ("data.jsonl", chat_lines(), "application/json")
                options = {"files": {"purpose": (None, "fine-tune"), "file": content}}
            url = f"/{SWEDEN}/openai{path}"
            answer = self._wire.raw(sample.method, url, headers={"api-key": self._key}, **options)
        if sample.keeps and answer.ok:
            field, name = sample.keeps
            found = answer.json()
            self._names[name] = found["result_files"][0] if field == "result" else found[field]
        return answer

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        if isinstance(value, str):
            return _NAME.sub(lambda match: self._names[match[1]], value)
        return value
