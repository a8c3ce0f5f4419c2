"""Training types of a job, in the catalogue's spelling."""

from __future__ import annotations

from typing import Final

from aoai_policies.facts import Job
from aoai_policies.values import UNKNOWN, UnknownType

_SPELLINGS: Final = {
    "standard": "Standard",
    "datazone": "DataZone",
    "datazonestandard": "DataZone",
    "globalstandard": "GlobalStandard",
    "global": "GlobalStandard",
    "developer": "Developer",
    "developertier": "Developer",
}
"""The service takes several spellings, in any case."""


def training_type_of(job: Job) -> str | UnknownType:
    """Standard, DataZone, GlobalStandard or Developer; Standard where none is given."""
    if job.training_type is None:
        return "Standard"
    if job.training_type is UNKNOWN:
        return UNKNOWN
    return _SPELLINGS.get(job.training_type.lower(), job.training_type)
