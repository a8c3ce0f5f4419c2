"""The resource manager: deployments, their operations, and metrics."""
