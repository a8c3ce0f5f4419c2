"""The placeholders of the records: ``<uuid>``, ``<unix:created>``, ``<created+900>``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

_HEX: Final = "[0-9a-f]"
_FILE: Final = f"file-{_HEX}{{32}}"
PATTERNS: Final = {
    "uuid": f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}",
    **{f"hex{length}": f"{_HEX}{{{length}}}" for length in (4, 8, 12, 32, 64)},
    # As many digits as are needed, at most seven.
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,6}[1-9])?Z",
    "second": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "word": r"[^\s\"]+",
    "text": r"[\s\S]+",
    # A number as .NET writes it: 3.9E-07 with two digits at least.
    "net": r"\d+(?:\.\d+)?(?:E-\d{2,})?",
    "key84": "[A-Za-z0-9]{84}",
    "ticks": r"\d{18}",
    "base64url": r"[\w-]{40,}",
    "host": r"https://[\w.:-]+",
    "origin": r"https://[\w.:/-]+?",
    "chatcmpl": "chatcmpl-[A-Za-z0-9]{29}",
    **{name: f"{name}_{_HEX}{{50}}" for name in ("resp", "msg", "rs")},
    "file": _FILE,
    **dict.fromkeys(("train", "valid", "bad"), _FILE),
    "assistant": "assistant-[A-Za-z0-9]{24}",
    "job": f"ftjob-{_HEX}{{32}}",
    "eval": f"eval_{_HEX}{{32}}",
    "evalrun": f"evalrun_{_HEX}{{32}}",
    "conversation": "conv_[A-Za-z0-9]{48}",
}
# These stay the same within a record: the first one seen binds the name.
_BINDS: Final = re.compile(r"train|valid|bad|assistant|conversation|eval|evalrun|job\d*")
_NUMBERS: Final = {
    "int": lambda value: type(value) is int,
    "unix": lambda value: type(value) is int and value > 0,
    "negative": lambda value: type(value) is int and value < 0,
    "number": lambda value: type(value) in (int, float),
}
_SENT: Final = re.compile(r"<(?!text>)(\w[^<>]*)>")
_PLACEHOLDER: Final = re.compile(r"<([^<>]+)>")
_SECONDS_OFF: Final = 1


@dataclass
class Names:
    """What the names of a record stand for so far."""

    bound: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> Names:
        """The same names, to try something out."""
        return Names(dict(self.bound))

    def fill(self, text: str) -> str:
        """A text to send; KeyError for a name that stands for nothing yet.

        ``<text>`` is sent as it is: it stands for any text.
        """
        return _SENT.sub(lambda match: str(self.bound[match[1]]), text)

    def filled(self, value: Any) -> Any:
        """A body to send."""
        if isinstance(value, dict):
            return {name: self.filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        return self.fill(value) if isinstance(value, str) else value

    def matches(self, pattern: str, value: object) -> bool:
        """Whether a value fits a text with placeholders; names that it has first are bound."""
        whole = _PLACEHOLDER.fullmatch(pattern)
        if whole and (answer := self._number(whole[1], value)) is not None:
            return answer
        return isinstance(value, str) and self._text(pattern, value)

    def _number(self, placeholder: str, value: object) -> bool | None:
        """None where the placeholder is none for numbers."""
        kind, colon, name = placeholder.partition(":")
        if kind in _NUMBERS:
            if colon:
                self.bound[name] = value
            return _NUMBERS[kind](value)
        if match := re.fullmatch(r"(\w+)\+(\d+)", placeholder):
            wanted = self.bound.get(match[1], 0) + int(match[2])
            return isinstance(value, int) and abs(value - wanted) <= _SECONDS_OFF
        if match := re.fullmatch(r"(\w+)!(\w+)", placeholder):
            return _NUMBERS[match[1]](value) and value != self.bound.get(match[2])
        return None

    def _text(self, pattern: str, value: str) -> bool:
        """The text as a regular expression, each placeholder a group."""
        parts = _PLACEHOLDER.split(pattern)  # text and placeholders in turn
        expression = "".join(
            f"({self._expression(part)})" if place % 2 else re.escape(part)
            for place, part in enumerate(parts)
        )
        found = re.fullmatch(expression, value)
        if found is None:
            return False
        seen = zip(map(self._binds, parts[1::2]), found.groups(), strict=True)
        self.bound |= {name: text for name, text in seen if name}
        return True

    def _binds(self, placeholder: str) -> str | None:
        kind, colon, name = placeholder.partition(":")
        if colon:
            return name
        return kind if _BINDS.fullmatch(kind) and kind not in self.bound else None

    def _expression(self, placeholder: str) -> str:
        kind, colon, name = placeholder.partition(":")
        known = self.bound.get(name if colon else kind)
        if known is not None:
            return re.escape(str(known))
        if kind in PATTERNS:
            return PATTERNS[kind]
        if _BINDS.fullmatch(kind):
            return PATTERNS["job"]
        if "|" in kind:
            return "|".join(map(re.escape, kind.split("|")))
        raise KeyError(f"<{placeholder}> is no placeholder and stands for nothing yet")
