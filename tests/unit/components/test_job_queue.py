"""More jobs at once than an account takes in are told before they are submitted."""

from __future__ import annotations

import pytest
from aoai_components.job_queue import queue_warnings

from tests.stack_settings import read_settings
from tests.unit.components.test_settings import config


@pytest.mark.parametrize(("count", "told"), [(23, False), (24, True)])
def test_jobs_beyond_the_queue_of_an_account_are_told(count: int, told: bool) -> None:
    model = {"account": "sweden", "baseModel": "gpt-4.1-mini", "trainingFile": "t.jsonl"}
    models = {f"m{number}": model for number in range(count + 5)}
    settings = read_settings(config(models=models, deployments={}), {})
    found = list(queue_warnings(settings, {f"m{number}" for number in range(count)}))
    assert bool(found) is told
    if told:
        assert found[0].startswith("models.m0, models.m1, models.m10 and 21 more: 24 jobs at once")
