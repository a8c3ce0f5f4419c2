"""Routes of Resource Manager: api-versions, the subscription's tenant, roles, any letter case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aoai_emulator.arm.arm_headers import finish
from aoai_emulator.arm.policy_denial import denial, denied_type
from aoai_emulator.arm.registration import is_registered, refusal
from aoai_emulator.calls import auth
from aoai_emulator.calls.call import Call, parameters
from aoai_emulator.calls.dispatch import Handler, run
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.errors import Refused, answer
from aoai_emulator.state.world import Account

# Every published version of Microsoft.CognitiveServices that knows accounts or deployments.
VERSIONS = (
    "2021-04-30",
    "2021-10-01",
    "2022-03-01",
    "2022-10-01",
    "2022-12-01",
    "2023-05-01",
    "2023-10-01-preview",
    "2024-04-01-preview",
    "2024-06-01-preview",
    "2024-10-01",
    "2025-04-01-preview",
    "2025-06-01",
    "2025-07-01-preview",
    "2025-09-01",
    "2025-10-01-preview",
    "2025-12-01",
    "2026-01-15-preview",
    "2026-03-01",
    "2026-03-15-preview",
    "2026-05-01",
    "2026-05-15-preview",  # what `az` of that summer asks for
    "2026-07-01",
    "2026-07-15-preview",
    "2026-09-01",
    "2026-09-15-preview",
)
BATCH_VERSIONS = ("2023-05-01-preview", "2023-10-01", "2024-02-01")  # metrics:getBatch
MONITOR_VERSIONS = ("2018-01-01", "2023-10-01", "2024-02-01")
# Tenants, subscriptions and groups: tools ask in many versions, so any dated one is taken.
GENERIC_VERSIONS: tuple[str, ...] = ()
_PRINTED = "2024-10-21"  # by some pages of the docs, though it is a data-plane version
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")
_CS = "Microsoft.CognitiveServices"
SUBSCRIPTION = "/subscriptions/{subscription}"
ACCOUNTS = f"{SUBSCRIPTION}/resourceGroups/{{group}}/providers/{_CS}/accounts"
ACCOUNT = f"{ACCOUNTS}/{{account}}"
DEPLOYMENT = f"{ACCOUNT}/deployments/{{deployment}}"
LOCATION = f"{SUBSCRIPTION}/providers/{_CS}/locations/{{location}}"


@dataclass(frozen=True)
class ArmOperation:
    """A call of ARM.

    Attributes:
        since: the first api-version that has it.
        also: versions that are taken beside, and not offered.
        may_be_absent: the account of the path need not be there.
        audiences: whom a token must be for.
    """

    name: str
    method: str
    path: str
    action: str
    handler: Handler
    since: str = ""
    versions: tuple[str, ...] = VERSIONS
    also: tuple[str, ...] = ()
    may_be_absent: bool = False
    audiences: tuple[str, ...] = auth.ARM_AUDIENCES

    @property
    def monitor(self) -> bool:
        """Whether it is a call of Monitor's."""
        return "Insights" in self.path or "metrics:getBatch" in self.path


def arm_routes(operations: Iterable[ArmOperation]) -> list[Route]:
    """The routes of ARM. Its paths match in any letter case."""
    return [_route(operation) for operation in operations]


def _route(operation: ArmOperation) -> Route:
    async def endpoint(request: Request) -> Response:
        request.state.operation = operation.name
        try:
            response = await _answer(operation, request)
        except Refused as error:
            response = answer(error, "arm")
        return finish(response, request.method, monitor=operation.monitor)

    route = Route(operation.path, endpoint, methods=[operation.method], name=operation.name)
    route.path_regex = re.compile(route.path_regex.pattern, re.IGNORECASE)
    return route


async def _answer(operation: ArmOperation, request: Request) -> Response:
    backend: Backend = request.app.state.backend
    version = _version(operation, backend, request)
    tenant_id = _tenant(backend, request)
    caller = auth.arm_caller(backend, request.headers, tenant_id, operation.audiences)
    account = None if operation.may_be_absent else _account(backend, request)
    if operation.may_be_absent:
        _check_group(backend, request.path_params["group"])
    scope = account.id if account else _scope(request.path_params)
    if operation.action:
        auth.require_arm_action(caller, scope, operation.action)
    if refused := _before_the_provider(operation, backend, request):
        return refused
    body = await request.body()
    call = Call.of(request, "arm", version, caller, account, body=body)
    return await run(operation.handler, call)


def _before_the_provider(
    operation: ArmOperation, backend: Backend, request: Request
) -> Response | None:
    """What ARM itself refuses: an unregistered provider, a denial by policy."""
    params = request.path_params
    if operation.versions == VERSIONS and not is_registered(backend, params["subscription"]):
        return refusal()
    kind = denied_type(backend, operation.name)
    return denial(kind, params) if kind else None


def _version(operation: ArmOperation, backend: Backend, request: Request) -> str:
    given = parameters(request).get("api-version")
    if given is None:
        text = "The api-version query parameter (?api-version=) is required for all requests."
        raise Refused(400, "MissingApiVersionParameter", text)
    if not operation.versions and _DATED.fullmatch(given):
        return given
    if given == _PRINTED and backend.settings.arm_takes_2024_10_21:
        return given
    offered = [each for each in operation.versions if each >= operation.since]
    if given not in (*offered, *operation.also):
        known = ",".join(offered)
        text = f"The api-version '{given}' is invalid. The supported versions are '{known}'."
        raise Refused(400, "InvalidApiVersionParameter", text)
    return given


def _tenant(backend: Backend, request: Request) -> str | None:
    name = request.path_params.get("subscription")
    if name is None:
        return None
    subscription = backend.world.subscription(name)
    if subscription is None:
        text = f"The subscription '{name}' could not be found."
        raise Refused(404, "SubscriptionNotFound", text)
    return subscription.tenant_id


def _account(backend: Backend, request: Request) -> Account | None:
    params = request.path_params
    if "account" not in params:
        return None
    account = backend.world.account(params["account"])
    group = params["group"].lower()
    inside = account and account.subscription_id.lower() == params["subscription"].lower()
    if account and inside and account.resource_group.lower() == group:
        return account
    _check_group(backend, params["group"])
    text = (
        f"The Resource 'Microsoft.CognitiveServices/accounts/{params['account']}' under resource"
        f" group '{params['group']}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    raise Refused(404, "ResourceNotFound", text)


def _check_group(backend: Backend, group: str) -> None:
    if group.lower() not in {each.name.lower() for each in backend.accounts.groups()}:
        text = f"Resource group '{group}' could not be found."
        raise Refused(404, "ResourceGroupNotFound", text)


def _scope(params: Mapping[str, str]) -> str:
    scope = f"/subscriptions/{params.get('subscription', '')}"
    if "group" not in params:
        return scope
    scope = f"{scope}/resourceGroups/{params['group']}"
    if "account" not in params:
        return scope
    return f"{scope}/providers/{_CS}/accounts/{params['account']}"
