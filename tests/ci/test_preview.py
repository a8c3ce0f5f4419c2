"""Both forms of the engine's preview give one and the same summary."""

from __future__ import annotations

import json

import pytest

from aoai.cli.ci.preview import read_preview
from aoai.cli.ci.run_summary import RunSummary, StackSummary, decode, encode
from aoai.errors import ConfigurationError
from tests.ci import previews


def read(text: str) -> StackSummary:
    return read_preview(text, "prod.json", "from-the-file")


def test_the_document_and_the_events_tell_the_same() -> None:
    steps = previews.retraining()
    assert read(previews.document(steps)) == read(previews.events(steps))


def test_it_names_the_stack_what_changes_and_why() -> None:
    found = read(previews.events(previews.retraining()))
    assert found.name == "models/prod"
    changes = {(r.kind, r.name): (r.operation, r.changed) for r in found.resources}
    assert changes["FineTuningJob", "tutor"] == ("replace", ("n",))
    assert changes["ModelDeployment", "in-place"] == ("update", ("model",))
    assert ("TrainingFile", "tutor-validation") not in changes
    assert found.before == found.after
    assert found.before["ModelDeployment"] == 3


def test_a_deployment_that_is_made_again_under_its_name_has_a_gap() -> None:
    found = read(previews.events(previews.retraining()))
    assert [r.name for r in found.resources if r.gap] == ["gone-first"]


def test_steps_on_the_way_count_for_nothing() -> None:
    ways = [
        previews.step(op, "ModelDeployment", "a", {"x": 1}, {"x": 2})
        for op in ("refresh", "create-replacement", "delete-replaced", "discard-replaced")
    ]
    assert read(previews.events(ways)).resources == ()


def test_the_engines_own_resources_are_no_change() -> None:
    provider = {"op": "create", "urn": f"{previews.PREFIX}pulumi:providers:pulumi::default"}
    assert read(previews.events([provider])).resources == ()


def test_a_rule_counts_once_whatever_its_parts_are_called() -> None:
    about = previews.urn("ModelDeployment", "in-place")
    found = read(
        previews.events(
            previews.retraining(),
            previews.violation("idle-warning", "advisory", "It idles.", about),
            previews.violation("idle-before-create", "mandatory", "It will idle.", previews.STACK),
            previews.passed("idle", "region", "region-warning", "region-before-create"),
        )
    )
    first, second = found.policies.violations
    assert found.policies.passed == ("region",)
    assert (first.rule, first.mandatory, first.resource) == ("idle", True, "")
    assert (second.rule, second.message, second.resource) == ("idle", "It idles.", "in-place")
    assert found.is_red


def test_without_a_pack_nothing_was_judged() -> None:
    assert not read(previews.events(previews.retraining())).policies.judged
    assert not read(previews.document(previews.retraining())).policies.judged


def test_an_error_that_only_says_that_there_were_others_is_left_out() -> None:
    noise = "an unhandled error occurred: program exited with non-zero exit code: 1"
    found = read(
        previews.events(
            [],
            previews.diagnostic("warning", "careful", previews.urn("FineTuningJob", "tutor")),
            previews.diagnostic("error", "bad data\n"),
            previews.diagnostic("error", noise),
            previews.diagnostic("debug", "nobody reads this"),
        )
    )
    assert [(d.severity, d.message, d.resource) for d in found.diagnostics] == [
        ("error", "bad data", ""),
        ("warning", "careful", "tutor"),
    ]
    assert [
        d.message for d in read(previews.events([], previews.diagnostic("error", noise))).errors
    ]


@pytest.mark.parametrize("keep", [200, 700])
def test_a_preview_that_a_killed_engine_left_is_an_error(keep: int) -> None:
    found = read(previews.events(previews.retraining(), ended=False)[:-keep])
    assert found.name == "models/prod"
    assert "was interrupted" in found.errors[0].message


def test_an_empty_preview_is_an_error_of_the_stack_that_the_file_names() -> None:
    found = read("\n")
    assert found.name == "from-the-file"
    assert "printed nothing" in found.errors[0].message


@pytest.mark.parametrize("text", ["[]", "{}", "no json", '"text"', "Previewing update (prod)\n{}"])
def test_what_is_no_preview_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"prod\.json is not what"):
        read(text)


def test_losses_are_in_the_order_of_the_steps() -> None:
    (model,) = read(previews.events(previews.retraining())).trained
    assert [(p.step, p.training_loss, p.validation_loss) for p in model.points] == [
        (30, None, None),
        (90, 0.4, 0.6),
    ]


def test_a_broken_policy_explains_that_the_preview_failed() -> None:
    failure = previews.diagnostic("error", "preview failed")
    broken = previews.violation("idle", "mandatory", "It idles.", previews.STACK)
    found = read(previews.events(previews.retraining(), broken, failure))
    assert found.errors == []
    assert found.is_red
    document = previews.document([], [{"severity": "error", "message": "error: preview failed"}])
    (error,) = read(document).errors
    assert "A policy may be broken" in error.message


def test_the_summary_holds_no_value_of_any_state() -> None:
    summary = RunSummary(stacks=(read(previews.events(previews.retraining())),))
    text = encode(summary)
    assert "hunter2" not in text
    assert "/subscriptions/" not in text
    assert decode(text, "summary.json") == summary


def test_a_summary_of_another_version_is_refused() -> None:
    text = json.dumps({"stacks": [], "version": 2})
    with pytest.raises(ConfigurationError, match="with the same version"):
        decode(text, "summary.json")


def test_a_summary_with_another_operation_is_refused() -> None:
    stack = {"stack": "prod", "resources": [{"operation": "x", "type": "t", "name": "n"}]}
    with pytest.raises(ConfigurationError, match="not the summary of a run"):
        decode(json.dumps({"stacks": [stack]}), "summary.json")
