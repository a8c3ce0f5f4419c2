"""What an update will do to models and deployments: the providers' own comparison, asked early.

The engine shows the steps; why a model is trained again, and whether a deployment stops answering
meanwhile, follows from the inputs that differ. Both are asked of the providers that will decide.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pulumi.output import UNKNOWN

from aoai.resources.account import account_props, is_same_place
from aoai.resources.declaration import Change, values_of
from aoai.resources.deployment_inputs import DeploymentOptions, ModelDeploymentArgs
from aoai.resources.file_inputs import FileSource, TrainingFileArgs
from aoai.resources.fine_tuning_job import FineTuningJobProvider
from aoai.resources.job_inputs import FineTuningJobArgs, TrainingOptions
from aoai.resources.model_deployment import ModelDeploymentProvider
from aoai.resources.training_file import TrainingFileProvider
from aoai_components.entries import camel
from aoai_components.model_chains import in_order
from aoai_components.model_settings import TRAINING, VALIDATION, ModelSettings
from aoai_components.prior_state import PriorState, Properties
from aoai_components.settings import Settings
from aoai_components.training_data import Forecast

_SETTINGS = {
    "model": "baseModel",
    "account.id": "account",
    "training_file": TRAINING,
    "training_file_sha256": TRAINING,
    "validation_file": VALIDATION,
    "validation_file_sha256": VALIDATION,
}
"""What the stack's file calls an input of a job, where that is not its name in camelCase."""


@dataclass(frozen=True)
class ModelChange:
    """What an update does to a model.

    Attributes:
        change: ``new``, ``retrained``, ``takenIn`` (another job or model of the account) or
            ``same``; ``unknown`` without the state.
        why: the settings that differ.
    """

    change: Literal["new", "retrained", "takenIn", "same", "unknown"]
    why: tuple[str, ...] = ()

    @property
    def trains(self) -> bool:
        """Whether a job may be submitted, and billed."""
        return self.change in ("new", "retrained", "unknown")


@dataclass(frozen=True)
class DeploymentChange:
    """What an update does to a deployment.

    Attributes:
        change: ``new``; ``replaced`` by another one; ``updated`` under its name; ``same``;
            ``unknown`` without the state.
        gap: it does not answer while it is deleted and made again.
        why: the settings that differ.
        other_model: it will serve another model.
    """

    change: Literal["new", "replaced", "updated", "same", "unknown"]
    gap: bool = False
    why: tuple[str, ...] = ()
    other_model: bool = False

    @property
    def stays_beside(self) -> bool:
        """Whether the deployment before is there until another one has been made."""
        return self.change == "replaced" and not self.gap


def model_changes(
    settings: Settings, forecasts: Mapping[str, Forecast], prior: PriorState
) -> dict[str, ModelChange]:
    """What an update does to each model of the stack, by key."""
    changes: dict[str, ModelChange] = {}
    for key in in_order(settings.models):
        changes[key] = _model_change(settings, key, forecasts.get(key), prior, changes)
    return changes


def _model_change(
    settings: Settings,
    key: str,
    forecast: Forecast | None,
    prior: PriorState,
    changes: Mapping[str, ModelChange],
) -> ModelChange:
    model = settings.models[key]
    kind = "FineTunedModel" if model.existing_model else "FineTuningJob"
    before = prior.of(kind, key)
    if not prior.known:
        return ModelChange("unknown")
    if before is None:
        return ModelChange("takenIn" if model.is_taken_in else "new")
    if model.existing_model:
        stays = before.get("existing_model") == model.existing_model
        return ModelChange("same") if stays else ModelChange("takenIn", ("existingModel",))
    account = account_props(settings.accounts[model.account])
    files = dict(_files(key, model, account, forecast, prior)) if forecast else {}
    args = FineTuningJobArgs(
        account=account,  # type: ignore[arg-type] # plain properties, as the provider gets them
        model=_start(settings, model, prior, changes),
        existing_job_id=model.existing_job_id,
        **files,
        **values_of(TrainingOptions, model.options),
    )
    names = FineTuningJobProvider().changed(before, _properties(args), Change.REPLACE)
    why = tuple(dict.fromkeys(_setting(name) for name in names))
    other: Literal["takenIn", "retrained"] = "takenIn" if model.is_taken_in else "retrained"
    return ModelChange(other if why else "same", why)


def _start(
    settings: Settings,
    model: ModelSettings,
    prior: PriorState,
    changes: Mapping[str, ModelChange],
) -> Any:
    """The model that a training starts from; not known if another one has to be trained first."""
    first = model.continues
    if first is None:
        return model.starts_from
    held = prior.of("FineTunedModel", first)
    stays = held and changes[first].change == "same"
    if held is None or not stays or _other_checkpoint(first, settings.models[first], prior):
        return UNKNOWN
    return held.get("fine_tuned_model")


def _files(
    key: str, model: ModelSettings, account: Any, forecast: Forecast, prior: PriorState
) -> Iterator[tuple[str, Any]]:
    """A job's inputs that name its files and their content."""
    for setting, role in ((TRAINING, "training"), (VALIDATION, "validation")):
        source, judged = model.files.get(setting), forecast.files.get(setting)
        before = prior.of("TrainingFile", f"{key}-{role}")
        if source is None:
            continue
        sha256 = judged.report.sha256 if judged and judged.report else ""
        args = TrainingFileArgs(account=account, **values_of(FileSource, source))
        news = {**_properties(args), "sha256": sha256}
        stays = before is not None and not TrainingFileProvider().changed(
            before, news, Change.REPLACE
        )
        yield f"{role}_file", before.get("file_id") if stays and before else UNKNOWN
        yield f"{role}_file_sha256", sha256


def unset_variables(
    settings: Settings, prior: PriorState, environment: Mapping[str, str]
) -> Iterator[str]:
    """Variables that are not set, and hold the SAS of a file that an update would bring in."""
    for key, model in settings.models.items():
        for setting, file in model.files.items():
            variable = file.sas_variable
            if variable is None or environment.get(str(variable)):
                continue
            role = "training" if setting == TRAINING else "validation"
            held = prior.of("TrainingFile", f"{key}-{role}") or {}
            asked = (file.content_url, file.content_version)
            if (held.get("content_url"), held.get("content_version")) != asked:
                yield (
                    f"models.{key}.{setting}.sasVariable: the environment variable {variable} is "
                    "not set, and the file cannot be fetched without the SAS in it"
                )


def deployment_change(
    settings: Settings, key: str, model: ModelChange, prior: PriorState
) -> DeploymentChange:
    """What an update does to a deployment of the stack, whose model changes like this."""
    if not prior.known:
        return DeploymentChange("unknown")
    before = prior.of("ModelDeployment", key)
    if before is None:
        return DeploymentChange("new")
    provider, news = ModelDeploymentProvider(), _deployment(settings, key, model, before, prior)
    result = provider.compare(before, news)
    names = [
        *provider.changed(before, news, Change.REPLACE),
        *provider.changed(before, news, Change.UPDATE),
    ]
    why = tuple(dict.fromkeys("account" if n == "account.id" else camel(n) for n in names))
    if result.replaces:
        gap = bool(result.delete_before_replace)
        return DeploymentChange("replaced", gap, why, "model" in why)
    return DeploymentChange("updated" if names else "same", False, why, "model" in why)


def _deployment(
    settings: Settings, key: str, model: ModelChange, before: Properties, prior: PriorState
) -> dict[str, Any]:
    deployment = settings.deployments[key]
    trained = settings.models[deployment.model]
    account = account_props(settings.accounts[deployment.account])
    source = account_props(settings.accounts[trained.account])
    stays = model.change == "same" and not _other_checkpoint(deployment.model, trained, prior)
    later = model.trains and settings.wait_of(deployment.model) == "detach"
    held = prior.of("FineTunedModel", deployment.model) or {}
    served: Any = (held.get("fine_tuned_model") if stays else None) or before["model"]
    serves: Any = served if stays or later else UNKNOWN
    args = ModelDeploymentArgs(
        account=account,  # type: ignore[arg-type] # plain properties, as the provider gets them
        source=None if is_same_place(account, source) else source,
        model=serves,
        **values_of(DeploymentOptions, deployment.options),
    )
    news = {**_properties(args), "owner": before.get("owner")}
    computed, _failures = ModelDeploymentProvider().check_inputs(news, before)
    return {**news, **computed}


def _other_checkpoint(key: str, model: ModelSettings, prior: PriorState) -> bool:
    before = prior.of("FineTunedModel", key)
    return before is None or str(before.get("checkpoint")) != str(model.checkpoint)


def _properties(args: Any) -> dict[str, Any]:
    """An argument object as the properties that a provider gets."""
    given = {f.name: getattr(args, f.name) for f in dataclasses.fields(args) if f.init}
    return {name: value for name, value in given.items() if value is not None}


def _setting(name: str) -> str:
    return _SETTINGS.get(name, camel(name))


def removed(settings: Settings, prior: PriorState) -> Mapping[str, list[str]]:
    """The models and deployments that the state holds and the stack's file names no more."""
    return {
        "models": [k for k in prior.all_of("FineTunedModel") if k not in settings.models],
        "deployments": [
            k for k in prior.all_of("ModelDeployment") if k not in settings.deployments
        ],
    }
