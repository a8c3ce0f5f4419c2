"""The clauses of one-deployment-per-model and inactive-deployment, each as a program and its twin.

A clause has an account of its own, so that one run of the engine holds many of them.
Clauses that take a run of their own (planned changes, updates without a preview, ``--target``) are
in ``test_policies_engine.py``; those that take the plugin of another provider in
``tests/unit/policies/ways.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from tests.engine.policy_project import ACCOUNT, Declared, ago, declared

BASE: Final = "gpt-4.1-mini-2025-04-14"
Answers = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Clause:
    """A program that a rule reports, and its twin that it does not report.

    Attributes:
        name: what the clause is about; its account and resources begin with it.
        level: the level of the finding; none where the rule leaves the program alone.
        violates: the program, from the clause's name.
        corrected: the twin; the same program where only the service answers otherwise.
        answers: what the service answers, by name; see ``PolicyProject.service_outputs``.
        better: what it answers for the twin, where that differs.
        words: what the message holds.
    """

    name: str
    level: str | None
    violates: Callable[[str], Declared]
    corrected: Callable[[str], Declared]
    answers: Callable[[str], Answers] = field(default=lambda _: {})
    better: Callable[[str], Answers] | None = None
    words: str = ""

    @property
    def accused(self) -> str:
        """The deployment that the finding is about."""
        return f"{self.name}-b"


def account(name: str) -> dict[str, Any]:
    return {**ACCOUNT, "id": f"{ACCOUNT['id']}-{name}"}


def tuned(name: str) -> str:
    """The name of a fine-tuned model."""
    return f"{BASE}.ft-{name}"


def serve(name: str, which: str, model: str | dict[str, str], **props: Any) -> dict[str, Any]:
    """Deployment ``a`` or ``b`` of a clause."""
    given = {"account": account(name), "deployment_name": f"{name}-{which}", "model": model}
    standard = {"sku": "Standard", "capacity": 1}
    return declared("deployment", f"{name}-{which}", {**standard, **given, **props})


def train(name: str, number: str, **props: Any) -> dict[str, Any]:
    given = {"account": account(name), "model": BASE, "suffix": f"{name}-{number}"}
    return declared("job", f"{name}-job{number}", {**given, "training_file": number, **props})


def model(name: str, number: str, job: str | dict[str, str], **props: Any) -> dict[str, Any]:
    """A FineTunedModel: of a job of the clause by its number, or of a literal job id."""
    source = {"from": f"{name}-job{job}.job_id"} if isinstance(job, str) else job["id"]
    return declared(
        "model", f"{name}-m{number}", {"account": account(name), "job_id": source, **props}
    )


def output(name: str, number: str) -> dict[str, str]:
    return {"from": f"{name}-m{number}.fine_tuned_model"}


def names(one: str, other: str) -> Callable[[str], Declared]:
    """Two literal names."""
    return lambda n: [serve(n, "a", tuned(f"{n}{one}")), serve(n, "b", tuned(f"{n}{other}"))]


def two_models(
    one: tuple[str, dict[str, Any]], other: tuple[str, dict[str, Any]]
) -> Callable[[str], Declared]:
    """Two FineTunedModels, each of a job and with props, and a deployment of each."""
    return lambda n: [
        *(train(n, job) for job in sorted({one[0], other[0]})),
        model(n, "1", one[0], **one[1]),
        model(n, "2", other[0], **other[1]),
        serve(n, "a", output(n, "1")),
        serve(n, "b", output(n, "2")),
    ]


def one_output_twice(n: str) -> Declared:
    return [
        train(n, "1"),
        model(n, "1", "1"),
        serve(n, "a", output(n, "1")),
        serve(n, "b", output(n, "1")),
    ]


def literal_job(job_id: str) -> Callable[[str], Declared]:
    """A model of a literal job id beside the model of a job."""
    return lambda n: [
        train(n, "1"),
        model(n, "1", "1"),
        model(n, "2", {"id": f"{job_id}-{n}"}),
        serve(n, "a", output(n, "1")),
        serve(n, "b", output(n, "2")),
    ]


def literal_jobs(one: str, other: str) -> Callable[[str], Declared]:
    """Two literal job ids."""
    return lambda n: [
        model(n, "1", {"id": f"{one}-{n}"}),
        model(n, "2", {"id": f"{other}-{n}"}),
        serve(n, "a", output(n, "1")),
        serve(n, "b", output(n, "2")),
    ]


def literal_name(n: str) -> Declared:
    """A literal model name beside a new model of a job."""
    return [
        train(n, "1"),
        model(n, "1", "1"),
        serve(n, "a", tuned("0")),
        serve(n, "b", output(n, "1")),
    ]


def two_jobs(**second: Any) -> Callable[[str], Declared]:
    """Two jobs of one owner, suffix and seed, and a deployment of each."""
    same = {"owner": "o", "suffix": "s", "seed": 1, "training_file": "x"}
    return lambda n: [
        train(n, "1", **same),
        train(n, "2", **{**same, **second}),
        model(n, "1", "1"),
        model(n, "2", "2"),
        serve(n, "a", output(n, "1")),
        serve(n, "b", output(n, "2")),
    ]


def unknown_account(n: str) -> Declared:
    data = declared("file", f"{n}-data", {"account": account(n), "path": "x"})
    where = {"from": f"{n}-data.file_id"}
    return [data, serve(n, "a", tuned(n)), serve(n, "b", tuned(n), account=where)]


def two_accounts(n: str) -> Declared:
    return [serve(n, "a", tuned(n)), serve(n, "b", tuned(n), account=account(f"{n}-other"))]


def one(**props: Any) -> Callable[[str], Declared]:
    """One deployment of a literal model."""
    return lambda n: [serve(n, "b", **{"model": tuned(n), **props})]


def reads(
    made: float, *, called: float | None = None, observed: float = 0, **more: Any
) -> Callable[[str], Answers]:
    """What a read of deployment ``b`` brings: times in days before now."""
    since = made if called is None else min(made, called)
    activity: dict[str, object] = {
        "last_inference_at": None if called is None else ago(timedelta(days=called)),
        "calls": 0 if called is None else 1,
        "deleted_on": ago(timedelta(days=since - 15)),
        "observed_at": ago(timedelta(days=observed)),
    }
    own: dict[str, object] = {"removed_for_inactivity": False}
    own |= {key: more.pop(key) for key in ("created_at", "removed_for_inactivity") if key in more}
    outputs: dict[str, object] = {"created_at": ago(timedelta(days=made)), **own}
    return lambda n: {f"{n}-b": {**outputs, "activity": {**activity, **more}}}


REFUSED: Final[dict[str, Any]] = {"unknown": "Azure Monitor refused (429)", "calls": None}
USED: Final = reads(30, called=0.1)


def idle(name: str, level: str | None, answers: Callable[[str], Answers], words: str) -> Clause:
    """A deployment that the service answers so; the twin is in use."""
    return Clause(name, level, one(), one(), answers, USED, words)


PLANNED: Final = [
    Clause("name", "mandatory", names("", ""), names("1", "2"), words="serve the same model"),
    Clause("name-case", "mandatory", names("x", "X"), names("x", "Y")),
    Clause("output", "mandatory", one_output_twice, two_models(("1", {}), ("2", {}))),
    Clause("job", "mandatory", two_models(("1", {}), ("1", {})), two_models(("1", {}), ("2", {}))),
    Clause(
        "step",
        "mandatory",
        two_models(("1", {"checkpoint": 40}), ("1", {"checkpoint": 40})),
        two_models(("1", {"checkpoint": 40}), ("1", {"checkpoint": 80})),
    ),
    Clause(
        "final-step",
        "mandatory",
        two_models(("1", {"checkpoint": "final"}), ("1", {"checkpoint": 40})),
        two_models(("1", {"checkpoint": 80}), ("1", {"checkpoint": 40})),
        words="cannot be known yet",
    ),
    Clause(
        "best-final",
        "mandatory",
        two_models(("1", {"checkpoint": "best"}), ("1", {})),
        two_models(("1", {"checkpoint": "best"}), ("2", {})),
    ),
    Clause("job-id", "mandatory", literal_jobs("ftjob-1", "ftjob-1"), literal_jobs("j1", "j2")),
    Clause("job-id-new", "mandatory", literal_job("ftjob-1"), literal_jobs("j1", "j2")),
    Clause("name-new", "mandatory", literal_name, names("1", "2")),
    Clause("identity", "mandatory", two_jobs(), two_jobs(training_file="y")),
    Clause("account", "mandatory", unknown_account, two_accounts),
    Clause("base", None, one(model=BASE), one(model=BASE)),
    Clause("two-accounts", None, two_accounts, two_accounts),
]
"""one-deployment-per-model before anything is made."""


def job_answers(n: str) -> Answers:
    """The job of a clause and the models of literal job ids beside it, as they are made."""
    return {
        f"{n}-1": {"job_id": f"ftjob-{n}", "fine_tuned_model": None},
        f"ftjob-{n}": {"fine_tuned_model": tuned(n)},
        f"other-{n}": {"fine_tuned_model": tuned(f"{n}-other")},
    }


def beside_removed(second: str, **first: Any) -> Callable[[str], Declared]:
    """A deployment beside one that Azure has removed."""
    return lambda n: [serve(n, "a", tuned(n), **first), serve(n, "b", tuned(f"{n}{second}"))]


def removed(n: str) -> Answers:
    return {f"{n}-a": {"removed_for_inactivity": True}}


MADE: Final = [
    Clause("made-name", "mandatory", names("", ""), names("1", "")),
    Clause("made-job-id", "mandatory", literal_job("ftjob"), literal_job("other"), job_answers),
    Clause(
        "made-redeploy",
        "mandatory",
        beside_removed("", redeploy=True),
        beside_removed("2", redeploy=True),
        removed,
    ),
    Clause("made-removed", None, beside_removed(""), beside_removed(""), removed),
]
"""one-deployment-per-model on what is made."""

IDLE: Final = [
    idle("warn", "advisory", reads(12), "idle for 12 days"),
    idle("fail", "mandatory", reads(16), "idle for 16 days"),
    idle("called", "mandatory", reads(30, called=14.1), "last called on"),
    idle("before", "advisory", reads(12, called=20), "idle for 12 days"),
    idle("stale", "advisory", reads(5, called=4, observed=2), "--refresh"),
    idle("stale-old", "mandatory", reads(20, called=15, observed=6), "--refresh"),
    idle("future", "mandatory", reads(5, called=-19, observed=-20), "still to come by the clock"),
    idle("refused", "advisory", reads(5, **REFUSED), "Azure Monitor refused (429)"),
    idle("refused-old", "mandatory", reads(20, **REFUSED), "Azure Monitor refused (429)"),
    idle("contradicts", "mandatory", reads(20, calls=7), "are not known: "),
    idle("no-count", "mandatory", reads(20, calls=None), "are not known: "),
    idle("never-read", "mandatory", reads(20, observed_at=None, calls=None), ""),
    idle("nothing", "mandatory", reads(1, created_at=None, observed_at=None, calls=None), ""),
    idle("new", None, reads(0.1), ""),
    idle("removed", None, reads(16, removed_for_inactivity=True), ""),
    Clause("developer", None, one(sku="DeveloperTier"), one(sku="DeveloperTier"), reads(30), USED),
    Clause("base-model", None, one(model=BASE), one(model=BASE), reads(30), USED),
]
"""inactive-deployment on what is made."""

SETTINGS: Final = {
    "one-deployment-per-model": {"scope": "model", "onUnknown": "advisory"},
    "inactive-deployment": {"warnAfterDays": 3, "failAfterDays": 6, "onUnknown": "advisory"},
}
SCOPE_MODEL: Final = [
    Clause("scope", "mandatory", two_accounts, names("1", "2"), words="in all its accounts"),
]
"""one-deployment-per-model under SETTINGS."""

SOONER: Final = [
    idle("warn-sooner", "advisory", reads(4), "idle for 4 days"),
    idle("fail-sooner", "mandatory", reads(7), "idle for 7 days"),
    idle("unknown-passes", "advisory", reads(20, **REFUSED), "Azure Monitor refused (429)"),
]
"""inactive-deployment under SETTINGS."""
