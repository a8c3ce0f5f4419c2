"""Ways to get a second deployment past one-deployment-per-model, as a program would try them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from aoai_policies.facts import JOB_TYPE, MODEL_TYPE, Resource
from aoai_policies.values import UNKNOWN

from tests.unit.policies.stacks import (
    MODEL,
    SWEDEN,
    coming,
    deployment,
    job,
    model,
    native,
    resource,
)

Way = Callable[[], list[Resource]]
SAME: Final[dict[str, object]] = {
    "model": "gpt-4.1-mini-2025-04-14",
    "training_file": "file-1",
    "owner": "o",
}


def pair(**second: object) -> Way:
    """The same literal model twice, the second written another way."""
    return lambda: [deployment("a"), deployment("b", **second)]


def models(one: dict[str, object], other: dict[str, object], **training: object) -> Way:
    """Two FineTunedModels of one job."""

    def way() -> list[Resource]:
        source = job("job", **training)
        first, second = model("m1", source, **one), model("m2", source, **other)
        return [source, first, second, coming("a", first), coming("b", second)]

    return way


def literal_job(component: str | None = None, **training: object) -> Way:
    """A literal job id beside the job resource."""

    def way() -> list[Resource]:
        source = job("job", **training)
        named = replace(resource(MODEL_TYPE, "named", {"job_id": "ftjob-1"}), parent=component)
        own = model("own", source)
        return [source, named, own, coming("a", named), coming("b", own)]

    return way


def literal_name(**training: object) -> Way:
    """A literal model name beside a new FineTunedModel of the job that made it."""

    def way() -> list[Resource]:
        source = job("job", **training)
        own = model("own", source, **({"job_id": training["job_id"]} if training else {}))
        return [source, own, deployment("a"), coming("b", own)]

    return way


def two_jobs(first: dict[str, object], second: dict[str, object]) -> Way:
    """Two jobs with two models."""

    def way() -> list[Resource]:
        one = job("one", **first)
        two = replace(job("one", **second), urn=f"{one.urn}-in-another-component")
        m1, m2 = model("m1", one), model("m2", two)
        return [one, two, m1, m2, coming("a", m1), coming("b", m2)]

    return way


def one_of_several() -> list[Resource]:
    """An output that is made from two models."""
    jobs = [job("j1"), job("j2")]
    one, two = model("m1", jobs[0]), model("m2", jobs[1])
    either = deployment("b", {"model": [one.urn, two.urn]}, model=UNKNOWN)
    return [*jobs, one, two, coming("a", one), either]


def waits_for_all() -> list[Resource]:
    """Two models that each come from both jobs."""
    jobs = [job("j1"), job("j2")]
    waits = [j.urn for j in jobs]
    one, two = (resource(MODEL_TYPE, n, {"job_id": UNKNOWN}, job_id=waits) for n in ("m1", "m2"))
    return [*jobs, one, two, coming("a", one), coming("b", two)]


def through_a_component() -> list[Resource]:
    """A dependency on the component that holds the model."""
    source = job("job")
    inner = replace(model("inner", source), parent="urn:component")
    outside = deployment("b", {"model": ["urn:component"]}, model=UNKNOWN)
    return [source, inner, coming("a", inner), outside]


def job_and_model() -> list[Resource]:
    """One takes the job's output, the other the model's."""
    source = job("job")
    own = model("own", source)
    return [source, own, coming("a", source), coming("b", own)]


def new_account(*, other: object) -> Way:
    """An account that is still to be made, beside one that is, or is not, known."""

    def way() -> list[Resource]:
        new = {"id": UNKNOWN, "location": "swedencentral"}
        first = deployment("a", {"account": ["urn:account"]}, account=new)
        sources: dict[str, list[str]] = {"account": ["urn:account"]} if other is None else {}
        return [first, deployment("b", sources, account=other or new)]

    return way


CLASSIC: Final = resource(
    "azure:cognitive/deployment:Deployment",
    "b",
    {"cognitiveAccountId": SWEDEN["id"], "name": "b", "model": {"name": MODEL}, "sku": {}},
)

STOPPED: Final[dict[str, Way]] = {
    "the same name twice": pair(),
    "the name in capitals": pair(model=MODEL.upper()),
    "the name with a blank": pair(model=f" {MODEL} "),
    "the family instead of the snapshot in the name": pair(model=f"gpt-4.1-mini.ft-{MODEL[-6:]}"),
    "the account in capitals": pair(account={**SWEDEN, "id": SWEDEN["id"].upper()}),
    "the account with a slash": pair(account={**SWEDEN, "id": f"{SWEDEN['id']}/"}),
    "the region as the portal writes it": pair(account={**SWEDEN, "location": "Sweden Central"}),
    "another region for the same account": pair(account={**SWEDEN, "location": "eastus2"}),
    "another tenant for the same account": pair(account={**SWEDEN, "tenant_id": "other"}),
    "another SKU": pair(sku="DeveloperTier"),
    "a source account": pair(source=SWEDEN),
    "the output of one model twice": models({}, {}),
    "two models of one job": models({"checkpoint": "final"}, {"checkpoint": None}),
    "the job's output beside the model's": job_and_model,
    "a literal job id beside a job to be submitted": literal_job(),
    "a literal job id beside the job of that id": literal_job(job_id="ftjob-1"),
    "a literal job id in a component": literal_job("urn:component", job_id="ftjob-1"),
    "a literal name beside a new model of its job": literal_name(
        job_id="ftjob-1", fine_tuned_model=MODEL
    ),
    "a literal name beside a model of a job whose name is hidden": literal_name(),
    "a literal name beside a job of the alias of its base model": lambda: [
        source := job("job", model="gpt-3.5-turbo"),
        own := model("own", source),
        deployment("a", model="gpt-35-turbo-0125.ft-0a1b2c"),
        coming("b", own),
    ],
    "final beside a step": models({}, {"checkpoint": 40.0}),
    "best beside final": models({"checkpoint": "best"}, {}),
    "best beside a step": models({"checkpoint": "best"}, {"checkpoint": 40.0}),
    "a checkpoint that is not known": models({"checkpoint": UNKNOWN}, {"checkpoint": 40.0}),
    "two jobs of one owner": two_jobs(SAME, SAME),
    "two jobs of one suffix and seed": two_jobs(
        {**SAME, "suffix": "s", "seed": 1.0}, {**SAME, "owner": "p", "suffix": "s", "seed": 1.0}
    ),
    "two jobs that turn out to be one": two_jobs({"job_id": "ftjob-1"}, {"job_id": "ftjob-1"}),
    "one of several models": one_of_several,
    "models that wait for all jobs": waits_for_all,
    "a component's output": through_a_component,
    "a new account twice": new_account(other=None),
    "a new account beside a known one": new_account(other=SWEDEN),
    "azure-native": lambda: [deployment("a"), native("b")],
    "azure-native twice": lambda: [native("a"), native("b")],
    "the classic provider": lambda: [deployment("a"), CLASSIC],
    "a model without a trace": pair(model=UNKNOWN),
    "a model of another type": pair(model=["gpt"]),
}
"""Each is a mandatory finding about one of the two deployments."""

ALLOWED: Final[dict[str, Way]] = {
    "two steps of one job": models({"checkpoint": 40.0}, {"checkpoint": 80.0}),
    "two jobs of two owners": two_jobs({**SAME, "owner": "p"}, SAME),
    "two jobs of other data": two_jobs({**SAME, "training_file": "file-2"}, SAME),
    "another account": pair(account={**SWEDEN, "id": SWEDEN["id"].replace("/sweden", "/other")}),
    "another region": new_account(other={"id": UNKNOWN, "location": "eastus2"}),
    "one that Azure has removed": lambda: [
        deployment("a", removed_for_inactivity=True, deployment_id="id"),
        deployment("b"),
    ],
    "a job in the type of another": lambda: [resource(JOB_TYPE, "x", {}), deployment("a")],
}
"""None is a finding: these are two models, or two accounts."""
