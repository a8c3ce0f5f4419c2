"""Let the SDK read each resource of a request once, instead of once for each policy of the pack.

``pulumi_policy`` converts the properties of every resource from protobuf before it calls a policy,
and does so again for the next one: with thirty policies that is most of what a pack costs (ADR
0014). Only its speed depends on this: where the SDK is built otherwise, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pulumi_policy import policy as sdk

_KEPT: Final = 20_000
"""Resources that are kept; the properties of one are a few kilobytes."""


class _Once:
    """A function whose last results are kept by the identity of its argument.

    The argument is kept with the result, so that its identity stays its own.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self._kept: dict[int, tuple[Any, Any]] = {}

    def __call__(self, argument: Any, *more: Any) -> Any:
        if more:  # another form of the call: for a remediation, which changes what it gets
            return self._function(argument, *more)
        found = self._kept.get(id(argument))
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = (argument, self._function(argument))
            self._kept[id(argument)] = found
        return found[1]


class _JsonFormat:
    """The function of ``google.protobuf.json_format`` that the SDK uses."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        self.MessageToDict = _Once(convert)


def read_once() -> None:
    """Replace the SDK's three steps of reading by ones that keep their results."""
    names = ("json_format", "deserialize_properties", "unknown_checking_proxy")
    if not all(hasattr(sdk, name) for name in names):
        return
    replaced = {name: _Once(getattr(sdk, name)) for name in names[1:]}
    convert = getattr(sdk, names[0]).MessageToDict
    for name, value in {names[0]: _JsonFormat(convert), **replaced}.items():
        setattr(sdk, name, value)
