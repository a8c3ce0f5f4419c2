"""What is in an account, listed once for all who ask within a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from aoai.azure.arm.account_models import AccountModelsClient
from aoai.azure.arm.accounts import AccountDetails, AccountsClient, Usage
from aoai.azure.arm.deployments import Deployment, DeploymentsClient
from aoai.azure.arm.metrics import Activity, MetricsClient
from aoai.azure.authoring.files import File, FilesClient
from aoai.azure.authoring.jobs import FineTuningJobsClient, Job
from aoai.azure.authoring.models import Model, ModelsClient
from aoai.catalog import Offer
from aoai.errors import AoaiError

LIFETIME = 60.0  # seconds; a refresh asks about all resources of an account within that
_FAILURE_LIFETIME = 10.0  # seconds; threads that waited for a failed list do not each try again

T = TypeVar("T")


@dataclass(frozen=True)
class _Known(Generic[T]):
    value: T | None
    failure: AoaiError | None
    until: float
    generation: int


class Shared(Generic[T]):
    """A value that is loaded once for all threads that want it, and kept for a while."""

    def __init__(self, load: Callable[[], T], clock: Callable[[], float]) -> None:
        self._load = load
        self._clock = clock
        self._loading = threading.Lock()
        self._generation = 0
        self._known: _Known[T] | None = None

    def get(self) -> T:
        """The value; others wait while one loads it.

        Raises:
            AoaiError: whatever loading raises, or has raised a moment ago.
        """
        with self._loading:
            known = self._known
            if known is None or known.generation != self._generation or self._clock() > known.until:
                known = self._known = self._fresh(self._generation)
        if known.failure is not None:
            raise known.failure
        return known.value  # type: ignore[return-value] # None only beside a failure

    def invalidate(self) -> None:
        """Forget the value. A list that is being loaded right now is not kept either."""
        self._generation += 1

    def _fresh(self, generation: int) -> _Known[T]:
        try:
            value = self._load()
        except AoaiError as error:
            return _Known(None, error, self._clock() + _FAILURE_LIFETIME, generation)
        return _Known(value, None, self._clock() + LIFETIME, generation)


class Inventory:
    """The lists of one account, each cached for a minute and forgotten after every change.

    What is missing in a list may only be new: confirm an absence with a fresh ``get_``.
    """

    def __init__(
        self,
        files: FilesClient,
        jobs: FineTuningJobsClient,
        deployments: DeploymentsClient,
        metrics: MetricsClient,
        accounts: AccountsClient,
        offers: AccountModelsClient,
        models: ModelsClient,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._files = Shared(files.list_files, clock)
        self._jobs = Shared(jobs.list_jobs, clock)
        self._deployments = Shared(deployments.list_deployments, clock)
        self._activity = Shared(metrics.activity, clock)
        self._usages = Shared(accounts.list_usages, clock)
        self._account = Shared(accounts.get_account, clock)
        self._rai_policies = Shared(accounts.list_rai_policies, clock)
        self._offers = Shared(offers.list_models, clock)
        self._models = Shared(models.list_models, clock)

    def files(self) -> list[File]:
        """The account's files for fine-tuning."""
        return self._files.get()

    def jobs(self) -> list[Job]:
        """The account's fine-tuning jobs."""
        return self._jobs.get()

    def deployments(self) -> list[Deployment]:
        """The account's deployments."""
        return self._deployments.get()

    def activity(self) -> Activity:
        """Use of the account's deployments."""
        return self._activity.get()

    def account(self) -> AccountDetails:
        """The account as ARM describes it."""
        return self._account.get()

    def usages(self) -> list[Usage]:
        """The quotas of the account's region."""
        return self._usages.get()

    def rai_policies(self) -> list[str]:
        """The names of the account's content filters."""
        return self._rai_policies.get()

    def offers(self) -> list[Offer]:
        """The models that the account can train and deploy."""
        return self._offers.get()

    def models(self) -> list[Model]:
        """The models that the account knows on the data plane, its own fine-tuned ones among them.

        A job that has just ended is not in it before the minute is over.
        """
        return self._models.get()

    def invalidate(self) -> None:
        """Forget what a change of a file, a job or a deployment changes."""
        changed = (self._files, self._jobs, self._deployments, self._activity, self._usages)
        for shared in changed:
            shared.invalidate()
