"""A random value that shows which state made a thing: one small resource for a whole stack.

An address such as ``organization/project/stack`` is no proof of ownership: a stack can be renamed
and its name used again, and two people can use one name with back ends of their own. The engine
writes this resource to the state before it creates anything that depends on it. So an interrupted
run is still recognised by the next one, the value travels with the state through renames and
moves, and another state has another value and takes over nothing of this one.

It makes nothing in Azure. Its value is not known in the very first preview, and neither are the
names that follow from it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import secrets
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.dynamic import (
    ConfigureRequest,
    CreateResult,
    ReadResult,
    Resource,
    ResourceProvider,
)
from pulumi.runtime.stack import Stack

from aoai.resources.provider_process import end_with_engine, is_provider_process

NAME = "aoai"
"""Its name in every stack."""

_ASKED_NEXT = ("training_file", "fine_tuning_job", "fine_tuned_model")
"""The modules of the resources that nearly every stack has."""


class StackIdentityProvider(ResourceProvider):
    """Makes the value once; nothing changes it and nothing is deleted with it."""

    serialize_as_secret_always = False

    def configure(self, _req: ConfigureRequest) -> None:
        """End with the engine: a process may be asked for the identity alone.

        Most often it is asked for the others next, so it loads them while the program registers
        its components.
        """
        end_with_engine()
        if is_provider_process():
            threading.Thread(target=_load_others, daemon=True).start()

    def create(self, _props: dict[str, Any]) -> CreateResult:
        """A value of 128 random bits."""
        return CreateResult(secrets.token_hex(16), {})

    def read(self, id_: str, _props: dict[str, Any]) -> ReadResult:
        """It is in the state alone, so it is always there."""
        return ReadResult(id_, {})


def _load_others() -> None:
    gc.disable()  # what a module makes stays, and is not looked through again and again
    with contextlib.suppress(ImportError):  # said when the engine asks for it
        for name in _ASKED_NEXT:
            importlib.import_module(f"aoai.resources.{name}")
    gc.freeze()
    gc.enable()


class StackIdentity(Resource, module="aoai", name="StackIdentity"):
    """The random value of a stack; its id."""

    def __init__(self, name: str = NAME, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(StackIdentityProvider(), name, {}, opts)


_made: weakref.WeakKeyDictionary[pulumi.Resource, StackIdentity] = weakref.WeakKeyDictionary()


def identity_of_stack(
    root: Callable[[], pulumi.Resource | None] = pulumi.runtime.get_root_resource,
) -> StackIdentity:
    """The identity of the stack that the running program belongs to; made at the first call.

    Raises:
        pulumi.RunError: there is no stack, as inside a component provider: create a
            :class:`StackIdentity` below the component and give its id as ``owner``.
    """
    stack = root()
    if stack is None:
        raise pulumi.RunError(
            "the identity of the stack is not known here; give each resource an `owner`, the id of "
            "a StackIdentity that is a child of the component"
        )
    if stack not in _made:
        _made[stack] = StackIdentity(opts=pulumi.ResourceOptions(parent=stack))
    return _made[stack]


def owner_of(
    kind: type[pulumi.Resource],
    name: str,
    identity: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions | None,
) -> pulumi.Output[str]:
    """The owner of what a resource makes: ``<identity>/<parent>/<name>``.

    Args:
        kind: the resource's class.
        name: its name.
        identity: the id of a :class:`StackIdentity`, or None for the stack's own.
        opts: the resource's options; two components may each have a child of one name.
    """
    given = identity_of_stack().id if identity is None else pulumi.Output.from_input(identity)
    path = _path(kind, name, opts.parent if opts is not None else None)
    return given.apply(lambda value: f"{value}/{path}")


def _path(kind: type[pulumi.Resource], name: str, parent: pulumi.Resource | None) -> str:
    """Parent and name; with the parent's type for the second of two parents of one name."""
    if parent is None or isinstance(parent, Stack):
        return name
    # Not the parent's URN: a component is ready only when its children are. In a large stack each
    # output that is not made is time saved.
    within = parent.pulumi_resource_name.rsplit("::", 1)[-1]
    path, number = f"{within}/{name}", 1
    while not _is_free(kind, path, parent):
        more = f"~{number}" if number > 1 else ""
        path, number = f"{parent.pulumi_resource_type}::{within}{more}/{name}", number + 1
    return path


_paths: weakref.WeakKeyDictionary[pulumi.Resource, dict[tuple[object, str], int]]
_paths = weakref.WeakKeyDictionary()


def _is_free(kind: object, path: str, parent: pulumi.Resource) -> bool:
    """Whether no other parent of the stack has such a child; it has from now on."""
    stack: Any = pulumi.runtime.get_root_resource()
    if stack is None:  # a component provider: each component has an identity of its own
        return True
    taken = _paths.setdefault(stack, {})
    return taken.setdefault((kind, path), id(parent)) == id(parent)
