"""What the local stack shows of its outputs, and the question that it asks."""

from __future__ import annotations

import pytest

from tools import local_chat
from tools.local_environment import LocalError

DEPLOYMENT = {
    # As __main__.py exports it.
    "deploymentName": "tutor-sweden",
    "endpoint": "https://contoso-swedencentral.openai.azure.com",
    "location": "swedencentral",
    "tenantId": "aaaaaaaa-0000-4000-8000-00000000000a",
    "model": "gpt-4.1-mini-2025-04-14.ft-0123456789abcdef0123456789abcdef-tutor",
}


def test_a_deployment_has_a_line_and_its_model_one_below() -> None:
    assert local_chat.table({"deployments": {"sweden": DEPLOYMENT}}).splitlines() == [
        "DEPLOYMENT    REGION         TENANT",
        "tutor-sweden  swedencentral  aaaaaaaa…",
        "  gpt-4.1-mini-2025-04-14.ft-01234567…-tutor",
    ]


def test_the_answer_is_shown_beside_the_name_of_its_deployment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(local_chat, "_ask", lambda *_: "It depends.")
    local_chat.ask_each({"deployments": {"sweden": DEPLOYMENT}}, "Why?")
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  you           Why?",
        "  tutor-sweden  It depends.",
    ]


def test_without_a_deployment_the_next_step_is_named() -> None:
    with pytest.raises(LocalError, match="run `make up` first"):
        local_chat.ask_each({}, "Why?")
