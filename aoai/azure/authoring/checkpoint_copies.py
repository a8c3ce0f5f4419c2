"""Copies of a checkpoint to other accounts of the tenant (data plane, v1; a preview).

The copy has the checkpoint's name, lives on whatever becomes of the original, and is in no list of
its account. Source: the OpenAI.v1 specification and Azure docs, "Copy a model checkpoint" (2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aoai.azure.arm_names import name_key
from aoai.azure.authoring.surface_transport import SurfaceChoice
from aoai.azure.http.fields import Json, items, text
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Repeat
from aoai.azure.http.urls import segment
from aoai.errors import NotFound

_PREVIEW = {"aoai-copy-ft-checkpoints": "preview"}


@dataclass(frozen=True)
class CheckpointCopy:
    """One copy: ``model`` is its name, ``destination`` the ARM id of the account that gets it."""

    model: str
    destination: str
    region: str
    status: str

    @property
    def is_under_way(self) -> bool:
        """Whether it may still arrive; a status that is not known is no end."""
        return self.status.lower() not in ("completed", "failed")

    @property
    def has_failed(self) -> bool:
        """Whether it will not arrive."""
        return self.status.lower() == "failed"


class CheckpointCopiesClient:
    """Copies the checkpoints of one account. Every method raises what ``Transport.request`` does.

    Args:
        surface_for: gives the surface that a call goes to.
    """

    def __init__(self, surface_for: SurfaceChoice) -> None:
        self._surface_for = surface_for

    def start_copy(
        self, job_id: str, checkpoint_id: str, destination: str, region: str
    ) -> CheckpointCopy | None:
        """Ask for a copy; None if the answer does not name it.

        Raises:
            InvalidRequest: the destination is in another tenant, or never had a job.
            Unauthorized: the account's own identity has no role on the destination.
            ResponseUnknown: it may have begun; look with :meth:`find_copy`.
        """
        response = self._ask(
            "POST",
            _path(job_id, checkpoint_id),
            body={"destinationResourceId": destination, "region": region},
            repeat=Repeat.UNSENT,
        )
        return _to(destination, response.data)

    def find_copy(self, job_id: str, checkpoint_id: str, destination: str) -> CheckpointCopy | None:
        """The copy in a destination; None if there is none."""
        try:
            response = self._ask("GET", _path(job_id, checkpoint_id))
        except NotFound:
            return None
        return _to(destination, response.data)

    def _ask(self, method: str, path: str, **more: Any) -> Response:
        surface = self._surface_for("checkpoints.copy")
        return surface.transport.sending(_PREVIEW).request(
            method, path, params=surface.params, **more
        )


def _path(job_id: str, checkpoint_id: str) -> str:
    return f"/fine_tuning/jobs/{segment(job_id)}/checkpoints/{segment(checkpoint_id)}/copy"


def _to(destination: str, data: Json) -> CheckpointCopy | None:
    """The newest copy of an answer to a destination, however its id is written."""
    wanted = name_key(destination.strip().rstrip("/"))
    found = [
        CheckpointCopy(
            model=text(data.get("checkpointedModelName")),
            destination=text(each.get("destinationResourceId")),
            region=text(each.get("region")),
            status=text(each.get("status")),
        )
        for each in items(data.get("copiedAccountDetails"))
    ]
    matching = [copy for copy in found if name_key(copy.destination.rstrip("/")) == wanted]
    return matching[-1] if matching else None
