"""Whether two deployments share a model or an account: true, false, or UNKNOWN so far.

Two models differ for certain only where both are traced by the same kind of identity: by their
names, by the jobs that train them, or by the steps of one job. Otherwise the answer is UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from aoai_policies.catalog import catalog
from aoai_policies.facts import FINAL, Account, Deployment, FineTunedModel, Job
from aoai_policies.facts.deployment import TUNED
from aoai_policies.values import UNKNOWN, Properties, UnknownType

Answer = bool | UnknownType
_CHECKPOINT = ":ckpt-"
_VERSION = re.compile(r"-\d[\d-]*")


def same_model(one: Deployment, other: Deployment) -> Answer:
    """By name where both names are known, else by the trainings that they come from."""
    if one.model is not UNKNOWN and other.model is not UNKNOWN:
        same = one.model.casefold() == other.model.casefold()
        return same or (_tail(one.model) == _tail(other.model) and _same_base(one, other))
    if _differ(one.base_model, other.base_model) and not _same_base(one, other):
        return False
    if one.models and other.models:
        shared = either(_same_training(a, b) for a, b in product(one.models, other.models))
        # A value that is made from several models need not be the one that both know.
        certain = len(one.models) == len(other.models) == 1
        return shared if certain or shared is False else UNKNOWN
    if one.model is UNKNOWN:
        one, other = other, one
    return _named_and_coming(one, other)


def same_account(one: Account, other: Account) -> Answer:
    """By ARM id where both are known, else by what is known, or by where the values come from."""
    if one.id is not UNKNOWN and other.id is not UNKNOWN:
        # The id alone decides: a region, say, may be written wrong.
        return one.id.casefold().rstrip("/") == other.id.casefold().rstrip("/")
    parts = list(zip(one.parts, other.parts, strict=True))
    if any(_differ(a, b) for a, b in parts) or _differ(one.location, other.location):
        return False
    if all(a == b for a, b in parts) and one.name is not UNKNOWN:
        return True
    if one.depends_on and one.depends_on == other.depends_on:
        return True
    # Each comes from a resource that the other knows nothing of: two accounts of one program.
    apart = one.depends_on - other.depends_on and other.depends_on - one.depends_on
    return False if apart else UNKNOWN


def untraceable(deployment: Deployment) -> bool:
    """Whether it is open which model is served and which training it comes from."""
    return deployment.model is UNKNOWN and not deployment.models


def both(answers: Iterable[Answer]) -> Answer:
    """Logical and: false wins over UNKNOWN."""
    given = set(answers)
    if False in given:
        return False
    return UNKNOWN if UNKNOWN in given else True


def either(answers: Iterable[Answer]) -> Answer:
    """Logical or: true wins over UNKNOWN."""
    given = set(answers)
    if True in given:
        return True
    return UNKNOWN if UNKNOWN in given else False


def _tail(model: str) -> str:
    """The job and checkpoint in a fine-tuned model's name; without one, the whole name."""
    name = model.casefold()
    return name.partition(TUNED)[2] or name


def _differ(one: str | UnknownType, other: str | UnknownType) -> bool:
    known = one is not UNKNOWN and other is not UNKNOWN
    return known and str(one).casefold() != str(other).casefold()


def _same_base(one: Deployment, other: Deployment) -> bool:
    """Whether two names may be of one base model: gpt-4.1 and gpt-4.1-2025-04-14, or an alias."""
    names = [_canonical(str(deployment.base_model)) for deployment in (one, other)]
    short, long = sorted(names, key=len)
    rest = long.removeprefix(short)
    return not rest or _VERSION.fullmatch(rest) is not None


def _canonical(base: str) -> str:
    found = catalog().model(base)
    return (found.name if found else base).casefold()


def _named_and_coming(named: Deployment, coming: Deployment) -> Answer:
    """A model with a name and one whose name is not known yet, by the name that its job left."""
    if named.model is UNKNOWN or len(coming.models) != 1:
        return UNKNOWN
    (model,) = coming.models
    trained = model.source.fine_tuned_model if model.source else UNKNOWN
    if trained is UNKNOWN:
        return UNKNOWN
    name, left = named.model.casefold(), trained.casefold()
    if name.partition(_CHECKPOINT)[0] != left.partition(_CHECKPOINT)[0]:
        return False
    return True if model.checkpoint == FINAL and name == left else UNKNOWN


def _same_training(one: FineTunedModel, other: FineTunedModel) -> Answer:
    if one.urn == other.urn:
        return True
    job = _same_job(one, other)
    if job is False:
        return False
    step = _same_checkpoint(one.checkpoint, other.checkpoint)
    return both((job, step))


def _same_checkpoint(one: str | UnknownType, other: str | UnknownType) -> Answer:
    if one is UNKNOWN or other is UNKNOWN:
        return UNKNOWN
    if one == other:
        return True
    # The final model is that of the last step, and any step may be the best.
    return False if one.isdecimal() and other.isdecimal() else UNKNOWN


def _same_job(one: FineTunedModel, other: FineTunedModel) -> Answer:
    if one.job_id is not UNKNOWN and other.job_id is not UNKNOWN:
        return one.job_id == other.job_id
    if one.source and other.source:
        return one.source.urn == other.source.urn or _same_inputs(one.source, other.source)
    return UNKNOWN


def _same_inputs(one: Job, other: Job) -> Answer:
    """Whether the second job would find the first, and adopt it instead of training again."""
    if same_account(one.account, other.account) is False:
        return False
    mine = _same_owner(one, other)
    if mine is False and not (_explicit(one) and _explicit(other)):
        return False
    values = [_same_value(one.inputs, other.inputs, name) for name in one.inputs]
    if False in values:
        return False
    return UNKNOWN if UNKNOWN in values or mine is UNKNOWN else True


def _same_owner(one: Job, other: Job) -> Answer:
    if one.owner is not UNKNOWN and other.owner is not UNKNOWN:
        return one.owner == other.owner
    # In the first preview the identity of the stack is not known; its owners end with an address.
    return UNKNOWN if one.address == other.address else False


def _explicit(job: Job) -> bool:
    """Whether the name on the wire does not follow from the owner."""
    return all(job.inputs.get(name) is not None for name in ("suffix", "seed"))


def _same_value(one: Properties, other: Properties, name: str) -> Answer:
    mine, yours = one.get(name), other.get(name)
    if name in ("training_file", "validation_file"):
        # The same content under another id is the same data: its digest decides where it is known.
        digests = [values.get(f"{name}_sha256") for values in (one, other)]
        if all(isinstance(digest, str) for digest in digests):
            return digests[0] == digests[1]
    if mine is UNKNOWN or yours is UNKNOWN:
        return UNKNOWN
    return bool(mine == yours)
