from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from aoai_policies.facts import DEPLOYMENT_TYPE
from aoai_policies.proxies import stack_from
from aoai_policies.values import UNKNOWN, flag, moment, section, text
from pulumi_policy.proxy import (
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

from tests.unit.policies.stacks import SWEDEN, deployment, facts, resource, shown


def test_an_unknown_value_leaves_the_rest_of_its_resource_readable() -> None:
    chat = shown(DEPLOYMENT_TYPE, "chat", {"account": SWEDEN, "model": UNKNOWN_STRING_VALUE})

    (read,) = stack_from([chat]).deployments

    assert read.model is UNKNOWN
    assert (read.account.name, read.account.location) == ("sweden", "swedencentral")


def test_unknown_values_are_found_at_every_depth() -> None:
    account = {"id": UNKNOWN_STRING_VALUE, "location": "swedencentral"}
    chat = shown(
        DEPLOYMENT_TYPE,
        "chat",
        {"account": account, "activity": UNKNOWN_OBJECT_VALUE, "tags": [UNKNOWN_ARRAY_VALUE]},
    )

    (read,) = stack_from([chat]).deployments

    assert read.account.id is read.account.name is UNKNOWN
    assert read.account.location == "swedencentral"
    assert read.activity.observed_at is UNKNOWN


def test_an_output_that_a_preview_leaves_out_is_unknown_not_empty() -> None:
    (read,) = stack_from([shown(DEPLOYMENT_TYPE, "chat", {"account": SWEDEN})]).deployments

    assert read.deployment_id is read.created_at is UNKNOWN
    assert read.activity.last_inference_at is UNKNOWN


def test_never_called_is_not_the_same_as_unknown() -> None:
    chat = shown(DEPLOYMENT_TYPE, "chat", {"activity": {"last_inference_at": None}})

    (read,) = stack_from([chat]).deployments

    assert read.activity.last_inference_at is None
    assert read.activity.observed_at is UNKNOWN


def test_what_a_model_depends_on_is_followed_to_its_job() -> None:
    job = shown("pulumi-python:dynamic/aoai:FineTuningJob", "job", {})
    model = shown("pulumi-python:dynamic/aoai:FineTunedModel", "model", {}, job_id=[job])
    chat = shown(DEPLOYMENT_TYPE, "chat", {"model": UNKNOWN_STRING_VALUE}, model=[model])

    (read,) = stack_from([chat, model, job]).deployments

    assert [(m.urn, m.job) for m in read.models] == [(model.urn, job.urn)]


def test_resources_of_other_types_are_not_looked_into() -> None:
    other = shown("pulumi-python:dynamic:Resource", "other", {"model": UNKNOWN_STRING_VALUE})

    assert stack_from([other]).deployments == ()


def test_the_order_in_which_resources_are_given_makes_no_difference() -> None:
    chat, copy = deployment("chat"), deployment("copy")

    assert facts(chat, copy) == facts(copy, chat)


@pytest.mark.parametrize(
    ("checkpoint", "expected"),
    [(None, "final"), ("best", "best"), (40.0, "40"), (40, "40"), (0.5, UNKNOWN), ([], UNKNOWN)],
)
def test_a_checkpoint_is_a_word_or_a_step(checkpoint: object, expected: object) -> None:
    model = resource("pulumi-python:dynamic/aoai:FineTunedModel", "m", {"checkpoint": checkpoint})
    chat = deployment("chat", {"model": [model.urn]})

    ((read,),) = (d.models for d in facts(model, chat).deployments)

    assert read.checkpoint == expected


@pytest.mark.parametrize("value", [None, "", 3.0, True, ["a"], {}, UNKNOWN])
def test_a_value_that_is_no_text_is_unknown(value: object) -> None:
    assert text({"key": value}, "key") is UNKNOWN


def test_a_flag_that_is_not_given_is_false_and_one_of_another_type_unknown() -> None:
    assert flag({}, "key") is False
    assert flag({"key": True}, "key") is True
    assert flag({"key": "true"}, "key") is UNKNOWN


@pytest.mark.parametrize("value", [None, "text", [], UNKNOWN])
def test_a_section_that_is_no_object_is_empty(value: object) -> None:
    assert section({"key": value}, "key") == {}


def test_a_section_need_not_be_a_dict() -> None:
    assert section({"key": MappingProxyType({"a": 1})}, "key")["a"] == 1


@pytest.mark.parametrize(
    "value", ["2026-03-05T06:07:08Z", "2026-03-05T06:07:08", "2026-03-05T08:07:08+02:00"]
)
def test_times_are_read_with_or_without_their_zone(value: str) -> None:
    assert moment({"key": value}, "key") == datetime(2026, 3, 5, 6, 7, 8, tzinfo=UTC)


@pytest.mark.parametrize("value", ["yesterday", 1760000000.0, UNKNOWN, {}])
def test_what_is_no_time_is_unknown(value: object) -> None:
    assert moment({"key": value}, "key") is UNKNOWN
