"""Components: wiring of the provider's resources, and the settings of a stack."""

from components.accounts import create_accounts
from components.data import refuse_bad_data
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
    "ModelSettings",
    "Settings",
    "create_accounts",
    "read_settings",
    "refuse_bad_data",
]
