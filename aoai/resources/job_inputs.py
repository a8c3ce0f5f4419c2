"""The inputs of a fine-tuning job: how it trains, and what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pulumi

from aoai.azure.arm_names import name_key, sku_key
from aoai.resources.account import LookedForArgs
from aoai.resources.declaration import Change, Declared, ignores, replaces, updates
from aoai.resources.hyperparameters import METHODS, Hyperparameters
from aoai.resources.identity import MOST_SUFFIX

Text = pulumi.Input[str] | None


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """The inputs of a job that say how it trains, not what."""

    method: Annotated[
        pulumi.Input[str],
        replaces(
            "How it trains: `supervised` from answers, `dpo` from pairs of answers, "
            "`reinforcement` from the rewards of a `grader`.",
            wire="method.type",
            choices=METHODS,
        ),
    ] = "supervised"
    hyperparameters: Annotated[
        pulumi.Input[Mapping[str, Any]] | None,
        Declared(
            change=Change.REPLACE,
            about="`n_epochs`, `batch_size`, `learning_rate_multiplier`, and those of the method. "
            "What is left out, `auto` or -1, is chosen by the service.",
            stored=Hyperparameters | None,
            group=Hyperparameters,
        ),
    ] = None
    grader: Annotated[
        pulumi.Input[Mapping[str, Any]] | None,
        replaces(
            "The grader of a `reinforcement` job, as the API takes it: a map with its `type`, one "
            "of `string_check`, `text_similarity`, `score_model`, `label_model`, `python` and "
            "`multi`, and the fields of that type.",
            wire="method.reinforcement.grader",
            stored=dict[str, Any] | None,
        ),
    ] = None
    response_format: Annotated[
        pulumi.Input[Mapping[str, Any]] | None,
        replaces(
            "The JSON Schema that the answers of a `reinforcement` job follow, as a map with "
            "`type: json_schema` and `json_schema`.",
            wire="method.reinforcement.response_format",
            stored=dict[str, Any] | None,
        ),
    ] = None
    suffix: Annotated[
        Text,
        replaces(
            f"Part of the model's name, up to {MOST_SUFFIX} of `a-z A-Z 0-9 - _`; chosen if left "
            "out.",
            wire="suffix",
        ),
    ] = None
    seed: Annotated[
        pulumi.Input[int] | None,
        replaces("For repeatable training; derived from the inputs if left out.", wire="seed"),
    ] = None
    training_type: Annotated[
        Text,
        replaces("`Standard`, `GlobalStandard` or `Developer`.", wire="trainingType", key=sku_key),
    ] = None
    integrations: Annotated[
        pulumi.Input[Sequence[Mapping[str, Any]]] | None,
        ignores(
            "What gets the metrics of the training, as the API takes it: a list with one "
            "`type: wandb` and its map `wandb` of `project`, `entity`, `name`, `tags`. A change "
            "trains nothing anew; the next job has it.",
            wire="integrations",
            stored=list[dict[str, Any]] | None,
        ),
    ] = None
    metadata: Annotated[
        pulumi.Input[Mapping[str, str]] | None,
        ignores(
            "Up to 16 texts by name that the service keeps with the job; the surface `v1` takes "
            "them. A change trains nothing anew; the next job has them.",
            wire="metadata",
            stored=dict[str, str] | None,
        ),
    ] = None
    generation: Annotated[
        pulumi.Input[int], replaces("Raise it to train again with the same inputs.")
    ] = 1
    on_delete: Annotated[
        pulumi.Input[str],
        updates(
            "`cancel` stops a job that still runs; `delete` also removes its record and its result "
            "files.",
            choices=("cancel", "delete"),
        ),
    ] = "cancel"
    paused: Annotated[
        pulumi.Input[bool] | None,
        updates(
            "`true` pauses a job that trains, `false` lets it go on; left out, others may do so. A "
            "paused job is not waited for.",
            stored=bool | None,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class FineTuningJobArgs(TrainingOptions, LookedForArgs):
    """Inputs of a :class:`FineTuningJob`."""

    model: Annotated[
        Text,
        replaces(
            "Base model, with its date; or a fine-tuned model of the same account, or a checkpoint "
            "of one, to train it further. Needed for a training.",
            wire="model",
            key=name_key,
        ),
    ] = None
    training_file: Annotated[
        Text,
        replaces(
            "Id of a processed file of the same account. Needed for a training.",
            wire="training_file",
        ),
    ] = None
    training_file_sha256: Annotated[
        Text, replaces("Its content, so that the same data under another id is no new job.")
    ] = None
    validation_file: Annotated[
        Text, replaces("Id of the file that the model is measured on.", wire="validation_file")
    ] = None
    validation_file_sha256: Annotated[Text, replaces("Its content.")] = None
    existing_job_id: Annotated[
        Text,
        replaces(
            "Id of a job that is in the account already, in place of a training. It is waited for "
            "if it runs; it is never cancelled, and it stays when this is deleted."
        ),
    ] = None
