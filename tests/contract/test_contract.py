"""Each call that is offered, in each version, by an official client, decoded strictly."""

from __future__ import annotations

from contextlib import ExitStack, closing

import azure.mgmt.cognitiveservices.models
import azure.mgmt.monitor.models
import pytest
from aoai_emulator import RunningEmulator
from aoai_emulator.server.support_matrix import Offered, offered
from azure.identity import ClientSecretCredential
from openai import BaseModel

from tests.contract import cases_accounts, cases_arm, cases_data, cases_evals, cases_rest
from tests.contract.cases import CASES, Case
from tests.contract.deviations import DEVIATIONS, expected
from tests.contract.stage import Stage
from tests.contract.strict import azure_problems, openai_problems
from tests.emulator.wire import Wire

MODELS = {
    "azure-mgmt-cognitiveservices": azure.mgmt.cognitiveservices.models,
    "azure-core": azure.mgmt.cognitiveservices.models,
    "azure-mgmt-monitor": azure.mgmt.monitor.models,
}
NEWER = {"DeploymentProperties.deploymentState: unknown"}
"""What 2025-12-01 and later show, and the SDK (2025-09-01) does not know."""
OLDER = {"DeploymentProperties.ratelimits: unknown"}
"""How versions until 2023-05-01 spell the key (recorded in 2023)."""
LISTED = {
    "AccountModel.description: unknown",
    "CallRateLimit.key: unknown",
    "Model.id: unknown",
    "Model.location: unknown",
    "Model.name: unknown",
    "Model.type: unknown",
    "ModelSku.costs: unknown",
    "ModelSku.ratelimits: unknown",
}
"""What the lists of models had on the wire in 2023 and 2025; the SDK's ``cost`` stays empty."""

assert {
    cases_accounts,
    cases_arm,
    cases_data,
    cases_evals,
    cases_rest,
}


def plays() -> list[tuple[Case, Offered, str]]:
    return [
        (case, row, version)
        for row in offered()
        for version in row.versions
        for case in CASES
        if case.plays(row) and (case.client == "openai") == row.surface.startswith("Data")
    ]


ALWAYS = {"2024-10-01", "2024-10-21", "2025-04-01-preview", "v1"}


def marked(case: Case, row: Offered, version: str) -> object:
    """Versions in the middle, which repeat their neighbours, belong to the slow matrix."""
    always = version in {row.versions[0], row.versions[-1], *ALWAYS}
    return pytest.param(case, row, version, marks=() if always else pytest.mark.matrix)


@pytest.mark.parametrize(
    ("case", "row", "version"),
    [marked(*each) for each in plays()],
    ids=lambda each: getattr(each, "operation", str(each)),
)
def test_the_call_is_understood_by_the_official_client(
    azure: RunningEmulator, identity: ClientSecretCredential, case: Case, row: Offered, version: str
) -> None:
    with ExitStack() as opened:
        wire = opened.enter_context(closing(Wire(azure)))
        stage = Stage(azure, wire, version, identity, opened)
        azure.forget_requests()
        decoded = case.play(stage)
        made = [each for each in azure.requests() if each["operation"] == row.operation]
        assert made, f"the client never made the call {row.operation}"
        assert made[-1]["status"] < 300
        if isinstance(decoded, BaseModel):
            found = openai_problems(decoded, stage.captured[-1].json())
            assert found == expected(row.operation, version)
        elif case.model:
            check_azure(case, stage, version)


def check_azure(case: Case, stage: Stage, version: str) -> None:
    bodies = [each.json() for each in stage.captured if each.status < 300 and each.body]
    assert bodies
    resources = [body for body in bodies if "startTime" not in body]
    other = NEWER if version >= "2025-12-01" else OLDER if version <= "2023-05-01" else set()
    for body in resources:
        found = azure_problems(body, str(case.model), MODELS[case.client])
        assert found - other - LISTED == set()


def test_every_call_that_is_offered_has_a_case() -> None:
    played = {(row.surface, row.operation, version) for _, row, version in plays()}
    every = {(row.surface, row.operation, version) for row in offered() for version in row.versions}
    assert every - played == set()


def test_every_case_is_about_a_call_that_is_offered() -> None:
    assert {case.operation for case in CASES} == {row.operation for row in offered()}


def test_every_deviation_is_of_an_operation_that_is_offered() -> None:
    named = {name for each in DEVIATIONS for name in each.operations}
    assert named <= {row.operation for row in offered()}
