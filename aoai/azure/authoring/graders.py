"""The service's own check of a grader (data plane, in preview)."""

from __future__ import annotations

from aoai.azure.authoring.surface_transport import SurfaceChoice
from aoai.azure.http.fields import Json
from aoai.azure.http.transport import Repeat

SECONDS = 20.0
"""How long to try: a job is not held up for long by a check that cannot be had."""


class GradersClient:
    """Asks whether a grader is a good one. It raises what ``Transport.request`` raises.

    Args:
        surface_for: gives the surface that a call goes to.
    """

    def __init__(self, surface_for: SurfaceChoice) -> None:
        self._surface_for = surface_for

    def validate(self, grader: Json) -> None:
        """Ask the service to check a grader; nothing is made, and nothing billed.

        Raises:
            ApiError: it is refused, in the service's words.
            NotFound: the service does not offer the call here.
        """
        surface = self._surface_for("graders.validate")
        surface.transport.within(SECONDS).request(
            "POST",
            "/fine_tuning/alpha/graders/validate",
            params=surface.params,
            body={"grader": grader},
            repeat=Repeat.ALWAYS,
        )
