"""Models that an account knows: base models and its own fine-tuned ones (data plane)."""

from __future__ import annotations

from dataclasses import dataclass

from aoai.azure import api_versions
from aoai.azure.http.fields import Json, integer, mapping, text
from aoai.azure.http.paging import every
from aoai.azure.http.transport import Transport
from aoai.azure.http.urls import segment
from aoai.errors import ResponseUnknown


@dataclass(frozen=True)
class Model:
    """A model. Times are seconds since 1970.

    Attributes:
        base_model: what a fine-tuned model was made from, empty for a base model.
        job_id: the job that made it, empty for a base model.
        lifecycle_status: preview, generally-available, deprecating, deprecated, or something newer.
        inference_retires_at: from then on it does not answer, if known.
    """

    id: str
    status: str = ""
    base_model: str = ""
    job_id: str = ""
    lifecycle_status: str = ""
    created_at: int | None = None
    inference_retires_at: int | None = None

    @classmethod
    def parse(cls, data: Json) -> Model:
        """Read what the service sent; absent and null fields are the same."""
        ends = mapping(data.get("deprecation"))
        return cls(
            id=text(data.get("id")),
            status=text(data.get("status")),
            base_model=text(data.get("model")),
            job_id=text(data.get("fine_tune")),
            lifecycle_status=text(data.get("lifecycle_status")),
            created_at=integer(data.get("created_at")),
            inference_retires_at=integer(ends.get("inference")),
        )


class ModelsClient:
    """The models of one account. Every method raises what ``Transport.request`` raises."""

    def __init__(self, transport: Transport, api_version: str = api_versions.MODELS) -> None:
        self._transport = transport
        self._params = {"api-version": api_version}

    def get_model(self, model_id: str) -> Model:
        """One model.

        Raises:
            NotFound: the account does not know it, or not any more.
        """
        path = f"/models/{segment(model_id)}"
        response = self._transport.request("GET", path, params=self._params)
        model = Model.parse(response.data)
        if not model.id:
            msg = f"GET {path} of {self._transport.label}: the answer has no model id."
            raise ResponseUnknown(msg)
        return model

    def list_models(self) -> list[Model]:
        """All models that the account knows."""
        return [Model.parse(data) for data in every(self._transport, "/models", self._params)]
