"""Components: wiring of the provider's resources, and the settings of a stack."""

from components.accounts import create_accounts
from components.data import Forecast, judge_data
from components.fine_tuned_deployment import FineTunedDeployment, FineTunedDeploymentArgs
from components.settings import (
    OBJECTS,
    AccountSettings,
    DeploymentSettings,
    ModelSettings,
    Settings,
    read_settings,
)

__all__ = [
    "OBJECTS",
    "AccountSettings",
    "DeploymentSettings",
    "FineTunedDeployment",
    "FineTunedDeploymentArgs",
    "Forecast",
    "ModelSettings",
    "Settings",
    "create_accounts",
    "judge_data",
    "read_settings",
]
