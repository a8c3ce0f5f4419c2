from __future__ import annotations

from datetime import timedelta

import pytest
from aoai_policies.facts import MODEL_TYPE
from aoai_policies.rules.one_deployment_per_model import RULE
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import (
    EASTUS,
    MODEL,
    SWEDEN,
    ago,
    coming,
    deployment,
    findings,
    job,
    model,
    resource,
    urn,
)

OTHER = "gpt-4.1-mini-2025-04-14.ft-9z8y7x"


def test_two_deployments_of_one_model_in_an_account_are_found_and_both_named() -> None:
    (finding,) = findings(RULE, deployment("chat"), deployment("copy"))

    assert finding.level == "mandatory"
    for part in ('"chat" (chat-v1)', '"copy" (copy-v1)', MODEL, "sweden (swedencentral)", "Remove"):
        assert part in finding.message


def test_one_deployment_is_fine() -> None:
    assert findings(RULE, deployment("chat")) == ()


def test_two_models_are_fine() -> None:
    assert findings(RULE, deployment("chat"), deployment("copy", model=OTHER)) == ()


def test_names_are_compared_as_azure_does_whatever_their_case() -> None:
    account = {**SWEDEN, "id": SWEDEN["id"].upper()}
    copy = deployment("copy", model=MODEL.upper(), account=account)

    assert len(findings(RULE, deployment("chat"), copy)) == 1


def test_a_deployment_whose_name_is_not_known_is_named_by_its_resource() -> None:
    copy = deployment("copy", deployment_name=UNKNOWN)

    (finding,) = findings(RULE, deployment("chat"), copy)

    assert 'deployment "copy" serve' in finding.message


def test_of_three_deployments_two_are_too_many() -> None:
    assert len(findings(RULE, *(deployment(name) for name in "abc"))) == 2


def test_the_deployment_that_exists_is_not_the_one_that_is_blamed() -> None:
    old = deployment("old", created_at=ago(timedelta(days=3)))
    older = deployment("older", created_at=ago(timedelta(days=9)), model=OTHER)
    newest = deployment("newest", model=OTHER)

    found = findings(RULE, newest, deployment("new"), old, older)

    assert sorted(f.subject.rpartition("::")[2] for f in found) == ["new", "newest"]


def test_a_copy_in_another_account_is_fine() -> None:
    assert findings(RULE, deployment("chat"), deployment("copy", account=EASTUS)) == ()


def test_scope_model_forbids_a_copy_in_another_account_too() -> None:
    copy = deployment("copy", account=EASTUS)

    (finding,) = findings(RULE, deployment("chat"), copy, scope="model")

    assert "eastus (eastus2) and sweden (swedencentral)" in finding.message
    assert "policy config" in finding.message


def test_scope_model_does_not_ask_for_accounts() -> None:
    copy = deployment("copy", account=UNKNOWN, model=OTHER)

    assert findings(RULE, deployment("chat"), copy, scope="model") == ()


def test_base_models_may_be_deployed_twice() -> None:
    base = [deployment(name, model="gpt-4.1-mini") for name in ("one", "two")]

    assert findings(RULE, *base) == ()


def test_a_model_that_is_still_to_be_trained_is_known_by_its_resource() -> None:
    training = job("chat-job")
    trained = model("chat-model", training)
    chat, copy = coming("chat", trained), coming("copy", trained)

    (finding,) = findings(RULE, training, trained, chat, copy)

    assert finding.level == "mandatory"
    assert 'the one that "chat-model" will bring' in finding.message


def test_two_models_of_one_job_are_one_model() -> None:
    training = job("chat-job")
    one, two = model("one", training), model("two", training)

    assert len(findings(RULE, training, one, two, coming("a", one), coming("b", two))) == 1


def test_two_checkpoints_of_one_job_are_two_models() -> None:
    training = job("chat-job")
    one, two = model("one", training, checkpoint=50.0), model("two", training, checkpoint=100.0)

    assert findings(RULE, training, one, two, coming("a", one), coming("b", two)) == ()


def test_no_checkpoint_is_the_final_one() -> None:
    training = job("chat-job")
    one, two = model("one", training), model("two", training, checkpoint="final")

    assert len(findings(RULE, training, one, two, coming("a", one), coming("b", two))) == 1


@pytest.mark.parametrize("checkpoint", [UNKNOWN, "best"])
def test_a_checkpoint_that_is_not_known_yet_is_doubted(checkpoint: object) -> None:
    training = job("chat-job")
    one, two = model("one", training), model("two", training, checkpoint=checkpoint)

    (finding,) = findings(RULE, training, one, two, coming("a", one), coming("b", two))

    assert "cannot be known yet" in finding.message


def test_a_deployment_that_takes_its_model_from_the_job_shares_it_with_the_jobs_model() -> None:
    training = job("chat-job")
    trained = model("chat-model", training)

    assert len(findings(RULE, training, trained, coming("a", training), coming("b", trained))) == 1


def test_models_of_one_job_id_are_one_model() -> None:
    one, two = (resource(MODEL_TYPE, name, {"job_id": "ftjob-1"}) for name in ("one", "two"))

    assert len(findings(RULE, one, two, coming("a", one), coming("b", two))) == 1


def test_models_that_each_wait_for_all_jobs_are_doubted() -> None:
    jobs = [job("one-job"), job("two-job")]
    waits = [j.urn for j in jobs]
    one, two = (
        resource(MODEL_TYPE, name, {"job_id": UNKNOWN}, job_id=waits) for name in ("one", "two")
    )

    (finding,) = findings(RULE, *jobs, one, two, coming("a", one), coming("b", two))

    assert "cannot be known yet" in finding.message


def test_a_model_that_may_be_one_of_several_is_doubted() -> None:
    training = [job("one-job"), job("two-job")]
    one, two = model("one", training[0]), model("two", training[1])
    either = deployment("either", {"model": [one.urn, two.urn]}, model=UNKNOWN)

    (finding,) = findings(RULE, *training, one, two, coming("a", one), either)

    assert "cannot be known yet" in finding.message


def test_a_named_model_and_one_still_to_be_trained_are_doubted() -> None:
    training = job("chat-job")
    trained = model("chat-model", training)

    (finding,) = findings(RULE, training, trained, deployment("old"), coming("new", trained))

    assert finding.level == "mandatory"
    assert "cannot be known yet" in finding.message


def test_a_named_model_and_one_to_be_trained_from_another_base_model_are_two() -> None:
    training = job("chat-job", model="gpt-4o-mini-2024-07-18")
    trained = model("chat-model", training)

    assert findings(RULE, training, trained, deployment("old"), coming("new", trained)) == ()


def test_models_of_two_jobs_are_two() -> None:
    first, second = job("one-job"), job("two-job")
    one, two = model("one", first), model("two", second)

    assert findings(RULE, first, second, one, two, coming("a", one), coming("b", two)) == ()


def test_models_of_two_jobs_are_two_in_the_first_preview_that_knows_no_owner() -> None:
    unknown = {"owner": UNKNOWN, "training_file": UNKNOWN, "training_file_sha256": UNKNOWN}
    jobs = [job(name, model="gpt-4.1-mini-2025-04-14", **unknown) for name in ("one", "two")]
    one, two = model("m1", jobs[0]), model("m2", jobs[1])

    assert findings(RULE, *jobs, one, two, coming("a", one), coming("b", two)) == ()


def test_a_dependency_that_is_no_training_does_not_make_a_base_model_a_fine_tuned_one() -> None:
    other = urn("aws:s3:Bucket", "b")
    base = [deployment(n, {"model": [other]}, model="gpt-4.1-mini") for n in ("one", "two")]

    assert findings(RULE, *base) == ()


def test_a_model_without_any_trace_fails_closed_and_only_once() -> None:
    found = findings(
        RULE, deployment("a"), deployment("b", model=OTHER), deployment("z", model=UNKNOWN)
    )

    assert [(f.subject.rpartition("::")[2], f.level) for f in found] == [("z", "mandatory")]
    assert "onUnknown" in found[0].message


def test_doubt_can_be_advisory() -> None:
    found = findings(RULE, deployment("a"), deployment("z", model=UNKNOWN), onUnknown="advisory")

    assert [f.level for f in found] == ["advisory"]


def test_doubt_about_one_deployment_does_not_hide_the_clash_of_two_others() -> None:
    found = findings(
        RULE, deployment("a"), deployment("b"), deployment("z", model=UNKNOWN), onUnknown="advisory"
    )

    assert sorted(f.level for f in found) == ["advisory", "mandatory"]


@pytest.mark.parametrize("missing", ["", None, 4.0, ["gpt"], UNKNOWN])
def test_a_model_that_is_no_name_is_not_taken_for_one(missing: object) -> None:
    found = findings(RULE, deployment("a", model=missing), deployment("b", model=missing))

    assert ["cannot be known yet" in f.message for f in found] == [True]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(["rg", "a"], ["rg", "a"], ["mandatory"], id="of one resource: the same"),
        pytest.param(["rg", "a"], ["rg", "b"], [], id="each of its own resource: two accounts"),
        pytest.param(["rg"], ["rg", "b"], ["advisory"], id="one inside the other: in doubt"),
        pytest.param([], [], ["advisory"], id="of nowhere: in doubt"),
    ],
)
def test_accounts_that_are_not_known_yet_are_compared_by_where_they_come_from(
    one: list[str], other: list[str], expected: list[str]
) -> None:
    new = {"id": UNKNOWN, "location": "swedencentral"}
    first = deployment("a", {"account": one}, account=new)
    second = deployment("b", {"account": other}, account=new)

    assert [f.level for f in findings(RULE, first, second, onUnknown="advisory")] == expected
