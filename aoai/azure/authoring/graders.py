"""The service's own check of a grader (data plane, in preview)."""

from __future__ import annotations

from collections.abc import Callable

from aoai.azure.authoring.way import Way
from aoai.azure.http.fields import Json
from aoai.azure.http.transport import Repeat

SECONDS = 20.0
"""How long to try: a job is not held up for long by a check that cannot be had."""


class GradersClient:
    """Asks whether a grader is a good one. It raises what ``Transport.request`` raises.

    Args:
        way: the surface of the call, chosen by its name.
    """

    def __init__(self, way: Callable[..., Way]) -> None:
        self._way = way

    def validate(self, grader: Json) -> None:
        """Ask the service to check a grader; nothing is made, and nothing billed.

        Raises:
            ApiError: it is refused, in the service's words.
            NotFound: the service does not offer the call here.
        """
        way = self._way("graders.validate")
        way.transport.within(SECONDS).request(
            "POST",
            "/fine_tuning/alpha/graders/validate",
            params=way.params,
            body={"grader": grader},
            repeat=Repeat.ALWAYS,
        )
