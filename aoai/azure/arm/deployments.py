"""Deployments of an account, through the resource manager, one change at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aoai.azure import api_versions
from aoai.azure.account import Account
from aoai.azure.arm.operations import DEFAULT_BUDGET, Deadline, failure, state_of, wait_for
from aoai.azure.http.fields import Json, integer, mapping, moment, text, texts
from aoai.azure.http.paging import linked
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Transport
from aoai.azure.http.urls import segment
from aoai.errors import Conflict, NotFound, OperationFailed

_BUSY = frozenset({"requestconflict", "anotheroperationinprogress"})
_PRECONDITION_FAILED = 412  # no condition is sent: another change was faster, for a moment
# ARM's regions agree with a delay: a 404 is believed after four, ten seconds apart.
_ABSENT_AFTER = 4
_DELETE_PAUSES = (2.5, 5.0, 10.0)  # seconds; a deletion may be done at once, or take a minute
_FIRST_PAUSE = 3  # the doubling that a busy account starts at: up to four seconds


@dataclass(frozen=True)
class Deployment:
    """A deployment as ARM describes it.

    Attributes:
        id: its ARM id.
        sku: the SKU's name, with the service's own upper and lower case.
        capacity: thousands of tokens per minute.
        source: ARM id of the account that trained the model, same tenant; empty if not echoed.
        source_account: the same for an account of another tenant.
        provisioning_state: Accepted, Creating, Succeeded, Failed, or something newer.
        deployment_state: Running or Paused; empty in older API versions.
        created_at: when it was made (systemData), UTC, or None.
    """

    id: str
    name: str
    model: str = ""
    model_version: str = ""
    model_format: str = ""
    source: str = ""
    source_account: str = ""
    sku: str = ""
    capacity: int | None = None
    rai_policy_name: str = ""
    version_upgrade_option: str = ""
    provisioning_state: str = ""
    deployment_state: str = ""
    created_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: Json) -> Deployment:
        """Read what ARM sent; absent and null fields are the same."""
        properties = mapping(data.get("properties"))
        model, sku = mapping(properties.get("model")), mapping(data.get("sku"))
        return cls(
            id=text(data.get("id")),
            name=text(data.get("name")),
            model=text(model.get("name")),
            model_version=text(model.get("version")),
            model_format=text(model.get("format")),
            source=text(model.get("source")),
            source_account=text(model.get("sourceAccount")),
            sku=text(sku.get("name")),
            capacity=integer(sku.get("capacity")),
            rai_policy_name=text(properties.get("raiPolicyName")),
            version_upgrade_option=text(properties.get("versionUpgradeOption")),
            provisioning_state=text(properties.get("provisioningState")),
            deployment_state=text(properties.get("deploymentState")),
            created_at=moment(mapping(data.get("systemData")).get("createdAt")),
            tags=texts(data.get("tags")),
        )


@dataclass(frozen=True)
class WaitBudget:
    """Seconds to wait: for a change to end, and for a busy account to become free."""

    operation: float = DEFAULT_BUDGET
    busy: float = 3600.0


class DeploymentsClient:
    """The deployments of one account.

    ARM allows one change per account at a time, so changes hold ``writes``, and an account that is
    busy all the same (another process, the portal) is waited for. Every method raises what
    ``Transport.request`` raises.

    Args:
        transport: to the resource manager.
        account: whose deployments.
        writes: held during every change; a re-entrant lock, so that callers may hold it longer.
    """

    def __init__(
        self,
        transport: Transport,
        account: Account,
        *,
        writes: threading.RLock | None = None,
        wait_budget: WaitBudget | None = None,
        api_version: str = api_versions.DEPLOYMENTS,
    ) -> None:
        self._transport = transport
        self._path = f"{account.id}/deployments"
        self._account = account
        self._writes = writes or threading.RLock()
        self._wait_budget = wait_budget or WaitBudget()
        self._params = {"api-version": api_version}
        self._api_version = api_version

    def within(self, budget: float) -> DeploymentsClient:
        """The same client, where a request may take ``budget`` seconds with all its attempts."""
        return DeploymentsClient(
            self._transport.within(budget),
            self._account,
            writes=self._writes,
            wait_budget=self._wait_budget,
            api_version=self._api_version,
        )

    def create_or_update_deployment(
        self,
        name: str,
        body: Json,
        auxiliary_tenant_id: str | None = None,
        *,
        check: Callable[[], object] | None = None,
    ) -> Deployment:
        """Make a deployment, or bring it to what the body says, and wait until it is so.

        Args:
            name: the deployment's name.
            body: ``sku``, ``properties`` and ``tags``, as ARM spells them.
            auxiliary_tenant_id: the tenant of ``sourceAccount``; its token goes beside.
            check: called before it is sent once more to an account that was busy: who kept it busy
                may have made this very deployment. ARM has no condition for that.

        Raises:
            OperationFailed: it was accepted and failed, with ARM's words.
            OperationTimedOut: it has not ended in time.
        """
        what = f"Deployment {name} of {self._transport.label}"
        with self._writes:
            response = self._send(name, "PUT", body, auxiliary_tenant_id, check)
            deadline = Deadline.after(self._transport, what, self._wait_budget.operation)
            wait_for(response, deadline)
            return self._until_ready(name, deadline)

    def get_deployment(self, name: str) -> Deployment:
        """One deployment.

        Raises:
            NotFound: there is none of that name.
        """
        return Deployment.parse(self._read(name))

    def list_deployments(self) -> list[Deployment]:
        """All deployments of the account, all pages."""
        return [Deployment.parse(row) for row in linked(self._transport, self._path, self._params)]

    def delete_deployment(self, name: str, *, check: Callable[[], object] | None = None) -> None:
        """Delete a deployment and wait until it is gone; one that is gone already is no error.

        Args:
            name: the deployment's name.
            check: as for :meth:`create_or_update_deployment`.

        Raises:
            OperationFailed: it was accepted and failed.
            OperationTimedOut: it is still there.
        """
        what = f"Deletion of deployment {name} of {self._transport.label}"
        with self._writes:
            try:
                response = self._send(name, "DELETE", check=check)
            except NotFound:
                return
            deadline = Deadline.after(
                self._transport, what, self._wait_budget.operation, _DELETE_PAUSES
            )
            wait_for(response, deadline)
            self._until_gone(name, deadline)

    def _send(
        self,
        name: str,
        method: str,
        body: Json | None = None,
        auxiliary_tenant_id: str | None = None,
        check: Callable[[], object] | None = None,
    ) -> Response:
        def send() -> Response:
            return self._transport.request(
                method,
                self._url(name),
                params=self._params,
                body=body,
                auxiliary_tenant_id=auxiliary_tenant_id,
            )

        return self._when_free(send, check or (lambda: None))

    def _when_free(self, send: Callable[[], Response], check: Callable[[], object]) -> Response:
        retry_policy = self._transport.retry_policy
        deadline = retry_policy.clock() + self._wait_budget.busy
        attempt = _FIRST_PAUSE
        while True:
            try:
                return send()
            except Conflict as error:
                left = deadline - retry_policy.clock()
                if not _is_passing(error) or left <= 0:
                    raise
                pause = retry_policy.pause(attempt, error.retry_after)
            retry_policy.sleep(min(pause, left))
            check()
            attempt += 1

    def _until_ready(self, name: str, deadline: Deadline) -> Deployment:
        """Read back until ARM itself says that the deployment is ready."""
        absent = 0
        while True:
            try:
                data = self._read(name)
            except NotFound:
                absent += 1
                if absent >= _ABSENT_AFTER:
                    msg = f"{deadline.what} was accepted, but is not there. Run again."
                    raise OperationFailed(msg) from None
            else:
                absent = 0
                state = state_of(data)
                if state == "succeeded":
                    return Deployment.parse(data)
                if state in {"failed", "canceled"}:
                    raise failure(data, deadline.what)
            deadline.pause()

    def _until_gone(self, name: str, deadline: Deadline) -> None:
        while True:
            try:
                self._read(name)
            except NotFound:
                return
            deadline.pause()

    def _read(self, name: str) -> Json:
        return self._transport.request("GET", self._url(name), params=self._params).data

    def _url(self, name: str) -> str:
        return f"{self._path}/{segment(name)}"


def _is_passing(error: Conflict) -> bool:
    return error.status == _PRECONDITION_FAILED or error.code.lower() in _BUSY
