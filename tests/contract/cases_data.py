"""The data plane, classic and v1, by the openai SDK."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from openai.types import FileObject
from openai.types.chat import ChatCompletionChunk

from tests.contract.cases import case
from tests.contract.stage import Stage
from tests.contract.strict import openai_problems
from tests.emulator.wire import AMERICA, MODEL, SWEDEN, chat_lines

SDK = "openai"
COPY = {"aoai-copy-ft-checkpoints": "preview"}


@case("files.create", SDK)
def files_create(stage: Stage) -> Any:
    return stage.openai().files.create(file=("a.jsonl", chat_lines()), purpose="fine-tune")


@case("files.list", SDK)
def files_list(stage: Stage) -> Any:
    stage.wire.upload()
    page = stage.openai().files.list(purpose="fine-tune")
    assert len(page.data) == 1
    return page


@case("files.get", SDK)
def files_get(stage: Stage) -> Any:
    file = stage.openai().files.retrieve(stage.wire.upload())
    assert file.status == "processed"
    return file


@case("files.content", SDK)
def files_content(stage: Stage) -> Any:
    assert stage.openai().files.content(stage.wire.upload()).content == chat_lines()


@case("files.delete", SDK)
def files_delete(stage: Stage) -> Any:
    client, file = stage.openai(), stage.wire.upload()
    if stage.version == "2024-02-01":
        # That version answers 204: there is nothing to decode.
        client.delete(f"/files/{file}", cast_to=type(None))
        assert stage.captured[-1].status == 204
        return None
    return client.files.delete(file)


@case("files.import", SDK)
def files_import(stage: Stage) -> Any:
    url = f"{stage.azure.url}/storage/data/a.jsonl?sig=x"
    headers = {"x-ms-blob-type": "BlockBlob"}
    stage.wire.raw("PUT", url, data=chat_lines(), headers=headers)
    body = {"purpose": "fine-tune", "filename": "a.jsonl", "content_url": url}
    return stage.openai().post("/files/import", cast_to=FileObject, body=body)


@case("jobs.create", SDK)
def jobs_create(stage: Stage) -> Any:
    return stage.openai().fine_tuning.jobs.create(
        model=MODEL,
        training_file=stage.wire.upload(),
        validation_file=stage.wire.upload(),
        hyperparameters={"n_epochs": 2, "batch_size": 4, "learning_rate_multiplier": 0.5},
        suffix="contract",
        seed=7,
        extra_body={"trainingType": "GlobalStandard"},
    )


@case("jobs.list", SDK)
def jobs_list(stage: Stage) -> Any:
    job = stage.job()
    page = stage.openai().fine_tuning.jobs.list(limit=5)
    assert [each.id for each in page.data] == [job]
    return page


@case("jobs.get", SDK)
def jobs_get(stage: Stage) -> Any:
    job = stage.openai().fine_tuning.jobs.retrieve(stage.job())
    assert job.fine_tuned_model
    return job


@case("jobs.cancel", SDK)
def jobs_cancel(stage: Stage) -> Any:
    stage.azure.pace("manual", of="jobs")
    return stage.openai().fine_tuning.jobs.cancel(stage.wire.submit())


@case("jobs.delete", SDK)
def jobs_delete(stage: Stage) -> Any:
    path = f"/fine_tuning/jobs/{stage.job()}"
    stage.openai().delete(path, cast_to=type(None))
    assert stage.captured[-1].status == 204


@case("jobs.events", SDK)
def jobs_events(stage: Stage) -> Any:
    page = stage.openai().fine_tuning.jobs.list_events(stage.job(), limit=100)
    assert page.data[0].message.startswith("Training tokens billed")
    return page


@case("jobs.checkpoints", SDK)
def jobs_checkpoints(stage: Stage) -> Any:
    page = stage.openai().fine_tuning.jobs.checkpoints.list(stage.job())
    assert len(page.data) == 3
    return page


def running(stage: Stage) -> str:
    """A job in the middle of its training."""
    stage.azure.pace("manual", of="jobs")
    job = stage.wire.submit()
    stage.azure.push(SWEDEN, job, progress=0.6)
    return job


@case("jobs.pause", SDK)
def jobs_pause(stage: Stage) -> Any:
    return stage.openai().fine_tuning.jobs.pause(running(stage))


@case("jobs.resume", SDK)
def jobs_resume(stage: Stage) -> Any:
    job = running(stage)
    path, version = f"/fine_tuning/jobs/{job}/pause", "2025-04-01-preview"
    assert stage.wire.data("POST", path, version=version).status_code == 200
    assert stage.wire.job(job)["status"] == "paused"
    return stage.openai().fine_tuning.jobs.resume(job)


def upload(stage: Stage) -> tuple[str, str]:
    """An upload with its only part."""
    client = stage.openai()
    made = client.uploads.create(
        bytes=len(chat_lines()),
        filename="big.jsonl",
        mime_type="application/jsonl",
        purpose="fine-tune",
    )
    part = client.uploads.parts.create(made.id, data=("part", chat_lines()))
    return made.id, part.id


@case("uploads.create", SDK)
def uploads_create(stage: Stage) -> Any:
    return stage.openai().uploads.create(
        bytes=10, filename="big.jsonl", mime_type="application/jsonl", purpose="fine-tune"
    )


@case("uploads.part", SDK)
def uploads_part(stage: Stage) -> Any:
    made, _ = upload(stage)
    return stage.openai().uploads.parts.create(made, data=("part", b"more"))


@case("uploads.complete", SDK)
def uploads_complete(stage: Stage) -> Any:
    made, part = upload(stage)
    md5 = hashlib.md5(chat_lines()).hexdigest()
    done = stage.openai().uploads.complete(made, part_ids=[part], md5=md5)
    assert done.file
    return done


@case("uploads.cancel", SDK)
def uploads_cancel(stage: Stage) -> Any:
    made, _ = upload(stage)
    return stage.openai().uploads.cancel(made)


@case("models.list", SDK)
def models_list(stage: Stage) -> Any:
    name = stage.trained()
    page = stage.openai().models.list()
    assert name in [model.id for model in page.data]
    return page


@case("models.get", SDK)
def models_get(stage: Stage) -> Any:
    return stage.openai().models.retrieve(MODEL)


CHUNKS = {
    "ChatCompletionChunk.object: ''",
    "ChatCompletionChunk.prompt_filter_results: unknown",
    "Choice.content_filter_results: unknown",
}
"""Where Azure's events differ from OpenAI's: filter results, and a first event without choices."""


def check_chunks(stage: Stage) -> None:
    """Decode each event of a streamed answer strictly."""
    lines = stage.captured[-1].body.decode().split("\n\n")
    events = [line.removeprefix("data: ") for line in lines if line.startswith("data: {")]
    assert events
    problems: set[str] = set()
    for event in events:
        body = json.loads(event)
        problems |= openai_problems(ChatCompletionChunk.construct(**body), body)
    assert problems == CHUNKS


@case("chat.classic", SDK)
@case("chat.v1", SDK)
def chat(stage: Stage) -> Any:
    client, name = stage.openai(), stage.served()
    messages: Any = [{"role": "user", "content": "What does function number 7 do?"}]
    streamed = client.chat.completions.create(model=name, messages=messages, stream=True)
    chunks = [choice.delta.content or "" for chunk in streamed for choice in chunk.choices]
    assert "".join(chunks) == "It returns 7."
    check_chunks(stage)
    answer = client.chat.completions.create(model=name, messages=messages)
    assert answer.choices[0].message.content == "It returns 7."
    return answer


def base_deployment(stage: Stage, name: str, version: str) -> str:
    """A deployment of a base model."""
    model = {"format": "OpenAI", "name": name, "version": version}
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    stage.wire.arm("PUT", stage.wire.deployment(SWEDEN, "base"), json=body)
    return "base"


@case("completions.classic", SDK)
@case("completions.v1", SDK)
def completions(stage: Stage) -> Any:
    name = base_deployment(stage, "davinci-002", "1")
    answer = stage.openai().completions.create(model=name, prompt="Once", max_tokens=4)
    assert answer.choices[0].text
    return answer


@case("embeddings.classic", SDK)
@case("embeddings.v1", SDK)
def embeddings(stage: Stage) -> Any:
    name = base_deployment(stage, "text-embedding-ada-002", "2")
    answer = stage.openai().embeddings.create(model=name, input="x", encoding_format="float")
    assert len(answer.data[0].embedding) == 1536
    return answer


def response(stage: Stage) -> Any:
    """A response that is kept."""
    return stage.openai().responses.create(model=stage.served(), input="number 7")


@case("responses.get", SDK)
def responses_get(stage: Stage) -> Any:
    answer = stage.openai().responses.retrieve(response(stage).id)
    assert answer.output_text == "It returns 7."
    return answer


@case("responses.delete", SDK)
def responses_delete(stage: Stage) -> Any:
    stage.openai().responses.delete(response(stage).id)


@case("responses.input", SDK)
def responses_input(stage: Stage) -> Any:
    page = stage.openai().responses.input_items.list(response(stage).id)
    assert len(page.data) == 1


@case("conversations.create", SDK)
def conversations_create(stage: Stage) -> Any:
    return stage.openai().conversations.create()


@case("conversations.get", SDK)
def conversations_get(stage: Stage) -> Any:
    client = stage.openai()
    return client.conversations.retrieve(client.conversations.create().id)


@case("conversations.delete", SDK)
def conversations_delete(stage: Stage) -> Any:
    client = stage.openai()
    return client.conversations.delete(client.conversations.create().id)


@case("responses.create", SDK)
def responses_create(stage: Stage) -> Any:
    answer = stage.openai().responses.create(model=stage.served(), input="number 7")
    assert answer.output_text == "It returns 7."
    return answer


def copy_path(stage: Stage) -> str:
    """The route that copies a checkpoint, with a destination that has trained."""
    stage.trained(account=AMERICA)
    job = stage.job()
    points = stage.wire.data("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]
    return f"/fine_tuning/jobs/{job}/checkpoints/{points[0]['id']}/copy"


def copied(stage: Stage, body: dict[str, Any]) -> None:
    """The shape of fine-tuning-rest.md; the SDK has no model for it."""
    (account,) = body["copiedAccountDetails"]
    assert set(body) == {"checkpointedModelName", "fineTuningJobId", "copiedAccountDetails"}
    assert set(account) == {"destinationResourceId", "region", "status"}
    assert account["destinationResourceId"] == stage.azure.account_id(AMERICA)


def start_copy(stage: Stage, path: str) -> dict[str, Any]:
    """Copy to another region."""
    body = {"destinationResourceId": stage.azure.account_id(AMERICA), "region": "eastus2"}
    options: Any = {"headers": COPY}
    answer: Any = stage.openai().post(path, cast_to=object, body=body, options=options)
    return dict(answer)


@case("checkpoints.copy", SDK)
def checkpoints_copy(stage: Stage) -> Any:
    copied(stage, start_copy(stage, copy_path(stage)))


@case("checkpoints.copies", SDK)
def checkpoints_copies(stage: Stage) -> Any:
    path = copy_path(stage)
    start_copy(stage, path)
    options: Any = {"headers": COPY}
    answer: Any = stage.openai().get(path, cast_to=object, options=options)
    copied(stage, dict(answer))
    assert answer["copiedAccountDetails"][0]["status"] == "Completed"
