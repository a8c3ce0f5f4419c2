"""Whether a subscription may use Microsoft.CognitiveServices: a new one in Azure must register."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from aoai_emulator.state.backend import Backend
from aoai_emulator.state.json_response import JSONResponse

PROVIDER: Final = "Microsoft.CognitiveServices"


def is_registered(backend: Backend, subscription: str) -> bool:
    """Whether the world says so, or a call has registered it."""
    found = backend.world.subscription(subscription)
    return found is None or found.registered or bool(backend.store.get_meta(_name(subscription)))


def register(backend: Backend, subscription: str) -> None:
    """Register the subscription; a reset of the emulator keeps that."""
    backend.store.set_meta(_name(subscription), True)


def refusal() -> Response:
    """The answer to every call of a provider that is not registered."""
    error = {
        "code": "MissingSubscriptionRegistration",
        "message": (
            f"The subscription is not registered to use namespace '{PROVIDER}'. See"
            " https://aka.ms/rps-not-found for how to register subscriptions."
        ),
    }
    details = [{"code": error["code"], "target": PROVIDER, "message": error["message"]}]
    return JSONResponse({"error": {**error, "details": details}}, 409)


def _name(subscription: str) -> str:
    return f"registered.{subscription.lower()}"
