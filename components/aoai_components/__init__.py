"""Components: wiring of the provider's resources, and the settings of a stack."""

from __future__ import annotations

from aoai_components.account_settings import AccountSettings
from aoai_components.accounts import create_accounts
from aoai_components.config import Stack, read_config, read_stack
from aoai_components.discovery import discover
from aoai_components.engine_version import require_engine
from aoai_components.fine_tuned_deployment import (
    DeploymentTarget,
    FineTunedDeployment,
    FineTunedDeploymentArgs,
)
from aoai_components.model_settings import ModelSettings
from aoai_components.prior_state import read_prior_state
from aoai_components.program import args_of, create_models, looked_at, pending_models, refused
from aoai_components.reporting import show_review
from aoai_components.settings import DeploymentSettings, Settings
from aoai_components.training_data import Forecast

__all__ = [
    "AccountSettings",
    "DeploymentSettings",
    "DeploymentTarget",
    "FineTunedDeployment",
    "FineTunedDeploymentArgs",
    "Forecast",
    "ModelSettings",
    "Settings",
    "Stack",
    "args_of",
    "create_accounts",
    "create_models",
    "discover",
    "looked_at",
    "pending_models",
    "read_config",
    "read_prior_state",
    "read_stack",
    "refused",
    "require_engine",
    "show_review",
]
