"""The official clients, unchanged, on an emulator; and everything that came back on the wire."""

from __future__ import annotations

import json
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai
from aoai_emulator import RunningEmulator
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import ClientSecretCredential
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.monitor import MonitorManagementClient

from tests.emulator.wire import DATA, SWEDEN, TENANT_A, Wire

SUBSCRIPTION = "a1a1a1a1-0000-4000-8000-000000000001"
GROUP = "rg-ai"


@dataclass(frozen=True)
class Captured:
    """An answer as it came."""

    method: str
    url: str
    status: int
    body: bytes

    def json(self) -> Any:
        """The body, decoded by nobody's model."""
        return json.loads(self.body) if self.body else None


class _Capture(SansIOHTTPPolicy[Any, Any]):
    """A policy of azure-core that keeps every answer."""

    def __init__(self, kept: list[Captured]) -> None:
        self._kept = kept

    def on_response(
        self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]
    ) -> None:
        """Keep the answer."""
        answer = response.http_response
        asked = request.http_request
        body = answer.body() if hasattr(answer, "body") else answer.read()
        self._kept.append(Captured(asked.method, asked.url, answer.status_code, body))


def credential(azure: RunningEmulator) -> ClientSecretCredential:
    """azure-identity, pointed at the emulator."""
    given = azure.environment()
    return ClientSecretCredential(
        given["AZURE_TENANT_ID"],
        given["AZURE_CLIENT_ID"],
        given["AZURE_CLIENT_SECRET"],
        authority=azure.url,
        disable_instance_discovery=True,
        additionally_allowed_tenants=["*"],
        connection_verify=str(azure.ca_file),
    )


@dataclass
class Stage:
    """What a case plays on: an emulator, an api-version, clients of that version."""

    azure: RunningEmulator
    wire: Wire
    version: str
    identity: ClientSecretCredential
    opened: ExitStack
    captured: list[Captured] = field(default_factory=list)

    @property
    def is_v1(self) -> bool:
        """Whether the data plane is that of v1."""
        return self.version == "v1"

    def openai(self, account: str = SWEDEN) -> openai.OpenAI:
        """The openai SDK: AzureOpenAI for a dated version, OpenAI for v1."""
        context = ssl.create_default_context(cafile=str(self.azure.ca_file))
        hooks = {"response": [self._keep]}
        http = self.opened.enter_context(httpx2.Client(verify=context, event_hooks=hooks))
        if self.is_v1:
            return openai.OpenAI(
                base_url=f"{self.azure.endpoint(account)}/openai/v1",
                api_key=self._token,
                http_client=http,
                max_retries=0,
            )
        return openai.AzureOpenAI(
            azure_endpoint=self.azure.endpoint(account),
            api_version=self.version,
            azure_ad_token_provider=self._token,
            http_client=http,
            max_retries=0,
        )

    def cognitive(self) -> CognitiveServicesManagementClient:
        """azure-mgmt-cognitiveservices with the case's api-version."""
        return self.opened.enter_context(
            CognitiveServicesManagementClient(
                self.identity,
                SUBSCRIPTION,
                base_url=self.azure.url,
                api_version=self.version,
                **self._options(),
            )
        )

    def monitor(self) -> MonitorManagementClient:
        """azure-mgmt-monitor."""
        return self.opened.enter_context(
            MonitorManagementClient(
                self.identity, SUBSCRIPTION, base_url=self.azure.url, **self._options()
            )
        )

    def arm(
        self,
        method: str,
        path: str,
        *,
        audience: str = "https://management.azure.com",
        body: Any = None,
        **params: str,
    ) -> HttpResponse:
        """azure-core's own pipeline, where no SDK has the call; for ARM or another audience."""
        policies = [
            ARMChallengeAuthenticationPolicy(self.identity, f"{audience}/.default"),
            _Capture(self.captured),
        ]
        client = ARMPipelineClient[HttpRequest, HttpResponse](
            base_url=self.azure.url, policies=policies
        )
        self.opened.enter_context(client)
        request = HttpRequest(
            method,
            self.azure.url + path,
            params={"api-version": self.version, **params},
            json=body,
        )
        answer: HttpResponse = client.send_request(request)
        answer.raise_for_status()
        return answer

    def trained(self, **body: Any) -> str:
        """The name of a model."""
        return self.wire.trained(**body)

    def job(self) -> str:
        """The id of a job that has succeeded, with checkpoints."""
        job = self.wire.submit(validation_file=self.wire.upload())
        assert self.wire.job(job)["status"] == "succeeded"
        return job

    def served(self, name: str = "ft") -> str:
        """The name of a deployment that answers."""
        assert self.wire.deploy(self.trained(), name).status_code == 201
        return name

    def _options(self) -> dict[str, Any]:
        return {"per_call_policies": [_Capture(self.captured)], "polling_interval": 0}

    def _token(self) -> str:
        return self.identity.get_token(f"{DATA}/.default", tenant_id=TENANT_A).token

    def _keep(self, response: httpx2.Response) -> None:
        asked = response.request
        self.captured.append(
            Captured(asked.method, str(asked.url), response.status_code, response.read())
        )
