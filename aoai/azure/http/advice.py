"""What to do about an error, by the service's own code, else by the status."""

from __future__ import annotations

from collections.abc import Iterable

_ROLES = (
    "Files, jobs and deployments need Cognitive Services OpenAI Contributor on the account, "
    "activity needs Monitoring Reader; a new role takes minutes."
)

# Keys are lower-case. Sources: ARM and data-plane error lists of 2024-10-01 and 2024-10-21.
BY_CODE = {
    "deploymentmodelnotsupported": (
        "Check that the model name and version exist where they are looked for, that the region "
        "can serve them, and that source names the account that trained the model."
    ),
    "insufficientquota": (
        "Lower the capacity, free another deployment, or ask for quota in this region and SKU."
    ),
    "quotaexceeded": "Remove files, jobs or deployments that are not needed, or ask for quota.",
    "deploymentlimitreached": "Delete a deployment of this account, or deploy to another account.",
    "invalidresourceproperties": (
        "Check the SKU against the model and the region: not every one serves fine-tuned models."
    ),
    "specialfeatureorquotaidrequired": "The subscription must first be approved for this feature.",
    "linkedauthorizationfailed": (
        "The principal needs Cognitive Services OpenAI Contributor on the source account as well, "
        "and must exist in its tenant."
    ),
    "linkedinvalidpropertyid": "Check the ARM id of the source account.",
    "invalidauthenticationtokentenant": (
        "The token is of another tenant: check tenant_id of the account."
    ),
    "authorizationfailed": _ROLES,
    "permissiondenied": _ROLES,
    "requestconflict": (
        "Another change of this account is still running; wait for it and run again."
    ),
    "anotheroperationinprogress": (
        "Another change of this account is still running; wait for it and run again."
    ),
    "missingsubscriptionregistration": (
        "Register the resource provider that is named: az provider register --namespace NAME."
    ),
    "resourcegroupnotfound": "Check the resource group in the account's id.",
    "subscriptionnotfound": "Check the subscription in the account's id, and its tenant.",
    "jsonlvalidationfailed": "Run `aoai validate` on the file.",
    "fileimportfailed": (
        "Check that a GET of the URL answers: the SAS, its expiry and its right to read, and the "
        "network rules of the storage account."
    ),
    "contentfilter": "The training data does not pass the content filter: remove what it names.",
    "deploymentnotfound": "A new deployment needs up to five minutes before it answers.",
}

BY_STATUS = {
    401: "Sign in again (az login --tenant …), or check the AZURE_* variables and the tenant_id.",
    403: _ROLES,
    404: "Check the account's endpoint and id; it may also be gone.",
    413: "The file is too large for this call.",
    423: "The deployment is paused: resume it first.",
    429: "Too many requests for now: run again later, or with less in parallel.",
}
_UNAVAILABLE = "The service has trouble at the moment: run again later."
ENTRA = {
    "AADSTS700024": "the OIDC assertion has expired; run again, what was submitted is found again",
    "AADSTS7000215": "the client secret is wrong",
    "AADSTS7000222": "the client secret has expired",
    "AADSTS700016": "the application does not exist in this tenant; an administrator must add it",
    "AADSTS90002": "there is no such tenant",
    "AADSTS50076": "the sign-in needs a second factor; sign in with az login",
    "AADSTS90033": "Entra has trouble at the moment; run again later",
    "AADSTS50196": "too many requests for tokens; run again later, with less in parallel",
    "AADSTS700213": "no federated credential of the application fits this workflow's subject",
    "AADSTS70021": "no federated credential of the application fits this workflow's subject",
    "AADSTS53003": "a Conditional Access policy does not let this sign-in through",
    "AADSTS70043": "the sign-in has expired; sign in with az login",
}


def hint(codes: Iterable[str], status: int = 0) -> str:
    """What to do next, or an empty string if nothing better is known than the error itself."""
    for code in codes:
        if found := BY_CODE.get(code.lower()):
            return found
    if status in BY_STATUS:
        return BY_STATUS[status]
    return _UNAVAILABLE if status >= 500 else ""  # noqa: PLR2004 - 5xx is HTTP's own border


def entra_hint(codes: Iterable[str]) -> str:
    """What an Entra error code (AADSTS…) means, or an empty string."""
    return next((ENTRA[code] for code in codes if code in ENTRA), "")
