"""What the four providers share: the border to the engine, comparison, and errors for people.

Rules for a provider class (each is held by tests/test_state_contract.py):

- it lives in an importable module, since the engine stores it by reference: module path and class
  name are part of every user's state and never change;
- it takes nothing and keeps nothing: one short pickle per type, four threads share one object;
- credentials are looked up in the process that needs them and are never an input or an output.
"""

from __future__ import annotations

import dataclasses
import functools
import traceback
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, ParamSpec, TypeVar

import msgspec
import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
)

from aoai.errors import AoaiError
from aoai.resources.account import LookedForArgs, account_problems, account_props, is_same_place
from aoai.resources.declaration import (
    Change,
    InputField,
    comparable,
    inputs_of,
    leaves_by_input,
    problems,
)
from aoai.resources.former_names import former_names
from aoai.resources.held import Held, held_of
from aoai.resources.props import is_known, lookup
from aoai.resources.provider_process import (
    end_with_engine,
    is_provider_process,
    show_errors_without_traceback,
    under_way,
)
from aoai.resources.repeated_errors import RepeatedErrors
from aoai.resources.shared_owner import shared_owner
from aoai.resources.stack_identity import owner_of

PROVIDER_KEY = "__provider"
STATE_VERSION = 1
"""Shape of the stored properties; readers accept this and every older one."""

P = ParamSpec("P")
R = TypeVar("R")


_repeated = RepeatedErrors()


def reports(method: Callable[P, R]) -> Callable[P, R]:
    """Make every exception that leaves a provider method one line that is written for the user."""

    @functools.wraps(method)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with under_way():
                return method(*args, **kwargs)
        except AoaiError as error:
            raise _repeated.shortened(error) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, no traceback reaches a user
            raise defect(error) from None

    return wrapper


def defect(error: Exception) -> AoaiError:
    """A sentence for a bug of ours; the exception's own text is left out, it may hold anything."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
    return AoaiError(f"a defect in aoai, {type(error).__name__} at {place}: please report it")


class Provider(ResourceProvider):
    """Base of the providers.

    Attributes:
        args: the class that declares the inputs.
        accounts: the inputs that are accounts.
    """

    serialize_as_secret_always = False
    args: ClassVar[type[Any]]
    accounts: ClassVar[tuple[str, ...]] = ("account",)

    def configure(self, _req: ConfigureRequest) -> None:
        """Set up the process that the engine has started for the providers, once."""
        if is_provider_process():
            _repeated.begin()
        show_errors_without_traceback()
        end_with_engine()

    @property
    def held(self) -> Held:
        """What this process has seen the engine hold, of this kind of resource."""
        return held_of(type(self))

    @reports
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Find everything that is wrong with the inputs and add those that follow from the others.

        Runs in every preview: nothing is changed, and nothing is asked of Azure but whose a
        deployment is that ``adopt`` is set for.
        """
        failures = [*problems(self.args, news), *account_problems(news, *self.accounts)]
        computed: dict[str, Any] = {}
        if not failures:
            owner, held = news.get("owner"), self.held
            before = held.checked(owner, olds) if isinstance(owner, str) else olds
            computed = {"owner": before["owner"]} if before.get("owner") else {}
            more, failures = self.check_inputs({**news, **computed}, before)
            computed |= more
            replaced = bool(before and not olds)
            kept = str(computed.get("owner", owner))
            forced = replaced and not held.is_unchanged(kept)
            forced = forced and self._is_forced(before, {**news, **computed})
            computed["renamed_to"] = owner if isinstance(owner, str) and kept != owner else None
            held.declared(kept, replaced=replaced, forced=forced)
            if isinstance(owner, str) and (other := held.named(kept, owner)) != owner:
                failures = [*failures, shared_owner(kept, other, owner)]
            count = int(before.get("replacements") or 0)
            computed["replacements"] = count + 1 if forced else count
        return CheckResult({**news, **computed}, failures)

    def _is_forced(self, before: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether a replacement is one by force.

        ``--replace`` and ``taint`` replace a resource whose inputs stay: that asks for another
        object than the one that the state holds, under another name.
        """
        return not self.changed(before, news, Change.REPLACE)

    def check_inputs(
        self, _news: Mapping[str, Any], _before: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[CheckFailure]]:
        """Computed inputs, and failures beyond those of type.

        Args:
            _news: the inputs; values may be unknown.
            _before: the inputs that the state holds; empty for a new resource.
        """
        return {}, []

    @reports
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare as the inputs are declared; a provider class that moved is rewritten in state."""
        result = self.compare(olds, news)
        owner, replaced = str(news.get("owner")), bool(result.replaces)
        self.held.compared(owner, id_, news, state=olds, replaced=replaced)
        return result

    def compare(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> DiffResult:
        """What the difference of the inputs leads to."""
        replaced = self.changed(olds, news, Change.REPLACE)
        updated = self.changed(olds, news, Change.UPDATE)
        moved = olds.get(PROVIDER_KEY) != news.get(PROVIDER_KEY)
        return DiffResult(
            changes=bool(replaced or updated or moved),
            replaces=sorted({name.partition(".")[0] for name in replaced}),
            # Asked of a pending replacement too, whose inputs may not differ any more.
            delete_before_replace=self.deletes_first(olds, news),
        )

    def changed(self, olds: Mapping[str, Any], news: Mapping[str, Any], kind: Change) -> list[str]:
        """The inputs of one kind that differ; a value that is not known yet counts as different."""
        return [
            field.name
            for name, fields in leaves_by_input(self.args).items()
            if not _is_untouched(olds.get(name), news.get(name))  # most are untouched
            for field in fields
            if self.change_of(field, news) is kind and not self.is_same(field, olds, news)
        ]

    def change_of(self, field: InputField, _news: Mapping[str, Any]) -> Change:
        """What a change of one input leads to: as declared, unless a subclass knows more."""
        return field.declared.change

    def is_same(self, field: InputField, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
        """Whether one input stayed as it was, in Azure's terms."""
        outer, _, inner = field.name.partition(".")
        if outer in self.accounts and inner == "id":
            return is_same_place(olds.get(outer), news.get(outer))
        old, new = lookup(olds, field.name), lookup(news, field.name)
        if old is new is None or (isinstance(old, str) and old == new):
            return True  # most are, and the other questions cost more
        if not is_known(new):
            return False
        unset = (None, field.default)
        return comparable(field, old) == comparable(field, new) or (old in unset and new in unset)

    def deletes_first(self, _olds: Mapping[str, Any], _news: Mapping[str, Any]) -> bool:
        """Whether a replacement has to delete before it creates; by default it creates first."""
        return False

    def outputs(self, props: Mapping[str, Any], state: Any) -> dict[str, Any]:
        """What is stored: the inputs as they came and the fields of ``state``, a dataclass."""
        names = {field.name for field in inputs_of(self.args)}
        kept = {name: value for name, value in props.items() if name in names}
        # As ``dataclasses.asdict``, which takes longer for the curves of a model than all the rest.
        return {**kept, **msgspec.to_builtins(state), "state_version": STATE_VERSION}

    def gone(self) -> ReadResult:
        """The answer of ``read`` for something that is not there any more."""
        return ReadResult("", {})


def _is_untouched(old: Any, new: Any) -> bool:
    """Whether an input is the same whatever Azure thinks of it: equal, and known."""
    return bool(old == new) and is_known(new)


class AoaiResource(Resource):
    """Base of the resources.

    Attributes:
        outputs: the names of a resource's outputs: those that its class annotates.
    """

    outputs: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, **naming: Any) -> None:
        super().__init_subclass__(**naming)
        cls.outputs = tuple(cls.__annotations__)
        # They are for the reader and the type checker. Pulumi would evaluate them anew for each
        # resource of a stack, to find classes of outputs, and there are none here.
        cls.__annotations__ = {}


def resource_props(
    name: str, args: Any, kind: type[AoaiResource], opts: pulumi.ResourceOptions | None
) -> dict[str, Any]:
    """The property bag of a resource: its inputs, its owner, and a place for each output.

    An input that is not given has no place: Pulumi makes an output for each, fills it and waits for
    it, which in a large stack is what takes the time.

    Raises:
        pulumi.RunError: the option ``import_`` is given.
    """
    _require_no_import(name, args, opts)
    given = {f.name: getattr(args, f.name) for f in dataclasses.fields(args) if f.init}
    return {
        **dict.fromkeys(kind.outputs),
        **{name: value for name, value in given.items() if value is not None},
        "account": account_props(args.account),
        "owner": owner_of(kind, name, args.owner, opts),
        **_former_names(name, args, opts),
    }


def _require_no_import(name: str, args: Any, opts: pulumi.ResourceOptions | None) -> None:
    """The engine imports without asking a dynamic provider, and ends in an error of its own."""
    if opts is None or opts.import_ is None:
        return
    names = [field.name for field in dataclasses.fields(args)]
    (instead,) = [each for each in names if each.startswith("existing_") or each == "adopt"]
    raise pulumi.RunError(
        f"{name}: `import_` does not work with dynamic providers; take in what exists by "
        f"`{instead}` instead"
    )


def _former_names(
    name: str, args: Any, opts: pulumi.ResourceOptions | None
) -> dict[str, list[str]]:
    names = former_names(name, opts) if isinstance(args, LookedForArgs) else []
    return {"former_names": names} if names and args.former_names is None else {}
