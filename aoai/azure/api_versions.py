"""The API version of each surface: the only place that names one.

A version is the oldest that has all that is used of it, or the newest generally available one, so
that sovereign clouds have it too. How to move one: CONTRIBUTING, "An API version".

| surface        | version            | because |
|----------------|--------------------|---|
| files, uploads | 2024-10-21         | the newest that is generally available; first with uploads |
| jobs           | 2025-04-01-preview | 2024-10-21 knows neither ``method`` nor ``trainingType`` |
| models         | 2024-10-21         | the newest that is generally available |
| deployments    | 2024-10-01         | the first stable one with ``sourceAccount`` and tags |
| accounts       | 2025-09-01         | recorded with deprecation, ``costs`` and account limits |
| subscriptions  | 2022-12-01         | the newest stable one of Microsoft.Resources |
| metrics        | 2024-02-01         | the newest stable one of Microsoft.Insights |
"""

from __future__ import annotations

FILES = "2024-10-21"
JOBS = "2025-04-01-preview"
MODELS = "2024-10-21"
DEPLOYMENTS = "2024-10-01"
ACCOUNTS = "2025-09-01"
SUBSCRIPTIONS = "2022-12-01"
METRICS = "2024-02-01"
