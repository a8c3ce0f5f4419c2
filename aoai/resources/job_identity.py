"""Which job a resource wants, and by what it is recognised: every input that trains.

What is trained goes as a digest into the suffix or the seed. Where both are fixed by hand, neither
shows it: then what this process has seen of the state decides, see
:class:`~aoai.azure.lifecycle.fine_tuning_job.WantedJob`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aoai.azure.lifecycle.fine_tuning_job import WantedJob
from aoai.azure.lifecycle.job_body import placed
from aoai.errors import ConfigurationError
from aoai.resources.account import place_of
from aoai.resources.declaration import identity_of, known, wire_values
from aoai.resources.former_names import former_owners
from aoai.resources.held import Held, held_of, is_refresh
from aoai.resources.identity import digest, job_seed, job_suffix
from aoai.resources.job_checks import in_catalog_case
from aoai.resources.job_inputs import FineTuningJobArgs
from aoai.resources.training_file import TrainingFileProvider

FILES = ("training_file", "validation_file")
"""The inputs that are files; beside each is the digest of its content."""


def trained_from(props: Mapping[str, Any]) -> dict[str, Any]:
    """What identifies a training: content rather than the id of a file, a place rather than an id.

    A file that was uploaded again, and an account that was moved, is no new training.
    """
    by_content = {file for file in FILES if isinstance(props.get(f"{file}_sha256"), str)}
    identity = identity_of(FineTuningJobArgs, props)
    return {
        **{name: value for name, value in identity.items() if name not in by_content},
        "account.id": place_of(props.get("account") or {}),
        "replacements": props.get("replacements") or 0,
    }


def content_of(props: Mapping[str, Any]) -> str:
    """What a job of these inputs trains, as a digest."""
    return digest(trained_from(props), length=32)


def wanted_job(
    inputs: FineTuningJobArgs, props: Mapping[str, Any], held: Held, owner: str | None = None
) -> WantedJob:
    """The request, with suffix and seed filled in from everything that is trained.

    Args:
        inputs: the job's inputs.
        props: the same as the engine sends them.
        held: what the process has seen of the jobs in the state.
        owner: another one than the job has now.

    Raises:
        ConfigurationError: suffix and seed are fixed, and the job that is replaced is not known.
    """
    owner, trained = owner or known(inputs.owner or ""), trained_from(props)
    suffix, seed = known(inputs.suffix), known(inputs.seed)
    times = held.times(owner)
    if suffix and seed is not None and held.is_replaced(owner) and not times:
        raise _not_known_apart()
    return WantedJob(
        values=_request(inputs),
        suffix=suffix or job_suffix(owner, trained),
        seed=job_seed(owner, trained) if seed is None else seed,
        derived_suffix=not suffix,
        derived_seed=seed is None,
        held=frozenset(times) | held.of_others(owner),
        since=max((each.held_since for each in times.values()), default=0),
        same=held.same_as(owner, digest(trained, length=32)),
        may_be_older=_may_be_older(owner, props, held),
        files={name: _ids_before(props.get(name)) for name in FILES},
    )


def _not_known_apart() -> ConfigurationError:
    """What is replaced is not known: nothing has looked, or it was deleted by an earlier run."""
    if is_refresh():
        return ConfigurationError(
            "`suffix` and `seed` are both fixed, and an update that was cut off has deleted the "
            "job that is replaced: nothing tells it from one that was submitted since; leave out "
            "one of the two, or name the job that is wanted as `existing_job_id`"
        )
    return ConfigurationError(
        "`suffix` and `seed` are both fixed, so the new job looks like the one that "
        "it replaces; leave out one of them, or run again with --refresh"
    )


def _request(inputs: FineTuningJobArgs) -> dict[str, Any]:
    """The values of the request by their place in it."""
    model = in_catalog_case(known(inputs.model or ""))
    return placed({**wire_values(FineTuningJobArgs, inputs), "model": model})


def _may_be_older(owner: str, props: Mapping[str, Any], held: Held) -> bool:
    """Whether this may be what the resource was before the job that the state is seen to hold.

    A higher generation is new, and so is what is replaced by force.
    """
    if held.is_refreshed(owner) or held.is_forced(owner):
        return False
    before = held.checked(owner, {})
    generations = [float(each.get("generation") or 0) for each in (props, before)]
    return bool(before) and generations[0] <= generations[1]


def _ids_before(file_id: Any) -> frozenset[str]:
    """The ids that a file of the stack had before it was brought in again, and the one it has."""
    files = held_of(TrainingFileProvider)
    return files.alike(file_id) if isinstance(file_id, str) else frozenset()


def earlier_jobs(
    inputs: FineTuningJobArgs, props: Mapping[str, Any], held: Held
) -> tuple[WantedJob, ...]:
    """The same training by the names that it had before replacements by force, newest first.

    Then by those that follow from its former names, unless they are another resource's now.
    What returns to inputs that it had is not trained again; what is replaced by force is.
    """
    owner = known(inputs.owner or "")
    fixed = bool(inputs.suffix) and inputs.seed is not None
    if fixed or held.is_forced(owner):
        return ()
    counts = reversed(range(inputs.replacements))
    before = [wanted_job(inputs, {**props, "replacements": count}, held) for count in counts]
    others = former_owners(owner, inputs.former_names)
    renamed = [
        wanted_job(inputs, props, held, each) for each in others if not held.is_declared(each)
    ]
    return (*before, *renamed)
