"""Whether a token can be had for each tenant."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aoai.azure.account import Account
from aoai.azure.http.credentials import TokenSource
from aoai.cli.doctor.check import Check
from aoai.errors import AuthenticationError

_UNKNOWN_APPLICATION = ("AADSTS700016", "AADSTS7000229")
_BAD_SECRET = ("AADSTS7000215", "AADSTS7000222")
_SIGN_IN = re.compile(r"; run `az login.*$", re.DOTALL)


def check_token(account: Account, tokens: TokenSource, environ: Mapping[str, str]) -> Check:
    """Ask for the tokens of an account's tenant: for the resource manager and the data plane."""
    tenant, cloud = account.tenant_id, account.cloud
    name = f"tenant {tenant}"
    try:
        for scope in (cloud.arm_scope, cloud.data_plane_scope):
            tokens.get_token(scope, tenant)
    except AuthenticationError as error:
        words = str(error)
        # The error ends with ways to sign in; the one that fits is given as the fix.
        return Check("fail", name, _SIGN_IN.sub("", words), _fix(words, tenant, environ))
    return Check("ok", name, "tokens for the resource manager and the data plane")


def _fix(words: str, tenant: str, environ: Mapping[str, str]) -> str:
    client = environ.get("AZURE_CLIENT_ID") or "CLIENT_ID"
    codes = re.findall(r"AADSTS\d+", words)
    if any(code in _UNKNOWN_APPLICATION for code in codes):
        return f"az login --tenant {tenant} && az ad sp create --id {client}"
    if any(code in _BAD_SECRET for code in codes):
        return f"az ad app credential reset --id {client}, and set AZURE_CLIENT_SECRET to it"
    return f"az login --tenant {tenant}"
