"""Pulumi's view of a stack as plain facts: a placeholder for an unknown value becomes UNKNOWN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pulumi_policy import PolicyResource
from pulumi_policy.proxy import UnknownValueError

from .facts import TYPES, Resource, Stack, stack_of
from .values import UNKNOWN


def stack_from(resources: Iterable[PolicyResource]) -> Stack:
    """The facts of the resources that a stack policy is given."""
    return stack_of(_resource(r) for r in resources if r.resource_type in TYPES)


def _resource(resource: PolicyResource) -> Resource:
    return Resource(
        type=resource.resource_type,
        urn=resource.urn,
        name=resource.name,
        properties={key: _read(resource.props, key) for key in resource.props},
        depends_on={
            name: frozenset(source.urn for source in sources)
            for name, sources in resource.property_dependencies.items()
        },
    )


def _read(container: Mapping[str, object], key: str) -> object:
    # Touching an unknown value raises, and would end the policy with a mere note.
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _read(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_item(value, index) for index in range(len(value))]
    return value


def _item(values: Sequence[object], index: int) -> object:
    try:
        return _plain(values[index])
    except UnknownValueError:
        return UNKNOWN
