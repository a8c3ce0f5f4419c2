"""Plain HTTPS calls to an emulator: what a test says, it says on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import requests
from aoai_emulator import Admin, RunningEmulator

TENANT_A = "aaaaaaaa-0000-4000-8000-00000000000a"
TENANT_B = "bbbbbbbb-0000-4000-8000-00000000000b"
DATA = "https://cognitiveservices.azure.com"
ARM = "https://management.azure.com"
SWEDEN, AMERICA = "contoso-swedencentral", "contoso-eastus2"
OTHER_SUBSCRIPTION, OTHER_TENANT = "contoso-northcentralus", "fabrikam-switzerlandwest"
MODEL = "gpt-4.1-mini-2025-04-14"


def admin(azure: Admin, method: str, path: str, body: Any = None) -> requests.Response:
    """A call of the emulator's own routes, as documented, without the Python client."""
    url = f"{azure.url}/_emulator{path}"
    return requests.request(method, url, json=body, verify=str(azure.ca_file), timeout=30)


def chat_lines(count: int = 12, extra: str = "") -> bytes:
    """Training data: ``count`` chat examples, and a line as it is."""
    rows = [
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": f"What does function number {number} do?"},
                    {"role": "assistant", "content": f"It returns {number}."},
                ]
            }
        )
        for number in range(count)
    ]
    return "\n".join([*rows, extra]).encode()


class Wire:
    """One principal's calls to one emulator, with a token for each tenant and audience."""

    def __init__(self, azure: RunningEmulator, principal: str = "pipeline") -> None:
        self.azure = azure
        self._session = requests.Session()
        self._session.verify = str(azure.ca_file)
        self._session.trust_env = False  # REQUESTS_CA_BUNDLE would go before `verify`
        self._given = azure.environment(principal)
        self._tokens: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def token(self, tenant: str = TENANT_A, audience: str = ARM) -> str:
        """A token of this principal."""
        if (tenant, audience) not in self._tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": self._given["AZURE_CLIENT_ID"],
                "client_secret": self._given["AZURE_CLIENT_SECRET"],
                "scope": f"{audience}/.default",
            }
            answer = self.raw("POST", f"/{tenant}/oauth2/v2.0/token", data=form)
            self._tokens[tenant, audience] = answer.json()["access_token"]
        return self._tokens[tenant, audience]

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """A call without credentials."""
        options.setdefault("timeout", 20)
        url = path if path.startswith("https:") else self.azure.url + path
        return self._session.request(method, url, **options)

    def data(
        self,
        method: str,
        path: str,
        account: str = SWEDEN,
        version: str = "2024-10-21",
        **options: Any,
    ) -> requests.Response:
        """A call of the classic data plane of an account; ``version`` "v1" makes it one of v1."""
        tenant = TENANT_B if account == OTHER_TENANT else TENANT_A
        headers = {"Authorization": f"Bearer {self.token(tenant, DATA)}"} | options.pop(
            "headers", {}
        )
        params = options.pop("params", {})
        prefix = f"/{account}/openai/v1" if version == "v1" else f"/{account}/openai"
        if version != "v1":
            params = {"api-version": version, **params}
        return self.raw(method, prefix + path, headers=headers, params=params, **options)

    def arm(
        self,
        method: str,
        path: str,
        version: str = "2024-10-01",
        tenant: str = TENANT_A,
        **options: Any,
    ) -> requests.Response:
        """A call of ARM."""
        headers = {"Authorization": f"Bearer {self.token(tenant, ARM)}"} | options.pop(
            "headers", {}
        )
        params = {"api-version": version, **options.pop("params", {})}
        return self.raw(method, path, headers=headers, params=params, **options)

    def upload(
        self, content: bytes | None = None, account: str = SWEDEN, name: str = "train.jsonl"
    ) -> str:
        """The id of a new training file."""
        data = chat_lines() if content is None else content
        answer = self.data(
            "POST", "/files", account, data={"purpose": "fine-tune"}, files={"file": (name, data)}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def submit(self, account: str = SWEDEN, version: str = "2024-10-21", **body: Any) -> str:
        """The id of a new job."""
        if "training_file" not in body:
            body["training_file"] = self.upload(account=account)
        answer = self.data(
            "POST", "/fine_tuning/jobs", account, version, json={"model": MODEL, **body}
        )
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    def job(self, job: str, account: str = SWEDEN) -> dict[str, Any]:
        """A job as it is now."""
        return dict(self.data("GET", f"/fine_tuning/jobs/{job}", account).json())

    def trained(self, account: str = SWEDEN, **body: Any) -> str:
        """The name of a model, trained at once."""
        found = self.job(self.submit(account, **body), account)
        assert found["status"] == "succeeded", found
        return str(found["fine_tuned_model"])

    def deployment(self, account: str, name: str) -> str:
        """The path of a deployment in ARM."""
        return f"{self.azure.account_id(account)}/deployments/{name}"

    def deploy(
        self,
        model: str,
        name: str = "ft",
        account: str = SWEDEN,
        sku: str = "Standard",
        **options: Any,
    ) -> requests.Response:
        """PUT a deployment of a model; ``source`` and ``sourceAccount`` go into the model."""
        wanted = {"format": "OpenAI", "name": model, "version": "1"}
        for key in ("source", "sourceAccount"):
            if key in options:
                wanted[key] = options.pop(key)
        body = {
            "sku": {"name": sku, "capacity": options.pop("capacity", 1)},
            "properties": {"model": wanted},
        }
        if account == OTHER_TENANT:
            options.setdefault("tenant", TENANT_B)
        return self.arm("PUT", self.deployment(account, name), json=body, **options)

    def chat(self, name: str = "ft", account: str = SWEDEN, **body: Any) -> requests.Response:
        """Ask a deployment."""
        body.setdefault(
            "messages", [{"role": "user", "content": "What does function number 7 do?"}]
        )
        return self.data("POST", f"/deployments/{name}/chat/completions", account, json=body)


Become = Callable[[str], Wire]
