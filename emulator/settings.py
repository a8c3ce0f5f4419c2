"""What is not known of Azure, and what tests want to vary: settings with a documented default."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from emulator.store import Store


@dataclass(frozen=True)
class Settings:
    """Every setting, with what is thought most likely in Azure as its default.

    Each is explained, with its source, in docs/emulator/settings.md.
    """

    denied_status: int = 403  # data plane, a role is missing; 401 was seen too
    invalid_data: str = "file"  # a bad line spoils the "file", or only the "job"
    unprocessed_file_code: str = "unexpectedEntityState"  # or invalidPayload
    second_deployment_status: int = 400  # a second deployment of one model; or 409
    second_deployment_code: str = "DeploymentModelNotSupported"
    part_ids: str = "either"  # what completes an upload: "id", "block" or either
    ready_lag_seconds: int = 0  # Succeeded, and yet the data plane says 404 for so long
    paused_stays: bool = False  # a paused deployment is safe from the 15-day rule
    echo_source: bool = True  # GET of a deployment shows model.source and sourceAccount
    idle_days: int = 15
    developer_hours: int = 24
    jobs_at_once: int = 3
    jobs_queued: int = 20
    jobs_kept: int = 100
    files_per_account: int = 100
    fine_tuned_deployments: int = 10
    deployments_per_account: int = 32
    checkpoints_kept: int = 3
    minimum_examples: int = 10
    metrics_days: int = 93


class SettingsStore:
    """The settings in force, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._now = Settings(**(store.get_meta("settings") or {}))

    def get(self) -> Settings:
        """The settings in force."""
        return self._now

    def change(self, changes: dict[str, Any]) -> None:
        """Change some; ValueError for an unknown name or a wrong type."""
        known = {field.name: field.type for field in fields(Settings)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"no setting {name!r}; the settings are: {', '.join(known)}")
            if type(value) is not type(getattr(self._now, name)):
                raise ValueError(f"setting {name}: {value!r} is not of type {known[name]}")
        self._now = Settings(**(asdict(self._now) | changes))
        self._store.set_meta("settings", asdict(self._now))

    def reset(self) -> None:
        """Back to the defaults."""
        self._now = Settings()
        self._store.set_meta("settings", {})
