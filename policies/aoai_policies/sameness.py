"""Whether two deployments share a model or an account: true, false, or UNKNOWN so far."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from .facts import Account, Deployment, FineTunedModel
from .values import UNKNOWN, UnknownType

Answer = bool | UnknownType


def same_model(one: Deployment, other: Deployment) -> Answer:
    """By the model's name where both are known, else by the training that it will come from."""
    if one.model is not UNKNOWN and other.model is not UNKNOWN:
        return one.model.casefold() == other.model.casefold()
    if untraceable(one) or untraceable(other):
        return UNKNOWN
    # A model with a name and one that is still to be trained share no training: they differ.
    shared = either(_same_training(a, b) for a, b in product(one.models, other.models))
    # A value that is made from several models need not be the one that both know.
    certain = len(one.models) == len(other.models) == 1
    return shared if certain or shared is False else UNKNOWN


def same_account(one: Account, other: Account) -> Answer:
    """By ARM id where both are known, else by the resources that the accounts come from."""
    if one.id is not UNKNOWN and other.id is not UNKNOWN:
        return one.id.casefold() == other.id.casefold()
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


def _same_training(one: FineTunedModel, other: FineTunedModel) -> Answer:
    if one.urn == other.urn:
        return True
    if one.job != other.job:
        return False
    if one.checkpoint == other.checkpoint is not UNKNOWN:
        return True
    # Which step is the best is only known once the job has ended.
    return UNKNOWN if {one.checkpoint, other.checkpoint} & {UNKNOWN, "best"} else False
