"""The emulator's own routes: clock, pace, faults, what was received, reset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aoai_emulator.admin.guard import PREFIX
from aoai_emulator.admin.push import push
from aoai_emulator.operations.catch_up import catch_up
from aoai_emulator.operations.deployment_life import removal_due
from aoai_emulator.state.backend import Backend
from aoai_emulator.state.bounds import bounded, compiled
from aoai_emulator.state.clock import iso, parse_iso
from aoai_emulator.state.deployment_records import deployments, removals
from aoai_emulator.state.job_records import jobs
from aoai_emulator.state.json_response import JSONResponse
from aoai_emulator.state.recorder import Recorded
from aoai_emulator.state.upload_records import parts, uploads

_LONGEST_WAIT = 600.0
_Answer = Callable[[Backend, dict[str, Any]], dict[str, Any]]


def _clock_shown(backend: Backend) -> dict[str, Any]:
    return {"now": iso(backend.clock.now())}


def _clock_shown_to(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    return _clock_shown(backend)


def _clock(backend: Backend, body: dict[str, Any]) -> dict[str, Any]:
    if "freeze" in body:
        backend.clock.freeze(parse_iso(body["freeze"]))
    if body.get("run"):
        backend.clock.run()
    units = {"seconds": 1, "hours": 3600, "days": 86_400}
    backend.clock.advance(sum(size * float(body.get(name, 0)) for name, size in units.items()))
    return _clock_shown(backend)


def _pace(backend: Backend, body: dict[str, Any]) -> dict[str, Any]:
    # What is due at the old pace happens at the old pace.
    for account in backend.world.accounts:
        catch_up(backend, account.name)
    backend.pace.set(str(body["pace"]), body.get("of"))
    return backend.pace.shown()


def _settings(backend: Backend, body: dict[str, Any]) -> dict[str, Any]:
    backend.settings_store.change(body)
    return {name: getattr(backend.settings, name) for name in backend.settings.__dataclass_fields__}


def _fault(backend: Backend, body: dict[str, Any]) -> dict[str, Any]:
    backend.faults.add(body)
    return {"faults": backend.faults.shown()}


def _faults(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    return {"faults": backend.faults.shown()}


def _clear_faults(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    backend.faults.clear()
    return {"faults": []}


def _release(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    backend.faults.release()
    return {}


def _reset(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    backend.reset()
    return {}


def _revoke(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    backend.tokens.revoke()
    return {}


def _move(backend: Backend, body: dict[str, Any]) -> dict[str, Any]:
    group, subscription = body.get("resource_group") or "", body.get("subscription") or ""
    now = backend.clock.now()
    moved = backend.accounts.move(body["account"], now, group=group, subscription=subscription)
    return {"id": moved.account().id}


def _push(backend: Backend, body: dict[str, Any]) -> dict[str, Any]:
    push(backend, body)
    return {}


def _state(backend: Backend, _: dict[str, Any]) -> dict[str, Any]:
    """Per account: jobs, uploads, deployments with the day they go, and what was taken away."""
    found = {}
    for account in backend.world.accounts:
        catch_up(backend, account.name)
        found[account.name] = {
            "jobs": [
                {"id": job.id, "status": job.status} for job in jobs(backend).list(account.name)
            ],
            "uploads": [
                {"id": each.id, "status": each.status, "parts": len(parts(backend).list(each.id))}
                for each in uploads(backend).list(account.name)
            ],
            "deployments": [
                {"name": each.name, "model": each.model["name"], "removal": _due(backend, each)}
                for each in deployments(backend).list(account.name)
            ],
            "removals": [
                {"name": each.name, "reason": each.reason, "at": iso(each.at)}
                for each in removals(backend).list(account.name)
            ],
        }
    return {"now": iso(backend.clock.now()), "accounts": found}


def _due(backend: Backend, deployment: Any) -> str | None:
    due = removal_due(backend, deployment)
    return iso(due[0]) if due else None


def _route(path: str, method: str, answer: _Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        backend: Backend = request.app.state.backend
        try:
            body = await request.json() if await request.body() else {}
            return JSONResponse(answer(backend, _object(body)))
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return Route(PREFIX + path, endpoint, methods=[method])


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def _matcher(request: Request) -> Callable[[Recorded], bool]:
    method, path = request.query_params.get("method"), request.query_params.get("path")
    pattern = compiled(path or "", "path")
    return lambda entry: method in (None, entry.method) and bool(pattern.search(entry.path))


async def _requests(request: Request) -> Response:
    backend: Backend = request.app.state.backend
    try:
        matches = _matcher(request)
        count = int(request.query_params.get("count", "1"))
        wait = bounded(request.query_params.get("wait", "0"), "wait", 0, _LONGEST_WAIT)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)
    if wait and not await backend.recorder.wait(matches, count, wait):
        return JSONResponse({"error": "no such request came in time"}, 408)
    return JSONResponse({"requests": backend.recorder.entries(matches)})


async def _forget(request: Request) -> Response:
    backend: Backend = request.app.state.backend
    backend.recorder.clear()
    return JSONResponse({"requests": []})


ROUTES = [
    _route("/health", "GET", _clock_shown_to),
    _route("/clock", "GET", _clock_shown_to),
    _route("/clock", "POST", _clock),
    _route("/pace", "GET", lambda backend, _: backend.pace.shown()),
    _route("/pace", "POST", _pace),
    _route("/settings", "GET", lambda backend, _: _settings(backend, {})),
    _route("/settings", "POST", _settings),
    _route("/faults", "GET", _faults),
    _route("/faults", "POST", _fault),
    _route("/faults", "DELETE", _clear_faults),
    _route("/release", "POST", _release),
    _route("/reset", "POST", _reset),
    _route("/revoke-tokens", "POST", _revoke),
    _route("/push", "POST", _push),
    _route("/move", "POST", _move),
    _route("/state", "GET", _state),
    Route(f"{PREFIX}/requests", _requests, methods=["GET"]),
    Route(f"{PREFIX}/requests", _forget, methods=["DELETE"]),
]
