"""Runs a Pulumi program from the documentation on mocks: python -m tests.example_program FILE.

Each resource is constructed and its inputs are judged by its own provider, as in a preview. Printed
is what was made: type tokens, as JSON.
"""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

import pulumi

from aoai.resources.base import PROVIDER_KEY, Provider
from tests.pulumi_mocks import run_with_mocks
from tests.test_state_contract import GOLDEN, PROVIDERS, STATES

TOKENS = {GOLDEN[kind.__name__.removesuffix("Provider")]["token"]: kind for kind in PROVIDERS}


class Judge(pulumi.runtime.Mocks):
    """Takes every resource that its provider takes; outputs have made-up values."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        self.made.append(args.typ)
        provider = TOKENS.get(args.typ)
        return f"{args.name}-id", _judged(provider, args) if provider else dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:
        raise NotImplementedError(f"the example calls {args.token}")


def _judged(provider: type[Provider], args: pulumi.runtime.MockResourceArgs) -> dict[str, Any]:
    """What the provider makes of the inputs, with an output of each name."""
    given = {name: value for name, value in args.inputs.items() if name != PROVIDER_KEY}
    result = provider().check({}, given)
    if result.failures:
        raise ValueError(f"{args.name}: {[failure.reason for failure in result.failures]}")
    state = STATES[provider.__name__.removesuffix("Provider")]
    outputs = {name: f"{args.name}-{name}" for name in state.__annotations__}
    return {**outputs, **result.inputs}


def main(program: str) -> None:
    """Run the program as a preview would, wait for all that it started, and tell what it made."""
    judge = Judge()

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    run_with_mocks(run, judge, stack="docs", preview=True)
    print(json.dumps(sorted(judge.made)))


if __name__ == "__main__":
    main(sys.argv[1])
