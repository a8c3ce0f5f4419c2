"""Azure's built-in roles, as far as needed here (built-in-roles/ai-machine-learning.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from aoai_emulator.state.world import Principal

_CS = "Microsoft.CognitiveServices"
_OPENAI = f"{_CS}/accounts/OpenAI"


@dataclass(frozen=True)
class Role:
    """What a role allows: control-plane actions and data actions, with ``*`` for any text."""

    actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()


ROLES = {
    "Owner": Role(actions=("*",)),
    "Contributor": Role(actions=("*",)),
    "Reader": Role(actions=("*/read",)),
    "Monitoring Reader": Role(actions=("*/read",)),
    "Cognitive Services Contributor": Role(
        actions=(
            f"{_CS}/*",
            "Microsoft.Insights/metrics/read",
            "Microsoft.Insights/metricDefinitions/read",
        )
    ),
    "Cognitive Services OpenAI Contributor": Role(
        actions=(
            f"{_CS}/*/read",
            f"{_CS}/accounts/deployments/write",
            f"{_CS}/accounts/deployments/delete",
        ),
        data_actions=(f"{_OPENAI}/*",),
    ),
    "Cognitive Services OpenAI User": Role(
        actions=(f"{_CS}/*/read",),
        data_actions=(
            f"{_OPENAI}/*/read",
            f"{_OPENAI}/deployments/*/action",
            f"{_OPENAI}/responses/*",
        ),
    ),
    "Cognitive Services Usages Reader": Role(actions=(f"{_CS}/locations/usages/read",)),
    "Foundry User": Role(actions=(f"{_CS}/*/read",), data_actions=(f"{_CS}/*",)),
    "Foundry Project Manager": Role(
        actions=(f"{_CS}/*/read", f"{_CS}/accounts/projects/*"), data_actions=(f"{_CS}/*",)
    ),
    "Foundry Account Owner": Role(actions=(f"{_CS}/*",)),
    "Foundry Owner": Role(actions=(f"{_CS}/*",), data_actions=(f"{_CS}/*",)),
}
_NAMES_UNTIL_2025 = {
    "Azure AI User": "Foundry User",
    "Azure AI Project Manager": "Foundry Project Manager",
    "Azure AI Account Owner": "Foundry Account Owner",
    "Azure AI Owner": "Foundry Owner",
}


def allows(principal: Principal, scope: str, action: str, *, data: bool = False) -> bool:
    """Whether a role of the principal at ``scope`` or above allows the action."""
    names = (_NAMES_UNTIL_2025.get(name, name) for name in _roles_at(principal, scope))
    held = (ROLES.get(name, Role()) for name in names)
    granted = (role.data_actions if data else role.actions for role in held)
    return any(_matches(action, patterns) for patterns in granted)


def _roles_at(principal: Principal, scope: str) -> Iterable[str]:
    wanted = scope.lower().rstrip("/") + "/"
    for grant in principal.grants:
        if wanted.startswith(grant.above):
            yield grant.role


@lru_cache(maxsize=1024)
def _matches(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
