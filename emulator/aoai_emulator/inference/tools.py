"""Tools of a chat request: which there are, and what a call of one looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aoai_emulator.inference.json_schema import compact, instance
from aoai_emulator.state.errors import ModelError
from aoai_emulator.state.replies import Reply

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MODES: Final = ("none", "auto", "required")


@dataclass(frozen=True)
class Tools:
    """The functions of a request and how they are to be chosen.

    Attributes:
        schemas: the parameters of each function, by name.
        mode: none, auto, required, or the name of the function that must be called.
        legacy: whether they came as ``functions``.
        parallel: whether several calls may be made at once.
    """

    schemas: dict[str, Any] = field(default_factory=dict)
    mode: str = "auto"
    legacy: bool = False
    parallel: bool = True

    def calls(self, reply: Reply, question: str) -> list[dict[str, str]]:
        """The calls, name and arguments, that a reply makes of them.

        Those of the nearest training example, as far as the request has such functions. Where a
        call is required and the example has none, one is made up from the function's schema.
        """
        if self.mode == "none" or not self.schemas:
            return []
        forced = self.mode if self.mode in self.schemas else None
        wanted = {forced} if forced else set(self.schemas)
        made = [
            {"name": str(each["function"]["name"]), "arguments": _text(each["function"])}
            for each in reply.tool_calls
            if each.get("function", {}).get("name") in wanted
        ]
        if not made and self.mode != "auto":
            name = forced or next(iter(self.schemas))
            made = [{"name": name, "arguments": compact(instance(self.schemas[name], question))}]
        return made if self.parallel and not forced else made[:1]


def tools_of(body: Mapping[str, Any]) -> Tools:
    """The tools of a chat request; ``functions`` is their older form."""
    if body.get("functions") is not None:
        return _legacy(body)
    given = body.get("tools")
    if given is None:
        for name in ("tool_choice", "parallel_tool_calls"):
            if body.get(name) not in (None, "none"):
                text = f"Invalid '{name}': it is only allowed when 'tools' are specified."
                raise ModelError(text, name)
        return Tools()
    if not isinstance(given, list) or not given:
        raise ModelError("Invalid 'tools': it must be a list with at least one tool.", "tools")
    schemas = dict(_function(tool, place) for place, tool in enumerate(given))
    mode = _mode(body.get("tool_choice", "auto"), schemas, "tool_choice")
    return Tools(schemas, mode, parallel=body.get("parallel_tool_calls") is not False)


def _legacy(body: Mapping[str, Any]) -> Tools:
    given = body["functions"]
    if body.get("tools") is not None:
        raise ModelError("'functions' and 'tools' cannot be given together.", "functions")
    if not isinstance(given, list) or not given:
        raise ModelError("Invalid 'functions': it must be a list.", "functions")
    schemas = dict(_named(each, f"functions[{place}]") for place, each in enumerate(given))
    choice = body.get("function_call", "auto")
    wrapped = {"type": "function", "function": choice} if isinstance(choice, dict) else choice
    return Tools(schemas, _mode(wrapped, schemas, "function_call"), legacy=True, parallel=False)


def _function(tool: Any, place: int) -> tuple[str, Any]:
    if not isinstance(tool, dict) or tool.get("type") != "function":
        text = f"Invalid 'tools[{place}].type': only 'function' is supported."
        raise ModelError(text, f"tools[{place}].type")
    return _named(tool.get("function"), f"tools[{place}].function")


def _named(function: Any, place: str) -> tuple[str, Any]:
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        text = f"Invalid '{place}.name': it must match '^[a-zA-Z0-9_-]{{1,64}}$'."
        raise ModelError(text, f"{place}.name")
    return name, function.get("parameters") or {"type": "object", "properties": {}}


def _mode(choice: Any, schemas: Mapping[str, Any], param: str) -> str:
    if choice is None or choice in _MODES:
        return str(choice or "auto")
    name = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    if name not in schemas:
        raise ModelError(f"Invalid '{param}': it names no tool of the request.", param)
    return str(name)


def _text(function: Mapping[str, Any]) -> str:
    arguments = function.get("arguments", "{}")
    return arguments if isinstance(arguments, str) else json.dumps(arguments)
