"""Text of others, made fit to be shown: bounded, on one line, without tokens or keys."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LIMIT = 1000  # characters; the longest known messages, on linked accounts, have 800
_MASK = "[redacted]"
_SECRETS = (
    re.compile(r"(?i)\bbearer\s+[^\s,;\"']+"),
    re.compile(r"\beyJ[\w-]+(?:\.[\w-]*){0,4}"),  # a JSON web token or a part of one
    re.compile(
        r"(?i)[\"']?\b(?:account[-_ ]?key|api[-_ ]?key|shared[-_ ]?access[-_ ]?\w+"
        r"|client[-_ ]secret|client_assertion|password|passwd|pwd|(?:access|refresh|id)_token"
        r"|signature|sig)\b"
        r"[\"']?\s*[=:]\s*[\"']?[^\s\"',;&]+"
    ),
    # Base64, as storage keys are written, and percent-encoded, as in a query.
    re.compile(r"(?i)\b(?:[a-z0-9+/]|%2[bf]){40,}(?:=|%3d){1,2}"),
    # Keys; ids have a prefix or hyphens, and error codes such as InvalidAuthenticationTokenTenant
    # have no digit.
    re.compile(r"(?<![\w-])(?=[A-Za-z]*\d)[A-Za-z0-9]{32,}(?![\w-])"),
)
_QUERY = re.compile(r"(\bhttps?://[^\s\"'?<>]*)\?[^\s\"'<>]*")


def redact(message: str, secrets: Iterable[str] = ()) -> str:
    """One bounded line of a message, with tokens, keys, signatures and URL queries taken out.

    Args:
        message: of a service or a library.
        secrets: exact strings that must not stay, such as the token that was sent.
    """
    # Cut long before the patterns run: a hostile message should cost little.
    line = message[: 20 * _LIMIT]
    if not line.isprintable():
        line = "".join(c if c.isprintable() else " " for c in line)
    for secret in secrets:
        if secret:
            line = line.replace(secret, _MASK)
    line = _QUERY.sub(r"\1?" + _MASK, line)
    for pattern in _SECRETS:
        line = pattern.sub(_MASK, line)
    line = " ".join(line.split())
    return line if len(line) <= _LIMIT else line[: _LIMIT - 1] + "…"
