"""Pulumi's view of a stack as plain facts: a placeholder for an unknown value becomes UNKNOWN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from aoai_policies.facts import Resource, Stack, is_relevant, stack_of
from aoai_policies.facts.resource import TYPES
from aoai_policies.registered import Registered
from aoai_policies.values import UNKNOWN


def stack_from(resources: Iterable[PolicyResource], registered: Registered | None = None) -> Stack:
    """The facts of the resources that a stack policy is given.

    Of our own resources only those that the program has registered count: with ``--refresh`` the
    engine shows those too that it is about to delete.

    Args:
        resources: as the engine shows them.
        registered: what the program has registered; None if that was not noted.
    """
    noted = registered or Registered()
    return stack_of(_resource(r, noted) for r in resources if _counts(r, noted))


def _counts(resource: PolicyResource, noted: Registered) -> bool:
    """Whether a resource is one of the stack that the program declares."""
    if noted.leaves_out(resource.urn):
        return False
    return noted.has(resource.urn) or resource.resource_type not in TYPES


def resource_from(args: ResourceValidationArgs) -> Resource:
    """A resource as it is registered: its inputs; what they depend on is not shown then."""
    return Resource(
        type=args.resource_type,
        urn=args.urn,
        name=args.name,
        properties=plain_properties(args.props),
        depends_on={},
        parent=args.opts.parent,
        protect=args.opts.protect,
    )


def plain_properties(props: Mapping[str, object]) -> dict[str, object]:
    """Properties with UNKNOWN for each placeholder of an unknown value."""
    return {key: _read(props, key) for key in props}


def _resource(resource: PolicyResource, noted: Registered) -> Resource:
    relevant = is_relevant(resource.resource_type)
    inputs = noted.inputs_of(resource.urn)
    return Resource(
        type=resource.resource_type,
        urn=resource.urn,
        name=resource.name,
        properties={**inputs, **plain_properties(resource.props)} if relevant else {},
        depends_on={
            name: frozenset(source.urn for source in sources)
            for name, sources in resource.property_dependencies.items()
        },
        parent=resource.parent.urn if resource.parent else None,
        registered=noted.has(resource.urn),
        protect=resource.opts.protect,
    )


def _read(container: Mapping[str, object], key: str) -> object:
    # Touching an unknown value raises, and would end the policy with a mere note.
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def _plain(value: object) -> object:
    # First what nearly all values are: asking for an abstract type is slow.
    if value is None or isinstance(value, str | float | int | bytes):
        return value
    if isinstance(value, Mapping):
        return {key: _read(value, key) for key in value}
    if isinstance(value, Sequence):
        return [_item(value, index) for index in range(len(value))]
    return value


def _item(values: Sequence[object], index: int) -> object:
    try:
        return _plain(values[index])
    except UnknownValueError:
        return UNKNOWN
