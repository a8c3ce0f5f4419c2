"""Why there is no token, read off azure-identity's error: one cause, and what to do about it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aoai.azure.http.advice import entra_hint

_TRIED = re.compile(r"^\s*(\w+Credential):", re.MULTILINE)
_CODE = re.compile(r"\bAADSTS\d{3,8}\b")
_CERTIFICATE = re.compile(r"certificate[ _]verify[ _]failed", re.IGNORECASE)
_BUNDLE = re.compile(r"suitable TLS CA certificate bundle", re.IGNORECASE)
_PROXY = re.compile(r"proxy", re.IGNORECASE)
_NETWORK = re.compile(
    r"failed to (?:resolve|establish)|timed? ?out|connection (?:refused|reset|aborted)|max retries",
    re.IGNORECASE,
)
_TROUBLE = re.compile(r"\bHTTP Error: (5\d\d)\b")


def token_problem(details: str, *, scope: str, tenant_id: str, authority: str) -> str:
    """One sentence for the user; none of the library's own words are in it, which may hold secrets.

    Args:
        details: the words of azure-identity's error.
        scope: what the token was for.
        tenant_id: the tenant.
        authority: the Entra authority that was asked.
    """
    host = urlsplit(authority).netloc
    parts = [f"No token for tenant {tenant_id} ({urlsplit(scope).hostname}) from {host}"]
    if cause := _way_there(details, host):
        return "; ".join([*parts, cause]) + "."
    codes = list(dict.fromkeys(_CODE.findall(details)))
    tried = list(dict.fromkeys(_TRIED.findall(details)))
    if codes:
        meaning = entra_hint(codes)
        parts.append(", ".join(codes) + (f": {meaning}" if meaning else ""))
    if tried:
        parts.append("tried " + ", ".join(tried))
    parts.append(
        f"run `az login --tenant {tenant_id}`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and "
        "AZURE_CLIENT_SECRET (OIDC: AZURE_FEDERATED_TOKEN_FILE)"
    )
    return "; ".join(parts) + "."


def _way_there(details: str, host: str) -> str:
    """What is wrong between here and the authority, where no sign-in helps; empty if nothing is."""
    if _CODE.search(details):
        return ""  # Entra has answered
    if _CERTIFICATE.search(details):
        return (
            f"the certificate of {host} is not trusted: put that of its authority, or of the proxy "
            "that inspects TLS, into the file that REQUESTS_CA_BUNDLE names"
        )
    if _BUNDLE.search(details):
        return (
            "the certificates that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names cannot be read: "
            "correct the path"
        )
    return _unreachable(details, host)


def _unreachable(details: str, host: str) -> str:
    # Other lines are about the machine's own endpoint, which most machines do not have.
    name = re.escape(host.partition(":")[0])
    about = [line for line in details.splitlines() if re.search(rf"\b{name}\b", line)]
    failed = [line for line in about if _NETWORK.search(line) or _PROXY.search(line)]
    if failed and any(_PROXY.search(line) for line in failed):
        return f"the proxy does not let through to {host}: check HTTPS_PROXY and NO_PROXY"
    if failed:
        return f"{host} cannot be reached: check the network, HTTPS_PROXY and the cloud's authority"
    if trouble := _TROUBLE.search(details):
        return f"it answered {trouble[1]}: run again later"
    return ""
