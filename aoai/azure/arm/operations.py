"""Long-running operations of the resource manager, in all the forms that it answers with.

An operation that has succeeded is only half of it: the caller reads the resource afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from aoai.azure.http.advice import hint
from aoai.azure.http.fields import Json, mapping, text
from aoai.azure.http.redaction import redact
from aoai.azure.http.refusals import error_codes, error_text
from aoai.azure.http.response import Response
from aoai.azure.http.transport import Transport
from aoai.errors import NotFound, OperationFailed, OperationTimedOut

_URLS = ("Azure-AsyncOperation", "Operation-Location", "Location")  # in order of preference
_ACCEPTED = 202
_DEFAULT_PAUSES = (10.0,)  # seconds, where the service asks for none; the last one is repeated
_SHORTEST_PAUSE = 0.1  # seconds; "Retry-After: 0" would otherwise be a busy loop
_LONGEST_PAUSE = 60.0  # seconds
_MISSING_LIMIT = 3  # polls; an operation that stays unknown is left to the read-back

DEFAULT_BUDGET = 1800.0  # seconds; a deployment takes some minutes, rarely more than ten


@dataclass
class Deadline:
    """The end of the time that an operation may take, on the transport's clock.

    Attributes:
        pauses: seconds before each poll, where the service asks for none.
        polls: how many there were.
    """

    transport: Transport
    what: str
    at: float
    pauses: tuple[float, ...] = _DEFAULT_PAUSES
    polls: int = 0

    @classmethod
    def after(
        cls,
        transport: Transport,
        what: str,
        budget: float,
        pauses: tuple[float, ...] = _DEFAULT_PAUSES,
    ) -> Deadline:
        """The deadline that is ``budget`` seconds away."""
        return cls(transport, what, transport.retry_policy.clock() + budget, pauses)

    def pause(self, asked: float | None = None) -> None:
        """Wait until the next poll.

        Raises:
            OperationTimedOut: the time is up.
        """
        retry_policy = self.transport.retry_policy
        left = self.at - retry_policy.clock()
        if left <= 0:
            msg = f"{self.what} has not ended in time. Run again later: it is picked up then."
            raise OperationTimedOut(msg)
        usual = self.pauses[min(self.polls, len(self.pauses) - 1)]
        self.polls += 1
        wanted = usual if asked is None else asked
        retry_policy.sleep(min(max(wanted, _SHORTEST_PAUSE), _LONGEST_PAUSE, left))


def wait_for(response: Response, deadline: Deadline) -> None:
    """Follow an accepted operation to its end.

    Args:
        response: what the request that began it was answered with.
        deadline: until when, through which transport; it names the operation in errors.

    Raises:
        OperationFailed: it ended as failed or cancelled, with the service's words.
        OperationTimedOut: it has not ended in time.
        ForwardRefused: the service names another host to ask.
    """
    url = next((response.headers[name] for name in _URLS if response.headers.get(name)), "")
    if response.status == _ACCEPTED and not url:
        return  # nothing to ask; the read-back waits
    missing = 0
    asked = response.retry_after
    while url and missing < _MISSING_LIMIT:
        deadline.pause(asked)
        try:
            poll = deadline.transport.request("GET", url)
        except NotFound as error:  # not there yet, or forgotten already
            missing += 1
            asked = error.retry_after
            continue
        missing = 0
        asked = poll.retry_after
        if _has_ended(poll, deadline.what):
            return


def state_of(data: Json) -> str:
    """The state that an operation or a resource gives of itself, in lower case; may be empty."""
    properties = mapping(data.get("properties"))
    state = text(data.get("status")) or text(properties.get("provisioningState"))
    return state.lower().replace("cancelled", "canceled")


def failure(data: Json, what: str) -> OperationFailed:
    """The error for an operation or a resource that has failed."""
    error = mapping(data.get("error")) or mapping(mapping(data.get("properties")).get("error"))
    codes = error_codes(error)
    said = redact(": ".join(part for part in (*codes[:1], error_text(error)) if part))
    ending = state_of(data)
    parts = [f"{what} has ended as {redact(ending)}" + (f": {said}" if said else "."), hint(codes)]
    return OperationFailed(" ".join(part for part in parts if part))


def _has_ended(poll: Response, what: str) -> bool:
    if poll.status == _ACCEPTED:
        return False
    state = state_of(poll.data)
    if state in {"failed", "canceled"}:
        raise failure(poll.data, what)
    # A poll of Location answers with an empty body, or the resource itself, once all is done.
    return state == "succeeded" or not poll.data
