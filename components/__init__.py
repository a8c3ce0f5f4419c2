"""Components: wiring of the provider's resources, and the settings of a stack."""

from components.accounts import create_accounts
from components.data import Forecast
from components.fine_tuned_deployment import FineTunedDeployment, FineTunedDeploymentArgs
from components.settings import (
    AccountSettings,
    DeploymentSettings,
    ModelSettings,
    Settings,
)
from components.stack import read_config, read_stack

__all__ = [
    "AccountSettings",
    "DeploymentSettings",
    "FineTunedDeployment",
    "FineTunedDeploymentArgs",
    "Forecast",
    "ModelSettings",
    "Settings",
    "create_accounts",
    "read_config",
    "read_stack",
]
