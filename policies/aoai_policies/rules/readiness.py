"""Before a model is served, somebody has written down what for and how good it has to be.

The questions are those of "When to use Azure OpenAI fine-tuning": a use case that can be named,
what was tried and measured before (the baseline), how the quality of the model will be measured,
and who answers for it. The answers are tags of the deployment, so that the portal shows them too;
settings of a model (``readiness``) become those of all its deployments.
Names of tags are compared without regard to case, blanks, hyphens and underscores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from aoai_policies.facts import Stack
from aoai_policies.finding import Finding
from aoai_policies.rule import Config, Framework, Rule
from aoai_policies.settings import list_setting, texts
from aoai_policies.values import UNKNOWN
from aoai_policies.wording import place

_QUESTIONS = ("useCase", "baseline", "targetMetric", "owner")


def check(stack: Stack, config: Config, _now: datetime) -> Iterator[Finding]:
    """A finding for each fine-tuned deployment that leaves questions open."""
    required = texts(config, "required")
    for deployment in stack.deployments:
        if not deployment.may_serve_fine_tuned or deployment.is_developer_tier:
            continue
        if deployment.tags is None:  # not known yet
            continue
        answered = _answered(deployment.tags)
        missing = [name for name in required if _plain(name) not in answered]
        if missing and deployment.registered:
            yield Finding(
                deployment.urn,
                f"{place(deployment)} does not state: {', '.join(missing)}.\n"
                "Write them under `readiness` of the model in the stack's file, or as `tags`: what "
                "the model is for, what it is compared with, the metric and value that it has to "
                "reach, and who answers for it.",
            )


def _answered(tags: object) -> set[str]:
    """The questions that tags answer."""
    return {
        _plain(name)
        for name, answer in (tags.items() if isinstance(tags, Mapping) else ())
        # An answer that is not known yet is one.
        if answer is UNKNOWN or (isinstance(answer, str) and answer.strip())
    }


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


RULE = Rule(
    name="readiness",
    title="Readiness",
    description="Checks that purpose, baseline, target and owner of a served model are stated.",
    severity="low",
    enforcement="advisory",
    framework=Framework("NIST AI RMF", "MAP 1.1, MEASURE 1.1"),
    settings={
        "required": list_setting("The questions that have to be answered.", _QUESTIONS),
    },
    remediation="Answer the questions under `readiness` of the model, or as tags.",
    check=check,
)
