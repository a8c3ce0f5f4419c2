"""What goes wrong between a provider and Azure, and when: before the work is done, or after it.

A fault after the work is the dangerous kind: Azure has done what was asked, and the client does not
know it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import RemoteDisconnected
from random import Random

import requests
from urllib3.exceptions import NewConnectionError, ProtocolError

from tests.lifecycle.asgi import Answer, Sent
from tests.lifecycle.ledger import Actor

REFUSED, FORBIDDEN, CONFLICT, THROTTLED = 400, 403, 409, 429


class Killed(BaseException):
    """The engine and its providers are gone; nothing after this line happens."""


@dataclass(frozen=True)
class Fault:
    """One way in which a request goes wrong.

    Attributes:
        name: shown in a trace.
        done: Azure carried the request out.
        status: the status that the client sees; 0 if it sees none.
        reads: whether it strikes a GET too.
    """

    name: str
    done: bool
    status: int = 0
    reads: bool = True
    garbled: bool = False


FAULTS = (
    Fault("refused-connection", done=False),
    Fault("lost-before", done=False),
    Fault("lost-after", done=True),
    Fault("500-before", done=False, status=500),
    Fault("500-after", done=True, status=500),
    Fault("503-before", done=False, status=503),
    Fault("504-after", done=True, status=504),
    Fault("408-after", done=True, status=408, reads=False),
    Fault("499-after", done=True, status=499, reads=False),
    Fault("401-before", done=False, status=401),
    Fault("401-after", done=True, status=401, reads=False),
    Fault("403-before", done=False, status=FORBIDDEN),
    Fault("409-before", done=False, status=CONFLICT, reads=False),
    Fault("409-after", done=True, status=CONFLICT, reads=False),
    Fault("425-after", done=True, status=425, reads=False),
    Fault("429-before", done=False, status=THROTTLED),
    Fault("400-before", done=False, status=REFUSED, reads=False),
    Fault("garbled-after", done=True, status=200, garbled=True),
)


def strike(fault: Fault, sent: Sent, handle: Callable[[Sent], Answer]) -> Answer:
    """Let the fault happen to a request."""
    answer = handle(sent) if fault.done else None
    if fault.garbled:
        status = answer.status if answer and answer.status < REFUSED else 200
        return Answer(status, {"content-type": "application/json"}, b"<html>proxy</html>")
    if fault.status:
        error = {"error": {"code": str(fault.status), "message": f"a fault: {fault.name}"}}
        return Answer(
            fault.status, {"content-type": "application/json"}, json.dumps(error).encode()
        )
    if fault.name == "refused-connection":
        cause: Exception = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    else:
        cause = ProtocolError("Connection aborted.", RemoteDisconnected("closed"))
    raise requests.ConnectionError(cause)


@dataclass
class Weather:
    """The faults of one phase: how often, of which kinds, and where the engine is killed.

    Attributes:
        rate: the share of requests that go wrong, 0 to 1.
        kinds: the faults that may strike.
        rate_in: only requests of this go wrong, as in ``kill_in``.
        refuse: no quota for deployments in accounts whose name contains this; none if empty.
        kill_at: the number of the request, from 1, at which the engine is killed; 0 for never.
        kill_in: only requests of this step count for it, as ``create`` or ``delete of a file``; all
            if empty.
        kill_after: whether that request is carried out before.
    """

    random: Random
    rate: float = 0.0
    kinds: tuple[Fault, ...] = FAULTS
    rate_in: str = ""
    refuse: str = ""
    kill_at: int = 0
    kill_after: bool = False
    kill_in: str = ""
    count: int = 0

    def kills(self, actor: Actor) -> bool:
        """Whether the engine is killed at the next request, which is on behalf of this one."""
        counts = actor.does(self.kill_in)
        self.count += counts
        return counts and self.count == self.kill_at

    def pick(self, sent: Sent, actor: Actor) -> Fault | None:
        """The fault that strikes this request, if one does."""
        if not self.rate or not actor.does(self.rate_in) or self.random.random() >= self.rate:
            return None
        fault = self.random.choice(self.kinds)
        return fault if fault.reads or sent.method != "GET" else None

    def refuses(self, sent: Sent) -> bool:
        """Whether Azure has no quota for this deployment."""
        return bool(
            self.refuse
            and sent.method == "PUT"
            and "/deployments/" in sent.path
            and self.refuse in sent.path
        )


NO_QUOTA = Answer(
    REFUSED,
    {"content-type": "application/json"},
    b'{"error":{"code":"InsufficientQuota","message":"no quota"}}',
)
