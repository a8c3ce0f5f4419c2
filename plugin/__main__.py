"""The plugin `aoai`: components for programs in every language."""

from __future__ import annotations

import sys

import pulumi
from aoai_components.hosted import FineTunedDeployment
from pulumi.provider import ConstructResult
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError, main

VERSION = "0.1.0"


class Host(ComponentProvider):
    """Hosts the components; an error is its text, which is written for the user."""

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make a component."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            error.inner.__traceback__ = None  # the server would add it to the text
            raise


if __name__ == "__main__":
    main(Host([FineTunedDeployment], "aoai", version=VERSION), sys.argv[1:])
